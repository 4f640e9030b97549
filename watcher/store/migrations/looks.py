"""Pages are looked at again after publication; a release may be found removed, and restored."""

from __future__ import annotations

NAME = "0012_looks"
SCRIPT = """
ALTER TABLE releases ADD COLUMN page_etag TEXT;
ALTER TABLE releases ADD COLUMN page_last_modified TEXT;
ALTER TABLE releases ADD COLUMN page_sha256 TEXT;
ALTER TABLE releases ADD COLUMN looked_at TEXT CHECK (looked_at GLOB '????-??-??T*Z');
ALTER TABLE releases ADD COLUMN look_due_at TEXT CHECK (look_due_at GLOB '????-??-??T*Z');
ALTER TABLE releases ADD COLUMN missing_since_at TEXT CHECK (missing_since_at GLOB '????-??-??T*Z');
ALTER TABLE releases ADD COLUMN missing_count INTEGER NOT NULL DEFAULT 0 CHECK (missing_count >= 0);
ALTER TABLE releases ADD COLUMN is_removed INTEGER NOT NULL DEFAULT 0 CHECK (is_removed IN (0, 1));
ALTER TABLE releases ADD COLUMN removed_at TEXT CHECK (removed_at GLOB '????-??-??T*Z');
CREATE INDEX releases_look_due ON releases (look_due_at) WHERE look_due_at IS NOT NULL;
UPDATE releases SET look_due_at = first_seen_at
  WHERE first_seen_at >= (SELECT strftime('%Y-%m-%dT%H:%M:%SZ', max(first_seen_at), '-7 days') FROM releases);
DROP VIEW records;
CREATE VIEW records AS
  SELECT releases.id, publishers.code AS publisher, releases.url, revisions.title, revisions.text, revisions.summary,
    revisions.author, revisions.published_at, revisions.published_raw, revisions.published_from,
    revisions.updated_at, revisions.dateline, revisions.release_number, revisions.language, revisions.tags,
    revisions.links, revisions.captions, releases.totals, revisions.text_from, releases.page_outcome,
    releases.is_reported, releases.revision_count, releases.first_seen_at, releases.last_seen_at,
    releases.is_removed, releases.removed_at,
    (SELECT group_concat(feeds.name, ' ') FROM sightings JOIN feeds ON feeds.id = sightings.feed_id
      WHERE sightings.release_id = releases.id) AS feeds,
    releases.identity
  FROM releases
  JOIN publishers ON publishers.id = releases.publisher_id
  JOIN revisions ON revisions.release_id = releases.id AND revisions.number = releases.revision_count;
"""
