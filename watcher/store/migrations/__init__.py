"""The migrations by subject: each is the name that databases record and a script of SQL statements.

One that exists is never changed: databases were made with it. A later one may do all that SQL can, also build a table
anew where ALTER TABLE cannot change it. `watcher.store.schema` names their order, which is not that of the numbers.
"""
