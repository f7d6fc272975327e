## Review and approval

approval = Review and approval
approval-open = Comment, review, approve
approval-standing-open = Not submitted for approval.
approval-standing-waiting = Submitted by { $who }, waiting for somebody else's approval.
approval-standing-approved = Approved by { $who } as it is now.
approval-said = What was said
approval-none = Nobody has said anything yet.
approval-do = Go on
approval-note = Comment
approval-note-hint = Needed when you comment or send back.
approval-submit = Submit for approval
approval-approve = Approve
approval-send-back = Send back
approval-comment = Comment
approval-withdraw = Take back
approval-own-work = You wrote or submitted the campaign. Somebody else approves it.
approval-step-comment = Comment
approval-step-submitted = Submitted for approval
approval-step-approved = Approved
approval-step-sent-back = Sent back
approval-step-withdrawn = Taken back or changed
actor-staff = Staff
actor-api-token = A program (API)
actor-person = A person
actor-system = The system
actor-command-line = The command line

error-approval-not-submitted-title = The campaign does not wait for approval
error-approval-not-submitted-text = It was not submitted, or has changed since. Submit it first.
error-approval-not-open-title = The campaign cannot be submitted now
error-approval-not-open-text = It waits for approval already, or is on its way.
error-approval-own-work-title = Somebody else approves
error-approval-own-work-text = Whoever wrote or submitted the campaign cannot approve it.
error-approval-no-reason-title = Say what has to be changed
error-approval-no-reason-text = Go back and write a comment, so that whoever wrote the campaign knows what is needed.
error-approval-note-title = The comment is empty or too long
error-approval-note-text = Go back and write a comment of at most 4000 characters.
error-approval-waiting-title = The campaign waits for approval
error-approval-waiting-text = Somebody else must approve it before it can be launched, or you take it back.
error-approval-changed-title = The campaign was changed in the meantime
error-approval-changed-text = Go back, reload the page and look at it again before you answer.
error-approval-needed-title = The campaign needs approval
error-approval-needed-text = So many recipients need somebody else's approval of the campaign. Submit it for approval.

## Versions

versions = Versions
versions-none = No versions are kept.
version = Version
version-number = Version { $number }
version-who = Saved by
version-current = current
version-diff = Differences from now
version-diff-text = Removed stands in the version and not in the campaign now. Added has come since.
version-same = The version is the same as the campaign now.
version-change = Difference
version-line = Line
version-line-removed = Removed
version-line-added = Added
version-restore = Restore version { $number }
version-restore-text = The campaign becomes what it was then, as a new version.

campaign-copy = Copy
campaign-copy-of = Copy of { $name }
