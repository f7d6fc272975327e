## Öppet arkiv

archive-title = Nyhetsbrev från { $unit }
archive-empty = Inget har skickats ännu.
archive-older = Äldre
archive-feed = Följ med en flödesläsare (Atom)
archives = Öppet arkiv
archives-lead = I en enhets arkiv kan alla läsa dess utskick, utan något som skrevs till en enskild person. Där finns det som skickas efter att arkivet har öppnats. Inbjudningar till nätverket finns aldrig där.
archives-state = Arkiv
archives-change = Ändra
archives-open-since = Öppet sedan { $time }
archives-closed = Stängt
archives-open = Öppna
archives-open-of = Öppna arkivet för { $unit }
archives-close = Stäng
archives-close-of = Stäng arkivet för { $unit }
archive-see = Här kan alla läsa utskicket
archive-hide = Ta bort det ur arkivet
archive-hidden = Utskicket har tagits bort ur arkivet.
archive-show = Lägg tillbaka det
