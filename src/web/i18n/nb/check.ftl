## What was found before the launch

check = Kontroll før start
check-nothing = Ingenting å bemerke.
check-errors = { $count ->
    [one] Én feil må rettes før start.
   *[other] { $count } feil må rettes før start.
  }
check-warnings = { $count ->
    [one] Én ting å se på.
   *[other] { $count } ting å se på.
  }
check-error = Feil
check-warning = Advarsel
check-to-block = Til blokken
check-to-line = Til linje { $line }
check-again = Kontroller lenker og domene på nytt
check-outside-done = Lenker og avsenderens domene er kontrollert.
check-outside-waits = Lenker og avsenderens domene kontrolleres i bakgrunnen. Last siden på nytt om litt.
check-found-text = Teksten kan ikke brukes: { $what }
check-found-no-alt = Bildet { $what } mangler beskrivelse. Skriv hva det viser.
check-found-empty-alt = Bildet { $what } har en tom beskrivelse. Det er bare riktig hvis det er ren pynt.
check-found-empty-link = Lenken til { $what } har ingen tekst. Skriv hvor den fører.
check-found-vague-link = «{ $what }» sier ikke hvor lenken fører.
check-found-nowhere-link = Lenken «{ $what }» fører ingen steder. Gi den en adresse.
check-found-dead-link = Lenken til { $what } virker ikke.
check-found-internal-link = Lenken til { $what } fører inn i et privat nett som mottakerne ikke når.
check-found-contrast = «{ $what }» er vanskelig å lese mot bakgrunnen. Kontrasten skal være minst 4,5 til 1.
check-found-heading-order = Overskriften «{ $what }» hopper over et nivå.
check-found-empty-heading = En overskrift er tom.
check-found-merge-gap = { $amount ->
    [one] Én mottaker mangler verdi for feltet «{ $what }», og feltet har ingen reservetekst.
   *[other] { $amount } mottakere mangler verdi for feltet «{ $what }», og feltet har ingen reservetekst.
  }
check-found-no-language = Det finnes ingen tekst på dette språket. De som leser det, får standardspråket.
check-found-no-preheader = Forhåndstekst mangler på dette språket, men finnes på et annet.
check-found-clipped = E-postens HTML er { $amount } kB. Gmail viser bare 102 kB.
check-found-heavy-pictures = Bildene veier { $amount } kB til sammen. Gjør dem mindre.
check-found-long-subject = Emnelinjen har { $amount } tegn. Telefoner viser omtrent 60.
check-found-no-unsubscribe = Det finnes ingen måte å melde seg av på. Sett inn feltet unsubscribe_url.
check-found-no-spf = Avsenderens domene { $what } har ingen SPF-post. E-posten kan havne i søppelposten.
check-found-no-dkim = Vi finner ingen DKIM-nøkkel for avsenderens domene { $what }. E-posten kan havne i søppelposten.
check-found-no-dmarc = Avsenderens domene { $what } har ingen DMARC-post. E-posten kan havne i søppelposten.

error-check-title = Utsendelsen har feil som må rettes
error-check-text = Gå tilbake, rett feilene og start deretter utsendelsen.
