## Signing in

sign-in = Logga in
sign-in-heading = Logga in i Brevduva
sign-in-email = E-postadress
sign-in-password = Lösenord
sign-in-help = Inget lösenord än? Be en administratör om en inloggningslänk.
sign-in-refused = Adressen eller lösenordet stämmer inte. Försök igen.
sign-in-throttled = För många försök. Försök igen om { $minutes ->
    [one] en minut
   *[other] { $minutes } minuter
}.
sign-in-link-heading = Välkommen
sign-in-link-text = Länken loggar in dig en gång på den här datorn.
sign-in-link-used-heading = Länken är redan använd eller för gammal
sign-in-link-used-text = Be en administratör om en ny länk.
sign-in-with-password = Logga in med lösenord

## One's own account

account = Mitt konto
account-password = Lösenord
account-password-help = Minst 12 tecken. Alla andra inloggningar avslutas när du byter.
account-new-password = Nytt lösenord
account-set-password = Byt lösenord
account-roles = Roller
account-signed-in-as = Inloggad som { $email }
account-role-everywhere = { $role } i alla enheter
account-role-in = { $role } i { $units }
