"""The database as people read it: Datasette, opened read-only, with our descriptions, queries, pages and feeds.

serve           starts Datasette
guard           who may ask for what: private tables, hosts, headers, CSV without formulas
guarded_database  Datasette's database, in which what readers ask runs in processes of its own (store/reader_process)
page            the frame of every page of the reading room
metadata        what the tables and columns are, and the saved queries
changes         the page that compares two revisions of a release
feeds           alerts and saved queries as feeds; feed_format writes them as Atom and JSON Feed
feed_states     the state of every feed
review          the queue in which people judge claims; login is the only one there is
"""
