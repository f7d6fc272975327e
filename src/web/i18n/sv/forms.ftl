## Sign-up forms, for everybody

sign-up-from = Du anmäler dig till utskick från { $unit }.
sign-up-given-name = Förnamn
sign-up-family-name = Efternamn
sign-up-email = E-postadress
sign-up-language = Språk för utskicken
sign-up-topics = Vad vill du få?
sign-up-trap = Lämna det här fältet tomt
sign-up-purpose = Vad vi använder dina uppgifter till
sign-up-storage = Hur länge vi sparar dem
sign-up-consent = Vad du samtycker till
sign-up-send = Anmäl mig
sign-up-next = Vi skickar ett mejl med en länk. Du är anmäld när du har bekräftat där.
sign-up-preview = Så här ser formuläret ut. Det kan inte skickas härifrån.
sign-up-again = Tryck på knappen en gång till.
sign-up-busy = Många anmäler sig just nu. Vänta några minuter och tryck på knappen igen.
sign-up-wrong-given-name = Skriv ditt förnamn.
sign-up-wrong-family-name = Skriv ditt efternamn.
sign-up-wrong-email = Skriv en e-postadress, till exempel namn@example.org.
sign-up-wrong-topics = Välj minst en sak som du vill få.
sign-up-sent = Titta i din inkorg
sign-up-sent-text = Vi har skickat ett mejl med en länk till adressen du skrev. Tryck på knappen där inom { $days } dagar för att bekräfta. Kommer det inget mejl, titta bland skräpposten och kontrollera adressen.
sign-up-confirm = Ja, anmäl mig
sign-up-confirm-question = Vill du få utskick från { $unit }?
sign-up-confirm-address = Anmälan gäller adressen { $address } och:
sign-up-confirm-not-you = Var det inte du? Stäng sidan, så tar vi bort uppgifterna.
sign-up-done = Du är anmäld
sign-up-done-text = Du får utskick från { $unit } om det du har valt. Du kan när som helst ändra det eller säga nej till alltihop.
sign-up-gone = Länken är använd eller för gammal
sign-up-gone-text = Har du redan bekräftat är allt klart. Fyll annars i formuläret igen, så får du en ny länk.

## Accessibility statement

accessibility = Tillgänglighet
accessibility-who = { $office } ansvarar för de här sidorna: anmälan, avanmälan, val av utskick och inbjudningar. Alla ska kunna använda dem, hur de än läser och klickar.
accessibility-state-heading = Hur tillgängliga sidorna är
accessibility-state = Sidorna är gjorda för att uppfylla WCAG 2.1 på nivå AA (EN 301 549). De fungerar med tangentbord och skärmläsare, utan skript, på smala skärmar och förstorade till 200 procent.
accessibility-limits-heading = Vad som kan brista
accessibility-limits = Vi känner inte till några brister på själva sidorna. Utskicken, och webbversionerna av dem, skrivs av många och kan ha bilder utan beskrivning eller länkar med otydlig text.
accessibility-tell-heading = Berätta om hinder
accessibility-tell = Fungerar något inte för dig, svara på ett mejl från { $office }. Vi hjälper dig då på annat sätt och rättar felet.
accessibility-supervision-heading = Tillsyn
accessibility-supervision = Är du inte nöjd med vårt svar kan du vända dig till tillsynsmyndigheten: i Sverige Myndigheten för digital förvaltning (Digg), i Norge Tilsynet for universell utforming av ikt (Uu-tilsynet).
accessibility-tested-heading = Hur vi har testat
accessibility-tested = Varje sida granskas med ett automatiskt verktyg (axe) på alla språk före varje ny version av programmet. Ingen oberoende part har testat sidorna.

## Sign-up forms, for staff

forms-lead = Formulär som man anmäler sig med till en enhets utskick. Ingen är anmäld förrän den har bekräftat via en länk i ett mejl.
forms-new = Nytt formulär
forms-none = Inga formulär än
forms-none-text = Gör ett, och länka till det eller lägg in det på er egen webbplats.
forms-address = Adress
forms-closed = stängt
forms-version = Version { $version } av texterna
forms-preview = Titta på formuläret
forms-slug = Namn i adressen
forms-slug-hint = Små bokstäver a–z, siffror och bindestreck. Det går inte att ändra senare.
forms-purpose = Ändamål som man samtycker till
forms-from = Avsändare av mejlet som ber om bekräftelse
forms-from-hint = En av enhetens adresser, till exempel alumn@example.se.
forms-topics = Ämnen att välja bland
forms-enabled = Formuläret är öppet
forms-texts = Texter
forms-texts-help = Fyll i alla fält på minst ett språk. En ändrad text blir en ny version, och det som någon redan har samtyckt till sparas som det stod.
forms-part-heading = Rubrik
forms-part-purpose = Vad uppgifterna används till
forms-part-storage = Hur länge de sparas
forms-part-consent = Vad man samtycker till, ord för ord
forms-save = Spara formuläret
forms-embed = Använd formuläret
forms-embed-link = Länka till det:
forms-embed-frame = Visa det i en ram på en annan sida
forms-embed-html = Som HTML på er egen sida ({ $language })
forms-embed-help = HTML-koden har texterna som de är nu. Hämta den igen när ni har ändrat dem.
forms-wrong-slug = Namnet i adressen är 1 till 40 små bokstäver a–z, siffror och bindestreck.
forms-wrong-slug-taken = Ett annat formulär har det namnet i adressen. Välj ett annat.
forms-wrong-name = Skriv ett namn på högst 200 tecken.
forms-wrong-topics = Välj minst ett ämne.
forms-wrong-purpose = Välj ett ändamål.
forms-wrong-from-address = Skriv avsändaren som en e-postadress, till exempel alumn@example.se.
forms-wrong-no-text = Skriv texterna på minst ett språk.
forms-wrong-text = Saknas eller är för lång: { $part } ({ $language })
