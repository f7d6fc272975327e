## One sentence that says what is wrong and what to do next

error-not-found-title = Siden finnes ikke
error-not-found-text = Kontroller adressen, eller gå til oversikten og let deg fram.
error-link-title = Lenken kan ikke brukes
error-link-text = Åpne lenken i den siste e-posten fra oss. Er den delt på flere linjer, kan du kopiere hele adressen.
error-sign-in-title = Logg inn først
error-sign-in-text = Logg inn og prøv på nytt.
error-not-allowed-title = Du har ikke tilgang
error-not-allowed-text = Be en administrator om en rolle som kan gjøre dette.
error-foreign-title = Skjemaet kom ikke fra våre egne sider
error-foreign-text = Gå tilbake, last siden på nytt og send skjemaet igjen.
error-unreadable-title = Det som ble sendt, kunne ikke leses
error-unreadable-text = Gå tilbake, last siden på nytt og prøv igjen.
error-too-large-title = Det som ble sendt, er for stort
error-too-large-text = Del det opp i mindre deler og prøv igjen.
error-method-title = Adressen kan ikke brukes slik
error-method-text = Gå tilbake og bruk knappene på siden.
error-busy-title = Databasen svarer ikke akkurat nå
error-busy-text = Vent litt og last siden på nytt. Ingenting er tapt.
error-fault-title = Noe gikk galt hos oss
error-fault-text = Prøv igjen. Skjer det på nytt, kan driftsansvarlig se årsaken i loggen.
error-password-too-short-title = Passordet er for kort
error-password-too-short-text = Velg et passord på minst 12 tegn.
