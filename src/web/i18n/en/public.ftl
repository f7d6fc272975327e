## Leaving

unsubscribe = Unsubscribe
unsubscribe-question = Do you want to stop getting mail from { $unit }?
unsubscribe-address = This is about the address { $address }.
unsubscribe-more-later = Afterwards you can choose to stop more, or undo it.
unsubscribed-preferences = Choose what you want to get from us
unsubscribed-mistake = I left by mistake – undo
left-one-click = You are unsubscribed.
left-offer = You will get nothing more about { $topic } from { $unit }
left-unit = You will get no more mail from { $unit }
left-topic = You will get nothing more about { $topic }
left-email = You will get no more e-mail from us
left-channels = We will not reach you in any way any more
left-everything = We will not contact you again
left-already-unit = You have already said no to mail from { $unit }
left-already-email = You have already said no to e-mail from us
left-already-channels = You have already said no to every way of reaching you
left-already-everything = You have already asked us not to contact you
back-offer = You will hear about { $topic } from { $unit } again
back-unit = You will get mail from { $unit } again
back-topic = You will hear about { $topic } again
back-email = You will get e-mail from us again
back-channels = We may reach you in every way again
back-everything = We may contact you again
back-text = You can change your mind at any time.
back-still = What is marked as stopped below still holds.
left-text = Should it be more than that, or less?
choice-offer = { $topic }, from { $unit }
choice-unit = Mail from { $unit }
choice-topic = { $topic }, from all of us
choice-email = All e-mail from us
choice-channels = E-mail, text messages, letters and phone calls from us
choice-everything = Any contact at all, now and later
choice-stop = Stop
choice-only = Only this
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
preferences-parts = In detail
preferences-parts-text = For each of us who has written to you: about what, and how. Any no wins, the wide ones above too.
preferences-overruled = Stopped by your no: { $what }
preferences-frequency = How often
preferences-frequency-everything = Everything, as it is sent
preferences-frequency-digest = Invitations to events once a month in one mail, everything else as it is sent
preferences-frequency-important = Only what is important
preferences-frequency-help = The mail with the invitations comes at the beginning of each month, and not when there were none. An invitation at short notice may come too late in it.
preferences-nothing-heading = Nothing at all
preferences-nothing = Do not contact me
preferences-measuring-heading = May we see what you yourself read?
preferences-measuring = Yes, { $office } may keep which of the mailings I get I open and which links I click, with the day and hour, to understand what interests me and to choose what to send me. This goes for mailings that are measured so. The IP address is not kept.
preferences-measuring-help = Without your yes we only count how many people open and click, and nobody can see who. You can take your yes back here at any time. We then delete what has been kept about what you opened and clicked.
preferences-save = Save my choices

## Invitations to the network

invitation = Invitation
invitation-question = Would you like to join the alumni network of { $unit }?
invitation-about = The network is for those who have studied here. You get news and invitations from { $unit }, and you choose what you want to get. It costs nothing.
invitation-address = The invitation went to { $address }.
invitation-consent = I want to join the alumni network of { $unit } and get e-mail from there. I can take this back at any time.
invitation-accept = Yes, I want to join
invitation-decline-text = If you decline, we delete your details from our register. We keep only a code from which nobody can read your name or address, so that you are not taken in or invited again. This cannot be undone.
invitation-decline = No, delete my details
invitation-accepted = Welcome to the network!
invitation-accepted-text = We have saved that you want to be in the alumni network of { $unit }. You can change what you get, or say no to all of it, at any time.
invitation-member = You are in the network already
invitation-declined = Your details are deleted
invitation-declined-text = You will get no more invitations to the alumni network of { $unit }.
invitation-gone = This invitation no longer holds
invitation-gone-text = We have no details about you that belong to the invitation from { $unit }. You need not do anything.
