## Segments

segment-lead = Who a campaign is for. A segment is counted anew each time it is used.
segment-new = New segment
segment-none = No segments yet
segment-none-text = Choose people by programme, graduation year, region and profession, and save the segment for your campaigns.
segment-delete = Delete the segment
segment-delete-question = Delete the segment { $name }?
segment-delete-text = Campaigns that were made from it are not affected.
segment-copy = Copy
segment-copy-name = { $name } (copy)
segment-open = Open the segment
segment-use = New campaign to this segment
segment-shared = Shared
segment-shared-by = Shared by { $unit }. You can use and copy the segment but not change it.
segment-share = Share with other units
segment-share-hint = They can use the segment in campaigns and copy it, not change it.
segment-read-only = You may see this segment but not change it.
segment-used-in = Campaigns with exactly this rule
segment-form-none = The rule says something that the form has no field for. It is edited as JSON.

## The rule as a form

rule-heading = Who is in it?
rule-sentence = In words:
rule-match = People who meet
group-all = all of these
group-any = at least one of these
group-none = none of these
joint-all = and
joint-any = or
joint-none = nor
rule-group = Group
rule-everyone = No condition yet: everyone in the register is in it.
rule-unfilled = Nothing is chosen yet. Until then it does not count.
rule-add = Add
rule-add-group = Group
rule-add-here = Add to this group
rule-up = Move up: { $part }
rule-down = Move down: { $part }
rule-remove = Remove: { $part }
rule-wrap = Group it
rule-unwrap = Dissolve the group
rule-more-fields = More fields
rule-any = Does not matter
rule-problem-empty = Nothing is chosen. Choose something or remove it.
rule-json = The rule as JSON
rule-json-use = Use the rule below instead of the fields
rule-json-label = Rule
choice-remove = Remove
choice-chosen = Chosen: { $field }
choice-hint = Put commas between several.
choice-hint-search = Search the register. One of several is enough.
choice-none = Nothing in the register fits.
choice-people = { $count ->
    [one] { $count } person
   *[other] { $count } people
}

## Conditions and their fields

condition-degree = Degree
condition-lives = Home
condition-works = Work
condition-person = Person
condition-attended = Event
condition-received = Earlier campaign
condition-consented = Consent
condition-engaged = Opens and clicks
condition-everyone = Everyone
same-degree = Everything holds of one and the same degree.
same-works = Everything holds of one and the same employment.
same-attended = Everything holds of one and the same event.
ask-degree-programme = Programme
ask-degree-year = Graduation year
ask-degree-level = Level
ask-degree-faculty = Faculty
ask-degree-graduated = Graduated
ask-degree-graduated-yes = Yes, with a graduation year
ask-degree-graduated-no = No, without a graduation year
ask-lives-region = Region
ask-lives-km = At most so many km
ask-lives-place = from the place
ask-lives-place-hint = For example Malmö.
ask-lives-municipality = Municipality
ask-lives-country = Country
ask-works-called = Profession
ask-works-employer = Employer
ask-works-employer-hint = A part of the name is enough.
ask-works-under = Occupation group (SSYK, ISCO)
ask-works-industry = Industry (SNI, NACE)
ask-works-sector = Sector
ask-works-current = Present work
ask-works-current-yes = Yes, at present
ask-works-current-no = No, in the past
ask-person-kind = What they are
ask-person-language = Language
ask-person-network = The alumni network
ask-attended-event = Event
ask-attended-since = Not before
ask-received-campaign = Campaign
ask-consented-purpose = Purpose
ask-engaged-did = Has
ask-engaged-days = Within so many days
level-foundation = Foundation year
level-bachelor = Bachelor
level-master = Master
level-professional = Professional degree
level-doctoral = Doctorate
level-course = Single course
sector-public = Public
sector-private = Private
sector-non-profit = Non-profit
did-opened = Opened
did-clicked = Clicked
did-none = Neither opened nor clicked

## The rule in words

say-everyone = everyone in the register
say-and = { $first }; and { $second }
say-or = { $first }; or { $second }
say-either = { $first } or { $second }
say-not = not: { $part }
say-none = none of this: ({ $parts })
say-degree = has a degree: { $what }
say-degree-programme = programme { $value }
say-degree-year = graduation year { $from }–{ $to }
say-degree-year-from = graduation year { $from } or later
say-degree-year-to = graduation year { $to } or earlier
say-degree-year-one = graduation year { $year }
say-degree-level = level { $value }
say-degree-faculty = faculty { $value }
say-degree-graduated-yes = with a graduation year
say-degree-graduated-no = without a graduation year
say-lives = lives { $what }
say-lives-region = in { $value }
say-lives-km = at most { $value } km
say-lives-place = from { $value }
say-lives-municipality = in the municipality { $value }
say-lives-country = in the country { $value }
say-works = has work: { $what }
say-works-called = profession { $value }
say-works-employer = employer with “{ $value }” in the name
say-works-under = occupation group { $value }
say-works-industry = industry { $value }
say-works-sector = { $value } sector
say-works-current-yes = at present
say-works-current-no = in the past
say-person = { $what }
say-person-kind = is { $value }
say-person-language = has the language { $value }
say-person-network = the network: { $value }
say-attended = took part in an event: { $what }
say-attended-event = { $value }
say-attended-since = not before { $value }
say-received = received the campaign { $what }
say-received-campaign = { $value }
say-consented = consented to { $what }
say-consented-purpose = { $value }
say-engaged = among those measured: { $what }
say-engaged-did = has { $value }
say-engaged-days = within { $value } days

