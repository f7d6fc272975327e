## Around every page

skip-to-content = Skip to content
language = Language
nav-main = Main menu
nav-overview = Overview
nav-campaigns = Campaigns
nav-segments = Segments
nav-contacts = People
nav-forms = Forms
nav-imports = Imports
sign-out = Sign out

## What happened just now

notice-saved = Saved.
notice-created = Created.
notice-deleted = Deleted.
notice-signed-out = You are signed out.
notice-password = The password is changed. Other sessions have ended.
notice-test-sent = The test mail is sent.
notice-launched = The campaign is starting.
notice-scheduled = The campaign starts at its time.
notice-retried = The failed ones are sent again.
notice-paused = The campaign is paused. Nothing is lost.
notice-resumed = The campaign goes on.
notice-cancelled = The campaign is cancelled.
notice-recorded = Recorded.
notice-decided = The decision is saved.
notice-merged = The people are merged.
notice-unmerged = The merge is undone.
notice-erased = The person is erased.

## Months, short

month-1 = Jan
month-2 = Feb
month-3 = Mar
month-4 = Apr
month-5 = May
month-6 = Jun
month-7 = Jul
month-8 = Aug
month-9 = Sep
month-10 = Oct
month-11 = Nov
month-12 = Dec

## Roles

role-admin = Administrator
role-editor = Editor
role-approver = Approver
role-viewer = Viewer
role-data-protection-officer = Data protection officer

## Channels

channel-email = E-mail
channel-sms = Text message
channel-letter = Letter
channel-phone = Phone
