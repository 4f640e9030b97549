"""What runs by itself or by hand over the store.

By itself, started by `daemon` and run by `schedule`:
    polling       polls and rechecks
    outbox        sends what is due, and records every attempt
    health        the signs of the program's health; judges every feed
    database      whether it is the same sound file, and can be written; `alarm` tells every channel
    daily         the daily report; `selftest` is the daily end-to-end test
    integrity     the whole of the evidence verified
    anchors       the chain's head written down outside the database
    wayback       copies of new revisions at the Wayback Machine
    websub        subscriptions at hubs, and their pushes

By hand:
    backfill      older releases from listings and sitemaps
    import_warc   releases from web archives
    reparse       the stored bytes parsed again; `reproduce` makes one alert again
    redetect      the stored texts searched again; `stored_revisions` is the loop of both
    publication   a frozen copy for the public
    rule_preview  what other rules would raise

`datasette` keeps Datasette running beside the daemon. The steps of a poll are in `pipeline/`.
"""
