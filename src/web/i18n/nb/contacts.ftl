## People

person-search-label = Søk på navn, e-postadresse, programkode eller sted
person-search = Søk
person-search-help = Skriv begynnelsen av et navn, en e-postadresse eller et sted, eller en hel programkode. Personer med beskyttet identitet vises ikke.
person-search-none = Ingen passer med: { $query }
person-search-more = Flere enn disse passer. Skriv mer av navnet.
person-place = Sted
person-facts = Opplysninger
person-born = Født
person-degrees = Grader og studieprogrammer
person-no-degrees = Registeret har ingen grad for personen.
person-programme = Studieprogram
person-graduation-year = Uteksamineringsår
person-profession = Yrke
person-faculty = Fakultet
person-network = Alumninettverket
person-work = Arbeid
person-employer = Arbeidsgiver
person-title = Tittel
person-wishes = Hva personen ønsker
person-no-refusals = Personen har ikke sagt nei til noe.
person-refusals = Personen har sagt nei til:
person-allow = Trekk tilbake
person-record = Noter et ønske
person-record-consent = Noter et samtykke
person-record-hint = Når noen har skrevet, ringt eller sagt det på stedet. Det gjelder med en gang.
scope-everything = Noen kontakt i det hele tatt
person-deceased = Personen er død og får ingen utsendelser.
person-protected = Personen har beskyttet identitet. Adressen vises ikke.
person-suppressed = E-postadressen er sperret og brukes ikke.
person-mark-protected = Beskyttet identitet
person-mark-deceased = Død
person-given-name = Fornavn
person-family-name = Etternavn

## Correcting a person, two people who are one

person-edit-title = Rett opplysninger om { $name }
person-edit-lead = Det du endrer her, skrives ikke over av noen import.
person-street = Gateadresse
person-postcode = Postnummer
person-country = Land
person-marks = Markeringer
person-marks-hint = Ved beskyttet identitet fjernes adressen fra registeret.
person-name-problem = Fornavn og etternavn skal ha 1 til 200 tegn.
person-address-problem = Delene av adressen kan ha høyst 200 tegn.
person-born-problem = Fødselsdatoen skal være en dato som har vært.
person-email-problem = E-postadressen skal se ut som navn@example.org.
person-phone-problem = Skriv telefonnummeret som +4791234567.
person-kinds-problem = Velg minst én rolle.
form-choice-problem = Velg ett av alternativene.
form-choose = Velg …
set-by-staff = Rettet av ansatte
set-by-person = Oppgitt av personen
merge-begin = Slå sammen
merge-find-title = Hvem er samme person som { $name }?
merge-find-lead = Finn den andre oppføringen. Ingenting endres før du har sett begge ved siden av hverandre.
merge-alike = Samme navn eller e-postadresse
merge-found = Treff
merge-none = Ingen andre ble funnet.
merge-title = Er de samme person?
merge-lead = { $other } blir en del av { $name }.
merge-stays = Blir stående
merge-joins = Går inn i den
merge-kinds = Roller
merge-refusals = Har sagt nei til
merge-swap = Bytt plass
merge-text = Opplysningene til venstre gjelder, hull fylles fra høyre. Hvert nei, hvert samtykke og alt som er sendt, følger med. Det kan angres.
merge-do = Slå sammen
merges = Sammenslåtte oppføringer
unmerge = Angre
unmerge-title = Skal { $name } bli en egen oppføring igjen?
unmerge-text = Hver av dem får opplysningene sine tilbake. Det som er endret etterpå, blir hos den som finnes nå, og hvert nei gjelder begge.
unmerge-do = Del opp

## Erasing a person

erase = Slett…
erase-title = Skal { $name } slettes?
erase-text = Alt registeret vet om personen, slettes, og det kan ikke angres. Tallene i utsendelsene blir stående uten personen. En kode uten personopplysninger lagres, slik at ingen import legger personen inn igjen.
erase-number = Skriv personens nummer, { $number }, for å bekrefte
erase-problem = Nummeret stemmer ikke. Ingenting er slettet.
erase-do = Slett personen for godt

## Wishes that came by letter, by phone, by e-mail or in person

wish = Hva personen vil
wish-title = Hva har { $name } sagt?
wish-lead = Det gjelder med en gang, akkurat som om personen selv hadde valgt det på siden sin.
wish-no = Vil ikke ha: { $scope }
wish-yes = Tar tilbake neiet til: { $scope }
wish-no-restricted = Vil at opplysningene bare brukes begrenset
wish-yes-restricted = Trekker tilbake begrensningen
wish-arrived = Kom inn den
wish-arrived-hint = Dagen da brevet, samtalen eller e-posten kom.
wish-way = Hvordan det kom inn
wish-note = Merknad
wish-note-hint = For eksempel saksnummeret. Personen kan lese den blant opplysningene sine.
wish-future-problem = Dagen da det kom inn, har ikke vært ennå.
wish-note-problem = Merknaden kan ha høyst 500 tegn på én linje.
wish-later-problem = Personen har sagt nei etter den dagen. Det som kom inn før, tar ikke det tilbake.
agreement-title = Hva har { $name } samtykket til?
agreement-lead = Samtykket lagres med ordlyden sin. Et som trekkes tilbake, gjelder med en gang.
agreement-given = Samtykker
agreement-withdrawn = Trekker tilbake samtykket
agreement-purpose = Formål
agreement-channel = På hvilken måte
agreement-every-unit = Alle enheter
agreement-text = Ordlyd
agreement-text-hint = Ordene som personen samtykket til, ord for ord. Trengs ikke når et samtykke trekkes tilbake.
agreement-text-problem = Skriv hva personen samtykket til, med 1 til 5 000 tegn.
agreement-language = Ordlydens språk
arrived-by-letter = Brev
arrived-by-phone = Telefon
arrived-by-email = E-post
arrived-by-in-person = På stedet
timeline-recorded = { $way }, notert av ansatte { $day }
