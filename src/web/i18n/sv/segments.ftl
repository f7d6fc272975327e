## Segments

segment-lead = Vilka ett utskick går till. Urvalet räknas om varje gång det används.
segment-new = Nytt urval
segment-none = Inga urval än
segment-none-text = Välj ut personer efter program, examensår, län och yrke och spara urvalet för dina utskick.
segment-delete = Ta bort urvalet
segment-delete-question = Ta bort urvalet { $name }?
segment-delete-text = Utskick som redan har använt urvalet påverkas inte.
rule-heading = Vilka ska vara med?
rule-help = Lämna tomt det som inte spelar någon roll. Program och examensår gäller en och samma examen.
rule-programme = Program
rule-year = Examensår
rule-region = Län
rule-profession = Yrke
rule-profession-hint = Till exempel jurister, läkare. Skilj flera åt med komma.
rule-language = Språk
rule-kind = Vilka de är
rule-nothing-to-choose = Registret har inget att välja bland än.
rule-json = Regeln som JSON
rule-json-use = Använd regeln nedan i stället för fälten
rule-json-label = Regel
count-heading = Antal
count-reachable = { $count ->
    [one] person nås med e-post
   *[other] personer nås med e-post
}
count-matched = { $count ->
    [one] av { $count } person som stämmer
   *[other] av { $count } personer som stämmer
}
count-place-unknown = { $count ->
    [one] För { $count } person till är bostadsorten okänd, så avståndet går inte att bedöma
   *[other] För { $count } personer till är bostadsorten okänd, så avståndet går inte att bedöma
}
count-left-out = Lämnas utanför
count-sample = Några av dem
count-not-possible = Urvalet går inte att räkna:
count-button = Räkna
