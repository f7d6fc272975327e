## Segments

segment-lead = Hvem en utsendelse går til. Utvalget regnes ut på nytt hver gang det brukes.
segment-new = Nytt utvalg
segment-none = Ingen utvalg ennå
segment-none-text = Velg personer etter studieprogram, uteksamineringsår, fylke og yrke, og lagre utvalget til utsendelsene dine.
segment-delete = Slett utvalget
segment-delete-question = Slette utvalget { $name }?
segment-delete-text = Utsendelser som allerede har brukt utvalget, påvirkes ikke.
rule-heading = Hvem skal være med?
rule-help = La det stå tomt som ikke spiller noen rolle. Studieprogram og uteksamineringsår gjelder én og samme grad.
rule-programme = Studieprogram
rule-year = Uteksamineringsår
rule-region = Fylke
rule-profession = Yrke
rule-profession-hint = For eksempel jurister, leger. Skill flere med komma.
rule-language = Språk
rule-kind = Hvem de er
rule-nothing-to-choose = Registeret har ikke noe å velge blant ennå.
rule-json = Regelen som JSON
rule-json-use = Bruk regelen nedenfor i stedet for feltene
rule-json-label = Regel
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
