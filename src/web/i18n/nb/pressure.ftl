## Kontakttrykk

pressure = Kontakttrykk
pressure-lead = Hvor mange utsendelser en person får i løpet av hvor mange dager. Den som har fått nok, utelates fra en utsendelse, og det vises når mottakerne telles.
pressure-present = Tak
pressure-none = Det finnes ikke noe tak: alle får hver utsendelse som kan nå dem.
pressure-everybody = Alle enheter til sammen
pressure-of = Utsendelser fra
pressure-of-hint = Taket for en enhet teller dens egne utsendelser og de underliggende enhetenes.
pressure-mailings = Høyst så mange utsendelser
pressure-days = På så mange dager
pressure-set = Sett et tak
pressure-save = Sett
pressure-remove = Fjern
pressure-exempt = En utsendelse som hviler på en rettslig forpliktelse, og en invitasjon til nettverket, stoppes aldri av et tak. De teller likevel som utsendelser.
pressure-problem = Skriv hvor mange utsendelser, 1 til { $mailings }, på hvor mange dager, 1 til { $days }.

## Hvem andre enheter også sender til

overlap = Utsendelser fra andre enheter
overlap-counting = Dette telles nå.
overlap-look-again = Se igjen
overlap-nobody = Ingen av dem får utsendelser fra en annen enhet, { $days } dager bakover og framover.
overlap-people = { $count ->
    [one] Én av dem
   *[other] { $count } av dem
} får også utsendelser fra andre enheter, { $days } dager bakover og framover.
overlap-unknown = Dette kan ikke telles, fordi utvalget ikke kan brukes.
overlap-by-unit = Per enhet
overlap-counted = Talt { $time }.
overlap-again = Tell på nytt

## People who have not confirmed

person-unconfirmed = Noen andre har meldt på personen. Ingenting sendes før personen selv melder seg på med et skjema og bekrefter det.
person-confirmed = Personen har selv sagt at de vil være med
