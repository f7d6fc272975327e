## Several e-mail addresses

addresses = E-postadresser
addresses-title = E-postadresser till { $name }
addresses-lead = Utskick går till huvudadressen. De andra gör att personen hittas i sökningar och filer.
addresses-none = Registret har ingen adress till personen.
addresses-change = Ändra e-postadresser
address-primary = Huvudadress
address-suppressed = Spärrad
address-make-primary = Gör till huvudadress
address-new = Ytterligare e-postadress
address-add = Lägg till adress
address-known = Personen har redan den adressen.
address-remove-title = Ta bort { $address }?
address-remove-text = Adressen försvinner från { $name } i registret, och ingen fil för tillbaka den.
address-from-staff = Tillagd av personal
address-from-person = Angiven av personen
address-from-import = Från en fil
address-from-former = Tidigare huvudadress
address-from-merge = Från en sammanslagen post

## Events and projects

took-part = Evenemang och projekt
took-part-none = Inget är noterat.
took-part-title = Vad har { $name } deltagit i?
took-part-lead = Hela deltagarlistor importeras som registerfiler.
took-part-kind = Slag
occasion-event = Evenemang
occasion-project = Projekt
took-part-code = Kod
took-part-code-hint = Urval frågar efter den. Utan kod bildas den av namnet.
took-part-day = Dag
took-part-remove-title = Ta bort ”{ $event }” från { $name }?
took-part-remove-text = Urval hittar då inte längre personen genom det.

## Relations

ties = Relationer
ties-none = Inga relationer är noterade.
tie-find-title = Vem eller vad har { $name } att göra med?
tie-find-lead = Sök först upp organisationen eller personen.
tie-find-label = Namn på en organisation eller person
tie-find-help = Skriv början av ett namn.
tie-kind = Slag
tie-role = Roll
tie-from = Från och med
tie-to = Till och med
tie-to-hint = Lämna tomt så länge relationen pågår.
tie-period = Tid
tie-ended = Avslutad
tie-new-title = { $name } och { $other }
tie-new-lead = Vad är personen där, och sedan när?
tie-edit-title = { $name } och { $other }
tie-edit-lead = Avsluta relationen genom att skriva dess sista dag.
tie-dates-problem = Den sista dagen får inte vara före den första.
tie-remove-title = Ta bort relationen mellan { $name } och { $other }?
tie-remove-text = Ta bort det som aldrig har stämt. En relation som är över får en sista dag i stället.
relation-employee = Anställd
relation-member = Medlem
relation-donor = Givare
relation-mentor = Mentor
relation-board-member = Styrelseledamot
relation-other = Annat
relation-of-employee = Har som anställd
relation-of-member = Har som medlem
relation-of-donor = Har som givare
relation-of-mentor = Har som mentor
relation-of-board-member = Har i styrelsen
relation-of-other = Annat
date-problem = Skriv ett datum som 2026-03-18.

## Organisations

organisation = Organisation
organisations = Organisationer
organisations-lead = Arbetsgivare, partner och givare som personer i registret har att göra med.
organisations-empty = Det finns inga organisationer än. Lägg till den första.
organisation-search-label = Sök på namn eller organisationsnummer
organisation-none = Ingen organisation stämmer med: { $query }
organisation-new-title = Lägg till organisation
organisation-edit-title = Rätta organisationen
organisation-lead = Det räcker med namnet. Organisationsnumret skiljer organisationer med samma namn åt.
organisation-kind = Slag
organisation-kind-employer = Arbetsgivare
organisation-kind-partner = Partner
organisation-kind-donor = Givare
organisation-kind-other = Annat
organisation-number = Organisationsnummer
organisation-number-hint = Svenskt nummer som 232100-0255, norskt med nio siffror, annat lands efter landets två bokstäver.
organisation-number-form = Organisationsnumret har fel form. Skriv ett svenskt som 232100-0255, ett norskt med nio siffror och ett annat lands efter landets två bokstäver, som FI01120389.
organisation-number-personal = Det är ett personnummer. Lämna fältet tomt för en enskild firma.
organisation-number-check = Kontrollsiffran i organisationsnumret stämmer inte. Jämför numret med landets register.
organisation-number-taken = En annan organisation har det organisationsnumret.
organisation-people = Personer
organisation-nobody = Ingen har någon relation till organisationen. Relationer läggs till på en persons sida.
organisation-delete-title = Ta bort { $name }?
organisation-delete-text = Ingen har någon relation till organisationen. Den kan läggas till igen.
error-organisation-in-use-title = Personer har relationer till organisationen
error-organisation-in-use-text = Ta först bort relationerna till den.

## Timeline

timeline = Tidslinje
timeline-title = Tidslinje för { $name }
timeline-all = Visa allt
timeline-end = Inget hände dessförinnan.
timeline-protected = Din roll visar inte vad som hänt med personer som har skyddad identitet.
timeline-registered = Kom in i registret
timeline-imported = Importerades från { $mapping }
timeline-updated = Uppdaterades från { $mapping }
timeline-corrected-staff = Personal rättade: { $fields }
timeline-corrected-person = Personen rättade: { $fields }
timeline-address = E-postadress sparad: { $address }
timeline-merged = Slogs samman med { $name }
timeline-unmerged = Sammanslagningen med { $name } ångrades
timeline-refused = Sa nej till: { $scope }
timeline-allowed = Tog tillbaka sitt nej till: { $scope }
timeline-consented = Samtyckte till: { $purpose }
timeline-joined = Tackade ja till inbjudan till nätverket
timeline-withdrew = Tog tillbaka sitt samtycke till: { $purpose }
timeline-mail-sent = Fick ”{ $name }”
timeline-mail-failed = ”{ $name }” kom inte fram
timeline-mail-skipped = Fick inte ”{ $name }”
timeline-opened = Öppnade ”{ $name }”
timeline-clicked = Följde en länk i ”{ $name }”
timeline-event = Deltog i ”{ $name }”
timeline-project = Deltog i projektet ”{ $name }”
timeline-tied = { $role }: { $name }
timeline-untied = Inte längre: { $role }, { $name }
merged-by-staff = Av personal
merged-by-import = Av en import
heard-one-click = Med ett klick i ett mejl
heard-page = På sidan bakom länken i ett mejl
heard-staff = Noterat av personal
heard-api = Genom API:et
heard-import = Från en fil
heard-invitation = På svarssidan i en inbjudan
heard-form = Genom ett anmälningsformulär
heard-complaint = Klagomål via e-postleverantören
heard-pause-ended = Pausen tog slut
heard-demo = Påhittat för demon

## What can be done

add = Lägg till
remove = Ta bort
