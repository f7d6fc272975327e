## Åpent arkiv

archive-title = Nyhetsbrev fra { $unit }
archive-empty = Ingenting er sendt ennå.
archive-older = Eldre
archive-feed = Følg med en strømleser (Atom)
archives = Åpent arkiv
archives-lead = I arkivet til en enhet kan alle lese utsendelsene dens, uten noe som ble skrevet til en enkelt person. Der ligger det som sendes etter at arkivet ble åpnet. Invitasjoner til nettverket er aldri der.
archives-state = Arkiv
archives-change = Endre
archives-open-since = Åpent siden { $time }
archives-closed = Stengt
archives-open = Åpne
archives-open-of = Åpne arkivet til { $unit }
archives-close = Steng
archives-close-of = Steng arkivet til { $unit }
archive-see = Her kan alle lese utsendelsen
archive-hide = Ta den ut av arkivet
archive-hidden = Utsendelsen er tatt ut av arkivet.
archive-show = Legg den tilbake
