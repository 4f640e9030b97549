"""The same statement on several publishers' sites: linked, never merged."""

from __future__ import annotations

NAME = "0007_relays"
SCRIPT = """
CREATE TABLE relays (
  id INTEGER PRIMARY KEY,
  release_id INTEGER NOT NULL REFERENCES releases (id),
  other_release_id INTEGER NOT NULL REFERENCES releases (id),
  similarity REAL NOT NULL CHECK (similarity BETWEEN 0 AND 1),
  found_at TEXT NOT NULL CHECK (found_at GLOB '????-??-??T*Z'),
  UNIQUE (release_id, other_release_id),
  CHECK (release_id <> other_release_id)
) STRICT;
CREATE INDEX relays_by_other ON relays (other_release_id);
CREATE TABLE likenesses (
  band INTEGER NOT NULL,
  release_id INTEGER NOT NULL REFERENCES releases (id),
  seen_at TEXT NOT NULL CHECK (seen_at GLOB '????-??-??T*Z'),
  PRIMARY KEY (band, release_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX likenesses_by_time ON likenesses (seen_at);
CREATE INDEX likenesses_by_release ON likenesses (release_id);
"""
