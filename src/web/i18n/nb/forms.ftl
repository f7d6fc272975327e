## Sign-up forms, for everybody

sign-up-from = Du melder deg på utsendelser fra { $unit }.
sign-up-given-name = Fornavn
sign-up-family-name = Etternavn
sign-up-email = E-postadresse
sign-up-language = Språk i utsendelsene
sign-up-topics = Hva vil du få?
sign-up-trap = La dette feltet stå tomt
sign-up-purpose = Hva vi bruker opplysningene dine til
sign-up-storage = Hvor lenge vi lagrer dem
sign-up-consent = Hva du samtykker til
sign-up-send = Meld meg på
sign-up-next = Vi sender deg en e-post med en lenke. Du er påmeldt når du har bekreftet der.
sign-up-preview = Slik ser skjemaet ut. Det kan ikke sendes herfra.
sign-up-again = Trykk på knappen en gang til.
sign-up-busy = Mange melder seg på akkurat nå. Vent noen minutter og trykk på knappen igjen.
sign-up-wrong-given-name = Skriv fornavnet ditt.
sign-up-wrong-family-name = Skriv etternavnet ditt.
sign-up-wrong-email = Skriv en e-postadresse, for eksempel navn@example.org.
sign-up-wrong-topics = Velg minst én ting du vil få.
sign-up-sent = Se i innboksen din
sign-up-sent-text = Vi har sendt en e-post med en lenke til adressen du skrev. Trykk på knappen der innen { $days } dager for å bekrefte. Kommer det ingen e-post, se i søppelposten og kontroller adressen.
sign-up-confirm = Ja, meld meg på
sign-up-confirm-question = Vil du få utsendelser fra { $unit }?
sign-up-confirm-address = Påmeldingen gjelder adressen { $address } og:
sign-up-confirm-not-you = Var det ikke du? Lukk siden, så sletter vi opplysningene.
sign-up-done = Du er påmeldt
sign-up-done-text = Du får utsendelser fra { $unit } om det du har valgt. Du kan når som helst endre det eller si nei til alt sammen.
sign-up-gone = Lenken er brukt eller for gammel
sign-up-gone-text = Har du allerede bekreftet, er alt i orden. Hvis ikke, fyll ut skjemaet på nytt, så får du en ny lenke.

## Accessibility statement

accessibility = Tilgjengelighet
accessibility-who = { $office } har ansvar for disse sidene: påmelding, avmelding, valg av utsendelser og invitasjoner. Alle skal kunne bruke dem, uansett hvordan de leser og klikker.
accessibility-state-heading = Hvor tilgjengelige sidene er
accessibility-state = Sidene er laget for å oppfylle WCAG 2.1 på nivå AA (EN 301 549). De fungerer med tastatur og skjermleser, uten skript, på smale skjermer og forstørret til 200 prosent.
accessibility-limits-heading = Hva som kan svikte
accessibility-limits = Vi kjenner ikke til mangler på selve sidene. Utsendelsene, og nettversjonene av dem, skrives av mange og kan ha bilder uten beskrivelse eller lenker med uklar tekst.
accessibility-tell-heading = Fortell oss om hindringer
accessibility-tell = Fungerer noe ikke for deg, svar på en e-post fra { $office }. Da hjelper vi deg på en annen måte og retter feilen.
accessibility-supervision-heading = Tilsyn
accessibility-supervision = Er du ikke fornøyd med svaret vårt, kan du henvende deg til tilsynsmyndigheten: i Sverige Myndigheten för digital förvaltning (Digg), i Norge Tilsynet for universell utforming av ikt (Uu-tilsynet).
accessibility-tested-heading = Hvordan vi har testet
accessibility-tested = Hver side kontrolleres med et automatisk verktøy (axe) på alle språk før hver nye versjon av programmet. Ingen uavhengig part har testet sidene.

## Sign-up forms, for staff

forms-lead = Skjemaer for å melde seg på en enhets utsendelser. Ingen er påmeldt før de har bekreftet med en lenke i en e-post.
forms-new = Nytt skjema
forms-none = Ingen skjemaer ennå
forms-none-text = Lag et, og lenk til det eller legg det inn på deres eget nettsted.
forms-address = Adresse
forms-closed = stengt
forms-version = Versjon { $version } av tekstene
forms-preview = Se på skjemaet
forms-slug = Navn i adressen
forms-slug-hint = Små bokstaver a–z, sifre og bindestreker. Det kan ikke endres senere.
forms-purpose = Formål som man samtykker til
forms-from = Avsender av e-posten som ber om bekreftelse
forms-from-hint = En av enhetens adresser, for eksempel alumn@example.se.
forms-topics = Emner å velge blant
forms-enabled = Skjemaet er åpent
forms-texts = Tekster
forms-texts-help = Fyll ut alle felt på minst ett språk. En endret tekst blir en ny versjon, og det noen allerede har samtykket til, beholdes slik det sto.
forms-part-heading = Overskrift
forms-part-purpose = Hva opplysningene brukes til
forms-part-storage = Hvor lenge de lagres
forms-part-consent = Hva man samtykker til, ord for ord
forms-save = Lagre skjemaet
forms-embed = Bruk skjemaet
forms-embed-link = Lenk til det:
forms-embed-frame = Vis det i en ramme på en annen side
forms-embed-html = Som HTML på deres egen side ({ $language })
forms-embed-help = HTML-koden har tekstene slik de er nå. Hent den på nytt når dere har endret dem.
forms-wrong-slug = Navnet i adressen er 1 til 40 små bokstaver a–z, sifre og bindestreker.
forms-wrong-slug-taken = Et annet skjema har det navnet i adressen. Velg et annet.
forms-wrong-name = Skriv et navn på høyst 200 tegn.
forms-wrong-topics = Velg minst ett emne.
forms-wrong-purpose = Velg et formål.
forms-wrong-from-address = Skriv avsenderen som en e-postadresse, for eksempel alumn@example.se.
forms-wrong-no-text = Skriv tekstene på minst ett språk.
forms-wrong-text = Mangler eller er for lang: { $part } ({ $language })
