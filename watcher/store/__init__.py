"""The database: its schema, what is written to it, what is read from it. The only package that knows SQL.

`connection` opens it and runs the daemon's thread; `database_file` locks it; `schema` applies the `migrations/` and
keeps evidence unchanged by triggers; `rows` converts values. The rest is a file for each noun: `feeds` with their
subscriptions, `polls`, `captures`, `releases` with `revisions`, `attachments` and `syndication`, `events`, `alerts`,
`deliveries`, `chain` with its anchors, `evidence` as it is read back, `readers` for what
readers may see, asked in a `reader_process`, `exports` and `neighbours` for claims as files, `reports` for lists,
`backup`, `public_copy`.
"""
