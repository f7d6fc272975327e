## Segments

segment-lead = Who a campaign is for. A segment is counted anew each time it is used.
segment-new = New segment
segment-none = No segments yet
segment-none-text = Choose people by programme, graduation year, region and profession, and save the segment for your campaigns.
segment-delete = Delete the segment
segment-delete-question = Delete the segment { $name }?
segment-delete-text = Campaigns that were made from it are not affected.
rule-heading = Who is in it?
rule-help = Leave empty what does not matter. Programme and graduation year are about one and the same degree.
rule-programme = Programme
rule-year = Graduation year
rule-region = Region
rule-profession = Profession
rule-profession-hint = For example lawyers, nurses. Put commas between several.
rule-language = Language
rule-kind = What they are
rule-nothing-to-choose = The register holds nothing to choose from yet.
rule-json = The rule as JSON
rule-json-use = Use the rule below instead of the fields
rule-json-label = Rule
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
