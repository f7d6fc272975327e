## Reports

report = Report
report-of = Report: { $name }
report-to-campaign = To the campaign
report-figures = Figures
report-counted-at = Groups and people who left were counted on { $time }.
report-not-counted = Groups and people who left will be counted in a moment.
report-measured = Opens and clicks
report-measured-help = Many mail programs fetch pictures before anybody reads, and others show none at all. What is counted is therefore a hint and no number of readers.
report-who = Who
report-class-person = People
report-class-proxy = Proxies of providers, when somebody opens
report-class-prefetch = Fetched ahead, before anybody reads
report-class-scanner = Security scanners and robots
report-class-unknown = Cannot be told
report-sum = All together
report-probes = { $count ->
    [one] Besides, a program once merely asked about a picture or a link.
   *[other] Besides, programs merely asked about a picture or a link { $count } times.
}
report-over-time = Over time
report-chart-sent = Messages sent
report-chart-returned = Bounces and people who left
report-chart-read = Opens and clicks, by people and programs together
report-as-table = As a table
report-hour = Hour
report-day = Day
report-links = Links
report-link = Link
report-people = People
report-machines = Programs
report-choices = What those who left chose
report-choice-unit = Nothing more from the unit
report-choice-topic = Nothing more about the topic
report-choice-offer = Nothing more about the topic from the unit
report-choice-channel = No e-mail at all, or no other way
report-choice-everything = No contact at all
report-choice-ordinary = Only what is important
report-choice-single-events = One digest a month instead of single invitations
report-choice-pause = A pause
report-choice-restricted = Restricted processing of their data
report-groups = Groups
report-groups-help = Groups of fewer than five people are folded into one, so that nobody is recognised. Whoever has several degrees counts in each of the groups.
report-by-programme = Programme
report-by-faculty = Faculty
report-by-decade = Decade of graduation
report-by-region = Region
report-by-profession = Profession
report-by-language = Language
report-by-domain = E-mail domain
report-decade = { $year }s
report-others = { $count ->
    [one] One small group
   *[other] { $count } small groups together
}
report-share = Share of the largest group
report-bounced = Bounced
report-unsubscribed = Unsubscribed
report-opened = Opened, of the measured
report-clicked = Clicked, of the measured
report-compare = Compared with other campaigns
report-campaign = Campaign
report-opens-each = Opens per message sent
report-clicks-each = Clicks per message sent
report-compare-other = Another campaign
report-compare-with = Compare
report-opens-people = Opens, people
report-opens-machines = Opens, programs
report-clicks-people = Clicks, people
report-clicks-machines = Clicks, programs
report-part = Part
report-group = Group
report-what = What
report-number = Number

nav-reports = Reports
reports = The register over time
reports-counted = Counted on { $day }. It is counted once a day.
reports-not-counted = The register is counted once a day, for the first time in a few minutes.
reports-reach = Reach
reports-people = People
reports-new = New within 30 days
reports-by-email = Reached by e-mail
reports-channels = Reached in each way
reports-left-out = Why others are not reached by e-mail
reports-growth = People, and how many are reached by e-mail
reports-years = Year of graduation, and how many are reached by e-mail
reports-year = Year of graduation
reports-graduated = Graduated
reports-health = Health of the addresses
reports-health-help = Shares of what campaigns sent within 90 days, and of the addresses whose source is known.
reports-bounced = Bounced
reports-complained = Complained
reports-unsubscribed = Unsubscribed
reports-older = { $years ->
    [one] Addresses older than a year
   *[other] Addresses older than { $years } years
}
reports-never = Never opened or clicked, of those who are measured
