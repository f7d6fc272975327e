## One sentence that says what is wrong and what to do next

error-not-found-title = There is no such page
error-not-found-text = Check the address, or start from the overview.
error-link-title = This link cannot be used
error-link-text = Open the link in the latest mail from us. If it was broken over several lines, copy the whole address.
error-sign-in-title = Sign in first
error-sign-in-text = Sign in and try again.
error-not-allowed-title = You may not do this
error-not-allowed-text = Ask an administrator for a role that may.
error-foreign-title = The form did not come from our own pages
error-foreign-text = Go back, reload the page and send the form again.
error-unreadable-title = What was sent could not be read
error-unreadable-text = Go back, reload the page and try again.
error-too-large-title = What was sent is too large
error-too-large-text = Split it into smaller parts and try again.
error-method-title = This address cannot be used that way
error-method-text = Go back and use the buttons on the page.
error-busy-title = The database does not answer right now
error-busy-text = Wait a moment and reload the page. Nothing is lost.
error-fault-title = Something went wrong on our side
error-fault-text = Try again. If it happens again, whoever runs the server can see the cause in the log.
error-password-too-short-title = The password is too short
error-password-too-short-text = Choose a password of at least 12 characters.
