"""The database: its schema, what is written to it, what is read from it. The only package that knows SQL.

`connection` opens it and runs the daemon's thread; `schema` applies the `migrations/`, `triggers` keeps evidence
unchanged; `rows` converts values. The rest is a file for each noun: `feeds` with `subscriptions` and `health`, `polls`,
`captures`, `releases` with `revisions`, `attachments`, `syndication` and `imports`, `events`, `alerts`, `deliveries`,
`chain` with `evidence`, `integrity`, `anchors` and `wayback`, `reports` for lists, `backup`.
"""
