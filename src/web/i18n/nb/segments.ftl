## Segments

segment-lead = Hvem en utsendelse går til. Utvalget regnes ut på nytt hver gang det brukes.
segment-new = Nytt utvalg
segment-none = Ingen utvalg ennå
segment-none-text = Velg personer etter studieprogram, uteksamineringsår, fylke og yrke, og lagre utvalget til utsendelsene dine.
segment-delete = Slett utvalget
segment-delete-question = Slette utvalget { $name }?
segment-delete-text = Utsendelser som allerede har brukt utvalget, påvirkes ikke.
segment-copy = Kopier
segment-copy-name = { $name } (kopi)
segment-open = Åpne utvalget
segment-use = Ny utsendelse til utvalget
segment-shared = Delt
segment-shared-by = Delt av { $unit }. Du kan bruke og kopiere utvalget, men ikke endre det.
segment-share = Del med andre enheter
segment-share-hint = De kan bruke utvalget i utsendelser og kopiere det, men ikke endre det.
segment-read-only = Du kan se utvalget, men ikke endre det.
segment-used-in = Utsendelser med akkurat denne regelen
segment-form-none = Regelen sier noe som skjemaet ikke har felt for. Den redigeres som JSON.

## The rule as a form

rule-heading = Hvem skal være med?
rule-sentence = Med ord:
rule-match = De som oppfyller
group-all = alle disse
group-any = minst én av disse
group-none = ingen av disse
joint-all = og
joint-any = eller
joint-none = og heller ikke
rule-group = Gruppe
rule-everyone = Ingen vilkår ennå: alle i registeret er med.
rule-unfilled = Ingenting er valgt ennå. Inntil da teller det ikke.
rule-add = Legg til
rule-add-group = Gruppe
rule-add-here = Legg til i gruppen
rule-up = Flytt opp: { $part }
rule-down = Flytt ned: { $part }
rule-remove = Fjern: { $part }
rule-wrap = Grupper
rule-unwrap = Løs opp gruppen
rule-more-fields = Flere felt
rule-any = Spiller ingen rolle
rule-problem-empty = Ingenting er valgt. Velg noe eller fjern det.
rule-json = Regelen som JSON
rule-json-use = Bruk regelen nedenfor i stedet for feltene
rule-json-label = Regel
choice-remove = Fjern
choice-chosen = Valgt: { $field }
choice-hint = Skill flere med komma.
choice-hint-search = Søk i registeret. Ett av flere er nok.
choice-none = Ingenting i registeret passer.
choice-people = { $count ->
    [one] { $count } person
   *[other] { $count } personer
}

## Conditions and their fields

condition-degree = Grad
condition-lives = Bosted
condition-works = Arbeid
condition-person = Person
condition-attended = Arrangement
condition-received = Tidligere utsendelse
condition-consented = Samtykke
condition-engaged = Åpninger og klikk
condition-everyone = Alle
same-degree = Alt gjelder én og samme grad.
same-works = Alt gjelder ett og samme arbeidsforhold.
same-attended = Alt gjelder ett og samme arrangement.
ask-degree-programme = Studieprogram
ask-degree-year = Uteksamineringsår
ask-degree-level = Nivå
ask-degree-faculty = Fakultet
ask-degree-graduated = Fullført
ask-degree-graduated-yes = Ja, med uteksamineringsår
ask-degree-graduated-no = Nei, uten uteksamineringsår
ask-lives-region = Fylke
ask-lives-km = Høyst så mange km
ask-lives-place = fra stedet
ask-lives-place-hint = For eksempel Malmö.
ask-lives-municipality = Kommune
ask-lives-country = Land
ask-works-called = Yrke
ask-works-employer = Arbeidsgiver
ask-works-employer-hint = En del av navnet er nok.
ask-works-under = Yrkesgruppe (STYRK)
ask-works-industry = Næring (SN)
ask-works-sector = Sektor
ask-works-current = Nåværende arbeid
ask-works-current-yes = Ja, nåværende
ask-works-current-no = Nei, tidligere
ask-person-kind = Hvem de er
ask-person-language = Språk
ask-person-network = Alumninettverket
ask-attended-event = Arrangement
ask-attended-since = Tidligst den
ask-received-campaign = Utsendelse
ask-consented-purpose = Formål
ask-engaged-did = Har
ask-engaged-days = De siste dagene
level-foundation = Forkurs
level-bachelor = Bachelor
level-master = Master
level-professional = Profesjon
level-doctoral = Doktorgrad
level-course = Enkeltemne
sector-public = Offentlig
sector-private = Privat
sector-non-profit = Ideell
did-opened = Åpnet
did-clicked = Klikket
did-none = Verken åpnet eller klikket

