## Around every page

skip-to-content = Hoppa till innehållet
language = Språk
nav-main = Huvudmeny
nav-overview = Översikt
nav-campaigns = Utskick
nav-segments = Urval
nav-contacts = Personer
nav-forms = Formulär
nav-imports = Import
sign-out = Logga ut

## What happened just now

notice-saved = Sparat.
notice-created = Skapat.
notice-deleted = Borttaget.
notice-signed-out = Du är utloggad.
notice-password = Lösenordet är ändrat. Andra inloggningar har avslutats.
notice-test-sent = Testmejlet är skickat.
notice-launched = Utskicket startar nu.
notice-scheduled = Utskicket startar vid sin tid.
notice-retried = Mejlen skickas igen till de misslyckade.
notice-paused = Utskicket är pausat. Inget har gått förlorat.
notice-resumed = Utskicket fortsätter.
notice-cancelled = Utskicket är avbrutet.
notice-recorded = Noterat.
notice-decided = Beslutet är sparat.
notice-merged = Personerna är sammanslagna.
notice-unmerged = Sammanslagningen är ångrad.
notice-erased = Personen är raderad.

## Months, short

month-1 = jan.
month-2 = feb.
month-3 = mars
month-4 = apr.
month-5 = maj
month-6 = juni
month-7 = juli
month-8 = aug.
month-9 = sep.
month-10 = okt.
month-11 = nov.
month-12 = dec.

## Roles

role-admin = Administratör
role-editor = Redaktör
role-approver = Godkännare
role-viewer = Läsare
role-data-protection-officer = Dataskyddsombud

## Channels

channel-email = E-post
channel-sms = SMS
channel-letter = Brev
channel-phone = Telefon
