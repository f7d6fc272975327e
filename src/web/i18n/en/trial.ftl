## A/B test

trial = A/B test
trial-lead = A part of the recipients gets one of several variants. After a while the rest gets the variant that did best. Nobody gets the campaign twice.
trial-how = How it is tested
trial-sample = People who get a variant
trial-sample-hint = All variants together, drawn at random. Smaller differences need more people.
trial-hours = Hours to wait
trial-hours-hint = From the moment at which the sample has been sent.
trial-winner = The winner is the variant with
trial-by-clicks = most clicks
trial-by-opens = most opens
trial-variants = Variant
trial-variant = Variant { $letter }
trial-own-text = The campaign's own text.
trial-see = Look at variant { $letter }
trial-subject = Subject, { $language }
trial-preheader = Line after the subject, { $language }
trial-own = In A: { $text }
trial-body = The text of the mail differs too, as the campaign's file says.
trial-save = Save the test
trial-remove = Do not test
trial-edit = A/B test
trial-sample-table = A/B test: the sample
trial-won = winner
trial-waiting = { $count ->
    [one] One person waits for the winner.
   *[other] { $count } people wait for the winner.
}
trial-rest-help = Sent, failed and skipped are those of the sample. Once there is a winner its opens and clicks are also those of the rest.
trial-choose = Choose the winner now
trial-choose-text = The winner is chosen by itself when the waiting time is over. Whoever does not want to wait chooses here; the rest is then sent at once.
trial-choose-one = Send { $letter } to the rest
live-winner = The sample is sent. The rest waits for the winner of the A/B test.
live-winner-until = The sample is sent. The winner of the A/B test is chosen { $time }, and the rest is sent.
trial-fault-others = write 1 to { $most } variants besides the campaign's own text
trial-fault-sample = write a number of people from 2 to { $most }
trial-fault-waiting = write a waiting time from five minutes to two weeks
trial-fault-invitation = an invitation goes out in one text
trial-fault-not-counted = opens or clicks decide, so they have to be counted; choose that for the campaign, or do not test
trial-fault-alike = write what is different in this variant
trial-fault-language = the campaign has no text in { $language }
