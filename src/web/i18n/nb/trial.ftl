## A/B-test

trial = A/B-test
trial-lead = En del av mottakerne får en av flere varianter. Etter en stund får resten den varianten som gjorde det best. Ingen får utsendelsen to ganger.
trial-how = Slik testes det
trial-sample = Personer som får en variant
trial-sample-hint = Alle varianter til sammen, trukket tilfeldig. Jo mindre forskjellen er, desto flere trengs.
trial-hours = Timer å vente
trial-hours-hint = Regnet fra hele testgruppen har fått e-posten sin.
trial-winner = Vinneren er varianten med
trial-by-clicks = flest klikk
trial-by-opens = flest åpninger
trial-variants = Variant
trial-variant = Variant { $letter }
trial-own-text = Utsendelsens egen tekst.
trial-see = Se på variant { $letter }
trial-subject = Emne, { $language }
trial-preheader = Linjen etter emnet, { $language }
trial-own = I A: { $text }
trial-body = Også teksten i e-posten er en annen, slik utsendelsens fil sier.
trial-save = Lagre testen
trial-remove = Ikke test
trial-edit = A/B-test
trial-sample-table = A/B-test: testgruppen
trial-won = vinner
trial-waiting = { $count ->
    [one] Én person venter på vinneren.
   *[other] { $count } personer venter på vinneren.
}
trial-rest-help = Sendte, mislykkede og hoppet over gjelder testgruppen. Når vinneren er kåret, omfatter tallene dens også åpninger og klikk fra resten.
trial-choose = Kår vinneren nå
trial-choose-text = Vinneren kåres av seg selv når ventetiden er over. Den som ikke vil vente, velger her; resten sendes da med en gang.
trial-choose-one = Send { $letter } til resten
live-winner = Testgruppen har fått e-posten sin. Resten venter på vinneren av A/B-testen.
live-winner-until = Testgruppen har fått e-posten sin. Vinneren av A/B-testen kåres { $time }, og resten sendes da.
trial-fault-others = skriv 1 til { $most } varianter i tillegg til utsendelsens egen tekst
trial-fault-sample = skriv et antall personer fra 2 til { $most }
trial-fault-waiting = skriv en ventetid fra fem minutter til to uker
trial-fault-invitation = en invitasjon sendes i bare én versjon
trial-fault-not-counted = åpninger eller klikk avgjør, så de må telles; velg det for utsendelsen, eller ikke test
trial-fault-alike = skriv hva som er annerledes i denne varianten
trial-fault-language = utsendelsen har ingen tekst på { $language }
