## Campaigns

campaign-new = New campaign
campaign-none = No campaigns yet
campaign-none-text = Once a campaign is written it shows here, with what became of it.
campaign-recipients = Recipients
campaign-what = What and why
campaign-name-hint = Only colleagues see it.
campaign-unit-hint = Whoever unsubscribes leaves this unit.
campaign-topic-hint = What recipients can choose not to get.
campaign-from-name = Sender name
campaign-from-address = Sender address
campaign-sender = Sender
campaign-text = Text
campaign-text-help = Write in one or more languages. Everyone gets their own, else the default one.
campaign-subject = Subject
campaign-preheader = Preheader
campaign-preheader-hint = The line that inboxes show after the subject. May be empty.
campaign-body = Text
body-kind = Format of the text
body-kind-markdown = Markdown
body-kind-html = HTML
body-kind-mjml = MJML
merge-fields = Fields that are filled in for each person
merge-fields-help = Write the field in double braces. With a fallback for those who lack it:
markdown-help = Markdown: # heading, **bold**, *italic*, [link](https://…), - item. A paragraph of one link and {"{"}.button{"}"} becomes a button.
field-given-name = given name
field-family-name = family name
field-full-name = full name
field-programme = name of the programme
field-graduation-year = graduation year
field-unit-name = the unit that sends
field-preferences-url = the page of preferences
field-unsubscribe-url = the page to unsubscribe
field-web-version-url = the mail as a web page
field-accept-url = the page to say yes, in invitations only
field-decline-url = the page to say no, in invitations only
campaign-settings = Language and looks
campaign-layout = Layout
campaign-default-language = Default language
campaign-default-language-hint = For those whose language is not written above.
campaign-tracking-hint = No person can be recognised in what is counted.
campaign-languages = Languages
campaign-audience = Audience
campaign-segment-present = As it is now
campaign-segment-problem = choose a segment
campaign-text-problem = write a subject and a text in at least one language
campaign-segment-everyone = Everyone in the register
campaign-save = Save and preview
campaign-overtaken = Somebody else changed the campaign since you opened it. Open it again and redo your changes.
campaign-facts = About the campaign

## Preview, test, launch

preview = Preview
preview-person = Show as
preview-invented = Invented person ({ $language })
preview-programme = Law
preview-frame = The mail
preview-plain = As plain text
campaign-test = Test mail
campaign-test-to = To
campaign-test-hint = Links in the test mail change nothing for anybody.
campaign-test-send = Send a test
campaign-launch-ask = Launch…
campaign-launch-text = The recipients are fixed when you launch. You can pause or cancel while it is going out.
campaign-launch-question = Send { $name } to { $count ->
    [one] { $count } person
   *[other] { $count } people
}?
campaign-launch = Send to { $count ->
    [one] { $count } person
   *[other] { $count } people
}

## What becomes of it

campaign-state-draft = Draft
campaign-state-in-review = In review
campaign-state-scheduled = Starting
campaign-state-freezing = Fixing recipients
campaign-state-sending = Sending
campaign-state-paused = Paused
campaign-state-finished = Finished
campaign-state-cancelled = Cancelled
campaign-waits-draft = Not sent yet.
campaign-waits-in-review = Waiting for approval.
campaign-waits-scheduled = Waiting for the worker to begin.
campaign-waits-freezing = The recipients are being read from the register.
campaign-waits-sending = The mails are going out. You may leave the page.
campaign-waits-paused = Nothing is sent until you resume.
campaign-waits-finished = Nothing is left to do.
campaign-waits-cancelled = Nothing more is sent.
delivery-queued = Queued
delivery-sending = On the way
delivery-sent = Sent
delivery-deferred = Deferred
delivery-failed = Failed
delivery-skipped = Skipped
campaign-pause = Pause
campaign-resume = Resume
campaign-cancel = Cancel the campaign
campaign-cancel-question = Cancel { $name }?
campaign-see-recipients = Recipients one by one
campaign-started-at = Started { $time }
campaign-finished-at = Finished { $time }.
campaign-rate = { $rate } mails per second.
campaign-skipped = Skipped, by reason
campaign-measured = Opens and clicks
campaign-opens = Opens
campaign-clicks = Clicks
campaign-measured-help = Many mail programs hide opens or open by themselves. Take the figures as a hint.
recipients-none = No recipient fits the filter.
recipients-attempts = Attempts
campaign-cancel-text = { $left ->
    [one] { $left } person who waits gets
   *[other] { $left } people who wait get
} no mail. { $sent } are sent already. This cannot be undone.
campaign-repeated = { $count ->
    [one] { $count } mail may have arrived twice.
   *[other] { $count } mails may have arrived twice.
}

