## Leaving

unsubscribe = Meld meg av
unsubscribe-question = Vil du slutte å få e-post fra { $unit }?
unsubscribe-address = Det gjelder adressen { $address }.
unsubscribe-more-later = Etterpå kan du velge om det skal gjelde mer, eller angre.
unsubscribed-preferences = Velg selv hva du vil få fra oss
unsubscribed-mistake = Det var en feil – angre
left-one-click = Du er meldt av.
left-offer = Du får ikke mer om { $topic } fra { $unit }
left-unit = Du får ikke mer e-post fra { $unit }
left-topic = Du får ikke mer om { $topic }
left-email = Du får ikke mer e-post fra oss
left-channels = Vi når deg ikke lenger på noen måte
left-everything = Vi kontakter deg ikke mer
left-already-unit = Du har allerede sagt nei til e-post fra { $unit }
left-already-email = Du har allerede sagt nei til e-post fra oss
left-already-channels = Du har allerede sagt nei til alle måter å nå deg på
left-already-everything = Du har allerede bedt oss om ikke å kontakte deg
back-offer = Du får mer om { $topic } fra { $unit } igjen
back-unit = Du får e-post fra { $unit } igjen
back-topic = Du får mer om { $topic } igjen
back-email = Du får e-post fra oss igjen
back-channels = Vi kan nå deg på alle måter igjen
back-everything = Vi kan kontakte deg igjen
back-text = Du kan ombestemme deg når du vil.
back-still = Det som er merket som stoppet nedenfor, gjelder fortsatt.
left-text = Skal det gjelde mer enn det, eller mindre?
choice-offer = { $topic }, fra { $unit }
choice-unit = E-post fra { $unit }
choice-topic = { $topic }, fra alle hos oss
choice-email = All e-post fra oss
choice-channels = E-post, SMS, brev og telefonsamtaler fra oss
choice-everything = All kontakt, nå og senere
choice-stop = Stopp
choice-only = Bare dette
choice-undo = Angre
choice-stopped = stoppet

## Preferences

preferences = Dine valg
preferences-heading = Hva vil du få fra oss?
preferences-saved = Valgene dine er lagret.
preferences-address = Valgene gjelder adressen { $address }.
preferences-channels = Hvordan
preferences-topics = Om hva
preferences-units = Fra hvem
preferences-parts = Mer i detalj
preferences-parts-text = For hver av oss som har skrevet til deg: om hva, og hvordan. Et nei gjelder alltid, også de bredere her ovenfor.
preferences-overruled = Stoppes av ditt nei: { $what }
preferences-frequency = Hvor ofte
preferences-frequency-everything = Alt, når det sendes
preferences-frequency-digest = Invitasjoner til arrangementer samlet én gang i måneden, alt annet når det sendes
preferences-frequency-important = Bare det som er viktig
preferences-frequency-help = E-posten med invitasjonene kommer i begynnelsen av hver måned, og ikke hvis det ikke var noen. En invitasjon på kort varsel kan komme for sent i den.
preferences-nothing-heading = Ingenting i det hele tatt
preferences-nothing = Ikke kontakt meg
preferences-measuring-heading = Får vi se hva akkurat du leser?
preferences-measuring = Ja, { $office } får lagre hvilke av utsendelsene jeg får som jeg åpner, og hvilke lenker jeg klikker på, med dag og time, for å forstå hva jeg er interessert i og velge hva som sendes til meg. Det gjelder utsendelser som måles slik. IP-adressen lagres ikke.
preferences-measuring-help = Uten ditt ja teller vi bare hvor mange som åpner og klikker, og ingen kan se hvem. Du kan når som helst ta tilbake ditt ja her. Da sletter vi det som er lagret om hva du har åpnet og klikket på.
preferences-save = Lagre valgene mine

## Invitations to the network

invitation = Invitasjon
invitation-question = Vil du være med i alumninettverket hos { $unit }?
invitation-about = Nettverket er for deg som har studert her. Du får nyheter og invitasjoner fra { $unit }, og du velger selv hva du vil få. Det koster ingenting.
invitation-address = Invitasjonen gikk til { $address }.
invitation-consent = Jeg vil være med i alumninettverket hos { $unit } og få e-post derfra. Jeg kan trekke det tilbake når jeg vil.
invitation-accept = Ja, jeg vil være med
invitation-decline-text = Hvis du takker nei, sletter vi opplysningene dine fra kontaktregisteret vårt. Vi beholder bare en kode som ingen kan lese navnet eller adressen din ut av, slik at du ikke legges inn eller inviteres igjen. Det kan ikke angres.
invitation-decline = Nei takk, slett opplysningene mine
invitation-accepted = Velkommen til nettverket!
invitation-accepted-text = Vi har lagret at du vil være med i alumninettverket hos { $unit }. Du kan endre hva du får, eller si nei til alt, når du vil.
invitation-member = Du er allerede med i nettverket
invitation-declined = Opplysningene dine er slettet
invitation-declined-text = Du får ingen flere invitasjoner til alumninettverket hos { $unit }.
invitation-gone = Invitasjonen gjelder ikke lenger
invitation-gone-text = Vi har ingen opplysninger om deg som hører til invitasjonen fra { $unit }. Du trenger ikke gjøre noe.
