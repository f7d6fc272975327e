## One sentence that says what is wrong and what to do next

error-not-found-title = Sidan finns inte
error-not-found-text = Kontrollera adressen eller gå till översikten och sök dig fram.
error-link-title = Länken går inte att använda
error-link-text = Öppna länken i det senaste mejlet från oss. Har den delats upp på flera rader kan du kopiera hela adressen.
error-sign-in-title = Logga in först
error-sign-in-text = Logga in och försök igen.
error-not-allowed-title = Du har inte behörighet
error-not-allowed-text = Be en administratör om en roll som får göra detta.
error-foreign-title = Formuläret kom inte från våra egna sidor
error-foreign-text = Gå tillbaka, ladda om sidan och skicka formuläret igen.
error-unreadable-title = Det som skickades gick inte att läsa
error-unreadable-text = Gå tillbaka, ladda om sidan och försök igen.
error-too-large-title = Det som skickades är för stort
error-too-large-text = Dela upp det i mindre delar och försök igen.
error-method-title = Adressen kan inte användas så
error-method-text = Gå tillbaka och använd knapparna på sidan.
error-busy-title = Databasen svarar inte just nu
error-busy-text = Vänta en stund och ladda om sidan. Inget har gått förlorat.
error-fault-title = Något gick fel hos oss
error-fault-text = Försök igen. Händer det igen kan den som sköter driften se orsaken i loggen.
error-password-too-short-title = Lösenordet är för kort
error-password-too-short-text = Välj ett lösenord med minst 12 tecken.
