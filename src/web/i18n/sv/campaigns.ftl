## Campaigns

campaign-new = Nytt utskick
campaign-none = Inga utskick än
campaign-none-text = När ett utskick är skrivet syns det här, med hur det gick.
campaign-recipients = Mottagare
campaign-what = Vad och varför
campaign-name-hint = Syns bara för kollegor.
campaign-unit-hint = Den som avslutar gör det från den här enheten.
campaign-topic-hint = Det som mottagarna kan välja bort.
campaign-from-name = Avsändarens namn
campaign-from-address = Avsändarens adress
campaign-sender = Avsändare
campaign-text = Text
campaign-text-help = Skriv på ett eller flera språk. Var och en får sitt språk, annars förvalet.
campaign-subject = Ämnesrad
campaign-preheader = Inledning i inkorgen
campaign-preheader-hint = Raden som inkorgen visar efter ämnesraden. Får vara tom.
campaign-body = Text
body-kind = Textens format
body-kind-markdown = Markdown
body-kind-html = HTML
body-kind-mjml = MJML
merge-fields = Fält som fylls i för var och en
merge-fields-help = Skriv fältet med dubbla klammer. Med en reserv för den som saknar uppgiften:
markdown-help = Markdown: # rubrik, **fet**, *kursiv*, [länk](https://…), - punkt. Ett eget stycke med en länk och {"{"}.button{"}"} blir en knapp.
field-given-name = förnamn
field-family-name = efternamn
field-full-name = för- och efternamn
field-programme = programmets namn
field-graduation-year = examensår
field-unit-name = enheten som skickar
field-preferences-url = sidan för egna val
field-unsubscribe-url = sidan för att avsluta
field-web-version-url = mejlet som webbsida
field-accept-url = sidan för att tacka ja, bara i inbjudningar
field-decline-url = sidan för att tacka nej, bara i inbjudningar
campaign-settings = Språk och utseende
campaign-layout = Mall
campaign-default-language = Förvalt språk
campaign-default-language-hint = För den vars språk saknas ovan.
campaign-tracking-hint = Ingen person går att känna igen i det som räknas.
campaign-languages = Språk
campaign-audience = Mottagare
campaign-segment-present = Som det är nu
campaign-segment-problem = välj ett urval
campaign-text-problem = skriv ämnesrad och text på minst ett språk
campaign-segment-everyone = Alla i registret
campaign-save = Spara och förhandsgranska
campaign-overtaken = Någon annan har ändrat utskicket sedan du öppnade det. Öppna det på nytt och gör om dina ändringar.
campaign-facts = Om utskicket

## Preview, test, launch

preview = Förhandsgranskning
preview-person = Visa som
preview-invented = Påhittad person ({ $language })
preview-programme = Juristprogrammet
preview-frame = Mejlet
preview-plain = Som ren text
campaign-test = Testmejl
campaign-test-to = Till
campaign-test-hint = Länkarna i testmejlet ändrar ingenting för någon.
campaign-test-send = Skicka testmejl
campaign-launch-ask = Skicka…
campaign-launch-text = Mottagarna bestäms när du skickar. Du kan pausa eller avbryta medan det pågår.
campaign-launch-question = Skicka { $name } till { $count ->
    [one] { $count } person
   *[other] { $count } personer
}?
campaign-launch = Skicka till { $count ->
    [one] { $count } person
   *[other] { $count } personer
}

## What becomes of it

campaign-state-draft = Utkast
campaign-state-in-review = Granskas
campaign-state-scheduled = Startar
campaign-state-freezing = Mottagare tas fram
campaign-state-sending = Skickas
campaign-state-paused = Pausat
campaign-state-finished = Klart
campaign-state-cancelled = Avbrutet
campaign-waits-draft = Inte skickat än.
campaign-waits-in-review = Väntar på godkännande.
campaign-waits-scheduled = Väntar på att arbetsprocessen ska börja.
campaign-waits-freezing = Mottagarna tas fram ur registret.
campaign-waits-sending = Mejlen skickas. Du kan lämna sidan.
campaign-waits-paused = Inget skickas förrän du fortsätter.
campaign-waits-finished = Inget återstår.
campaign-waits-cancelled = Inget mer skickas.
delivery-queued = I kö
delivery-sending = På väg
delivery-sent = Skickade
delivery-deferred = Försöks igen
delivery-failed = Misslyckade
delivery-skipped = Utelämnade
campaign-pause = Pausa
campaign-resume = Fortsätt
campaign-cancel = Avbryt utskicket
campaign-cancel-question = Avbryta { $name }?
campaign-see-recipients = Mottagare en för en
campaign-started-at = Startade { $time }
campaign-finished-at = Klart { $time }.
campaign-rate = { $rate } mejl per sekund.
campaign-skipped = Utelämnade, efter skäl
campaign-measured = Öppningar och klick
campaign-opens = Öppningar
campaign-clicks = Klick
campaign-measured-help = Många e-postprogram döljer öppningar eller öppnar av sig själva. Se siffrorna som en fingervisning.
recipients-none = Ingen mottagare stämmer med filtret.
recipients-attempts = Försök
campaign-cancel-text = { $left ->
    [one] { $left } person som väntar
   *[other] { $left } personer som väntar
} får inget mejl. { $sent } är redan skickade. Det går inte att ångra.
campaign-repeated = { $count ->
    [one] { $count } mejl kan ha kommit två gånger.
   *[other] { $count } mejl kan ha kommit två gånger.
}

