"""One alert to one channel: what it looks like there, and how it gets there.

delivery        sends to a channel of any kind
notification    what an alert says, before it becomes text, HTML or a chat's blocks
text            the notification as plain text; as HTML it is the template mail.html
safe_text       foreign words made safe for a header, a line, a link
email           by SMTP
webhook, chat   by HTTP (http_post): signed JSON, or the body that a chat's webhook takes
apprise         everything else; apprise_worker is its process
"""
