## The media library

media = Bilder
media-lead = Bilder som laddas upp en gång och kan visas i många utskick.
media-upload = Ladda upp en bild
media-search = Sök på namn eller beskrivning
media-none = Inga bilder än
media-none-found = Inga bilder hittades
media-none-text = Ladda upp en bild längst ner på sidan. Den kan sedan väljas i varje utskick.
media-file = Bildfil
media-file-hint = PNG, JPEG, GIF eller WebP, högst 12 MB. Bilden görs högst 1200 bildpunkter bred, och uppgifter om plats och kamera tas bort.
media-name-hint = Filens namn om du inte skriver något annat.
media-name-problem = Skriv ett namn.
media-alt = Vad bilden visar
media-alt-hint = Läses upp för den som inte ser bilden, och visas där bilder är avstängda.
media-alt-in = Beskrivning på { $language }
media-alt-missing = Beskrivning saknas
media-size = { $kilobytes } kB
media-picture = Bilden
media-pixels = Bildpunkter
media-weight = Storlek
media-uploaded = Uppladdad
media-address = Adress
media-used = Visas i
media-unused = Inget utskick visar bilden.
media-used-others = { $count ->
    [one] ett utskick från en annan enhet
   *[other] { $count } utskick från andra enheter
  }
media-delete = Ta bort bilden
media-delete-question = Ta bort bilden { $name }?
media-delete-text = Bilden försvinner ur biblioteket. Det går inte att ångra.

error-picture-none-title = Ingen bild valdes
error-picture-none-text = Gå tillbaka och välj en bildfil.
error-picture-kind-title = Filen är ingen bild som kan användas
error-picture-kind-text = Spara bilden som PNG, JPEG, GIF eller WebP och ladda upp den igen.
error-picture-large-title = Filen är för stor
error-picture-large-text = Gör bilden mindre än 12 MB och ladda upp den igen.
error-picture-pixels-title = Bilden har för många bildpunkter
error-picture-pixels-text = Gör bilden mindre och ladda upp den igen.
error-picture-damaged-title = Bilden är skadad
error-picture-damaged-text = Spara bilden på nytt och ladda upp den igen.
error-picture-alt-title = Beskrivningen är för lång
error-picture-alt-text = Beskriv bilden med högst 300 tecken.
error-picture-many-title = Många bilder på kort tid
error-picture-many-text = Enheten har laddat upp 300 bilder den senaste timmen. Vänta en stund och försök igen.
error-picture-unit-title = Det finns ingen sådan enhet
error-picture-unit-text = Gå tillbaka och välj en enhet som du får skriva för.
error-picture-used-title = Bilden visas i ett utskick
error-picture-used-text = Ta först bort den ur de utskick som visar den. Bilder i skickade utskick måste vara kvar.
