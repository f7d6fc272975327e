## People

person-search-label = Search by name or e-mail address
person-search = Search
person-search-help = Write the beginning of a name or an address. People with protected identity are not shown.
person-search-none = Nobody has that name or address: { $query }
person-search-more = More people match. Write more of the name.
person-place = Place
person-facts = Details
person-born = Born
person-degrees = Degrees and programmes
person-no-degrees = The register holds no degree of this person.
person-faculty = Faculty
person-work = Work
person-employer = Employer
person-title = Title
person-wishes = What the person wants
person-no-refusals = The person has said no to nothing.
person-refusals = The person has said no to:
person-allow = Take back
person-record = Record a no
person-record-label = The person does not want
person-record-hint = When somebody has called, written or told you in person.
scope-everything = Any contact at all
person-deceased = The person has died and gets no mailings.
person-protected = The person has a protected identity. The address is not shown.
person-suppressed = The e-mail address is suppressed and not used.
