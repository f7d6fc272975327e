## People

person-search-label = Søk på navn eller e-postadresse
person-search = Søk
person-search-help = Skriv begynnelsen av et navn eller en adresse. Personer med beskyttet identitet vises ikke.
person-search-none = Ingen heter det eller har den adressen: { $query }
person-search-more = Flere enn disse passer. Skriv mer av navnet.
person-place = Sted
person-facts = Opplysninger
person-born = Født
person-degrees = Grader og studieprogrammer
person-no-degrees = Registeret har ingen grad for personen.
person-faculty = Fakultet
person-work = Arbeid
person-employer = Arbeidsgiver
person-title = Tittel
person-wishes = Hva personen ønsker
person-no-refusals = Personen har ikke sagt nei til noe.
person-refusals = Personen har sagt nei til:
person-allow = Trekk tilbake
person-record = Registrer et nei
person-record-label = Personen vil ikke ha
person-record-hint = Når noen har ringt, skrevet eller sagt det på stedet.
scope-everything = Noen kontakt i det hele tatt
person-deceased = Personen er død og får ingen utsendelser.
person-protected = Personen har beskyttet identitet. Adressen vises ikke.
person-suppressed = E-postadressen er sperret og brukes ikke.
