## Det som hindrer utsendelser

live-room = Det er ikke plass til databasen. Utsendelsen venter og fortsetter av seg selv når IT har gjort mer plass på disken. Ingen går tapt.
overview-relay = E-postserveren { $name } svikter gang på gang og får være i fred; e-posten tar en annen vei eller venter. Be IT se på den. Sist svarte den:
