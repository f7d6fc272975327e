## People

person-search-label = Search by name, e-mail address, programme code or place
person-search = Search
person-search-help = Write the beginning of a name, an e-mail address or a place, or a whole programme code. People with protected identity are not shown.
person-search-none = Nobody matches: { $query }
person-search-more = More people match. Write more of the name.
person-place = Place
person-facts = Details
person-born = Born
person-degrees = Degrees and programmes
person-no-degrees = The register holds no degree of this person.
person-programme = Programme
person-graduation-year = Graduation year
person-profession = Profession
person-faculty = Faculty
person-network = The alumni network
person-work = Work
person-employer = Employer
person-title = Title
person-wishes = What the person wants
person-no-refusals = The person has said no to nothing.
person-refusals = The person has said no to:
person-allow = Take back
person-record = Record a wish
person-record-consent = Record a consent
person-record-hint = When somebody has written, called or told you in person. It holds at once.
scope-everything = Any contact at all
person-deceased = The person has died and gets no mailings.
person-protected = The person has a protected identity. The address is not shown.
person-suppressed = The e-mail address is suppressed and not used.
person-mark-protected = Protected identity
person-mark-deceased = Deceased
person-given-name = Given name
person-family-name = Family name

## Correcting a person, two people who are one

person-edit-title = Correct the details of { $name }
person-edit-lead = No import overwrites what you change here.
person-street = Street
person-postcode = Postcode
person-country = Country
person-marks = Marks
person-marks-hint = With a protected identity, the address leaves the register.
person-name-problem = Given and family name must have 1 to 200 characters.
person-address-problem = The parts of the address may have 200 characters at most.
person-born-problem = The date of birth must be a date in the past.
person-email-problem = The e-mail address should look like name@example.org.
person-phone-problem = Write the phone number as +46701234567.
person-kinds-problem = Choose at least one kind.
form-choice-problem = Choose one of the values.
form-choose = Choose …
set-by-staff = Corrected by staff
set-by-person = Told by the person
merge-begin = Merge
merge-find-title = Who is the same person as { $name }?
merge-find-lead = Find the other entry. Nothing changes before you have seen both side by side.
merge-alike = The same name or e-mail address
merge-found = Found
merge-none = Nobody else was found.
merge-title = Are they the same person?
merge-lead = { $other } becomes part of { $name }.
merge-stays = Stays
merge-joins = Becomes part of it
merge-kinds = Kinds
merge-refusals = Has said no to
merge-swap = Swap them
merge-text = The details on the left hold, gaps are filled from the right. Every no, every consent and everything that was sent comes along. It can be undone.
merge-do = Merge
merges = Merged entries
unmerge = Undo
unmerge-title = Should { $name } be an entry of their own again?
unmerge-text = Each gets their own details back. What changed since stays with the one that is here now, and every no holds for both.
unmerge-do = Take apart

## Erasing a person

erase = Erase…
erase-title = Erase { $name }?
erase-text = Everything that the register knows about the person is erased, and this cannot be undone. The figures of campaigns stay, without the person. A code without personal data is kept, so that no import brings the person back.
erase-number = Write the person's number, { $number }, to confirm
erase-problem = The number is not right. Nothing was erased.
erase-do = Erase the person for good

## Wishes that came by letter, by phone, by e-mail or in person

wish = What the person wants
wish-title = What has { $name } said?
wish-lead = It holds at once, just as if the person had chosen it on their own page.
wish-no = Does not want: { $scope }
wish-yes = Takes back the no to: { $scope }
wish-no-restricted = Wants the use of their details restricted
wish-yes-restricted = Takes back the restriction
wish-arrived = Arrived on
wish-arrived-hint = The day on which the letter, the call or the e-mail came.
wish-way = How it arrived
wish-note = Note
wish-note-hint = The number of the case, for example. The person can read it among their details.
wish-future-problem = The day on which it arrived is still to come.
wish-note-problem = The note may have 500 characters at most, on one line.
wish-later-problem = The person has said no after that day. What arrived before does not take it back.
agreement-title = What has { $name } agreed to?
agreement-lead = A consent is kept with its wording. One that is withdrawn ends at once.
agreement-given = Agrees
agreement-withdrawn = Withdraws the consent
agreement-purpose = Purpose
agreement-channel = In which way
agreement-every-unit = Every unit
agreement-text = Wording
agreement-text-hint = The words that the person agreed to, word by word. Not needed when a consent is withdrawn.
agreement-text-problem = Write what the person agreed to, in 1 to 5,000 characters.
agreement-language = Language of the wording
arrived-by-letter = Letter
arrived-by-phone = Phone
arrived-by-email = E-mail
arrived-by-in-person = In person
timeline-recorded = { $way }, recorded by staff on { $day }
