"""Events, alerts and deliveries: their tables rebuilt for more kinds, channels, indexes."""

from __future__ import annotations

# Events of every kind, each decided once: whether it raises an alert is worked out after it is written.
EVENTS = (
    "0003_events",
    """
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
""",
)

# Alerts of every kind, also without a release; deliveries that wait for a digest or a quiet night; mutes.
# The tables are rebuilt because ALTER TABLE cannot loosen a NOT NULL. Children first, so that no row ever points
# to a table that is gone: a migration runs with foreign keys on. An event's kind is a Literal in
# `watcher.model.alert`, not a CHECK: a new kind must not need another table.
ALERTS = (
    "0006_telling",
    """
CREATE TABLE alerts_new (
  id INTEGER PRIMARY KEY,
  uid TEXT NOT NULL UNIQUE,
  event TEXT NOT NULL,
  thread TEXT NOT NULL,
  release_id INTEGER REFERENCES releases (id),
  revision_id INTEGER REFERENCES revisions (id),
  feed_id INTEGER REFERENCES feeds (id),
  event_id INTEGER UNIQUE REFERENCES events (id),
  priority TEXT NOT NULL CHECK (priority IN ('urgent', 'normal', 'low')),
  rules TEXT NOT NULL CHECK (json_valid(rules)),
  title TEXT NOT NULL,
  message TEXT NOT NULL CHECK (json_valid(message)),
  muted TEXT NOT NULL DEFAULT '',
  created_at TEXT NOT NULL CHECK (created_at GLOB '????-??-??T*Z'),
  CHECK (revision_id IS NULL OR release_id IS NOT NULL)
) STRICT;
INSERT INTO alerts_new (id, uid, event, thread, release_id, revision_id, priority, rules, title, message, created_at)
  SELECT alerts.id, uid, event, identity, release_id, revision_id, priority, rules, alerts.title, message, created_at
  FROM alerts JOIN releases ON releases.id = release_id;
CREATE TABLE deliveries_new (
  id INTEGER PRIMARY KEY,
  uid TEXT NOT NULL UNIQUE,
  alert_id INTEGER NOT NULL REFERENCES alerts_new (id),
  channel TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('pending', 'held', 'sent', 'dead', 'merged')),
  hold TEXT NOT NULL DEFAULT '' CHECK (hold IN ('', 'quiet_hours', 'hourly', 'daily', 'first_round')),
  due_at TEXT CHECK (due_at GLOB '????-??-??T*Z'),
  attempt_count INTEGER NOT NULL DEFAULT 0,
  sent_at TEXT CHECK (sent_at GLOB '????-??-??T*Z'),
  merged_into INTEGER REFERENCES deliveries_new (id),
  UNIQUE (alert_id, channel),
  CHECK ((state = 'merged') = (merged_into IS NOT NULL)),
  CHECK (state != 'held' OR (hold != '' AND due_at IS NOT NULL))
) STRICT;
INSERT INTO deliveries_new (id, uid, alert_id, channel, state, due_at, attempt_count, sent_at)
  SELECT id, uid, alert_id, channel, state, due_at, attempt_count, sent_at FROM deliveries;
CREATE TABLE attempts_new (
  id INTEGER PRIMARY KEY,
  delivery_id INTEGER NOT NULL REFERENCES deliveries_new (id),
  number INTEGER NOT NULL,
  started_at TEXT NOT NULL CHECK (started_at GLOB '????-??-??T*Z'),
  ended_at TEXT CHECK (ended_at GLOB '????-??-??T*Z'),
  outcome TEXT NOT NULL CHECK (outcome IN ('sending', 'sent', 'failed')),
  detail TEXT NOT NULL DEFAULT '',
  UNIQUE (delivery_id, number)
) STRICT;
INSERT INTO attempts_new SELECT id, delivery_id, number, started_at, ended_at, outcome, detail FROM attempts;
DROP TABLE attempts;
DROP TABLE deliveries;
DROP TABLE alerts;
ALTER TABLE alerts_new RENAME TO alerts;
ALTER TABLE deliveries_new RENAME TO deliveries;
ALTER TABLE attempts_new RENAME TO attempts;
CREATE UNIQUE INDEX alerts_by_revision ON alerts (revision_id, event)
  WHERE event IN ('new', 'changed', 'denial', 'revision', 'withdrawn');
CREATE INDEX alerts_by_release ON alerts (release_id);
CREATE INDEX alerts_by_thread ON alerts (thread);
CREATE INDEX deliveries_due ON deliveries (due_at) WHERE state = 'pending';
CREATE INDEX deliveries_held ON deliveries (due_at) WHERE state = 'held';
CREATE INDEX deliveries_merged ON deliveries (merged_into) WHERE merged_into IS NOT NULL;
CREATE TABLE alert_releases (
  id INTEGER PRIMARY KEY,
  alert_id INTEGER NOT NULL REFERENCES alerts (id),
  release_id INTEGER NOT NULL REFERENCES releases (id),
  is_named INTEGER NOT NULL CHECK (is_named IN (0, 1)),
  added_at TEXT NOT NULL CHECK (added_at GLOB '????-??-??T*Z'),
  UNIQUE (alert_id, release_id)
) STRICT;
CREATE INDEX alert_releases_by_release ON alert_releases (release_id);
CREATE TABLE mutes (
  id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('feed', 'rule')),
  name TEXT NOT NULL,
  created_at TEXT NOT NULL CHECK (created_at GLOB '????-??-??T*Z'),
  until_at TEXT NOT NULL CHECK (until_at GLOB '????-??-??T*Z'),
  ended_at TEXT CHECK (ended_at GLOB '????-??-??T*Z'),
  UNIQUE (kind, name, created_at)
) STRICT;
""",
)

# The state of channels: whether they pause or are disabled; each recipient of a mail.
CHANNELS = (
    "0009_channels",
    """
CREATE TABLE channels (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  failure_count INTEGER NOT NULL DEFAULT 0 CHECK (failure_count >= 0),
  rests_until_at TEXT CHECK (rests_until_at GLOB '????-??-??T*Z'),
  disabled_at TEXT CHECK (disabled_at GLOB '????-??-??T*Z'),
  reason TEXT NOT NULL DEFAULT '',
  told_dead_at TEXT CHECK (told_dead_at GLOB '????-??-??T*Z')
) STRICT;
CREATE TABLE recipients (
  id INTEGER PRIMARY KEY,
  delivery_id INTEGER NOT NULL REFERENCES deliveries (id),
  address TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('sent', 'waiting', 'dead')),
  answer TEXT NOT NULL DEFAULT '',
  at TEXT NOT NULL CHECK (at GLOB '????-??-??T*Z'),
  UNIQUE (delivery_id, address)
) STRICT;
ALTER TABLE deliveries ADD COLUMN retried_from INTEGER NOT NULL DEFAULT 0 CHECK (retried_from >= 0);
CREATE INDEX deliveries_by_channel ON deliveries (channel, state);
""",
)

# Indexes for what is asked of every feed again and again: its events, its releases' problems, a channel's digests.
LOOKUP_INDEXES = (
    "0010_lookups",
    """
CREATE INDEX events_by_feed ON events (feed_id);
CREATE INDEX problems_by_release ON problems (release_id);
CREATE INDEX alerts_digests ON alerts (created_at) WHERE event = 'digest';
""",
)
