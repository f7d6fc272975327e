## Words that many pages share

name = Namn
state = Läge
started = Startade
changed = Ändrat
reason = Skäl
unit = Enhet
topic = Ämne
purpose = Ändamål
legal-basis = Rättslig grund
segment = Urval
tracking = Mätning
person = Person
from = Från
to = Till
save = Spara
edit = Redigera
show = Visa
filter = Filtrera
any = Alla
back = Tillbaka
next = Nästa
older = Äldre
reload = Ladda om
yes = Ja
form-problems = Rätta detta och spara igen:
name-problem = Namnet ska ha 1 till 200 tecken på en rad.
unit-problem = Välj en enhet.
choice-problem = välj ett av alternativen

## Why somebody is left out

reason-erased = Uppgifterna är raderade
reason-deceased = Avliden
reason-do-not-contact = Vill inte bli kontaktad
reason-restricted = Behandlingen är begränsad
reason-paused = Vill ha en paus
reason-protected = Skyddad identitet
reason-no-address = Saknar e-postadress
reason-suppressed = Adressen är spärrad
reason-channel = Vill inte ha e-post
reason-unit = Har avslutat enhetens utskick
reason-topic = Har avslutat ämnet
reason-unit-topic = Har avslutat ämnet från enheten
reason-important-only = Vill bara ha viktiga utskick
reason-digest = Får inbjudningar samlade
reason-no-legal-basis = Saknar samtycke
reason-unconfirmed = Adressen är inte bekräftad
reason-contact-pressure = Har fått för många utskick
reason-already-invited = Har redan fått inbjudan
reason-same-address = Delar adress med en annan mottagare
reason-cancelled = Utskicket avbröts

## Kinds of people, languages

kind-student = Student
kind-alumn = Alumn
kind-applicant = Sökande
kind-participant = Deltagare
kind-interested = Intresserad
kind-partner = Partner eller givare
kind-staff = Anställd
tongue-sv = svenska
tongue-nb = norska
tongue-en = engelska
network-not-invited = Aldrig inbjuden
network-invited = Inbjuden, har inte svarat
network-member = Medlem
network-left = Har lämnat nätverket

## Legal bases, ways of measuring

basis-consent = Samtycke
basis-contract = Avtal
basis-public-interest = Uppgift av allmänt intresse
basis-legal-obligation = Rättslig förpliktelse
basis-legitimate-interest = Berättigat intresse
tracking-off = Ingen mätning
tracking-aggregate = Räkna öppningar och klick utan personer
tracking-individual = Per person, för dem som har gått med på det
