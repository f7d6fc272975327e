## People

person-search-label = Sök på namn eller e-postadress
person-search = Sök
person-search-help = Skriv början av ett namn eller en adress. Personer med skyddad identitet visas inte.
person-search-none = Ingen heter så eller har den adressen: { $query }
person-search-more = Fler än så här stämmer. Skriv mer av namnet.
person-place = Ort
person-facts = Uppgifter
person-born = Född
person-degrees = Examina och program
person-no-degrees = Registret har ingen examen för personen.
person-faculty = Fakultet
person-work = Arbete
person-employer = Arbetsgivare
person-title = Titel
person-wishes = Vad personen vill
person-no-refusals = Personen har inte sagt nej till något.
person-refusals = Personen har sagt nej till:
person-allow = Ta tillbaka
person-record = Notera ett nej
person-record-label = Personen vill inte ha
person-record-hint = När någon har ringt, skrivit eller sagt det på plats.
scope-everything = Någon kontakt alls
person-deceased = Personen är avliden och får inga utskick.
person-protected = Personen har skyddad identitet. Adressen visas inte.
person-suppressed = E-postadressen är spärrad och används inte.
