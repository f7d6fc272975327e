## The first page

overview-latest = Siste utsendelser
steps = Kom i gang
step-import = Importer registeret
step-segment = Lag et utvalg
step-campaign = Skriv en utsendelse
step-done = ferdig
overview-reviews = { $count ->
    [one] Én rad fra en import venter på at du avgjør hvem den gjelder.
    [100] 100 rader eller flere fra importer venter på at du avgjør hvem de gjelder.
   *[other] { $count } rader fra importer venter på at du avgjør hvem de gjelder.
}
