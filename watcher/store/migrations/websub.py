"""WebSub: the hub and topic that a feed announces, and what became of subscribing."""

from __future__ import annotations

NAME = "0012_websub"
SCRIPT = """
ALTER TABLE feeds ADD COLUMN hub_url TEXT;
ALTER TABLE feeds ADD COLUMN topic_url TEXT;
CREATE TABLE subscriptions (
  id INTEGER PRIMARY KEY,
  feed_id INTEGER NOT NULL UNIQUE REFERENCES feeds (id),
  hub_url TEXT NOT NULL,
  topic_url TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('asked', 'verified', 'denied', 'failed')),
  asked_at TEXT NOT NULL CHECK (asked_at GLOB '????-??-??T*Z'),
  due_at TEXT NOT NULL CHECK (due_at GLOB '????-??-??T*Z'),
  lease_until_at TEXT CHECK (lease_until_at GLOB '????-??-??T*Z'),
  pushed_at TEXT CHECK (pushed_at GLOB '????-??-??T*Z'),
  failure_count INTEGER NOT NULL DEFAULT 0,
  detail TEXT NOT NULL DEFAULT ''
) STRICT;
"""
