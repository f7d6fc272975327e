## Review and approval

approval = Granskning och godkännande
approval-open = Kommentera, granska, godkänn
approval-standing-open = Inte inlämnat för godkännande.
approval-standing-waiting = Inlämnat av { $who } och väntar på någon annans godkännande.
approval-standing-approved = Godkänt av { $who } så som det är nu.
approval-said = Vad som har sagts
approval-none = Ingen har sagt något än.
approval-do = Gå vidare
approval-note = Kommentar
approval-note-hint = Behövs när du kommenterar eller skickar tillbaka.
approval-submit = Lämna in för godkännande
approval-approve = Godkänn
approval-send-back = Skicka tillbaka
approval-comment = Kommentera
approval-withdraw = Ta tillbaka
approval-own-work = Du har skrivit eller lämnat in utskicket. Någon annan ska godkänna det.
approval-step-comment = Kommentar
approval-step-submitted = Inlämnat för godkännande
approval-step-approved = Godkänt
approval-step-sent-back = Skickat tillbaka
approval-step-withdrawn = Taget tillbaka eller ändrat
actor-staff = Personal
actor-api-token = Ett program (API)
actor-person = En person
actor-system = Systemet
actor-command-line = Kommandoraden

error-approval-not-submitted-title = Utskicket väntar inte på godkännande
error-approval-not-submitted-text = Det är inte inlämnat, eller har ändrats sedan dess. Lämna in det först.
error-approval-not-open-title = Utskicket kan inte lämnas in nu
error-approval-not-open-text = Det väntar redan på godkännande, eller är på väg.
error-approval-own-work-title = Någon annan ska godkänna
error-approval-own-work-text = Den som har skrivit eller lämnat in utskicket kan inte godkänna det.
error-approval-no-reason-title = Skriv vad som ska ändras
error-approval-no-reason-text = Gå tillbaka och skriv en kommentar, så att den som har skrivit utskicket vet vad som behövs.
error-approval-note-title = Kommentaren är tom eller för lång
error-approval-note-text = Gå tillbaka och skriv en kommentar med högst 4000 tecken.
error-approval-waiting-title = Utskicket väntar på godkännande
error-approval-waiting-text = Någon annan måste godkänna det innan det kan startas, eller så tar du tillbaka det.
error-approval-changed-title = Utskicket har ändrats under tiden
error-approval-changed-text = Gå tillbaka, ladda om sidan och titta på det igen innan du svarar.
error-approval-needed-title = Utskicket behöver godkännas
error-approval-needed-text = Så här många mottagare kräver att någon annan godkänner utskicket. Lämna in det för godkännande.

## Versions

versions = Versioner
versions-none = Inga versioner är sparade.
version = Version
version-number = Version { $number }
version-who = Sparad av
version-current = nuvarande
version-diff = Skillnader mot nu
version-diff-text = Borttaget står i versionen men inte i utskicket nu. Tillagt har kommit till sedan dess.
version-same = Versionen är likadan som utskicket nu.
version-change = Skillnad
version-line = Rad
version-line-removed = Borttaget
version-line-added = Tillagt
version-restore = Återställ version { $number }
version-restore-text = Utskicket blir som det var då, som en ny version.

campaign-copy = Kopiera
campaign-copy-of = Kopia av { $name }
