-- What need not be done again while it is as it was, by its hash: `configuration` that the feeds were brought in line
-- with, `schema` that was compared with what the migrations make.
CREATE TABLE checked (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE CHECK (name IN ('configuration', 'schema')),
  sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
  checked_at TEXT NOT NULL
) STRICT;
