## Words that many pages share

name = Name
state = State
started = Started
changed = Changed
reason = Reason
unit = Unit
topic = Topic
purpose = Purpose
legal-basis = Legal basis
segment = Segment
tracking = Measuring
person = Person
from = From
to = To
save = Save
edit = Edit
show = Show
filter = Filter
any = Any
back = Back
next = Next
older = Older
reload = Reload
yes = Yes
form-problems = Correct this and save again:
name-problem = Write a name of 1 to 200 characters on one line.
unit-problem = Choose a unit.
choice-problem = choose one of the values

## Why somebody is left out

reason-erased = Data erased
reason-deceased = Deceased
reason-do-not-contact = Do not contact
reason-restricted = Processing restricted
reason-paused = Wants a pause
reason-protected = Protected identity
reason-no-address = No e-mail address
reason-suppressed = Address suppressed
reason-channel = Wants no e-mail
reason-unit = Unsubscribed from the unit
reason-topic = Unsubscribed from the topic
reason-unit-topic = Unsubscribed from the topic by this unit
reason-important-only = Wants important mailings only
reason-digest = Gets a digest of invitations
reason-no-legal-basis = No consent
reason-unconfirmed = Address not confirmed
reason-contact-pressure = Too many mailings lately
reason-already-invited = Was invited before
reason-same-address = Shares an address with another recipient
reason-cancelled = Campaign cancelled

## Kinds of people, languages

kind-student = Student
kind-alumn = Alumn
kind-applicant = Applicant
kind-participant = Participant
kind-interested = Interested
kind-partner = Partner or donor
kind-staff = Staff
tongue-sv = Swedish
tongue-nb = Norwegian
tongue-en = English
network-not-invited = Never invited
network-invited = Invited, has not answered
network-member = Member
network-left = Has left

## Legal bases, ways of measuring

basis-consent = Consent
basis-contract = Contract
basis-public-interest = Public interest
basis-legal-obligation = Legal obligation
basis-legitimate-interest = Legitimate interest
tracking-off = Nothing is counted
tracking-aggregate = Count opens and clicks, no persons
tracking-individual = Per person, for those who agreed
