## The first page

overview-latest = Senaste utskick
steps = Kom igång
step-import = Importera registret
step-segment = Bygg ett urval
step-campaign = Skriv ett utskick
step-done = klart
