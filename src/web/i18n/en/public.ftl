## Leaving

unsubscribe = Unsubscribe
unsubscribe-question = Do you want to stop getting mail from { $unit }?
unsubscribe-address = This is about the address { $address }.
unsubscribe-more-later = Afterwards you can choose to stop more, or undo it.
unsubscribed-preferences = Choose what you want to get from us
left-one-click = You are unsubscribed.
left-unit = You will get no more mail from { $unit }
left-topic = You will get nothing more about { $topic }
left-email = You will get no more e-mail from us
left-everything = We will not contact you again
left-already-unit = You have already said no to mail from { $unit }
left-already-email = You have already said no to e-mail from us
left-already-everything = You have already asked us not to contact you
back-unit = You will get mail from { $unit } again
back-topic = You will hear about { $topic } again
back-email = You will get e-mail from us again
back-everything = We may contact you again
left-text = Would you like to stop more, or undo it?
choice-unit = Mail from { $unit }
choice-topic = { $topic }, from all of us
choice-email = All e-mail from us
choice-everything = Any contact, letters and phone too
choice-stop = Stop
choice-undo = Undo
choice-stopped = stopped

## Preferences

preferences = Your choices
preferences-heading = What would you like to get from us?
preferences-saved = Your choices are saved.
preferences-address = The choices are for the address { $address }.
preferences-channels = How
preferences-topics = About what
preferences-units = From whom
preferences-nothing-heading = Nothing at all
preferences-nothing = Do not contact me
preferences-measuring-heading = May we see what you yourself read?
preferences-measuring = Yes, { $office } may keep which of the mailings I get I open and which links I click, with the day and hour, to understand what interests me and to choose what to send me. This goes for mailings that are measured so. The IP address is not kept.
preferences-measuring-help = Without your yes we only count how many people open and click, and nobody can see who. You can take your yes back here at any time. We then delete what has been kept about what you opened and clicked.
preferences-save = Save my choices
