"""One alert to one channel: how it is written, and how it is sent.

delivery        sends to a channel of any kind
notification    what an alert says, before it becomes text, HTML or a chat's blocks
text            the notification as plain text; as HTML it is the template mail.html
email           by SMTP
webhook, chat   by HTTP (http_post): JSON with its signatures, or the body that a chat's webhook takes
pagerduty       by HTTP too: incidents that are opened and closed
apprise         everything else; apprise_worker is its process
"""
