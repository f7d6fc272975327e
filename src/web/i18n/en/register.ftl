## Several e-mail addresses

addresses = E-mail addresses
addresses-title = E-mail addresses of { $name }
addresses-lead = Mail goes to the primary address. The others find the person in searches and in files.
addresses-none = The register has no address of this person.
addresses-change = Change e-mail addresses
address-primary = Primary
address-suppressed = Suppressed
address-make-primary = Make primary
address-new = Another e-mail address
address-add = Add address
address-known = The person has this address already.
address-remove-title = Remove { $address }?
address-remove-text = The address leaves the register of { $name }, and no file brings it back.
address-from-staff = Added by staff
address-from-person = Told by the person
address-from-import = From a file
address-from-former = Was the primary address
address-from-merge = From a merged entry

## Events and projects

took-part = Events and projects
took-part-none = Nothing is recorded.
took-part-title = What did { $name } take part in?
took-part-lead = Files of participants are imported as register files.
took-part-kind = Kind
occasion-event = Event
occasion-project = Project
took-part-code = Code
took-part-code-hint = Segments ask for it. Without one, it is made of the name.
took-part-day = Day
took-part-remove-title = Remove “{ $event }” of { $name }?
took-part-remove-text = Segments then no longer find the person by it.

## Relations

ties = Relations
ties-none = No relations are recorded.
tie-find-title = Whom does { $name } have to do with?
tie-find-lead = Find the organisation or the person first.
tie-find-label = Name of an organisation or a person
tie-find-help = Write the beginning of a name.
tie-kind = Kind
tie-role = Role
tie-from = From
tie-to = Until
tie-to-hint = Leave it empty while the relation lasts.
tie-period = Period
tie-ended = Ended
tie-new-title = { $name } and { $other }
tie-new-lead = What is the person there, and since when?
tie-edit-title = { $name } and { $other }
tie-edit-lead = To end the relation, write its last day.
tie-dates-problem = The last day must not be before the first.
tie-remove-title = Remove the relation of { $name } to { $other }?
tie-remove-text = Remove what never was. A relation that is over gets a last day instead.
relation-employee = Employee
relation-member = Member
relation-donor = Donor
relation-mentor = Mentor
relation-board-member = Board member
relation-other = Other
relation-of-employee = Has as employee
relation-of-member = Has as member
relation-of-donor = Has as donor
relation-of-mentor = Has as mentor
relation-of-board-member = Has on the board
relation-of-other = Other
date-problem = Write a date such as 2026-03-18.

## Organisations

organisation = Organisation
organisations = Organisations
organisations-lead = Employers, partners and donors that people of the register have to do with.
organisations-empty = There are no organisations yet. Add the first one.
organisation-search-label = Search by name or registration number
organisation-none = No organisation matches: { $query }
organisation-new-title = Add an organisation
organisation-edit-title = Correct the organisation
organisation-lead = The name is enough. The registration number tells organisations of one name apart.
organisation-kind = Kind
organisation-kind-employer = Employer
organisation-kind-partner = Partner
organisation-kind-donor = Donor
organisation-kind-other = Other
organisation-number = Registration number
organisation-number-hint = Swedish as 232100-0255, Norwegian in nine digits, any other behind the country’s two letters.
organisation-number-form = The registration number has the wrong form. Write a Swedish one as 232100-0255, a Norwegian one in nine digits, and any other behind its country’s two letters, such as FI01120389.
organisation-number-personal = That is the identity number of a person. Leave the field empty for a sole trader.
organisation-number-check = The check digit of the registration number is wrong. Compare the number with the country’s register.
organisation-number-taken = Another organisation has this registration number.
organisation-people = People
organisation-nobody = Nobody is tied to the organisation. Relations are added on a person’s page.
organisation-delete-title = Remove { $name }?
organisation-delete-text = Nobody is tied to the organisation. It can be added again.
error-organisation-in-use-title = People are tied to the organisation
error-organisation-in-use-text = Remove the relations to it first.

## Timeline

timeline = Timeline
timeline-title = Timeline of { $name }
timeline-all = Show everything
timeline-end = Nothing happened before that.
timeline-protected = Your role does not show what happened with people who have a protected identity.
timeline-registered = Came into the register
timeline-imported = Imported from { $mapping }
timeline-updated = Updated from { $mapping }
timeline-corrected-staff = Staff corrected: { $fields }
timeline-corrected-person = The person corrected: { $fields }
timeline-address = E-mail address kept: { $address }
timeline-merged = Merged with { $name }
timeline-unmerged = The merge with { $name } was undone
timeline-refused = Said no to: { $scope }
timeline-allowed = Took back the no to: { $scope }
timeline-consented = Agreed to: { $purpose }
timeline-joined = Accepted the invitation to the network
timeline-withdrew = Withdrew the consent to: { $purpose }
timeline-mail-sent = Was sent “{ $name }”
timeline-mail-failed = “{ $name }” did not arrive
timeline-mail-skipped = Was left out of “{ $name }”
timeline-opened = Opened “{ $name }”
timeline-clicked = Followed a link in “{ $name }”
timeline-event = Took part in “{ $name }”
timeline-project = Took part in the project “{ $name }”
timeline-tied = { $role }: { $name }
timeline-untied = No longer: { $role }, { $name }
merged-by-staff = By staff
merged-by-import = By an import
heard-one-click = With one click in a mail
heard-page = On the page behind the link in a mail
heard-staff = Recorded by staff
heard-api = Through the API
heard-import = From a file
heard-invitation = On the answer page of an invitation
heard-form = By a sign-up form
heard-complaint = Complaint through the mail provider
heard-pause-ended = The pause ran out
heard-demo = Invented for the demo

## What can be done

add = Add
remove = Remove
