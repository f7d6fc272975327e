## Rapporter

report = Rapport
report-of = Rapport: { $name }
report-to-campaign = Til utsendelsen
report-figures = Tall
report-counted-at = Grupper og avmeldinger ble talt { $time }.
report-not-counted = Grupper og avmeldinger telles straks.
report-measured = Åpninger og klikk
report-measured-help = Mange e-postprogrammer henter bilder før noen leser, og andre viser ingen bilder. Det som telles, er derfor en antydning og ikke et antall lesere.
report-who = Hvem
report-class-person = Mennesker
report-class-proxy = Leverandørers mellomledd, når noen åpner
report-class-prefetch = Forhåndshenting, før noen leser
report-class-scanner = Sikkerhetsfiltre og roboter
report-class-unknown = Kan ikke sies
report-sum = Til sammen
report-probes = { $count ->
    [one] I tillegg har et program én gang bare spurt etter et bilde eller en lenke.
   *[other] I tillegg har programmer { $count } ganger bare spurt etter et bilde eller en lenke.
}
report-over-time = Over tid
report-chart-sent = Sendte meldinger
report-chart-returned = Returer og avmeldinger
report-chart-read = Åpninger og klikk, av mennesker og programmer til sammen
report-as-table = Som tabell
report-hour = Time
report-day = Dag
report-links = Lenker
report-link = Lenke
report-people = Mennesker
report-machines = Programmer
report-choices = Hva de som meldte seg av, valgte
report-choice-unit = Ikke mer fra enheten
report-choice-topic = Ikke mer om emnet
report-choice-offer = Ikke mer om emnet fra enheten
report-choice-channel = Ingen e-post i det hele tatt, eller ingen annen måte
report-choice-everything = Ingen kontakt i det hele tatt
report-choice-ordinary = Bare det viktigste
report-choice-single-events = Én oversikt i måneden i stedet for enkeltinvitasjoner
report-choice-pause = En pause
report-choice-restricted = Begrenset behandling av opplysningene
report-groups = Grupper
report-groups-help = Grupper under fem personer slås sammen, slik at ingen gjenkjennes. Den som har flere grader, telles i hver av gruppene.
report-by-programme = Studieprogram
report-by-faculty = Fakultet
report-by-decade = Tiår for uteksaminering
report-by-region = Fylke
report-by-profession = Yrkesgruppe
report-by-language = Språk
report-by-domain = E-postdomene
report-decade = { $year }-tallet
report-others = { $count ->
    [one] Én liten gruppe
   *[other] { $count } små grupper til sammen
}
report-share = Andel av den største gruppen
report-bounced = I retur
report-unsubscribed = Meldte seg av
report-opened = Åpnet, av de målte
report-clicked = Klikket, av de målte
report-compare = Sammenlignet med andre utsendelser
report-campaign = Utsendelse
report-opens-each = Åpninger per sendt
report-clicks-each = Klikk per sendt
report-compare-other = En annen utsendelse
report-compare-with = Sammenlign
report-opens-people = Åpninger, mennesker
report-opens-machines = Åpninger, programmer
report-clicks-people = Klikk, mennesker
report-clicks-machines = Klikk, programmer
report-part = Del
report-group = Gruppe
report-what = Hva
report-number = Antall

nav-reports = Rapporter
reports = Registeret over tid
reports-counted = Talt { $day }. Det telles én gang om dagen.
reports-not-counted = Registeret telles én gang om dagen, første gang om noen minutter.
reports-reach = Rekkevidde
reports-people = Personer
reports-new = Nye de siste 30 dagene
reports-by-email = Nås med e-post
reports-channels = Nås på hver måte
reports-left-out = Hvorfor andre ikke nås med e-post
reports-growth = Personer, og hvor mange som nås med e-post
reports-years = Uteksamineringsår, og hvor mange som nås med e-post
reports-year = Uteksamineringsår
reports-graduated = Er uteksaminert
reports-health = Adressenes helse
reports-health-help = Andeler av det som ble sendt i utsendelser de siste 90 dagene, og av adressene med kjent kilde.
reports-bounced = I retur
reports-complained = Klaget
reports-unsubscribed = Meldte seg av
reports-older = Adresser eldre enn { $years } år
reports-never = Har aldri åpnet eller klikket, av dem som måles
