"""Evidence that can be proved: the hash chain, anchors, custody, copies in other archives, imports."""

from __future__ import annotations

# The chain and what hangs on it; columns of captures that a WARC needs.
EVIDENCE = (
    "0008_evidence",
    """
ALTER TABLE captures ADD COLUMN reason TEXT NOT NULL DEFAULT '';
ALTER TABLE captures ADD COLUMN http_version TEXT NOT NULL DEFAULT '';
ALTER TABLE captures ADD COLUMN tls_chain TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(tls_chain));
ALTER TABLE captures ADD COLUMN imported_from TEXT;
CREATE TABLE chain (
  seq INTEGER PRIMARY KEY CHECK (seq >= 1),
  kind TEXT NOT NULL,
  row_id INTEGER NOT NULL,
  form INTEGER NOT NULL CHECK (form >= 1),
  url TEXT NOT NULL,
  sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
  at TEXT NOT NULL CHECK (at GLOB '????-??-??T*Z'),
  prev TEXT NOT NULL CHECK (length(prev) = 64),
  hash TEXT NOT NULL UNIQUE CHECK (length(hash) = 64),
  UNIQUE (kind, row_id)
) STRICT;
CREATE TABLE anchors (
  id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('file', 'timestamp')),
  place TEXT NOT NULL,
  seq INTEGER NOT NULL CHECK (seq >= 1),
  hash TEXT NOT NULL CHECK (length(hash) = 64),
  at TEXT NOT NULL CHECK (at GLOB '????-??-??T*Z'),
  state TEXT NOT NULL CHECK (state IN ('pending', 'done')),
  due_at TEXT CHECK (due_at GLOB '????-??-??T*Z'),
  attempt_count INTEGER NOT NULL DEFAULT 0,
  done_at TEXT CHECK (done_at GLOB '????-??-??T*Z'),
  detail TEXT NOT NULL DEFAULT '',
  token BLOB,
  UNIQUE (kind, place, seq)
) STRICT;
CREATE INDEX anchors_due ON anchors (due_at) WHERE state = 'pending';
CREATE TABLE custody (
  id INTEGER PRIMARY KEY,
  at TEXT NOT NULL CHECK (at GLOB '????-??-??T*Z'),
  action TEXT NOT NULL,
  who TEXT NOT NULL,
  why TEXT NOT NULL DEFAULT '',
  detail TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(detail)),
  program_version TEXT NOT NULL,
  prunes_before_at TEXT CHECK (prunes_before_at GLOB '????-??-??T*Z')
) STRICT;
CREATE TABLE witnesses (
  id INTEGER PRIMARY KEY,
  revision_id INTEGER NOT NULL REFERENCES revisions (id),
  service TEXT NOT NULL,
  url TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('pending', 'asked', 'saved', 'failed')),
  job TEXT,
  result_url TEXT,
  queued_at TEXT NOT NULL CHECK (queued_at GLOB '????-??-??T*Z'),
  due_at TEXT CHECK (due_at GLOB '????-??-??T*Z'),
  attempt_count INTEGER NOT NULL DEFAULT 0,
  done_at TEXT CHECK (done_at GLOB '????-??-??T*Z'),
  detail TEXT NOT NULL DEFAULT '',
  UNIQUE (revision_id, service)
) STRICT;
CREATE INDEX witnesses_due ON witnesses (due_at) WHERE state IN ('pending', 'asked');
CREATE TABLE imports (
  record TEXT PRIMARY KEY,
  file TEXT NOT NULL,
  outcome TEXT NOT NULL,
  capture_id INTEGER REFERENCES captures (id),
  at TEXT NOT NULL CHECK (at GLOB '????-??-??T*Z')
) STRICT;
""",
)

# Indexes by which evidence of one release is gathered, and by which old headers are pruned.
UPKEEP_INDEXES = (
    "0011_upkeep",
    """
CREATE INDEX captures_by_request ON captures (requested_url) WHERE kind <> 'feed';
CREATE INDEX revisions_by_feed_capture ON revisions (feed_capture_id) WHERE feed_capture_id IS NOT NULL;
""",
)
