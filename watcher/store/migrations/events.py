"""Events of every kind, each decided once: whether it raises an alert is worked out after it is written."""

from __future__ import annotations

NAME = "0003_events"
SCRIPT = """
CREATE TABLE events_new (
  id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL,
  feed_id INTEGER REFERENCES feeds (id),
  release_id INTEGER REFERENCES releases (id),
  revision_id INTEGER REFERENCES revisions (id),
  at TEXT NOT NULL CHECK (at GLOB '????-??-??T*Z'),
  detail TEXT NOT NULL DEFAULT '',
  decided_at TEXT CHECK (decided_at GLOB '????-??-??T*Z')
) STRICT;
INSERT INTO events_new (id, kind, feed_id, release_id, at, detail, decided_at)
  SELECT id, kind, feed_id, release_id, at, detail, at FROM events;
DROP TABLE events;
ALTER TABLE events_new RENAME TO events;
CREATE INDEX events_by_release ON events (release_id);
CREATE INDEX events_undecided ON events (id) WHERE decided_at IS NULL;
"""
