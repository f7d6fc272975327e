## Samtykketekster

consents = Samtykketekster
consents-lead = Hva folk blir bedt om å samtykke til, ord for ord. En publisert versjon endres aldri; en endring er en ny versjon.
consents-none = Ingen tekst er skrevet ennå. Påmeldingsskjemaer og siden med innstillinger bruker da sine egne.
consents-new = Ny samtykketekst
consents-all = Alle samtykketekster
consents-text = Samtykketekst
consents-purpose = Formål
consents-channel = Kanal
consents-unit = Enhet
consents-office = Hele kontoret
consents-measuring = Måling av hva en person åpner og klikker på
consents-published = Publisert
consents-draft = Utkast
consents-version = Versjon { $version }
consents-versions = Alle versjoner
consents-written = Skrevet
consents-next = Neste versjon
consents-save = Lagre som utkast
consents-publish = Lagre og publiser
consents-hint = Skriv på ett eller flere språk. Et påmeldingsskjema der samtykket er tomt, tar den publiserte teksten for sitt formål og sin enhet, for e-post. Det hver enkelt har samtykket til, blir stående hos dem slik det var.
consents-problem-empty = Skriv teksten på minst ett språk.
consents-problem-missing = Alle får dette spørsmålet på siden med sine innstillinger: skriv det på hvert språk. { $language } mangler.
consents-problem-long = Teksten er for lang: { $language }, høyst 5000 tegn.
timeline-consent-text = «{ $text }» (versjon { $version })
held-field-version = Versjon
