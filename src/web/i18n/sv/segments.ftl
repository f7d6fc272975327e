## Segments

segment-lead = Vilka ett utskick går till. Urvalet räknas om varje gång det används.
segment-new = Nytt urval
segment-none = Inga urval än
segment-none-text = Välj ut personer efter program, examensår, län och yrke och spara urvalet för dina utskick.
segment-delete = Ta bort urvalet
segment-delete-question = Ta bort urvalet { $name }?
segment-delete-text = Utskick som redan har använt urvalet påverkas inte.
segment-copy = Kopiera
segment-copy-name = { $name } (kopia)
segment-open = Öppna urvalet
segment-use = Nytt utskick till urvalet
segment-shared = Delat
segment-shared-by = Delas av { $unit }. Du kan använda och kopiera urvalet men inte ändra det.
segment-share = Dela med andra enheter
segment-share-hint = De kan använda urvalet i utskick och kopiera det, inte ändra det.
segment-read-only = Du får se urvalet men inte ändra det.
segment-used-in = Utskick med just denna regel
segment-form-none = Regeln säger något som formuläret inte har fält för. Den redigeras som JSON.

## The rule as a form

rule-heading = Vilka ska vara med?
rule-sentence = Med ord:
rule-match = De som uppfyller
group-all = alla dessa
group-any = minst ett av dessa
group-none = inget av dessa
joint-all = och
joint-any = eller
joint-none = och inte heller
rule-group = Grupp
rule-everyone = Inget villkor än: alla i registret är med.
rule-unfilled = Inget är valt än. Till dess räknas det inte.
rule-add = Lägg till
rule-add-group = Grupp
rule-add-here = Lägg till i gruppen
rule-up = Flytta upp: { $part }
rule-down = Flytta ner: { $part }
rule-remove = Ta bort: { $part }
rule-wrap = Gruppera
rule-unwrap = Lös upp gruppen
rule-more-fields = Fler fält
rule-any = Spelar ingen roll
rule-problem-empty = Inget är valt. Välj något eller ta bort det.
rule-json = Regeln som JSON
rule-json-use = Använd regeln nedan i stället för fälten
rule-json-label = Regel
choice-remove = Ta bort
choice-chosen = Valt: { $field }
choice-hint = Skilj flera åt med komma.
choice-hint-search = Sök i registret. Ett av flera räcker.
choice-none = Inget i registret stämmer.
choice-people = { $count ->
    [one] { $count } person
   *[other] { $count } personer
}

## Conditions and their fields

condition-degree = Examen
condition-lives = Bostad
condition-works = Arbete
condition-person = Person
condition-attended = Evenemang
condition-received = Tidigare utskick
condition-consented = Samtycke
condition-engaged = Öppningar och klick
condition-everyone = Alla
same-degree = Allt gäller en och samma examen.
same-works = Allt gäller en och samma anställning.
same-attended = Allt gäller ett och samma evenemang.
ask-degree-programme = Program
ask-degree-year = Examensår
ask-degree-level = Nivå
ask-degree-faculty = Fakultet
ask-degree-graduated = Klar med examen
ask-degree-graduated-yes = Ja, examensår finns
ask-degree-graduated-no = Nej, inget examensår
ask-lives-region = Län
ask-lives-km = Högst så här många km
ask-lives-place = från orten
ask-lives-place-hint = Till exempel Malmö.
ask-lives-municipality = Kommun
ask-lives-country = Land
ask-works-called = Yrke
ask-works-employer = Arbetsgivare
ask-works-employer-hint = En del av namnet räcker.
ask-works-under = Yrkesgrupp (SSYK)
ask-works-industry = Bransch (SNI)
ask-works-sector = Sektor
ask-works-current = Nuvarande arbete
ask-works-current-yes = Ja, nuvarande
ask-works-current-no = Nej, tidigare
ask-person-kind = Vilka de är
ask-person-language = Språk
ask-person-network = Alumnnätverket
ask-attended-event = Evenemang
ask-attended-since = Tidigast den
ask-received-campaign = Utskick
ask-consented-purpose = Ändamål
ask-engaged-did = Har
ask-engaged-days = Under de senaste dagarna
level-foundation = Basår
level-bachelor = Kandidat
level-master = Master
level-professional = Yrkesexamen
level-doctoral = Doktor
level-course = Fristående kurs
sector-public = Offentlig
sector-private = Privat
sector-non-profit = Ideell
did-opened = Öppnat
did-clicked = Klickat
did-none = Varken öppnat eller klickat

## The rule in words

say-everyone = alla i registret
say-and = { $first }; och { $second }
say-or = { $first }; eller { $second }
say-either = { $first } eller { $second }
say-not = inte: { $part }
say-none = inget av detta: ({ $parts })
say-degree = har en examen: { $what }
say-degree-programme = program { $value }
say-degree-year = examensår { $from }–{ $to }
say-degree-year-from = examensår { $from } eller senare
say-degree-year-to = examensår { $to } eller tidigare
say-degree-year-one = examensår { $year }
say-degree-level = nivå { $value }
say-degree-faculty = fakultet { $value }
say-degree-graduated-yes = med examensår
say-degree-graduated-no = utan examensår
say-lives = bor { $what }
say-lives-region = i { $value }
say-lives-km = högst { $value } km
say-lives-place = från { $value }
say-lives-municipality = i kommunen { $value }
say-lives-country = i landet { $value }
say-works = har ett arbete: { $what }
say-works-called = yrke { $value }
say-works-employer = arbetsgivare med ”{ $value }” i namnet
say-works-under = yrkesgrupp { $value }
say-works-industry = bransch { $value }
say-works-sector = { $value } sektor
say-works-current-yes = nuvarande
say-works-current-no = tidigare
say-person = { $what }
say-person-kind = är { $value }
say-person-language = har språket { $value }
say-person-network = nätverket: { $value }
say-attended = har varit med på ett evenemang: { $what }
say-attended-event = { $value }
say-attended-since = tidigast { $value }
say-received = har fått utskicket { $what }
say-received-campaign = { $value }
say-consented = har samtyckt till { $what }
say-consented-purpose = { $value }
say-engaged = bland dem som mäts: { $what }
say-engaged-did = har { $value }
say-engaged-days = de senaste { $value } dagarna

