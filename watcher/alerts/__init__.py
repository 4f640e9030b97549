"""Claims, events and rules to alerts: what is reported, to which channels, how urgently, when and why.

Pure decisions; the store writes what is decided, `channels` sends it.

releases        an alert for a revision of a release
events          an alert for an event of a feed, or for a release that was removed or came back
operations      alerts about the installation itself
rules           which rules match, and the default rules
routing         which channel gets an alert and when
digests         many alerts merged into one
message         the JSON message of an alert
health          the states of a feed: failing, silent, shrunk, site changed, recovered
diagnosis       what they mean, and those of channels, and what to do
"""
