## The first page

overview-latest = Senaste utskick
steps = Kom igång
step-import = Importera registret
step-segment = Bygg ett urval
step-campaign = Skriv ett utskick
step-done = klart
overview-reviews = { $count ->
    [one] En rad från en import väntar på att du avgör vem den gäller.
    [100] 100 rader eller fler från importer väntar på att du avgör vem de gäller.
   *[other] { $count } rader från importer väntar på att du avgör vem de gäller.
}
