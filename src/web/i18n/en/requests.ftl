## Requests of people, and their time to be answered

requests-lead = What people have asked for about their details. A request is to be answered within a month.
requests-none = Nobody has asked for anything yet.
requests-none-open = Nothing waits for an answer.
requests-filter = Which requests
requests-show-open = Open
requests-show-overdue = Overdue
requests-show-answered = Answered
requests-show-all = All
requests-all = All requests
requests-new = Record a request
requests-new-lead = For what came by letter, phone or e-mail. The time to answer runs from the day on which it came.
requests-contact = The person's number
requests-contact-hint = It stands in the address of their page.
requests-received-on = Came on
requests-received-hint = The day on which it reached the university, not the day on which you write it down.
requests-record = Record it
requests-due = To be answered by
requests-state = State
request-state-open = Open
request-state-overdue = Overdue
request-state-done = Done
request-state-refused = Refused
requests-facts = About the request
requests-recorded-by = Recorded by
requests-handler = Dealt with by
requests-nobody = Nobody yet
requests-take = I deal with it
requests-extended = Put off
requests-answered = Answered
requests-overdue-text = The time to answer is over. Answer at once; the person may complain to the supervisory authority.
requests-answer = The answer
requests-outcome = What was decided
requests-outcome-done = What was asked for was done
requests-outcome-refused = It was refused
requests-answer-text = What the person was told
requests-answer-hint = A refusal says why, and that the person can complain to the supervisory authority and go to court.
requests-record-answer = Record the answer
requests-extend = Put it off until { $date }
requests-reason = Why, as the person has been told
requests-reason-hint = Only where requests are complex or many, and only if the person is told within the first month. Once.
requests-extend-button = Put it off
requests-problem-contact = There is no person of that number.
requests-problem-received = Choose what was asked for and how, and a day within the last year.
requests-problem-reason = Write why, as the person has been told.
requests-problem-late = A request can be put off once, and only before its time is over.
requests-problem-answer = Choose what was decided, and write what the person was told.
requests-problem-answered = Somebody else has answered it meanwhile.
requests-open-count = { $count ->
    [one] One request waits
   *[other] { $count } requests wait
} for an answer
requests-overdue-count = { $count ->
    [one] One request was
   *[other] { $count } requests were
} not answered in time
