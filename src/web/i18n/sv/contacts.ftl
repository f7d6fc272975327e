## People

person-search-label = Sök på namn, e-postadress, programkod eller ort
person-search = Sök
person-search-help = Skriv början av ett namn, en e-postadress eller en ort, eller en hel programkod. Personer med skyddad identitet visas inte.
person-search-none = Ingen stämmer med: { $query }
person-search-more = Fler än så här stämmer. Skriv mer av namnet.
person-place = Ort
person-facts = Uppgifter
person-born = Född
person-degrees = Examina och program
person-no-degrees = Registret har ingen examen för personen.
person-programme = Program
person-graduation-year = Examensår
person-profession = Yrke
person-faculty = Fakultet
person-network = Alumnnätverket
person-work = Arbete
person-employer = Arbetsgivare
person-title = Titel
person-wishes = Vad personen vill
person-no-refusals = Personen har inte sagt nej till något.
person-refusals = Personen har sagt nej till:
person-allow = Ta tillbaka
person-record = Notera en önskan
person-record-consent = Notera ett samtycke
person-record-hint = När någon har skrivit, ringt eller sagt det på plats. Det gäller genast.
scope-everything = Någon kontakt alls
person-deceased = Personen är avliden och får inga utskick.
person-protected = Personen har skyddad identitet. Adressen visas inte.
person-suppressed = E-postadressen är spärrad och används inte.
person-mark-protected = Skyddad identitet
person-mark-deceased = Avliden
person-given-name = Förnamn
person-family-name = Efternamn

## Correcting a person, two people who are one

person-edit-title = Rätta uppgifter om { $name }
person-edit-lead = Det du ändrar här skrivs inte över av någon import.
person-street = Gatuadress
person-postcode = Postnummer
person-country = Land
person-marks = Markeringar
person-marks-hint = Vid skyddad identitet tas adressen bort ur registret.
person-name-problem = För- och efternamn ska ha 1 till 200 tecken.
person-address-problem = Adressens delar får ha högst 200 tecken.
person-born-problem = Födelsedatumet ska vara ett datum som har varit.
person-email-problem = E-postadressen ska se ut som namn@example.org.
person-phone-problem = Skriv telefonnumret som +46701234567.
person-kinds-problem = Välj minst en roll.
form-choice-problem = Välj ett av alternativen.
form-choose = Välj …
set-by-staff = Rättat av personal
set-by-person = Angett av personen
merge-begin = Slå samman
merge-find-title = Vem är samma person som { $name }?
merge-find-lead = Sök upp den andra posten. Inget ändras förrän du har sett båda bredvid varandra.
merge-alike = Samma namn eller e-postadress
merge-found = Träffar
merge-none = Ingen annan hittades.
merge-title = Är de samma person?
merge-lead = { $other } blir en del av { $name }.
merge-stays = Blir kvar
merge-joins = Går upp i den
merge-kinds = Roller
merge-refusals = Har sagt nej till
merge-swap = Byt plats
merge-text = Uppgifterna till vänster gäller, luckor fylls från höger. Varje nej, varje samtycke och allt som skickats följer med. Det går att ångra.
merge-do = Slå samman
merges = Sammanslagna poster
unmerge = Ångra
unmerge-title = Ska { $name } bli en egen post igen?
unmerge-text = Var och en får tillbaka sina uppgifter. Det som ändrats efteråt blir kvar hos den som finns nu, och varje nej gäller båda.
unmerge-do = Dela upp

## Erasing a person

erase = Radera…
erase-title = Ska { $name } raderas?
erase-text = Allt som registret vet om personen raderas, och det går inte att ångra. Utskickens siffror finns kvar utan personen. En kod utan personuppgifter sparas, så att ingen import lägger in personen igen.
erase-number = Skriv personens nummer, { $number }, för att bekräfta
erase-problem = Numret stämmer inte. Ingenting är raderat.
erase-do = Radera personen för gott

## Wishes that came by letter, by phone, by e-mail or in person

wish = Vad personen vill
wish-title = Vad har { $name } sagt?
wish-lead = Det gäller genast, precis som om personen själv hade valt det på sin sida.
wish-no = Vill inte ha: { $scope }
wish-yes = Tar tillbaka nejet till: { $scope }
wish-no-restricted = Vill att uppgifterna används begränsat
wish-yes-restricted = Tar tillbaka begränsningen
wish-arrived = Kom in den
wish-arrived-hint = Dagen då brevet, samtalet eller mejlet kom.
wish-way = Hur det kom in
wish-note = Anteckning
wish-note-hint = Till exempel ärendets nummer. Personen kan läsa den bland sina uppgifter.
wish-future-problem = Dagen då det kom in har inte varit än.
wish-note-problem = Anteckningen får ha högst 500 tecken på en rad.
wish-later-problem = Personen har sagt nej efter den dagen. Det som kom in före dess tar inte tillbaka det.
agreement-title = Vad har { $name } samtyckt till?
agreement-lead = Samtycket sparas med sin ordalydelse. Ett som tas tillbaka gäller genast.
agreement-given = Samtycker
agreement-withdrawn = Tar tillbaka sitt samtycke
agreement-purpose = Ändamål
agreement-channel = På vilket sätt
agreement-every-unit = Alla enheter
agreement-text = Ordalydelse
agreement-text-hint = De ord som personen samtyckte till, ordagrant. Behövs inte när ett samtycke tas tillbaka.
agreement-text-problem = Skriv vad personen samtyckte till, med 1 till 5 000 tecken.
agreement-language = Ordalydelsens språk
arrived-by-letter = Brev
arrived-by-phone = Telefon
arrived-by-email = E-post
arrived-by-in-person = På plats
timeline-recorded = { $way }, noterat av personal { $day }
