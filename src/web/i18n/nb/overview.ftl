## The first page

overview-latest = Siste utsendelser
steps = Kom i gang
step-import = Importer registeret
step-segment = Lag et utvalg
step-campaign = Skriv en utsendelse
step-done = ferdig