## Invitations to the network

campaign-kind = Kind
campaign-kind-mailing = Mailing
campaign-kind-invitation = Invitation to the network
campaign-start-invitation = Invite new graduates
campaign-start-invitation-text = A ready invitation to the alumni network in three languages. Each person is invited only once.
campaign-invitation = This is an invitation: nobody gets one twice, and whoever declines is deleted from the register. The text needs the links accept_url and decline_url in every language.
campaign-segment-new-graduates = Graduated this year or last, never invited
campaign-answers = Answers to the invitation
campaign-invited = Invited
campaign-accepted = Accepted
campaign-declined = Declined, deleted
campaign-unanswered = No answer yet
campaign-important = Important
campaign-important-hint = It also reaches those who want nothing but what is important. Only for what nobody should miss.

## Starting at a time, sending again, and how it goes at this moment

schedule-at = Start at
schedule-hint = Leave empty to start now. Time zone: { $zone }.
schedule-unreadable = Write the day and the time, like 2026-12-01 09:00.
schedule-past = This time has passed. Choose a later one, or leave it empty to start now.
schedule-never = This time does not exist: the clocks go forward over it. The next one is { $time }.
schedule-twice = This time comes twice, because the clocks go back. Choose which one is meant.
schedule-which = Which one?
campaign-retry-ask = Send again to the failed…
campaign-retry-question = Send { $name } again?
campaign-retry-text = { $count ->
    [one] { $count } person did not get it. Whether it may be sent to them is checked again.
   *[other] { $count } people did not get it. Whether it may be sent to them is checked again.
}
campaign-retry = { $count ->
    [one] Send again to { $count } person
   *[other] Send again to { $count } people
}
recipients-domain = E-mail domain
recipients-export = Download as CSV
recipients-reply = The mail server’s answer
recipients-repeated = May have come twice
recipients-again = Again
recipients-again-one = Send again to { $address }
recipients-send-again = Send again to the ticked ones
live-quiet-hours = Quiet hours: sending goes on { $time }.
live-relays-until = No mail relay can take mail now. The next try is { $time }. Nobody is lost.
live-relays = No mail relay can take mail now. Nobody is lost.
live-workers = No process that sends is running. Ask IT to start a worker.
live-decision = The time for this campaign passed while nothing was running. Check that what it says still holds, then start it or cancel it.
live-deferred = The rest is tried again from { $time }.
live-rate = Now { $rate } per second.
live-remaining-seconds = { $count ->
    [one] About { $count } second left.
   *[other] About { $count } seconds left.
}
live-remaining-minutes = { $count ->
    [one] About { $count } minute left.
   *[other] About { $count } minutes left.
}
live-remaining-hours = { $count ->
    [one] About { $count } hour left.
   *[other] About { $count } hours left.
}
live-relays-heading = Mail relays
live-relay = Relay
live-per-second = Per second
live-domains-heading = Largest e-mail domains
live-other-domains = All others
live-slow-heading = Domains that asked for less
live-slow-until = Left alone until { $time }
live-faults-heading = Latest faults
relay-working = Works
relay-resting = Fails, is left alone for a while
relay-exhausted = Has had as much as it may be given
