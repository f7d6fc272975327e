## What was found before the launch

check = Check before the launch
check-nothing = Nothing to remark.
check-errors = { $count ->
    [one] One error must be corrected before the launch.
   *[other] { $count } errors must be corrected before the launch.
  }
check-warnings = { $count ->
    [one] One thing to look at.
   *[other] { $count } things to look at.
  }
check-error = Error
check-warning = Warning
check-to-block = To the block
check-to-line = To line { $line }
check-again = Check links and domain again
check-outside-done = Links and the sender's domain were checked.
check-outside-waits = Links and the sender's domain are being checked in the background. Reload the page in a while.
check-found-text = The text cannot be used: { $what }
check-found-no-alt = The picture { $what } has no description. Say what it shows.
check-found-empty-alt = The picture { $what } has an empty description. That is right only if it is mere decoration.
check-found-empty-link = The link to { $what } has no words. Say where it leads.
check-found-vague-link = “{ $what }” does not say where the link leads.
check-found-nowhere-link = The link “{ $what }” leads nowhere. Give it an address.
check-found-dead-link = The link to { $what } does not work.
check-found-internal-link = The link to { $what } leads into a private network that recipients cannot reach.
check-found-contrast = “{ $what }” is hard to read on its background. The contrast should be at least 4.5 to 1.
check-found-heading-order = The heading “{ $what }” leaves out a level.
check-found-empty-heading = A heading is empty.
check-found-merge-gap = { $amount ->
    [one] One recipient has no value for the field “{ $what }”, and the field has no fallback.
   *[other] { $amount } recipients have no value for the field “{ $what }”, and the field has no fallback.
  }
check-found-no-language = There is no text in this language. Its readers get the default language.
check-found-no-preheader = There is no preheader in this language, while another has one.
check-found-clipped = The mail's HTML is { $amount } kB. Gmail shows only 102 kB.
check-found-heavy-pictures = The pictures weigh { $amount } kB together. Make them smaller.
check-found-long-subject = The subject has { $amount } characters. Phones show about 60.
check-found-no-unsubscribe = There is no way to unsubscribe. Add the field unsubscribe_url.
check-found-no-spf = The sender's domain { $what } has no SPF record. The mails may land among spam.
check-found-no-dkim = We find no DKIM key for the sender's domain { $what }. The mails may land among spam.
check-found-no-dmarc = The sender's domain { $what } has no DMARC record. The mails may land among spam.

error-check-title = The campaign has errors that must be corrected
error-check-text = Go back, correct the errors and launch the campaign then.
