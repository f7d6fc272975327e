## The first page

overview-latest = Latest campaigns
steps = Getting started
step-import = Import the register
step-segment = Build a segment
step-campaign = Write a campaign
step-done = done
