## Around every page

skip-to-content = Hopp til innholdet
language = Språk
nav-main = Hovedmeny
nav-overview = Oversikt
nav-campaigns = Utsendelser
nav-segments = Utvalg
nav-contacts = Personer
nav-forms = Skjemaer
nav-imports = Import
sign-out = Logg ut

## What happened just now

notice-saved = Lagret.
notice-created = Opprettet.
notice-deleted = Slettet.
notice-signed-out = Du er logget ut.
notice-password = Passordet er endret. Andre innlogginger er avsluttet.
notice-test-sent = Test-e-posten er sendt.
notice-launched = Utsendelsen starter nå.
notice-scheduled = Utsendelsen starter på sitt tidspunkt.
notice-retried = E-posten sendes på nytt til de mislykkede.
notice-paused = Utsendelsen er satt på pause. Ingenting er tapt.
notice-resumed = Utsendelsen fortsetter.
notice-cancelled = Utsendelsen er avbrutt.
notice-recorded = Registrert.
notice-decided = Avgjørelsen er lagret.
notice-merged = Personene er slått sammen.
notice-unmerged = Sammenslåingen er angret.
notice-erased = Personen er slettet.

## Months, short

month-1 = jan.
month-2 = feb.
month-3 = mars
month-4 = apr.
month-5 = mai
month-6 = juni
month-7 = juli
month-8 = aug.
month-9 = sep.
month-10 = okt.
month-11 = nov.
month-12 = des.

## Roles

role-admin = Administrator
role-editor = Redaktør
role-approver = Godkjenner
role-viewer = Leser
role-data-protection-officer = Personvernombud

## Channels

channel-email = E-post
channel-sms = SMS
channel-letter = Brev
channel-phone = Telefon
