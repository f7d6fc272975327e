## Leaving

unsubscribe = Avsluta prenumerationen
unsubscribe-question = Vill du sluta få e-post från { $unit }?
unsubscribe-address = Det gäller adressen { $address }.
unsubscribe-more-later = Efteråt kan du välja om det ska gälla mer, eller ångra dig.
unsubscribed-preferences = Välj själv vad du vill få från oss
unsubscribed-mistake = Det var ett misstag – ångra
left-one-click = Din prenumeration är avslutad.
left-offer = Du får inget mer om { $topic } från { $unit }
left-unit = Du får ingen mer e-post från { $unit }
left-topic = Du får inget mer om { $topic }
left-email = Du får ingen mer e-post från oss
left-channels = Vi når dig inte längre på något sätt
left-everything = Vi kontaktar dig inte mer
left-already-unit = Du har redan sagt nej till e-post från { $unit }
left-already-email = Du har redan sagt nej till e-post från oss
left-already-channels = Du har redan sagt nej till alla sätt att nå dig
left-already-everything = Du har redan bett oss att inte kontakta dig
back-offer = Du får veta mer om { $topic } från { $unit } igen
back-unit = Du får e-post från { $unit } igen
back-topic = Du får veta mer om { $topic } igen
back-email = Du får e-post från oss igen
back-channels = Vi får nå dig på alla sätt igen
back-everything = Vi får kontakta dig igen
back-text = Du kan ändra dig när du vill.
back-still = Det som är märkt som avslutat här under gäller fortfarande.
left-text = Ska det gälla mer än så, eller mindre?
choice-offer = { $topic }, från { $unit }
choice-unit = E-post från { $unit }
choice-topic = { $topic }, från alla hos oss
choice-email = All e-post från oss
choice-channels = E-post, sms, brev och telefonsamtal från oss
choice-everything = All kontakt, nu och framöver
choice-stop = Avsluta
choice-only = Bara detta
choice-undo = Ångra
choice-stopped = avslutat

## Preferences

preferences = Dina val
preferences-heading = Vad vill du få från oss?
preferences-saved = Dina val är sparade.
preferences-address = Valen gäller adressen { $address }.
preferences-channels = Hur
preferences-topics = Om vad
preferences-units = Från vem
preferences-parts = Mer i detalj
preferences-parts-text = För var och en av oss som har skrivit till dig: om vad, och hur. Ett nej gäller alltid, även de bredare här ovanför.
preferences-overruled = Stoppas av ditt nej: { $what }
preferences-frequency = Hur ofta
preferences-frequency-everything = Allt, när det skickas
preferences-frequency-digest = Inbjudningar till evenemang samlade en gång i månaden, allt annat när det skickas
preferences-frequency-important = Bara det som är viktigt
preferences-frequency-help = Mejlet med inbjudningarna kommer i början av varje månad, och inte om det inte fanns några. En inbjudan med kort varsel kan komma för sent i det.
preferences-nothing-heading = Ingenting alls
preferences-nothing = Kontakta mig inte
preferences-measuring-heading = Får vi se vad just du läser?
preferences-measuring = Ja, { $office } får spara vilka av de utskick jag får som jag öppnar och vilka länkar jag klickar på, med dag och timme, för att förstå vad jag är intresserad av och välja vad som skickas till mig. Det gäller utskick som mäts så. IP-adressen sparas inte.
preferences-measuring-help = Utan ditt ja räknar vi bara hur många som öppnar och klickar, och ingen kan se vem. Du kan när som helst ta tillbaka ditt ja här. Då raderar vi det som har sparats om vad du har öppnat och klickat på.
preferences-save = Spara mina val

## Invitations to the network

invitation = Inbjudan
invitation-question = Vill du vara med i alumnnätverket hos { $unit }?
invitation-about = Nätverket är till för dig som har studerat här. Du får nyheter och inbjudningar från { $unit }, och du väljer själv vad du vill få. Det kostar ingenting.
invitation-address = Inbjudan gick till { $address }.
invitation-consent = Jag vill vara med i alumnnätverket hos { $unit } och få e-post därifrån. Jag kan ta tillbaka det när jag vill.
invitation-accept = Ja, jag vill vara med
invitation-decline-text = Om du tackar nej raderar vi dina uppgifter ur vårt kontaktregister. Vi sparar bara en kod som ingen kan läsa ditt namn eller din adress ur, så att du inte läggs in eller bjuds in igen. Det går inte att ångra.
invitation-decline = Nej tack, radera mina uppgifter
invitation-accepted = Välkommen till nätverket!
invitation-accepted-text = Vi har sparat att du vill vara med i alumnnätverket hos { $unit }. Du kan ändra vad du får, eller säga nej till alltihop, när du vill.
invitation-member = Du är redan med i nätverket
invitation-declined = Dina uppgifter är raderade
invitation-declined-text = Du får inga fler inbjudningar till alumnnätverket hos { $unit }.
invitation-gone = Inbjudan gäller inte längre
invitation-gone-text = Vi har inga uppgifter om dig som hör till inbjudan från { $unit }. Du behöver inte göra något.
