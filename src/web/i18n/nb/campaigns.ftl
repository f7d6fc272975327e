## Campaigns

campaign-new = Ny utsendelse
campaign-none = Ingen utsendelser ennå
campaign-none-text = Når en utsendelse er skrevet, vises den her, med hvordan det gikk.
campaign-recipients = Mottakere
campaign-what = Hva og hvorfor
campaign-name-hint = Vises bare for kolleger.
campaign-unit-hint = Den som melder seg av, gjør det fra denne enheten.
campaign-topic-hint = Det mottakerne kan velge bort.
campaign-from-name = Avsenderens navn
campaign-from-address = Avsenderens adresse
campaign-sender = Avsender
campaign-text = Tekst
campaign-text-help = Skriv på ett eller flere språk. Hver får sitt språk, ellers standardspråket.
campaign-subject = Emnelinje
campaign-preheader = Innledning i innboksen
campaign-preheader-hint = Linjen som innboksen viser etter emnelinjen. Kan være tom.
campaign-body = Tekst
body-kind = Tekstens format
body-kind-markdown = Markdown
body-kind-html = HTML
body-kind-mjml = MJML
merge-fields = Felter som fylles ut for hver
merge-fields-help = Skriv feltet med doble klammer. Med en reserve for den som mangler opplysningen:
markdown-help = Markdown: # overskrift, **fet**, *kursiv*, [lenke](https://…), - punkt. Et eget avsnitt med en lenke og {"{"}.button{"}"} blir en knapp.
field-given-name = fornavn
field-family-name = etternavn
field-full-name = for- og etternavn
field-programme = studieprogrammets navn
field-graduation-year = uteksamineringsår
field-unit-name = enheten som sender
field-preferences-url = siden for egne valg
field-unsubscribe-url = siden for å melde seg av
field-web-version-url = e-posten som nettside
field-accept-url = siden for å takke ja, bare i invitasjoner
field-decline-url = siden for å takke nei, bare i invitasjoner
campaign-settings = Språk og utseende
campaign-layout = Mal
campaign-default-language = Standardspråk
campaign-default-language-hint = For den som har et språk som mangler ovenfor.
campaign-tracking-hint = Ingen person kan kjennes igjen i det som telles.
campaign-languages = Språk
campaign-audience = Mottakere
campaign-segment-present = Som det er nå
campaign-segment-problem = velg et utvalg
campaign-text-problem = skriv emnelinje og tekst på minst ett språk
campaign-segment-everyone = Alle i registeret
campaign-save = Lagre og forhåndsvis
campaign-overtaken = Noen andre har endret utsendelsen siden du åpnet den. Åpne den på nytt og gjør endringene dine om igjen.
campaign-facts = Om utsendelsen

## Preview, test, launch

preview = Forhåndsvisning
preview-person = Vis som
preview-invented = Oppdiktet person ({ $language })
preview-programme = Rettsvitenskap
preview-frame = E-posten
preview-plain = Som ren tekst
campaign-test = Test-e-post
campaign-test-to = Til
campaign-test-hint = Lenkene i test-e-posten endrer ingenting for noen.
campaign-test-send = Send test-e-post
campaign-launch-ask = Send…
campaign-launch-text = Mottakerne bestemmes når du sender. Du kan sette på pause eller avbryte underveis.
campaign-launch-question = Sende { $name } til { $count ->
    [one] { $count } person
   *[other] { $count } personer
}?
campaign-launch = Send til { $count ->
    [one] { $count } person
   *[other] { $count } personer
}

## What becomes of it

campaign-state-draft = Utkast
campaign-state-in-review = Til gjennomgang
campaign-state-scheduled = Starter
campaign-state-freezing = Mottakere hentes fram
campaign-state-sending = Sendes
campaign-state-paused = På pause
campaign-state-finished = Ferdig
campaign-state-cancelled = Avbrutt
campaign-waits-draft = Ikke sendt ennå.
campaign-waits-in-review = Venter på godkjenning.
campaign-waits-scheduled = Venter på at arbeidsprosessen skal begynne.
campaign-waits-freezing = Mottakerne hentes fram fra registeret.
campaign-waits-sending = E-postene sendes. Du kan forlate siden.
campaign-waits-paused = Ingenting sendes før du fortsetter.
campaign-waits-finished = Ingenting gjenstår.
campaign-waits-cancelled = Ingenting mer sendes.
delivery-queued = I kø
delivery-sending = På vei
delivery-sent = Sendt
delivery-deferred = Prøves igjen
delivery-failed = Mislykket
delivery-skipped = Utelatt
campaign-pause = Pause
campaign-resume = Fortsett
campaign-cancel = Avbryt utsendelsen
campaign-cancel-question = Avbryte { $name }?
campaign-see-recipients = Mottakere en for en
campaign-started-at = Startet { $time }
campaign-finished-at = Ferdig { $time }.
campaign-rate = { $rate } e-poster per sekund.
campaign-skipped = Utelatt, etter årsak
campaign-measured = Åpninger og klikk
campaign-opens = Åpninger
campaign-clicks = Klikk
campaign-measured-help = Mange e-postprogrammer skjuler åpninger eller åpner av seg selv. Se tallene som en pekepinn.
recipients-none = Ingen mottaker passer med filteret.
recipients-attempts = Forsøk
campaign-cancel-text = { $left ->
    [one] { $left } person som venter
   *[other] { $left } personer som venter
} får ingen e-post. { $sent } er allerede sendt. Det kan ikke angres.
campaign-repeated = { $count ->
    [one] { $count } e-post kan ha kommet to ganger.
   *[other] { $count } e-poster kan ha kommet to ganger.
}

