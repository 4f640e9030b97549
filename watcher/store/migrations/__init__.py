"""The migrations: scripts of SQL, applied in the order of their names, which databases record.

One that is released is never edited: databases were made with it. A later one may do all that SQL can, also rebuild a
table where ALTER TABLE cannot change it.
"""
