"""The database as people read it: Datasette, opened read-only, with our descriptions, queries, pages and feeds.

serve           starts Datasette
guard           who may ask for what: private tables, hosts, headers, CSV without formulas
guarded_database  Datasette's database, in which what readers ask runs in processes of its own (store/reader_process)
page            the frame of every page of the reading room
metadata        what the tables and columns are, and the saved queries
front           the newest releases that report harm, with filters and chart
release         a release with its claims marked, its revisions compared, its evidence and how to cite it
marks           a text with its claims marked in place
chart           reported people by week and stance
citation        how to quote a revision, in three styles
feeds           alerts and saved queries as feeds; feed_format writes them as Atom and JSON Feed
exports         claims as CSV, XLSX, JSON and GeoJSON, which table_files writes
search          full text with facets; saved_search makes a feed and an alert rule of it
feed_states     the state of every feed
review          the queue in which people judge claims; login is the only one there is
"""
