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
preferences-save = Save my choices
