## The first page

overview-latest = Latest campaigns
steps = Getting started
step-import = Import the register
step-segment = Build a segment
step-campaign = Write a campaign
step-done = done
overview-reviews = { $count ->
    [one] A row of an import waits for you to decide whom it means.
    [100] 100 or more rows of imports wait for you to decide whom they mean.
   *[other] { $count } rows of imports wait for you to decide whom they mean.
}
