## Kontakttryck

pressure = Kontakttryck
pressure-lead = Hur många utskick en person får under hur många dagar. Den som redan har fått nog lämnas utanför ett utskick, och det syns när mottagarna räknas.
pressure-present = Tak
pressure-none = Det finns inget tak: alla får varje utskick som de får nås av.
pressure-everybody = Alla enheter tillsammans
pressure-of = Utskick från
pressure-of-hint = En enhets tak räknar dess egna utskick och de underliggande enheternas.
pressure-mailings = Högst så många utskick
pressure-days = På så många dagar
pressure-set = Sätt ett tak
pressure-save = Sätt
pressure-remove = Ta bort
pressure-exempt = Ett utskick som vilar på en rättslig förpliktelse och en inbjudan till nätverket stoppas aldrig av ett tak. De räknas ändå som utskick.
pressure-problem = Skriv hur många utskick, 1 till { $mailings }, på hur många dagar, 1 till { $days }.

## Vilka andra enheter också skickar till

overlap = Utskick från andra enheter
overlap-counting = Det räknas just nu.
overlap-look-again = Titta igen
overlap-nobody = Ingen av dem får utskick från någon annan enhet, { $days } dagar bakåt och framåt.
overlap-people = { $count ->
    [one] En av dem
   *[other] { $count } av dem
} får också utskick från andra enheter, { $days } dagar bakåt och framåt.
overlap-unknown = Det går inte att räkna, eftersom urvalet inte går att använda.
overlap-by-unit = Per enhet
overlap-counted = Räknat { $time }.
overlap-again = Räkna om

## People who have not confirmed

person-unconfirmed = Någon annan har anmält personen. Inget skickas förrän personen själv anmäler sig med ett formulär och bekräftar det.
person-confirmed = Personen har själv sagt att den vill vara med