## The count

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

## Why somebody is in or out

explain = Förklara en person
explain-do = Sök
explain-help = Sök på namn eller e-postadress och se varför personen är med eller inte.
explain-of = Varför är någon med i { $name }?
explain-choose = Vem menar du?
explain-in = Är med i urvalet.
explain-out = Är inte med i urvalet.
explain-reachable = Får nås med e-post från { $unit }.
explain-barred = Nås inte med e-post från { $unit }: { $reason }.
explain-permission-help = Ett utskick har också ämne och rättslig grund, som kan utesluta fler.
explain-conditions = Villkor för villkor
explain-met = Uppfyllt
explain-unmet = Inte uppfyllt
explain-unmeasured = Mäts inte
explain-out-unmeasured = Är inte med i urvalet: personen har inte gått med på att mätas.
explain-all = Alla dessa
explain-any = Minst ett av dessa
explain-not = Inte detta
explain-by = Genom
explain-has = Registret har i stället
explain-has-none = Registret har ingen sådan uppgift.
record-year = { $what }, { $year }
record-no-year = { $what }, inget examensår
record-work = { $title } hos { $employer }
record-work-unknown = okänt arbete
record-current = { $what } (nuvarande)
record-past = { $what } (tidigare)
record-lives = bor i { $what }
record-opened = öppnade { $what }, { $when }
record-clicked = klickade i { $what }, { $when }
purpose-measuring = mätning av vad personen själv öppnar och klickar på

## Two segments

compare = Jämför två urval
compare-first = Urval A
compare-second = Urval B
compare-do = Jämför
compare-only = Bara i { $name }
compare-both = I båda
compare-save = Spara som nytt urval
compare-help = Välj två urval och se hur många personer de har gemensamt.
compare-minus-name = { $first } utan { $second }
compare-both-name = { $first } och { $second }
compare-total = { $count } personer i { $name }
compare-few = Det behövs minst två urval.

# Vad som är fel i en regel
fault-json = kan inte läsas som JSON: { $why }
fault-many-conditions = har fler än { $most } villkor; dela upp urvalet
fault-many-values = räknar upp fler än { $most } värden; dela upp urvalet
fault-many-words = orden för yrken står för fler än { $most } koder och titlar; ange koder, eller dela upp urvalet
fault-deep = ligger djupare än { $most } all, any och not i varandra
fault-empty-node = är tomt; alla skrivs { $json }
fault-empty-list = är tomt; ange minst ett värde, eller ta bort fältet
fault-empty = är tomt; här ska stå { $wanted }
fault-several-keys = har { $keys } nycklar där en ska stå; lägg dem bredvid varandra: { $json }
fault-unexpected = här ska stå { $wanted }, inte { $got }
fault-no-number = här ska stå { $wanted } som ett tal, inte { $got }
fault-range = ett heltal från { $least } till { $most }
fault-range-open = ett heltal från { $least } och uppåt
fault-not-true = här ska stå true; ingen skrivs { $json }
fault-unknown = okänt { $noun }; { $nearest }
fault-none-of = { $word } är inte { $what }
fault-lacks = saknar { $names }
fault-wanted = här ska stå { $wanted }
fault-fields = ett objekt med { $names }
fault-one-field = ett objekt med ett av { $names }
fault-did-you-mean = menar du "{ $word }"?
fault-allowed = tillåtna: { $words }
fault-no-place = ortlistan har inte { $name }.
fault-several-places = flera orter heter { $name }.
fault-places = Välj bland: { $names }
fault-long = är längre än { $most } tecken
fault-control-character = innehåller ett styrtecken, till exempel en radbrytning eller en tabb; ta bort det
fault-reversed = det tidigare året ska stå först: { $json }
noun-null = null
noun-boolean = true eller false
noun-number = ett tal
noun-string = en text
noun-list = en lista
noun-object = ett objekt
noun-empty-text = en tom text
noun-field = fält
noun-operator = operator
noun-condition = villkor
noun-conditions = {"["}{"{"}…{"}"},{"{"}…{"}"}{"]"}, en lista med villkor
noun-values = en lista med värden
noun-years = [från,till], två årtal
noun-date = ett datum som "2024-01-31"
noun-distance = ett avstånd i kilometer
noun-days = ett antal dagar
noun-text = en text
noun-country = en landskod (ISO 3166-1) som "SE"
noun-region = en länskod (ISO 3166-2) som "SE-M"
noun-municipality = en kommunkod med 3 eller 4 siffror som "1280"
noun-profession = de första 1 till 4 siffrorna i en SSYK- eller ISCO-kod som "261"
noun-industry = de första 1 till 5 siffrorna i en SNI- eller NACE-kod som "69" eller "69.1", eller en avdelnings bokstav från A till U
noun-campaign = ett utskicks nummer
noun-year = ett årtal
noun-kind = ett slags kontakt
noun-level = en nivå
noun-language = ett språk
noun-network = ett förhållande till nätverket
noun-sector = en sektor
noun-did = något som läsare gör
