## Rapporter

report = Rapport
report-of = Rapport: { $name }
report-to-campaign = Till utskicket
report-figures = Siffror
report-counted-at = Grupper och avslut räknades { $time }.
report-not-counted = Grupper och avslut räknas strax.
report-measured = Öppningar och klick
report-measured-help = Många e-postprogram hämtar bilder innan någon läser, och andra visar inga bilder alls. Det räknade är därför en antydan och inget antal läsare.
report-who = Vem
report-class-person = Människor
report-class-proxy = Leverantörers ombud, när någon öppnar
report-class-prefetch = Förhandshämtning, innan någon läser
report-class-scanner = Säkerhetsfilter och robotar
report-class-unknown = Går inte att säga
report-sum = Sammanlagt
report-probes = { $count ->
    [one] Därutöver har ett program en gång bara frågat efter en bild eller länk.
   *[other] Därutöver har program { $count } gånger bara frågat efter en bild eller länk.
}
report-over-time = Över tid
report-chart-sent = Skickade meddelanden
report-chart-returned = Studsar och avslut
report-chart-read = Öppningar och klick, av människor och program tillsammans
report-as-table = Som tabell
report-hour = Timme
report-day = Dag
report-links = Länkar
report-link = Länk
report-people = Människor
report-machines = Program
report-choices = Vad de som avslutade valde
report-choice-unit = Inget mer från enheten
report-choice-topic = Inget mer om ämnet
report-choice-offer = Inget mer om ämnet från enheten
report-choice-channel = Ingen e-post alls, eller inget annat sätt
report-choice-everything = Ingen kontakt alls
report-choice-ordinary = Bara det viktigaste
report-choice-single-events = En sammanställning i månaden i stället för enskilda inbjudningar
report-choice-pause = En paus
report-choice-restricted = Begränsad behandling av uppgifterna
report-groups = Grupper
report-groups-help = Grupper under fem personer slås ihop, så att ingen känns igen. Den som har flera examina räknas i var och en av grupperna.
report-by-programme = Program
report-by-faculty = Fakultet
report-by-decade = Examensdecennium
report-by-region = Län
report-by-profession = Yrkesgrupp
report-by-language = Språk
report-by-domain = E-postdomän
report-decade = { $year }-talet
report-others = { $count ->
    [one] En liten grupp
   *[other] { $count } små grupper tillsammans
}
report-share = Andel av den största gruppen
report-bounced = Studsade
report-unsubscribed = Avslutade
report-opened = Öppnade, av de mätta
report-clicked = Klickade, av de mätta
report-compare = Jämfört med andra utskick
report-campaign = Utskick
report-opens-each = Öppningar per skickat
report-clicks-each = Klick per skickat
report-compare-other = Ett annat utskick
report-compare-with = Jämför
report-opens-people = Öppningar, människor
report-opens-machines = Öppningar, program
report-clicks-people = Klick, människor
report-clicks-machines = Klick, program
report-part = Del
report-group = Grupp
report-what = Vad
report-number = Antal

nav-reports = Rapporter
reports = Registret över tid
reports-counted = Räknat { $day }. Det räknas en gång om dagen.
reports-not-counted = Registret räknas en gång om dagen, första gången om några minuter.
reports-reach = Räckvidd
reports-people = Personer
reports-new = Nya de senaste 30 dagarna
reports-by-email = Nås med e-post
reports-channels = Nås på varje sätt
reports-left-out = Varför andra inte nås med e-post
reports-growth = Personer, och hur många som nås med e-post
reports-years = Examensår, och hur många som nås med e-post
reports-year = Examensår
reports-graduated = Har tagit examen
reports-health = Adressernas hälsa
reports-health-help = Andelar av det som skickades i utskick de senaste 90 dagarna, och av de adresser vars källa är känd.
reports-bounced = Studsade
reports-complained = Klagade
reports-unsubscribed = Avslutade
reports-older = Adresser äldre än { $years } år
reports-never = Har aldrig öppnat eller klickat, av dem som mäts
