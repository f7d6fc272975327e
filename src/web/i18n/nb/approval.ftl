## Review and approval

approval = Gjennomgang og godkjenning
approval-open = Kommenter, gå gjennom, godkjenn
approval-standing-open = Ikke sendt inn til godkjenning.
approval-standing-waiting = Sendt inn av { $who } og venter på at en annen godkjenner.
approval-standing-approved = Godkjent av { $who } slik det er nå.
approval-said = Hva som er sagt
approval-none = Ingen har sagt noe ennå.
approval-do = Gå videre
approval-note = Kommentar
approval-note-hint = Trengs når du kommenterer eller sender tilbake.
approval-submit = Send inn til godkjenning
approval-approve = Godkjenn
approval-send-back = Send tilbake
approval-comment = Kommenter
approval-withdraw = Trekk tilbake
approval-own-work = Du har skrevet eller sendt inn utsendelsen. En annen skal godkjenne den.
approval-step-comment = Kommentar
approval-step-submitted = Sendt inn til godkjenning
approval-step-approved = Godkjent
approval-step-sent-back = Sendt tilbake
approval-step-withdrawn = Trukket tilbake eller endret
actor-staff = Ansatt
actor-api-token = Et program (API)
actor-person = En person
actor-system = Systemet
actor-command-line = Kommandolinjen

error-approval-not-submitted-title = Utsendelsen venter ikke på godkjenning
error-approval-not-submitted-text = Den er ikke sendt inn, eller er endret siden. Send den inn først.
error-approval-not-open-title = Utsendelsen kan ikke sendes inn nå
error-approval-not-open-text = Den venter allerede på godkjenning, eller er på vei.
error-approval-own-work-title = En annen skal godkjenne
error-approval-own-work-text = Den som har skrevet eller sendt inn utsendelsen, kan ikke godkjenne den.
error-approval-no-reason-title = Skriv hva som skal endres
error-approval-no-reason-text = Gå tilbake og skriv en kommentar, så den som har skrevet utsendelsen vet hva som trengs.
error-approval-note-title = Kommentaren er tom eller for lang
error-approval-note-text = Gå tilbake og skriv en kommentar på høyst 4000 tegn.
error-approval-waiting-title = Utsendelsen venter på godkjenning
error-approval-waiting-text = En annen må godkjenne den før den kan startes, eller du kan trekke den tilbake.
error-approval-changed-title = Utsendelsen er endret i mellomtiden
error-approval-changed-text = Gå tilbake, last siden på nytt og se på den igjen før du svarer.
error-approval-needed-title = Utsendelsen må godkjennes
error-approval-needed-text = Så mange mottakere krever at en annen godkjenner utsendelsen. Send den inn til godkjenning.

## Versions

versions = Versjoner
versions-none = Ingen versjoner er lagret.
version = Versjon
version-number = Versjon { $number }
version-who = Lagret av
version-current = nåværende
version-diff = Forskjeller fra nå
version-diff-text = Fjernet står i versjonen, men ikke i utsendelsen nå. Lagt til har kommet siden.
version-same = Versjonen er lik utsendelsen nå.
version-change = Forskjell
version-line = Linje
version-line-removed = Fjernet
version-line-added = Lagt til
version-restore = Gjenopprett versjon { $number }
version-restore-text = Utsendelsen blir som den var da, som en ny versjon.

campaign-copy = Kopier
campaign-copy-of = Kopi av { $name }