## The count

count-heading = Count
count-reachable = { $count ->
    [one] person can be reached by e-mail
   *[other] people can be reached by e-mail
}
count-matched = { $count ->
    [one] of { $count } person who matches
   *[other] of { $count } people who match
}
count-place-unknown = { $count ->
    [one] Nobody knows where { $count } more person lives, so the distance cannot be judged
   *[other] Nobody knows where { $count } more people live, so the distance cannot be judged
}
count-left-out = Left out
count-sample = Some of them
count-not-possible = The segment cannot be counted:
count-button = Count

## Why somebody is in or out

explain = Explain a person
explain-do = Search
explain-help = Search by name or e-mail address and see why the person is in or out.
explain-of = Why is somebody in { $name }?
explain-choose = Whom do you mean?
explain-in = Is in the segment.
explain-out = Is not in the segment.
explain-reachable = May be reached by e-mail from { $unit }.
explain-barred = Is not reached by e-mail from { $unit }: { $reason }.
explain-permission-help = A campaign also has a topic and a legal basis, which may leave out more.
explain-conditions = Condition by condition
explain-met = Met
explain-unmet = Not met
explain-unmeasured = Not measured
explain-out-unmeasured = Is not in the segment: the person has not agreed to be measured.
explain-all = All of these
explain-any = At least one of these
explain-not = Not this
explain-by = By
explain-has = The register has instead
explain-has-none = The register holds no such record.
record-year = { $what }, { $year }
record-no-year = { $what }, no graduation year
record-work = { $title } at { $employer }
record-work-unknown = unknown work
record-current = { $what } (present)
record-past = { $what } (past)
record-lives = lives in { $what }
record-opened = opened { $what }, { $when }
record-clicked = clicked in { $what }, { $when }
purpose-measuring = measuring what the person opens and clicks

## Two segments

compare = Compare two segments
compare-first = Segment A
compare-second = Segment B
compare-do = Compare
compare-only = Only in { $name }
compare-both = In both
compare-save = Save as a new segment
compare-help = Choose two segments and see how many people they share.
compare-minus-name = { $first } without { $second }
compare-both-name = { $first } and { $second }
compare-total = { $count } people in { $name }
compare-few = There must be at least two segments.

# What is wrong with a rule
fault-json = cannot be read as JSON: { $why }
fault-many-conditions = has more than { $most } conditions; split the segment
fault-many-values = names more than { $most } values; split the segment
fault-many-words = its words for professions stand for more than { $most } codes and titles; name codes, or split the segment
fault-deep = stands deeper than { $most } all, any and not in each other
fault-empty-node = is empty; everyone is written { $json }
fault-empty-list = is empty; name at least one value, or leave it out
fault-empty = is empty; expected { $wanted }
fault-several-keys = has { $keys } keys where one is expected; put them side by side: { $json }
fault-unexpected = expected { $wanted }, got { $got }
fault-no-number = expected { $wanted } as a number, got { $got }
fault-range = a whole number from { $least } to { $most }
fault-range-open = a whole number from { $least } up
fault-not-true = expected true; nobody is written { $json }
fault-unknown = unknown { $noun }; { $nearest }
fault-none-of = { $word } is not { $what }
fault-lacks = lacks { $names }
fault-wanted = expected { $wanted }
fault-fields = an object with { $names }
fault-one-field = an object with one of { $names }
fault-did-you-mean = did you mean "{ $word }"?
fault-allowed = allowed: { $words }
fault-no-place = the list of places does not have { $name }.
fault-several-places = there are several places called { $name }.
fault-places = Choose from: { $names }
fault-long = is longer than { $most } characters
fault-control-character = holds a control character such as a line break or a tab; remove it
fault-reversed = the earlier year goes first: { $json }
noun-null = null
noun-boolean = true or false
noun-number = a number
noun-string = a text
noun-list = a list
noun-object = an object
noun-empty-text = an empty text
noun-field = field
noun-operator = operator
noun-condition = condition
noun-conditions = {"["}{"{"}…{"}"},{"{"}…{"}"}{"]"}, a list of conditions
noun-values = a list of values
noun-years = [from,to], two years
noun-date = a date such as "2024-01-31"
noun-distance = a distance in kilometres
noun-days = a number of days
noun-text = a text
noun-country = a country code (ISO 3166-1) such as "SE"
noun-region = a region code (ISO 3166-2) such as "SE-M"
noun-municipality = a municipality code of 3 or 4 digits such as "1280"
noun-profession = the first 1 to 4 digits of an SSYK or ISCO code such as "261"
noun-industry = the first 1 to 5 digits of an SNI or NACE code such as "69" or "69.1", or a section's letter from A to U
noun-campaign = a campaign's number
noun-year = a year
noun-kind = a kind of contact
noun-level = a level
noun-language = a language
noun-network = a way to stand to the network
noun-sector = a sector
noun-did = something readers do
