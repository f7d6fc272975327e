## The media library

media = Bilder
media-lead = Bilder som lastes opp én gang og kan vises i mange utsendelser.
media-upload = Last opp et bilde
media-search = Søk på navn eller beskrivelse
media-none = Ingen bilder ennå
media-none-found = Fant ingen bilder
media-none-text = Last opp et bilde nederst på siden. Det kan deretter velges i alle utsendelser.
media-file = Bildefil
media-file-hint = PNG, JPEG, GIF eller WebP, høyst 12 MB. Bildet gjøres høyst 1200 piksler bredt, og opplysninger om sted og kamera fjernes.
media-name-hint = Filens navn hvis du ikke skriver noe annet.
media-name-problem = Skriv et navn.
media-alt = Hva bildet viser
media-alt-hint = Leses opp for den som ikke ser bildet, og vises der bilder er slått av.
media-alt-in = Beskrivelse på { $language }
media-alt-missing = Beskrivelse mangler
media-size = { $kilobytes } kB
media-picture = Bildet
media-pixels = Piksler
media-weight = Størrelse
media-uploaded = Lastet opp
media-address = Adresse
media-used = Vises i
media-unused = Ingen utsendelse viser bildet.
media-used-others = { $count ->
    [one] én utsendelse fra en annen enhet
   *[other] { $count } utsendelser fra andre enheter
  }
media-delete = Slett bildet
media-delete-question = Slette bildet { $name }?
media-delete-text = Bildet forsvinner fra biblioteket. Det kan ikke angres.

error-picture-none-title = Du valgte ikke noe bilde
error-picture-none-text = Gå tilbake og velg en bildefil.
error-picture-kind-title = Filen er ikke et bilde som kan brukes
error-picture-kind-text = Lagre bildet som PNG, JPEG, GIF eller WebP og last det opp på nytt.
error-picture-large-title = Filen er for stor
error-picture-large-text = Gjør bildet mindre enn 12 MB og last det opp på nytt.
error-picture-pixels-title = Bildet har for mange piksler
error-picture-pixels-text = Gjør bildet mindre og last det opp på nytt.
error-picture-damaged-title = Bildet er skadet
error-picture-damaged-text = Lagre bildet på nytt og last det opp igjen.
error-picture-alt-title = Beskrivelsen er for lang
error-picture-alt-text = Beskriv bildet med høyst 300 tegn.
error-picture-many-title = Mange bilder på kort tid
error-picture-many-text = Enheten har lastet opp 300 bilder den siste timen. Vent litt og prøv igjen.
error-picture-unit-title = Enheten finnes ikke
error-picture-unit-text = Gå tilbake og velg en enhet som du kan skrive for.
error-picture-used-title = Bildet vises i en utsendelse
error-picture-used-text = Ta det først ut av utsendelsene som viser det. Bilder i sendte utsendelser må bli værende.