## The rule in words

say-everyone = alle i registeret
say-and = { $first }; og { $second }
say-or = { $first }; eller { $second }
say-either = { $first } eller { $second }
say-not = ikke: { $part }
say-none = ingen av disse: ({ $parts })
say-degree = har en grad: { $what }
say-degree-programme = studieprogram { $value }
say-degree-year = uteksamineringsår { $from }–{ $to }
say-degree-year-from = uteksamineringsår { $from } eller senere
say-degree-year-to = uteksamineringsår { $to } eller tidligere
say-degree-year-one = uteksamineringsår { $year }
say-degree-level = nivå { $value }
say-degree-faculty = fakultet { $value }
say-degree-graduated-yes = med uteksamineringsår
say-degree-graduated-no = uten uteksamineringsår
say-lives = bor { $what }
say-lives-region = i { $value }
say-lives-km = høyst { $value } km
say-lives-place = fra { $value }
say-lives-municipality = i kommunen { $value }
say-lives-country = i landet { $value }
say-works = har et arbeid: { $what }
say-works-called = yrke { $value }
say-works-employer = arbeidsgiver med «{ $value }» i navnet
say-works-under = yrkesgruppe { $value }
say-works-industry = næring { $value }
say-works-sector = { $value } sektor
say-works-current-yes = nåværende
say-works-current-no = tidligere
say-person = { $what }
say-person-kind = er { $value }
say-person-language = har språket { $value }
say-person-network = nettverket: { $value }
say-attended = har vært med på et arrangement: { $what }
say-attended-event = { $value }
say-attended-since = tidligst { $value }
say-received = har fått utsendelsen { $what }
say-received-campaign = { $value }
say-consented = har samtykket til { $what }
say-consented-purpose = { $value }
say-engaged = blant dem som måles: { $what }
say-engaged-did = har { $value }
say-engaged-days = de siste { $value } dagene

## The count

count-heading = Antall
count-reachable = { $count ->
    [one] person nås med e-post
   *[other] personer nås med e-post
}
count-matched = { $count ->
    [one] av { $count } person som passer
   *[other] av { $count } personer som passer
}
count-place-unknown = { $count ->
    [one] For { $count } person til er bostedet ukjent, så avstanden kan ikke vurderes
   *[other] For { $count } personer til er bostedet ukjent, så avstanden kan ikke vurderes
}
count-left-out = Utelates
count-sample = Noen av dem
count-not-possible = Utvalget kan ikke telles:
count-button = Tell

## Why somebody is in or out

explain = Forklar en person
explain-do = Søk
explain-help = Søk på navn eller e-postadresse og se hvorfor personen er med eller ikke.
explain-of = Hvorfor er noen med i { $name }?
explain-choose = Hvem mener du?
explain-in = Er med i utvalget.
explain-out = Er ikke med i utvalget.
explain-reachable = Kan nås med e-post fra { $unit }.
explain-barred = Nås ikke med e-post fra { $unit }: { $reason }.
explain-permission-help = En utsendelse har også emne og behandlingsgrunnlag, som kan utelukke flere.
explain-conditions = Vilkår for vilkår
explain-met = Oppfylt
explain-unmet = Ikke oppfylt
explain-unmeasured = Måles ikke
explain-out-unmeasured = Er ikke med i utvalget: personen har ikke godtatt å bli målt.
explain-all = Alle disse
explain-any = Minst én av disse
explain-not = Ikke dette
explain-by = Gjennom
explain-has = Registeret har i stedet
explain-has-none = Registeret har ingen slik opplysning.
record-year = { $what }, { $year }
record-no-year = { $what }, uten uteksamineringsår
record-work = { $title } hos { $employer }
record-work-unknown = ukjent arbeid
record-current = { $what } (nåværende)
record-past = { $what } (tidligere)
record-lives = bor i { $what }
record-opened = åpnet { $what }, { $when }
record-clicked = klikket i { $what }, { $when }
purpose-measuring = måling av hva personen selv åpner og klikker på

