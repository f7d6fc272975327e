## Requests of people, and their time to be answered

requests-lead = Hva folk har bedt om når det gjelder opplysningene sine. En henvendelse skal besvares innen en måned.
requests-none = Ingen har bedt om noe ennå.
requests-none-open = Ingenting venter på svar.
requests-filter = Hvilke henvendelser
requests-show-open = Åpne
requests-show-overdue = Forsinkede
requests-show-answered = Besvarte
requests-show-all = Alle
requests-all = Alle henvendelser
requests-new = Registrer en henvendelse
requests-new-lead = For det som kom med brev, telefon eller e-post. Svarfristen løper fra dagen den kom inn.
requests-contact = Personens nummer
requests-contact-hint = Det står i adressen til personens side.
requests-received-on = Kom inn
requests-received-hint = Dagen den nådde universitetet, ikke dagen du skriver den inn.
requests-record = Registrer
requests-due = Skal besvares innen
requests-state = Status
request-state-open = Åpen
request-state-overdue = Forsinket
request-state-done = Utført
request-state-refused = Avslått
requests-facts = Om henvendelsen
requests-recorded-by = Registrert av
requests-handler = Behandles av
requests-nobody = Ingen ennå
requests-take = Jeg behandler den
requests-extended = Fristen forlenget
requests-answered = Besvart
requests-overdue-text = Svarfristen er ute. Svar med en gang; personen kan klage til tilsynsmyndigheten.
requests-answer = Svaret
requests-outcome = Avgjørelse
requests-outcome-done = Det som ble bedt om, er utført
requests-outcome-refused = Det ble avslått
requests-answer-text = Hva personen fikk vite
requests-answer-hint = Et avslag sier hvorfor, og at personen kan klage til tilsynsmyndigheten og gå til domstolene.
requests-record-answer = Registrer svaret
requests-extend = Forleng fristen til { $date }
requests-reason = Hvorfor, slik personen har fått vite det
requests-reason-hint = Bare når henvendelsene er kompliserte eller mange, og bare hvis personen får vite det innen den første måneden. Én gang.
requests-extend-button = Forleng fristen
requests-problem-contact = Det finnes ingen person med det nummeret.
requests-problem-received = Velg hva det ble bedt om og hvordan, og en dag i løpet av det siste året.
requests-problem-reason = Skriv hvorfor, slik personen har fått vite det.
requests-problem-late = Fristen kan forlenges én gang, og bare før den er ute.
requests-problem-answer = Velg avgjørelse, og skriv hva personen fikk vite.
requests-problem-answered = Noen andre har besvart den i mellomtiden.
requests-open-count = { $count ->
    [one] Én henvendelse venter
   *[other] { $count } henvendelser venter
} på svar
requests-overdue-count = { $count ->
    [one] Én henvendelse er
   *[other] { $count } henvendelser er
} ikke besvart i tide