## Invitations to the network

campaign-kind = Type
campaign-kind-mailing = Utsendelse
campaign-kind-invitation = Invitasjon til nettverket
campaign-start-invitation = Inviter nyutdannede
campaign-start-invitation-text = En ferdig invitasjon til alumninettverket på tre språk. Hver person inviteres bare én gang.
campaign-invitation = Dette er en invitasjon: ingen får den to ganger, og den som takker nei, slettes fra registeret. Teksten trenger lenkene accept_url og decline_url på hvert språk.
campaign-segment-new-graduates = Uteksaminert i år eller i fjor, aldri invitert
campaign-answers = Svar på invitasjonen
campaign-invited = Inviterte
campaign-accepted = Takket ja
campaign-declined = Takket nei, slettet
campaign-unanswered = Har ikke svart
campaign-important = Viktig
campaign-important-hint = Det når også dem som bare vil ha det som er viktig. Bare for det ingen bør gå glipp av.

## Start på et tidspunkt, nytt forsøk, og hvordan det går akkurat nå

schedule-at = Start
schedule-hint = La stå tomt for å starte nå. Tidssone: { $zone }.
schedule-unreadable = Skriv dag og klokkeslett, for eksempel 2026-12-01 09:00.
schedule-past = Dette tidspunktet er passert. Velg et senere, eller la det stå tomt for å starte nå.
schedule-never = Dette tidspunktet finnes ikke: klokka stilles fram over det. Det neste er { $time }.
schedule-twice = Dette tidspunktet kommer to ganger, fordi klokka stilles tilbake. Velg hvilket du mener.
schedule-which = Hvilket av dem?
campaign-retry-ask = Send på nytt til de mislykkede…
campaign-retry-question = Sende { $name } på nytt?
campaign-retry-text = { $count ->
    [one] { $count } person fikk den ikke. Det kontrolleres på nytt om den kan sendes.
   *[other] { $count } personer fikk den ikke. Det kontrolleres på nytt om den kan sendes.
}
campaign-retry = { $count ->
    [one] Send på nytt til { $count } person
   *[other] Send på nytt til { $count } personer
}
recipients-domain = E-postdomene
recipients-export = Last ned som CSV
recipients-reply = Svaret fra e-postserveren
recipients-repeated = Kan ha kommet to ganger
recipients-again = På nytt
recipients-again-one = Send på nytt til { $address }
recipients-send-again = Send på nytt til de avkryssede
live-quiet-hours = Stille timer: sendingen fortsetter { $time }.
live-relays-until = Ingen e-postserver kan ta imot nå. Neste forsøk er { $time }. Ingen går tapt.
live-relays = Ingen e-postserver kan ta imot nå. Ingen går tapt.
live-workers = Ingen prosess som sender, kjører. Be IT om å starte en arbeidsprosess.
live-decision = Tidspunktet for utsendelsen passerte mens ingenting kjørte. Kontroller at innholdet fortsatt stemmer, og start eller avbryt den.
live-deferred = Resten forsøkes på nytt fra { $time }.
live-rate = Nå { $rate } per sekund.
live-remaining-seconds = { $count ->
    [one] Omtrent { $count } sekund igjen.
   *[other] Omtrent { $count } sekunder igjen.
}
live-remaining-minutes = { $count ->
    [one] Omtrent { $count } minutt igjen.
   *[other] Omtrent { $count } minutter igjen.
}
live-remaining-hours = { $count ->
    [one] Omtrent { $count } time igjen.
   *[other] Omtrent { $count } timer igjen.
}
live-relays-heading = E-postservere
live-relay = Server
live-per-second = Per sekund
live-domains-heading = Største e-postdomener
live-other-domains = Alle andre
live-slow-heading = Domener som har bedt om mindre
live-slow-until = Får være i fred til { $time }
live-faults-heading = Siste feil
relay-working = Virker
relay-resting = Svikter, får hvile en stund
relay-exhausted = Har fått så mye den kan ta imot
