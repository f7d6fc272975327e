## Signing in

sign-in = Logg inn
sign-in-heading = Logg inn i Brevduva
sign-in-email = E-postadresse
sign-in-password = Passord
sign-in-help = Ikke noe passord ennå? Be en administrator om en innloggingslenke.
sign-in-refused = Adressen eller passordet stemmer ikke. Prøv igjen.
sign-in-throttled = For mange forsøk. Prøv igjen om { $minutes ->
    [one] ett minutt
   *[other] { $minutes } minutter
}.
sign-in-link-heading = Velkommen
sign-in-link-text = Lenken logger deg inn én gang på denne maskinen.
sign-in-link-used-heading = Lenken er allerede brukt eller for gammel
sign-in-link-used-text = Be en administrator om en ny lenke.
sign-in-with-password = Logg inn med passord

## One's own account

account = Min konto
account-password = Passord
account-password-help = Minst 12 tegn. Alle andre innlogginger avsluttes når du bytter.
account-new-password = Nytt passord
account-set-password = Bytt passord
account-roles = Roller
account-signed-in-as = Logget inn som { $email }
account-role-everywhere = { $role } i alle enheter
account-role-in = { $role } i { $units }
