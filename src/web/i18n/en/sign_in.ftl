## Signing in

sign-in = Sign in
sign-in-heading = Sign in to Brevduva
sign-in-email = E-mail address
sign-in-password = Password
sign-in-help = No password yet? Ask an administrator for a sign-in link.
sign-in-refused = The address or the password is wrong. Try again.
sign-in-throttled = Too many attempts. Try again in { $minutes ->
    [one] one minute
   *[other] { $minutes } minutes
}.
sign-in-link-heading = Welcome
sign-in-link-text = The link signs you in once, on this computer.
sign-in-link-used-heading = The link has been used or is too old
sign-in-link-used-text = Ask an administrator for a new link.
sign-in-with-password = Sign in with a password

## One's own account

account = My account
account-password = Password
account-password-help = At least 12 characters. Every other session ends when you change it.
account-new-password = New password
account-set-password = Change password
account-roles = Roles
account-signed-in-as = Signed in as { $email }
account-role-everywhere = { $role } in every unit
account-role-in = { $role } in { $units }