## Invitations to the network

campaign-kind = Slag
campaign-kind-mailing = Utskick
campaign-kind-invitation = Inbjudan till nätverket
campaign-start-invitation = Bjud in nya examinerade
campaign-start-invitation-text = En färdig inbjudan till alumnnätverket på tre språk. Var och en bjuds in en enda gång.
campaign-invitation = Detta är en inbjudan: ingen får en inbjudan två gånger, och den som tackar nej raderas ur registret. Texten behöver länkarna accept_url och decline_url på varje språk.
campaign-segment-new-graduates = Examen i år eller förra året, aldrig inbjudna
campaign-answers = Svar på inbjudan
campaign-invited = Inbjudna
campaign-accepted = Tackade ja
campaign-declined = Tackade nej, raderade
campaign-unanswered = Har inte svarat
campaign-important = Viktigt
campaign-important-hint = Det når också dem som bara vill ha det som är viktigt. Bara för det som ingen bör missa.

## Start vid en tid, nytt försök, och hur det går just nu

schedule-at = Börja
schedule-hint = Lämna tomt för att börja nu. Tidszon: { $zone }.
schedule-unreadable = Skriv dag och klockslag, till exempel 2026-12-01 09:00.
schedule-past = Den tiden har passerat. Välj en senare, eller lämna tomt för att börja nu.
schedule-never = Den tiden finns inte: klockan ställs fram över den. Nästa är { $time }.
schedule-twice = Den tiden kommer två gånger, eftersom klockan ställs tillbaka. Välj vilken du menar.
schedule-which = Vilken av dem?
campaign-retry-ask = Skicka igen till de misslyckade…
campaign-retry-question = Skicka { $name } igen?
campaign-retry-text = { $count ->
    [one] { $count } person fick det inte. Det kontrolleras på nytt om mejlet får skickas.
   *[other] { $count } personer fick det inte. Det kontrolleras på nytt om mejlet får skickas.
}
campaign-retry = { $count ->
    [one] Skicka igen till { $count } person
   *[other] Skicka igen till { $count } personer
}
recipients-domain = E-postdomän
recipients-export = Ladda ned som CSV
recipients-reply = Mejlserverns svar
recipients-repeated = Kan ha kommit två gånger
recipients-again = Igen
recipients-again-one = Skicka igen till { $address }
recipients-send-again = Skicka igen till de förkryssade
live-quiet-hours = Tysta timmar: det fortsätter { $time }.
live-relays-until = Ingen mejlserver kan ta emot just nu. Nästa försök görs { $time }. Ingen går förlorad.
live-relays = Ingen mejlserver kan ta emot just nu. Ingen går förlorad.
live-workers = Ingen process som skickar är igång. Be IT starta en arbetsprocess.
live-decision = Tiden för utskicket passerade medan inget var igång. Kontrollera att innehållet fortfarande stämmer och starta eller avbryt det.
live-deferred = Resten försöks igen från { $time }.
live-rate = Just nu { $rate } per sekund.
live-remaining-seconds = { $count ->
    [one] Ungefär { $count } sekund kvar.
   *[other] Ungefär { $count } sekunder kvar.
}
live-remaining-minutes = { $count ->
    [one] Ungefär { $count } minut kvar.
   *[other] Ungefär { $count } minuter kvar.
}
live-remaining-hours = { $count ->
    [one] Ungefär { $count } timme kvar.
   *[other] Ungefär { $count } timmar kvar.
}
live-relays-heading = Mejlservrar
live-relay = Server
live-per-second = Per sekund
live-domains-heading = Största e-postdomänerna
live-other-domains = Alla andra
live-slow-heading = Domäner som bett om mindre
live-slow-until = Lämnas i fred till { $time }
live-faults-heading = Senaste felen
relay-working = Fungerar
relay-resting = Svarar inte som den ska, får vila ett slag
relay-exhausted = Har fått så mycket den får ta emot
