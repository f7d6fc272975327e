## Requests of people, and their time to be answered

requests-lead = Vad människor har begärt om sina uppgifter. En begäran ska besvaras inom en månad.
requests-none = Ingen har begärt något än.
requests-none-open = Inget väntar på svar.
requests-filter = Vilka begäranden
requests-show-open = Öppna
requests-show-overdue = Försenade
requests-show-answered = Besvarade
requests-show-all = Alla
requests-all = Alla begäranden
requests-new = Registrera en begäran
requests-new-lead = För det som kom med brev, telefon eller e-post. Tiden att svara räknas från dagen då den kom in.
requests-contact = Personens nummer
requests-contact-hint = Det står i adressen till personens sida.
requests-received-on = Kom in
requests-received-hint = Dagen då den nådde lärosätet, inte dagen då du skriver in den.
requests-record = Registrera
requests-due = Ska besvaras senast
requests-state = Läge
request-state-open = Öppen
request-state-overdue = Försenad
request-state-done = Utförd
request-state-refused = Avslagen
requests-facts = Om begäran
requests-recorded-by = Registrerad av
requests-handler = Handläggs av
requests-nobody = Ingen än
requests-take = Jag handlägger den
requests-extended = Tiden förlängd
requests-answered = Besvarad
requests-overdue-text = Tiden att svara har gått ut. Svara genast; personen kan klaga hos tillsynsmyndigheten.
requests-answer = Svaret
requests-outcome = Beslut
requests-outcome-done = Det som begärdes har utförts
requests-outcome-refused = Begäran avslogs
requests-answer-text = Vad personen fick veta
requests-answer-hint = Ett avslag säger varför, och att personen kan klaga hos tillsynsmyndigheten och gå till domstol.
requests-record-answer = Registrera svaret
requests-extend = Förläng tiden till { $date }
requests-reason = Varför, så som personen har fått veta det
requests-reason-hint = Bara när begärandena är komplicerade eller många, och bara om personen får veta det inom den första månaden. En gång.
requests-extend-button = Förläng tiden
requests-problem-contact = Det finns ingen person med det numret.
requests-problem-received = Välj vad som begärdes och hur, och en dag inom det senaste året.
requests-problem-reason = Skriv varför, så som personen har fått veta det.
requests-problem-late = Tiden kan förlängas en gång, och bara innan den har gått ut.
requests-problem-answer = Välj beslut, och skriv vad personen fick veta.
requests-problem-answered = Någon annan har besvarat den under tiden.
requests-open-count = { $count ->
    [one] En begäran väntar
   *[other] { $count } begäranden väntar
} på svar
requests-overdue-count = { $count ->
    [one] En begäran har
   *[other] { $count } begäranden har
} inte besvarats i tid
