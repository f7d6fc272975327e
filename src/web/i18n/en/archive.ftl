## Public archive

archive-title = Newsletters from { $unit }
archive-empty = Nothing has been sent yet.
archive-older = Older ones
archive-feed = Follow with a feed reader (Atom)
archives = Public archive
archives-lead = In a unit's archive everybody can read its mailings, without anything that was written for one person. It holds what is sent after it was opened. Invitations to the network are never in it.
archives-state = Archive
archives-change = Change
archives-open-since = Open since { $time }
archives-closed = Closed
archives-open = Open
archives-open-of = Open the archive of { $unit }
archives-close = Close
archives-close-of = Close the archive of { $unit }
archive-see = Everybody can read this campaign here
archive-hide = Take it out of the archive
archive-hidden = This campaign was taken out of the archive.
archive-show = Put it back
