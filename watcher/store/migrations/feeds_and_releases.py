"""Feeds and releases: hints about a feed's pace, attached PDFs, syndicated copies, rechecks, WebSub, other names."""

from __future__ import annotations

# What a feed says of its pace, kept for the answers that do not repeat it: a 304 often says nothing.
POLLING_HINTS = (
    "0004_manners",
    """
ALTER TABLE feeds ADD COLUMN fresh_seconds INTEGER CHECK (fresh_seconds >= 0);
ALTER TABLE feeds ADD COLUMN hint_seconds INTEGER CHECK (hint_seconds >= 0);
ALTER TABLE feeds ADD COLUMN skip_hours TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(skip_hours));
ALTER TABLE feeds ADD COLUMN skip_days TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(skip_days));
""",
)

# WebSub: the hub and topic that a feed announces, and the state of each subscription.
WEBSUB = (
    "0012_websub",
    """
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
""",
)

# Attached PDFs: their bytes, text by page and claims.
ATTACHED_FILES = (
    "0002_documents",
    """
ALTER TABLE revisions ADD COLUMN page_starts TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(page_starts));
ALTER TABLE attachments ADD COLUMN capture_id INTEGER REFERENCES captures (id);
ALTER TABLE attachments ADD COLUMN snapshot_id INTEGER REFERENCES snapshots (id);
ALTER TABLE attachments ADD COLUMN outcome TEXT;
ALTER TABLE attachments ADD COLUMN text TEXT NOT NULL DEFAULT '';
ALTER TABLE attachments ADD COLUMN page_starts TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(page_starts));
ALTER TABLE attachments ADD COLUMN file_created_at TEXT CHECK (file_created_at GLOB '????-??-??T*Z');
ALTER TABLE attachments ADD COLUMN file_modified_at TEXT CHECK (file_modified_at GLOB '????-??-??T*Z');
CREATE TABLE attachment_claims (
  id INTEGER PRIMARY KEY,
  attachment_id INTEGER NOT NULL REFERENCES attachments (id),
  snapshot_id INTEGER NOT NULL REFERENCES snapshots (id),
  detector_version TEXT NOT NULL,
  number INTEGER NOT NULL CHECK (number >= 1),
  page INTEGER NOT NULL CHECK (page >= 1),
  harm TEXT NOT NULL,
  count_min INTEGER,
  count_max INTEGER,
  count_raw TEXT NOT NULL,
  victim TEXT NOT NULL,
  stance TEXT NOT NULL,
  sentence TEXT NOT NULL,
  start INTEGER NOT NULL CHECK (start >= 0),
  "end" INTEGER NOT NULL CHECK ("end" > start),
  UNIQUE (attachment_id, snapshot_id, detector_version, number)
) STRICT;
""",
)

# Claims of attached PDFs become claims of their release's revision, and every text that a document had is kept.
ATTACHMENT_TEXTS = (
    "0005_attached",
    """
CREATE TABLE attachment_texts (
  id INTEGER PRIMARY KEY,
  attachment_id INTEGER NOT NULL REFERENCES attachments (id),
  revision_id INTEGER NOT NULL REFERENCES revisions (id),
  snapshot_id INTEGER REFERENCES snapshots (id),
  text TEXT NOT NULL,
  page_starts TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(page_starts)),
  dateline TEXT NOT NULL DEFAULT '',
  language TEXT NOT NULL DEFAULT '',
  file_created_at TEXT CHECK (file_created_at GLOB '????-??-??T*Z'),
  file_modified_at TEXT CHECK (file_modified_at GLOB '????-??-??T*Z'),
  read_at TEXT NOT NULL CHECK (read_at GLOB '????-??-??T*Z')
) STRICT;
CREATE INDEX attachment_texts_by_attachment ON attachment_texts (attachment_id);
ALTER TABLE attachments ADD COLUMN etag TEXT;
ALTER TABLE attachments ADD COLUMN last_modified TEXT;
ALTER TABLE attachments ADD COLUMN body_sha256 TEXT;
ALTER TABLE attachments ADD COLUMN asked_at TEXT CHECK (asked_at GLOB '????-??-??T*Z');
ALTER TABLE claims ADD COLUMN attachment_text_id INTEGER REFERENCES attachment_texts (id);
ALTER TABLE claims ADD COLUMN page INTEGER CHECK (page >= 1);
INSERT INTO attachment_texts (attachment_id, revision_id, snapshot_id, text, page_starts,
    file_created_at, file_modified_at, read_at)
  SELECT attachments.id, max(revisions.id), attachments.snapshot_id, attachments.text,
    attachments.page_starts, file_created_at, file_modified_at, max(revisions.observed_at)
  FROM attachments JOIN revisions ON revisions.release_id = attachments.release_id
  WHERE attachments.text != '' GROUP BY attachments.id;
INSERT INTO claims (revision_id, detector_version, number, is_current, harm, count_min, count_max, count_kind,
    count_raw, victim, victim_raw, stance, is_background, is_explicit, place, place_raw, date_raw, event_from, event_to,
    speaker, sentence, start, "end", incident, rules, attachment_text_id, page)
  SELECT attachment_texts.revision_id, old.detector_version, 100000 + old.id, 1, old.harm, old.count_min, old.count_max,
    CASE WHEN old.count_min IS NULL AND old.count_max IS NULL THEN 'none' WHEN old.count_max IS NULL THEN 'at_least'
      WHEN old.count_min IS NULL THEN 'at_most' WHEN old.count_min = old.count_max THEN 'exact' ELSE 'range' END,
    old.count_raw, old.victim, '', old.stance, 0, 1, '', '', '', '', '', '', old.sentence, old.start, old."end", 0,
    '[]', attachment_texts.id, old.page
  FROM attachment_claims AS old
  JOIN attachment_texts ON attachment_texts.attachment_id = old.attachment_id
    AND attachment_texts.snapshot_id = old.snapshot_id;
DROP TABLE attachment_claims;
UPDATE attachments SET body_sha256 = (SELECT sha256 FROM snapshots WHERE id = snapshot_id);
ALTER TABLE attachments DROP COLUMN text;
ALTER TABLE attachments DROP COLUMN page_starts;
ALTER TABLE attachments DROP COLUMN file_created_at;
ALTER TABLE attachments DROP COLUMN file_modified_at;
""",
)

# The same statement on several publishers' sites: linked, never merged.
SYNDICATED_COPIES = (
    "0007_relays",
    """
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
""",
)

# Pages are rechecked after publication; a release may be found removed, and restored.
RECHECKS = (
    "0012_looks",
    """
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
""",
)

# Other names of releases: guids and addresses under which one was seen, so that a changed one is no new release.
IDENTITIES = (
    "0013_identities",
    """
CREATE TABLE identities (
  name TEXT PRIMARY KEY,
  release_id INTEGER NOT NULL REFERENCES releases (id)
) STRICT, WITHOUT ROWID;
CREATE INDEX identities_by_release ON identities (release_id);
CREATE INDEX revisions_by_text ON revisions (text_sha256);
""",
)
