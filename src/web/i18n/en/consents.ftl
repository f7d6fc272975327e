## Consent texts

consents = Consent texts
consents-lead = What people are asked to agree to, word for word. A published version never changes; a change is a new version.
consents-none = No text is written yet. Sign-up forms and the page of preferences then use their own.
consents-new = New consent text
consents-all = All consent texts
consents-text = Consent text
consents-purpose = Purpose
consents-channel = Channel
consents-unit = Unit
consents-office = The whole office
consents-measuring = Measuring what a person opens and clicks
consents-published = Published
consents-draft = Draft
consents-version = Version { $version }
consents-versions = All versions
consents-written = Written
consents-next = The next version
consents-save = Save as draft
consents-publish = Save and publish
consents-hint = Write in one or more languages. A sign-up form whose own consent is left empty takes the published text of its purpose and unit, sent by e-mail. What each person agreed to stays with them as it was.
consents-problem-empty = Write the text in at least one language.
consents-problem-missing = Everybody is asked this on their page of preferences: write it in every language. { $language } is missing.
consents-problem-long = The text is too long: { $language }, at most 5000 characters.
timeline-consent-text = “{ $text }” (version { $version })
held-field-version = Version
