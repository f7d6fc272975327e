## Contact pressure

pressure = Contact pressure
pressure-lead = How many mailings a person may get in how many days. Whoever has had enough is left out of a mailing, and the count says so.
pressure-present = Caps
pressure-none = There is no cap: everyone gets every mailing that they may get.
pressure-everybody = All units together
pressure-of = Mailings from
pressure-of-hint = A unit's cap counts its own mailings and those of the units beneath it.
pressure-mailings = Mailings at most
pressure-days = In so many days
pressure-set = Set a cap
pressure-save = Set
pressure-remove = Remove
pressure-exempt = A campaign that rests on a legal obligation and an invitation to the network are never stopped by a cap. They count as mailings all the same.
pressure-problem = Write how many mailings, 1 to { $mailings }, in how many days, 1 to { $days }.

## Whom other units mail as well

overlap = Mail from other units
overlap-counting = This is being counted.
overlap-look-again = Look again
overlap-nobody = None of them gets mail from another unit, { $days } days back and ahead.
overlap-people = { $count ->
    [one] One of them gets
   *[other] { $count } of them get
} mail from other units too, { $days } days back and ahead.
overlap-unknown = This cannot be counted, because the segment cannot be used.
overlap-by-unit = By unit
overlap-counted = Counted { $time }.
overlap-again = Count again

## People who have not confirmed

person-unconfirmed = Somebody else signed this person up. Nothing is sent to them until they sign up by a form and confirm it.
person-confirmed = They told us themselves that they want to be here
