-- How snapshots are packed: with a dictionary of the pages of their site. The column `compression` stays what a row's
-- link says of its first writing; a row with a `packing` is stored in that way now.
CREATE TABLE dictionaries (
  id INTEGER PRIMARY KEY,
  scope TEXT NOT NULL,
  sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
  byte_count INTEGER NOT NULL CHECK (byte_count >= 0),
  body BLOB NOT NULL,
  created_at TEXT NOT NULL CHECK (created_at GLOB '????-??-??T*Z')
) STRICT;
-- Of each site and kind of answer the dictionary in use, and the last snapshots that it did not help.
CREATE TABLE packing_scopes (
  scope TEXT PRIMARY KEY,
  dictionary_id INTEGER REFERENCES dictionaries (id),
  snapshot_ids TEXT NOT NULL CHECK (json_valid(snapshot_ids))
) STRICT, WITHOUT ROWID;
-- Without CHECK, for which SQLite would read every body.
ALTER TABLE snapshots ADD COLUMN packing TEXT;
ALTER TABLE snapshots ADD COLUMN dictionary_id INTEGER REFERENCES dictionaries (id);
