## Samtyckestexter

consents = Samtyckestexter
consents-lead = Vad människor ombeds samtycka till, ord för ord. En publicerad version ändras aldrig; en ändring är en ny version.
consents-none = Ingen text är skriven än. Anmälningsformulär och sidan med inställningar använder då sina egna.
consents-new = Ny samtyckestext
consents-all = Alla samtyckestexter
consents-text = Samtyckestext
consents-purpose = Ändamål
consents-channel = Kanal
consents-unit = Enhet
consents-office = Hela kontoret
consents-measuring = Mätning av vad en person öppnar och klickar på
consents-published = Publicerad
consents-draft = Utkast
consents-version = Version { $version }
consents-versions = Alla versioner
consents-written = Skriven
consents-next = Nästa version
consents-save = Spara som utkast
consents-publish = Spara och publicera
consents-hint = Skriv på ett eller flera språk. Ett anmälningsformulär vars eget samtycke lämnas tomt tar den publicerade texten för sitt ändamål och sin enhet, för e-post. Det som var och en har samtyckt till finns kvar hos dem som det var.
consents-problem-empty = Skriv texten på minst ett språk.
consents-problem-missing = Alla får den här frågan på sidan med sina inställningar: skriv den på varje språk. { $language } saknas.
consents-problem-long = Texten är för lång: { $language }, högst 5000 tecken.
timeline-consent-text = ”{ $text }” (version { $version })
held-field-version = Version
