## A/B-test

trial = A/B-test
trial-lead = En del av mottagarna får en av flera varianter. Efter en stund får resten den variant som gick bäst. Ingen får utskicket två gånger.
trial-how = Så görs testet
trial-sample = Personer som får en variant
trial-sample-hint = Alla varianter tillsammans, dragna på måfå. Ju mindre skillnaden är, desto fler behövs.
trial-hours = Timmar att vänta
trial-hours-hint = Räknat från att hela testgruppen har fått sitt mejl.
trial-winner = Vinner gör varianten med
trial-by-clicks = flest klick
trial-by-opens = flest öppningar
trial-variants = Variant
trial-variant = Variant { $letter }
trial-own-text = Utskickets egen text.
trial-see = Titta på variant { $letter }
trial-subject = Ämne, { $language }
trial-preheader = Raden efter ämnet, { $language }
trial-own = I A: { $text }
trial-body = Även mejlets text är en annan, enligt utskickets fil.
trial-save = Spara testet
trial-remove = Testa inte
trial-edit = A/B-test
trial-sample-table = A/B-test: testgruppen
trial-won = vinnare
trial-waiting = { $count ->
    [one] En person väntar på vinnaren.
   *[other] { $count } personer väntar på vinnaren.
}
trial-rest-help = Skickade, misslyckade och överhoppade gäller testgruppen. När vinnaren är utsedd ingår även de övrigas öppningar och klick i dess siffror.
trial-choose = Utse vinnaren nu
trial-choose-text = Vinnaren utses av sig själv när väntetiden är slut. Den som inte vill vänta väljer här; resten skickas då genast.
trial-choose-one = Skicka { $letter } till resten
live-winner = Testgruppen har fått sina mejl. Resten väntar på vinnaren i A/B-testet.
live-winner-until = Testgruppen har fått sina mejl. Vinnaren i A/B-testet utses { $time } och resten skickas då.
trial-fault-others = skriv 1 till { $most } varianter utöver utskickets egen text
trial-fault-sample = skriv ett antal personer från 2 till { $most }
trial-fault-waiting = skriv en väntetid från fem minuter till två veckor
trial-fault-invitation = en inbjudan skickas i en enda version
trial-fault-not-counted = öppningar eller klick avgör, så de måste räknas; välj det för utskicket, eller testa inte
trial-fault-alike = skriv vad som skiljer den här varianten
trial-fault-language = utskicket har ingen text på { $language }
