"""What is known of channels beside their deliveries: whether they rest or are disabled; each recipient of a mail."""

from __future__ import annotations

NAME = "0009_channels"
SCRIPT = """
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
"""
