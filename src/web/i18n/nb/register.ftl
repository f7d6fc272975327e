## Several e-mail addresses

addresses = E-postadresser
addresses-title = E-postadressene til { $name }
addresses-lead = Utsendelser går til hovedadressen. De andre gjør at personen blir funnet i søk og filer.
addresses-none = Registeret har ingen adresse til personen.
addresses-change = Endre e-postadresser
address-primary = Hovedadresse
address-suppressed = Sperret
address-make-primary = Gjør til hovedadresse
address-new = Enda en e-postadresse
address-add = Legg til adresse
address-known = Personen har allerede denne adressen.
address-remove-title = Fjerne { $address }?
address-remove-text = Adressen forsvinner fra { $name } i registeret, og ingen fil bringer den tilbake.
address-from-staff = Lagt til av ansatte
address-from-person = Oppgitt av personen
address-from-import = Fra en fil
address-from-former = Tidligere hovedadresse
address-from-merge = Fra en sammenslått oppføring

## Events and projects

took-part = Arrangementer og prosjekter
took-part-none = Ingenting er notert.
took-part-title = Hva har { $name } deltatt i?
took-part-lead = Hele deltakerlister importeres som registerfiler.
took-part-kind = Type
occasion-event = Arrangement
occasion-project = Prosjekt
took-part-code = Kode
took-part-code-hint = Utvalg spør etter den. Uten kode lages den av navnet.
took-part-day = Dag
took-part-remove-title = Fjerne «{ $event }» fra { $name }?
took-part-remove-text = Utvalg finner da ikke lenger personen ved hjelp av det.

## Relations

ties = Relasjoner
ties-none = Ingen relasjoner er notert.
tie-find-title = Hvem eller hva har { $name } med å gjøre?
tie-find-lead = Finn først organisasjonen eller personen.
tie-find-label = Navn på en organisasjon eller person
tie-find-help = Skriv begynnelsen av et navn.
tie-kind = Type
tie-role = Rolle
tie-from = Fra og med
tie-to = Til og med
tie-to-hint = La feltet stå tomt så lenge relasjonen varer.
tie-period = Tidsrom
tie-ended = Avsluttet
tie-new-title = { $name } og { $other }
tie-new-lead = Hva er personen der, og siden når?
tie-edit-title = { $name } og { $other }
tie-edit-lead = Avslutt relasjonen ved å skrive den siste dagen.
tie-dates-problem = Den siste dagen kan ikke være før den første.
tie-remove-title = Fjerne relasjonen mellom { $name } og { $other }?
tie-remove-text = Fjern det som aldri har stemt. En relasjon som er over, får en siste dag i stedet.
relation-employee = Ansatt
relation-member = Medlem
relation-donor = Giver
relation-mentor = Mentor
relation-board-member = Styremedlem
relation-other = Annet
relation-of-employee = Har som ansatt
relation-of-member = Har som medlem
relation-of-donor = Har som giver
relation-of-mentor = Har som mentor
relation-of-board-member = Har i styret
relation-of-other = Annet
date-problem = Skriv en dato som 2026-03-18.

## Organisations

organisation = Organisasjon
organisations = Organisasjoner
organisations-lead = Arbeidsgivere, partnere og givere som personer i registeret har med å gjøre.
organisations-empty = Det finnes ingen organisasjoner ennå. Legg til den første.
organisation-search-label = Søk på navn eller organisasjonsnummer
organisation-none = Ingen organisasjon passer med: { $query }
organisation-new-title = Legg til organisasjon
organisation-edit-title = Rett organisasjonen
organisation-lead = Navnet er nok. Organisasjonsnummeret skiller organisasjoner med samme navn.
organisation-kind = Type
organisation-kind-employer = Arbeidsgiver
organisation-kind-partner = Partner
organisation-kind-donor = Giver
organisation-kind-other = Annet
organisation-number = Organisasjonsnummer
organisation-number-hint = Svensk nummer som 232100-0255, norsk med ni sifre, et annet lands etter landets to bokstaver.
organisation-number-form = Organisasjonsnummeret har feil form. Skriv et svensk som 232100-0255, et norsk med ni sifre og et annet lands etter landets to bokstaver, som FI01120389.
organisation-number-personal = Det er et personnummer. La feltet stå tomt for et enkeltpersonforetak uten eget organisasjonsnummer.
organisation-number-check = Kontrollsifferet i organisasjonsnummeret stemmer ikke. Sammenlign nummeret med landets register.
organisation-number-taken = En annen organisasjon har dette organisasjonsnummeret.
organisation-people = Personer
organisation-nobody = Ingen har noen relasjon til organisasjonen. Relasjoner legges til på siden til en person.
organisation-delete-title = Fjerne { $name }?
organisation-delete-text = Ingen har noen relasjon til organisasjonen. Den kan legges til igjen.
error-organisation-in-use-title = Personer har relasjoner til organisasjonen
error-organisation-in-use-text = Fjern først relasjonene til den.

## Timeline

timeline = Tidslinje
timeline-title = Tidslinje for { $name }
timeline-all = Vis alt
timeline-end = Ingenting skjedde før det.
timeline-protected = Rollen din viser ikke hva som har skjedd med personer som har skjermet identitet.
timeline-registered = Kom inn i registeret
timeline-imported = Importert fra { $mapping }
timeline-updated = Oppdatert fra { $mapping }
timeline-corrected-staff = Ansatte rettet: { $fields }
timeline-corrected-person = Personen rettet: { $fields }
timeline-address = E-postadresse tatt vare på: { $address }
timeline-merged = Slått sammen med { $name }
timeline-unmerged = Sammenslåingen med { $name } ble angret
timeline-refused = Sa nei til: { $scope }
timeline-allowed = Tok tilbake sitt nei til: { $scope }
timeline-consented = Samtykket til: { $purpose }
timeline-joined = Takket ja til invitasjonen til nettverket
timeline-withdrew = Trakk tilbake samtykket til: { $purpose }
timeline-mail-sent = Fikk «{ $name }»
timeline-mail-failed = «{ $name }» kom ikke fram
timeline-mail-skipped = Fikk ikke «{ $name }»
timeline-opened = Åpnet «{ $name }»
timeline-clicked = Fulgte en lenke i «{ $name }»
timeline-event = Deltok på «{ $name }»
timeline-project = Deltok i prosjektet «{ $name }»
timeline-tied = { $role }: { $name }
timeline-untied = Ikke lenger: { $role }, { $name }
merged-by-staff = Av ansatte
merged-by-import = Av en import
heard-one-click = Med ett klikk i en e-post
heard-page = På siden bak lenken i en e-post
heard-staff = Notert av ansatte
heard-api = Gjennom API-et
heard-import = Fra en fil
heard-invitation = På svarsiden i en invitasjon
heard-form = Gjennom et påmeldingsskjema
heard-complaint = Klage via e-postleverandøren
heard-pause-ended = Pausen tok slutt
heard-demo = Oppdiktet for demoen

## What can be done

add = Legg til
remove = Fjern
