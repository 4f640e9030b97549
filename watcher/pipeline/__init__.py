"""From a feed that is due to stored rows.

poll         the steps of a poll, in order
context      a feed with all that is configured for it, passed to every step
feed         one feed fetched and parsed; gaps and indexes of sitemaps
release      one release from its page to its alert
attachments  the PDFs of a release
removal      whether a page is still there, and when it is checked again
ask          the one way to ask for a URL
captures     the record of an HTTP exchange
feed_tasks   what the worker processes do for feeds, pure; release_tasks the same for releases
next_poll    the feed's state after a poll
recheck      pages that are due to be checked again
alerting     events and held deliveries to alerts
probe        addresses and files that are named by hand
runtime      what all steps work with
workers      processes that can be killed

`poll` calls feed, release and next_poll; these call the rest. Nothing else knows the order.
"""