## Two segments

compare = Sammenlign to utvalg
compare-first = Utvalg A
compare-second = Utvalg B
compare-do = Sammenlign
compare-only = Bare i { $name }
compare-both = I begge
compare-save = Lagre som nytt utvalg
compare-help = Velg to utvalg og se hvor mange personer de har felles.
compare-minus-name = { $first } uten { $second }
compare-both-name = { $first } og { $second }
compare-total = { $count } personer i { $name }
compare-few = Det trengs minst to utvalg.

# Hva som er galt i en regel
fault-json = kan ikke leses som JSON: { $why }
fault-many-conditions = har flere enn { $most } vilkår; del opp utvalget
fault-many-values = regner opp flere enn { $most } verdier; del opp utvalget
fault-many-words = ordene for yrker står for flere enn { $most } koder og titler; oppgi koder, eller del opp utvalget
fault-deep = ligger dypere enn { $most } all, any og not i hverandre
fault-empty-node = er tomt; alle skrives { $json }
fault-empty-list = er tomt; oppgi minst én verdi, eller fjern feltet
fault-empty = er tomt; her skal det stå { $wanted }
fault-several-keys = har { $keys } nøkler der én skal stå; legg dem ved siden av hverandre: { $json }
fault-unexpected = her skal det stå { $wanted }, ikke { $got }
fault-no-number = her skal det stå { $wanted } som et tall, ikke { $got }
fault-range = et heltall fra { $least } til { $most }
fault-range-open = et heltall fra { $least } og oppover
fault-not-true = her skal det stå true; ingen skrives { $json }
fault-unknown = ukjent { $noun }; { $nearest }
fault-none-of = { $word } er ikke { $what }
fault-lacks = mangler { $names }
fault-wanted = her skal det stå { $wanted }
fault-fields = et objekt med { $names }
fault-one-field = et objekt med ett av { $names }
fault-did-you-mean = mener du «{ $word }»?
fault-allowed = tillatt: { $words }
fault-no-place = stedslisten har ikke { $name }.
fault-several-places = flere steder heter { $name }.
fault-places = Velg blant: { $names }
fault-long = er lengre enn { $most } tegn
fault-control-character = inneholder et kontrolltegn, for eksempel et linjeskift eller en tabulator; fjern det
fault-reversed = det tidligste året skal stå først: { $json }
noun-null = null
noun-boolean = true eller false
noun-number = et tall
noun-string = en tekst
noun-list = en liste
noun-object = et objekt
noun-empty-text = en tom tekst
noun-field = felt
noun-operator = operator
noun-condition = vilkår
noun-conditions = {"["}{"{"}…{"}"},{"{"}…{"}"}{"]"}, en liste med vilkår
noun-values = en liste med verdier
noun-years = [fra,til], to årstall
noun-date = en dato som "2024-01-31"
noun-distance = en avstand i kilometer
noun-days = et antall dager
noun-text = en tekst
noun-country = en landkode (ISO 3166-1) som "SE"
noun-region = en fylkeskode (ISO 3166-2) som "NO-46"
noun-municipality = et kommunenummer med 3 eller 4 sifre som "4601"
noun-profession = de første 1 til 4 sifrene i en STYRK- eller ISCO-kode som "261"
noun-industry = de første 1 til 5 sifrene i en SN- eller NACE-kode som "69" eller "69.1", eller et næringshovedområdes bokstav fra A til U
noun-campaign = nummeret på en utsendelse
noun-year = et årstall
noun-kind = et slags kontakt
noun-level = et nivå
noun-language = et språk
noun-network = et forhold til nettverket
noun-sector = en sektor
noun-did = noe som lesere gjør
