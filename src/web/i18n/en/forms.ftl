## Sign-up forms, for everybody

sign-up-from = You sign up for mail from { $unit }.
sign-up-given-name = Given name
sign-up-family-name = Family name
sign-up-email = E-mail address
sign-up-language = Language of the mail
sign-up-topics = What would you like to get?
sign-up-trap = Leave this field empty
sign-up-purpose = What we use your details for
sign-up-storage = How long we keep them
sign-up-consent = What you agree to
sign-up-send = Sign me up
sign-up-next = We send you a mail with a link. You are signed up when you have confirmed there.
sign-up-preview = This is how the form looks. It cannot be sent from here.
sign-up-again = Please press the button once more.
sign-up-busy = Many people are signing up right now. Wait a few minutes and press the button again.
sign-up-wrong-given-name = Write your given name.
sign-up-wrong-family-name = Write your family name.
sign-up-wrong-email = Write an e-mail address such as name@example.org.
sign-up-wrong-topics = Choose at least one thing that you would like to get.
sign-up-sent = Look in your inbox
sign-up-sent-text = We have sent a mail with a link to the address that you wrote. Press the button there within { $days } days to confirm. If no mail comes, look among spam, and check the address.
sign-up-confirm = Yes, sign me up
sign-up-confirm-question = Do you want to get mail from { $unit }?
sign-up-confirm-address = The sign-up is for the address { $address }, and for:
sign-up-confirm-not-you = Was it not you? Close the page. We delete what was written.
sign-up-done = You are signed up
sign-up-done-text = You will get mail from { $unit } about what you chose. You can change it or say no to all of it at any time.
sign-up-gone = This link has been used or is too old
sign-up-gone-text = If you have confirmed already, all is done. If not, fill in the form again and you get a new link.

## Accessibility statement

accessibility = Accessibility
accessibility-who = { $office } is responsible for these pages: sign-up, unsubscribing, choices and invitations. Everybody should be able to use them, however they read and click.
accessibility-state-heading = How accessible the pages are
accessibility-state = The pages are made to meet WCAG 2.1 at level AA (EN 301 549). They work with keyboard and screen reader, without scripts, on narrow screens and enlarged to 200 percent.
accessibility-limits-heading = What may not be accessible
accessibility-limits = We know of no shortcoming on the pages themselves. Mailings, and the web versions of them, are written by many people and may hold pictures without description or links with unclear words.
accessibility-tell-heading = Tell us about obstacles
accessibility-tell = If something does not work for you, reply to any mail from { $office }. We then help you in another way and mend the fault.
accessibility-supervision-heading = Supervision
accessibility-supervision = If you are not content with our answer, you can turn to the supervisory authority: in Sweden the Agency for Digital Government (Digg), in Norway the Authority for Universal Design of ICT (Uu-tilsynet).
accessibility-tested-heading = How we have tested
accessibility-tested = Each page is checked by an automatic tool (axe) in every language before each new version of the program. No independent party has tested the pages.

## Sign-up forms, for staff

forms-lead = Forms by which people sign up for mail from a unit. Nobody is signed up before they have confirmed by a link in a mail.
forms-new = New form
forms-none = No forms yet
forms-none-text = Make one, and link to it or put it on your own site.
forms-address = Address
forms-closed = closed
forms-version = Version { $version } of the texts
forms-preview = Look at the form
forms-slug = Name in the address
forms-slug-hint = Lower-case letters a–z, digits and hyphens. It cannot be changed later.
forms-purpose = Purpose that people agree to
forms-from = Sender of the mail that asks for confirmation
forms-from-hint = An address of the unit, such as alumn@example.se.
forms-topics = Topics that it offers
forms-enabled = The form is open
forms-texts = Texts
forms-texts-help = Fill in every field of at least one language. A changed text is a new version, and what people have agreed to before is kept as they read it.
forms-part-heading = Heading
forms-part-purpose = What the details are used for
forms-part-storage = How long they are kept
forms-part-consent = What people agree to, word for word
forms-save = Save the form
forms-embed = Use the form
forms-embed-link = Link to it:
forms-embed-frame = Show it in a frame on another page
forms-embed-html = As HTML for your own page ({ $language })
forms-embed-help = The HTML holds the texts as they are now. Fetch it again when you have changed them.
forms-wrong-slug = The name in the address is 1 to 40 lower-case letters a–z, digits and hyphens.
forms-wrong-slug-taken = Another form has that name in its address. Choose another one.
forms-wrong-name = Write a name of at most 200 characters.
forms-wrong-topics = Choose at least one topic.
forms-wrong-purpose = Choose a purpose.
forms-wrong-from-address = Write the sender as an e-mail address such as alumn@example.se.
forms-wrong-no-text = Write the texts in at least one language.
forms-wrong-text = Missing or too long: { $part } ({ $language })
