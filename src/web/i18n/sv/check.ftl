## What was found before the launch

check = Kontroll före start
check-nothing = Inget att anmärka på.
check-errors = { $count ->
    [one] Ett fel måste rättas före starten.
   *[other] { $count } fel måste rättas före starten.
  }
check-warnings = { $count ->
    [one] En sak att titta på.
   *[other] { $count } saker att titta på.
  }
check-error = Fel
check-warning = Varning
check-to-block = Till blocket
check-to-line = Till rad { $line }
check-again = Kontrollera länkar och domän igen
check-outside-done = Länkar och avsändarens domän är kontrollerade.
check-outside-waits = Länkar och avsändarens domän kontrolleras i bakgrunden. Ladda om sidan om en stund.
check-found-text = Texten kan inte användas: { $what }
check-found-no-alt = Bilden { $what } saknar beskrivning. Skriv vad den visar.
check-found-empty-alt = Bilden { $what } har en tom beskrivning. Det är rätt bara om den är ren utsmyckning.
check-found-empty-link = Länken till { $what } har ingen text. Skriv vart den leder.
check-found-vague-link = ”{ $what }” säger inte vart länken leder.
check-found-nowhere-link = Länken ”{ $what }” leder ingenstans. Ge den en adress.
check-found-dead-link = Länken till { $what } fungerar inte.
check-found-internal-link = Länken till { $what } leder in i ett privat nät som mottagarna inte når.
check-found-contrast = ”{ $what }” är svårt att läsa mot sin bakgrund. Kontrasten ska vara minst 4,5 till 1.
check-found-heading-order = Rubriken ”{ $what }” hoppar över en nivå.
check-found-empty-heading = En rubrik är tom.
check-found-merge-gap = { $amount ->
    [one] En mottagare saknar värde för fältet ”{ $what }”, och fältet har ingen reservtext.
   *[other] { $amount } mottagare saknar värde för fältet ”{ $what }”, och fältet har ingen reservtext.
  }
check-found-no-language = Det finns ingen text på det här språket. De som läser det får standardspråket.
check-found-no-preheader = Förhandstext saknas på det här språket men finns på ett annat.
check-found-clipped = Mejlets HTML är { $amount } kB. Gmail visar bara 102 kB.
check-found-heavy-pictures = Bilderna väger { $amount } kB tillsammans. Gör dem mindre.
check-found-long-subject = Ämnesraden har { $amount } tecken. Telefoner visar ungefär 60.
check-found-no-unsubscribe = Det finns inget sätt att avsluta prenumerationen. Lägg in fältet unsubscribe_url.
check-found-no-spf = Avsändarens domän { $what } har ingen SPF-post. Mejlen kan hamna i skräpposten.
check-found-no-dkim = Vi hittar ingen DKIM-nyckel för avsändarens domän { $what }. Mejlen kan hamna i skräpposten.
check-found-no-dmarc = Avsändarens domän { $what } har ingen DMARC-post. Mejlen kan hamna i skräpposten.

error-check-title = Utskicket har fel som måste rättas
error-check-text = Gå tillbaka, rätta felen och starta sedan utskicket.
