"""The migrations by subject: each is the name that databases record and a script of SQL statements.

`tables` the first tables, `feeds_and_releases`, `events_and_alerts` and `evidence` what was added to each later.

One that exists is never changed: databases were made with it. A later one may do all that SQL can, also rebuild a table
where ALTER TABLE cannot change it. `watcher.store.schema` names their order, which is not that of the numbers.
"""
