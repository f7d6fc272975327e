## Words that many pages share

name = Navn
state = Status
started = Startet
changed = Endret
reason = Årsak
unit = Enhet
topic = Emne
purpose = Formål
legal-basis = Behandlingsgrunnlag
segment = Utvalg
tracking = Måling
person = Person
from = Fra
to = Til
save = Lagre
edit = Rediger
show = Vis
filter = Filtrer
any = Alle
back = Tilbake
next = Neste
older = Eldre
reload = Last på nytt
yes = Ja
form-problems = Rett dette og lagre på nytt:
name-problem = Navnet skal ha 1 til 200 tegn på én linje.
unit-problem = Velg en enhet.
choice-problem = velg ett av alternativene

## Why somebody is left out

reason-erased = Opplysningene er slettet
reason-deceased = Død
reason-do-not-contact = Vil ikke bli kontaktet
reason-restricted = Behandlingen er begrenset
reason-paused = Vil ha en pause
reason-protected = Beskyttet identitet
reason-no-address = Mangler e-postadresse
reason-suppressed = Adressen er sperret
reason-channel = Vil ikke ha e-post
reason-unit = Har meldt seg av enhetens utsendelser
reason-topic = Har meldt seg av emnet
reason-unit-topic = Har meldt seg av emnet fra enheten
reason-important-only = Vil bare ha viktige utsendelser
reason-digest = Får invitasjoner samlet
reason-no-legal-basis = Mangler samtykke
reason-unconfirmed = Adressen er ikke bekreftet
reason-contact-pressure = Har fått for mange utsendelser
reason-already-invited = Har fått invitasjonen før
reason-same-address = Deler adresse med en annen mottaker
reason-cancelled = Utsendelsen ble avbrutt

## Kinds of people, languages

kind-student = Student
kind-alumn = Alumn
kind-applicant = Søker
kind-participant = Deltaker
kind-interested = Interessert
kind-partner = Partner eller giver
kind-staff = Ansatt
tongue-sv = svensk
tongue-nb = norsk
tongue-en = engelsk
network-not-invited = Aldri invitert
network-invited = Invitert, har ikke svart
network-member = Medlem
network-left = Har forlatt nettverket

## Legal bases, ways of measuring

basis-consent = Samtykke
basis-contract = Avtale
basis-public-interest = Oppgave i allmennhetens interesse
basis-legal-obligation = Rettslig forpliktelse
basis-legitimate-interest = Berettiget interesse
tracking-off = Ingen måling
tracking-aggregate = Tell åpninger og klikk uten personer
tracking-individual = Per person, for dem som har godtatt det
