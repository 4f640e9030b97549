-- The tables of the first version. docs/reference/tables.md describes them column by column.

-- What is watched.
CREATE TABLE publishers (
  id INTEGER PRIMARY KEY,
  code TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  organisation TEXT NOT NULL DEFAULT '',
  country TEXT NOT NULL DEFAULT '',
  language TEXT NOT NULL DEFAULT '',
  time_zone TEXT NOT NULL DEFAULT 'UTC',
  homepage TEXT,
  is_verified INTEGER NOT NULL CHECK (is_verified IN (0, 1))
) STRICT;
CREATE TABLE hosts (
  host TEXT PRIMARY KEY,
  not_before_at TEXT CHECK (not_before_at GLOB '????-??-??T*Z')
) STRICT;
CREATE TABLE feeds (
  id INTEGER PRIMARY KEY,
  publisher_id INTEGER NOT NULL REFERENCES publishers (id),
  name TEXT NOT NULL UNIQUE,
  title TEXT NOT NULL DEFAULT '',
  kind TEXT NOT NULL CHECK (kind IN ('feed', 'listing', 'sitemap')),
  url TEXT NOT NULL,
  configured_url TEXT NOT NULL,
  is_enabled INTEGER NOT NULL CHECK (is_enabled IN (0, 1)),
  etag TEXT,
  last_modified TEXT,
  body_sha256 TEXT,
  interval_seconds INTEGER NOT NULL CHECK (interval_seconds >= 0),
  failure_count INTEGER NOT NULL DEFAULT 0 CHECK (failure_count >= 0),
  outcome TEXT,
  error TEXT,
  polled_at TEXT CHECK (polled_at GLOB '????-??-??T*Z'),
  succeeded_at TEXT CHECK (succeeded_at GLOB '????-??-??T*Z'),
  due_at TEXT CHECK (due_at GLOB '????-??-??T*Z'),
  not_before_at TEXT CHECK (not_before_at GLOB '????-??-??T*Z'),
  stopped_at TEXT CHECK (stopped_at GLOB '????-??-??T*Z'),
  body_at TEXT CHECK (body_at GLOB '????-??-??T*Z'),
  audited_at TEXT CHECK (audited_at GLOB '????-??-??T*Z'),
  move_url TEXT,
  move_count INTEGER NOT NULL DEFAULT 0,
  move_first_at TEXT CHECK (move_first_at GLOB '????-??-??T*Z'),
  move_last_at TEXT CHECK (move_last_at GLOB '????-??-??T*Z'),
  fresh_seconds INTEGER CHECK (fresh_seconds >= 0),
  hint_seconds INTEGER CHECK (hint_seconds >= 0),
  skip_hours TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(skip_hours)),
  skip_days TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(skip_days)),
  hub_url TEXT,
  topic_url TEXT
) STRICT;
CREATE INDEX feeds_due ON feeds (due_at) WHERE is_enabled = 1 AND stopped_at IS NULL;
CREATE TABLE subscriptions (
  id INTEGER PRIMARY KEY,
  feed_id INTEGER NOT NULL UNIQUE REFERENCES feeds (id),
  hub_url TEXT NOT NULL,
  topic_url TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('requested', 'verified', 'denied', 'failed')),
  requested_at TEXT NOT NULL CHECK (requested_at GLOB '????-??-??T*Z'),
  due_at TEXT NOT NULL CHECK (due_at GLOB '????-??-??T*Z'),
  lease_until_at TEXT CHECK (lease_until_at GLOB '????-??-??T*Z'),
  pushed_at TEXT CHECK (pushed_at GLOB '????-??-??T*Z'),
  failure_count INTEGER NOT NULL DEFAULT 0,
  detail TEXT NOT NULL DEFAULT ''
) STRICT;

-- What came: bytes, exchanges, polls.
CREATE TABLE snapshots (
  id INTEGER PRIMARY KEY,
  sha256 TEXT NOT NULL UNIQUE CHECK (length(sha256) = 64),
  byte_count INTEGER NOT NULL CHECK (byte_count >= 0),
  compression TEXT NOT NULL CHECK (compression IN ('zlib', 'none')),
  body BLOB NOT NULL,
  created_at TEXT NOT NULL CHECK (created_at GLOB '????-??-??T*Z')
) STRICT;
CREATE TABLE captures (
  id INTEGER PRIMARY KEY,
  feed_id INTEGER NOT NULL REFERENCES feeds (id),
  kind TEXT NOT NULL CHECK (kind IN ('feed', 'page', 'attachment')),
  requested_url TEXT NOT NULL,
  url TEXT NOT NULL,
  status INTEGER,
  outcome TEXT NOT NULL,
  error TEXT,
  request_headers TEXT NOT NULL CHECK (json_valid(request_headers)),
  response_headers TEXT NOT NULL CHECK (json_valid(response_headers)),
  hops TEXT NOT NULL CHECK (json_valid(hops)),
  address TEXT,
  tls_fingerprint TEXT,
  is_tls_verified INTEGER NOT NULL CHECK (is_tls_verified IN (0, 1)),
  started_at TEXT NOT NULL CHECK (started_at GLOB '????-??-??T*Z'),
  ended_at TEXT NOT NULL CHECK (ended_at GLOB '????-??-??T*Z'),
  body_sha256 TEXT,
  body_byte_count INTEGER,
  wire_sha256 TEXT,
  wire_byte_count INTEGER,
  snapshot_id INTEGER REFERENCES snapshots (id),
  wire_snapshot_id INTEGER REFERENCES snapshots (id),
  program_version TEXT NOT NULL,
  reason TEXT NOT NULL DEFAULT '',
  http_version TEXT NOT NULL DEFAULT '',
  tls_chain TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(tls_chain)),
  imported_from TEXT
) STRICT;
CREATE INDEX captures_by_feed ON captures (feed_id);
CREATE INDEX captures_by_snapshot ON captures (snapshot_id);
CREATE INDEX captures_by_request ON captures (requested_url) WHERE kind <> 'feed';
CREATE TABLE polls (
  id INTEGER PRIMARY KEY,
  feed_id INTEGER NOT NULL REFERENCES feeds (id),
  capture_id INTEGER REFERENCES captures (id),
  due_at TEXT CHECK (due_at GLOB '????-??-??T*Z'),
  started_at TEXT NOT NULL CHECK (started_at GLOB '????-??-??T*Z'),
  milliseconds INTEGER NOT NULL CHECK (milliseconds >= 0),
  status INTEGER,
  byte_count INTEGER,
  outcome TEXT NOT NULL,
  error TEXT,
  entry_count INTEGER,
  new_count INTEGER NOT NULL DEFAULT 0,
  edited_count INTEGER NOT NULL DEFAULT 0,
  vanished_count INTEGER NOT NULL DEFAULT 0,
  claim_count INTEGER NOT NULL DEFAULT 0,
  alert_count INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX polls_by_feed ON polls (feed_id, started_at);

-- Releases with their texts.
CREATE TABLE releases (
  id INTEGER PRIMARY KEY,
  publisher_id INTEGER NOT NULL REFERENCES publishers (id),
  identity TEXT NOT NULL UNIQUE,
  url TEXT,
  title TEXT NOT NULL,
  published_at TEXT CHECK (published_at GLOB '????-??-??T*Z'),
  revision_count INTEGER NOT NULL CHECK (revision_count >= 1),
  is_reported INTEGER NOT NULL CHECK (is_reported IN (0, 1)),
  totals TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(totals)),
  page_outcome TEXT NOT NULL,
  page_failure_count INTEGER NOT NULL DEFAULT 0,
  page_due_at TEXT CHECK (page_due_at GLOB '????-??-??T*Z'),
  first_seen_at TEXT NOT NULL CHECK (first_seen_at GLOB '????-??-??T*Z'),
  last_seen_at TEXT NOT NULL CHECK (last_seen_at GLOB '????-??-??T*Z'),
  page_etag TEXT,
  page_last_modified TEXT,
  page_sha256 TEXT,
  rechecked_at TEXT CHECK (rechecked_at GLOB '????-??-??T*Z'),
  recheck_due_at TEXT CHECK (recheck_due_at GLOB '????-??-??T*Z'),
  missing_since_at TEXT CHECK (missing_since_at GLOB '????-??-??T*Z'),
  missing_count INTEGER NOT NULL DEFAULT 0 CHECK (missing_count >= 0),
  is_removed INTEGER NOT NULL DEFAULT 0 CHECK (is_removed IN (0, 1)),
  removed_at TEXT CHECK (removed_at GLOB '????-??-??T*Z')
) STRICT;
CREATE INDEX releases_by_first_seen ON releases (first_seen_at);
CREATE INDEX releases_by_published ON releases (published_at);
CREATE INDEX releases_by_url ON releases (url);
CREATE INDEX releases_by_publisher ON releases (publisher_id);
CREATE INDEX releases_page_due ON releases (page_due_at) WHERE page_due_at IS NOT NULL;
CREATE INDEX releases_recheck_due ON releases (recheck_due_at) WHERE recheck_due_at IS NOT NULL;
CREATE TABLE sightings (
  id INTEGER PRIMARY KEY,
  release_id INTEGER NOT NULL REFERENCES releases (id),
  feed_id INTEGER NOT NULL REFERENCES feeds (id),
  entry_key TEXT NOT NULL,
  entry_sha256 TEXT NOT NULL,
  entry TEXT NOT NULL CHECK (json_valid(entry)),
  position INTEGER NOT NULL,
  is_listed INTEGER NOT NULL CHECK (is_listed IN (0, 1)),
  first_seen_at TEXT NOT NULL CHECK (first_seen_at GLOB '????-??-??T*Z'),
  last_seen_at TEXT NOT NULL CHECK (last_seen_at GLOB '????-??-??T*Z'),
  vanished_at TEXT CHECK (vanished_at GLOB '????-??-??T*Z'),
  UNIQUE (feed_id, release_id)
) STRICT;
CREATE INDEX sightings_by_release ON sightings (release_id);
CREATE INDEX sightings_listed ON sightings (feed_id) WHERE is_listed = 1;
CREATE TABLE identities (
  name TEXT PRIMARY KEY,
  release_id INTEGER NOT NULL REFERENCES releases (id)
) STRICT, WITHOUT ROWID;
CREATE INDEX identities_by_release ON identities (release_id);
CREATE TABLE revisions (
  id INTEGER PRIMARY KEY,
  release_id INTEGER NOT NULL REFERENCES releases (id),
  number INTEGER NOT NULL CHECK (number >= 1),
  title TEXT NOT NULL,
  text TEXT NOT NULL,
  text_from TEXT NOT NULL CHECK (text_from IN ('page', 'feed')),
  text_sha256 TEXT NOT NULL CHECK (length(text_sha256) = 64),
  summary TEXT NOT NULL DEFAULT '',
  author TEXT NOT NULL DEFAULT '',
  dateline TEXT NOT NULL DEFAULT '',
  release_number TEXT NOT NULL DEFAULT '',
  contact TEXT NOT NULL DEFAULT '',
  language TEXT NOT NULL DEFAULT '',
  published_at TEXT CHECK (published_at GLOB '????-??-??T*Z'),
  published_raw TEXT NOT NULL DEFAULT '',
  published_from TEXT NOT NULL DEFAULT '',
  updated_at TEXT CHECK (updated_at GLOB '????-??-??T*Z'),
  updated_raw TEXT NOT NULL DEFAULT '',
  updated_from TEXT NOT NULL DEFAULT '',
  tags TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(tags)),
  links TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(links)),
  captions TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(captions)),
  page_outcome TEXT NOT NULL,
  feed_capture_id INTEGER REFERENCES captures (id),
  page_capture_id INTEGER REFERENCES captures (id),
  observed_at TEXT NOT NULL CHECK (observed_at GLOB '????-??-??T*Z'),
  page_starts TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(page_starts)),
  UNIQUE (release_id, number)
) STRICT;
CREATE INDEX revisions_by_feed_capture ON revisions (feed_capture_id) WHERE feed_capture_id IS NOT NULL;
CREATE INDEX revisions_by_text ON revisions (text_sha256);
CREATE VIRTUAL TABLE revisions_fts USING fts5 (
  title, text, content = 'revisions', content_rowid = 'id', tokenize = 'unicode61 remove_diacritics 2'
);
CREATE TRIGGER revisions_indexed AFTER INSERT ON revisions BEGIN
  INSERT INTO revisions_fts (rowid, title, text) VALUES (new.id, new.title, new.text);
END;
CREATE TABLE attachments (
  id INTEGER PRIMARY KEY,
  release_id INTEGER NOT NULL REFERENCES releases (id),
  url TEXT NOT NULL,
  media_type TEXT NOT NULL DEFAULT '',
  title TEXT NOT NULL DEFAULT '',
  first_seen_at TEXT NOT NULL CHECK (first_seen_at GLOB '????-??-??T*Z'),
  capture_id INTEGER REFERENCES captures (id),
  snapshot_id INTEGER REFERENCES snapshots (id),
  outcome TEXT,
  etag TEXT,
  last_modified TEXT,
  body_sha256 TEXT,
  fetched_at TEXT CHECK (fetched_at GLOB '????-??-??T*Z'),
  UNIQUE (release_id, url)
) STRICT;
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
  extracted_at TEXT NOT NULL CHECK (extracted_at GLOB '????-??-??T*Z')
) STRICT;
CREATE INDEX attachment_texts_by_attachment ON attachment_texts (attachment_id);
CREATE TABLE syndicated_copies (
  id INTEGER PRIMARY KEY,
  release_id INTEGER NOT NULL REFERENCES releases (id),
  other_release_id INTEGER NOT NULL REFERENCES releases (id),
  similarity REAL NOT NULL CHECK (similarity BETWEEN 0 AND 1),
  found_at TEXT NOT NULL CHECK (found_at GLOB '????-??-??T*Z'),
  UNIQUE (release_id, other_release_id),
  CHECK (release_id <> other_release_id)
) STRICT;
CREATE INDEX syndicated_copies_by_other ON syndicated_copies (other_release_id);
CREATE TABLE similarity_bands (
  band INTEGER NOT NULL,
  release_id INTEGER NOT NULL REFERENCES releases (id),
  seen_at TEXT NOT NULL CHECK (seen_at GLOB '????-??-??T*Z'),
  PRIMARY KEY (band, release_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX similarity_bands_by_time ON similarity_bands (seen_at);
CREATE INDEX similarity_bands_by_release ON similarity_bands (release_id);

-- What the texts say.
CREATE TABLE claims (
  id INTEGER PRIMARY KEY,
  revision_id INTEGER NOT NULL REFERENCES revisions (id),
  detector_version TEXT NOT NULL,
  number INTEGER NOT NULL CHECK (number >= 1),
  is_current INTEGER NOT NULL CHECK (is_current IN (0, 1)),
  harm TEXT NOT NULL CHECK (harm IN ('killed', 'injured', 'missing', 'captured', 'casualty')),
  count_min INTEGER CHECK (count_min >= 0),
  count_max INTEGER CHECK (count_max >= count_min OR count_min IS NULL),
  count_kind TEXT NOT NULL
    CHECK (count_kind IN ('exact', 'at_least', 'at_most', 'range', 'approximate', 'vague', 'none')),
  count_raw TEXT NOT NULL,
  victim TEXT NOT NULL
    CHECK (victim IN ('civilian', 'military', 'police', 'official', 'combatant', 'mixed', 'unknown')),
  victim_raw TEXT NOT NULL,
  stance TEXT NOT NULL CHECK (stance IN
    ('asserted', 'assessed', 'alleged', 'under_review', 'denied', 'hypothetical', 'historical')),
  is_background INTEGER NOT NULL CHECK (is_background IN (0, 1)),
  is_explicit INTEGER NOT NULL CHECK (is_explicit IN (0, 1)),
  children INTEGER,
  women INTEGER,
  place TEXT NOT NULL,
  place_raw TEXT NOT NULL,
  date_raw TEXT NOT NULL,
  event_from TEXT NOT NULL,
  event_to TEXT NOT NULL,
  speaker TEXT NOT NULL,
  sentence TEXT NOT NULL,
  start INTEGER NOT NULL CHECK (start >= 0),
  "end" INTEGER NOT NULL CHECK ("end" > start),
  part_of INTEGER,
  incident INTEGER NOT NULL,
  rules TEXT NOT NULL CHECK (json_valid(rules)),
  attachment_text_id INTEGER REFERENCES attachment_texts (id),
  page INTEGER CHECK (page >= 1),
  UNIQUE (revision_id, detector_version, number)
) STRICT;
CREATE INDEX claims_current ON claims (harm, victim, stance) WHERE is_current = 1;
CREATE TABLE people (
  id INTEGER PRIMARY KEY,
  claim_id INTEGER NOT NULL REFERENCES claims (id),
  number INTEGER NOT NULL,
  name TEXT NOT NULL,
  harm TEXT NOT NULL,
  rank TEXT NOT NULL,
  age INTEGER,
  unit TEXT NOT NULL,
  home_town TEXT NOT NULL,
  start INTEGER NOT NULL,
  "end" INTEGER NOT NULL,
  UNIQUE (claim_id, number)
) STRICT;

-- What happened.
CREATE TABLE events (
  id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL,
  feed_id INTEGER REFERENCES feeds (id),
  release_id INTEGER REFERENCES releases (id),
  revision_id INTEGER REFERENCES revisions (id),
  at TEXT NOT NULL CHECK (at GLOB '????-??-??T*Z'),
  detail TEXT NOT NULL DEFAULT '',
  decided_at TEXT CHECK (decided_at GLOB '????-??-??T*Z')
) STRICT;
CREATE INDEX events_by_release ON events (release_id);
CREATE INDEX events_undecided ON events (id) WHERE decided_at IS NULL;
CREATE INDEX events_by_feed ON events (feed_id);
CREATE TABLE problems (
  id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL,
  detail TEXT NOT NULL,
  feed_id INTEGER REFERENCES feeds (id),
  release_id INTEGER REFERENCES releases (id),
  at TEXT NOT NULL CHECK (at GLOB '????-??-??T*Z')
) STRICT;
CREATE INDEX problems_by_release ON problems (release_id);

-- Alerts and where they go.
CREATE TABLE alerts (
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
CREATE UNIQUE INDEX alerts_by_revision ON alerts (revision_id, event)
  WHERE event IN ('new', 'changed', 'denial', 'revision', 'withdrawn');
CREATE INDEX alerts_by_release ON alerts (release_id);
CREATE INDEX alerts_by_thread ON alerts (thread);
CREATE INDEX alerts_digests ON alerts (created_at) WHERE event = 'digest';
CREATE TABLE alert_releases (
  id INTEGER PRIMARY KEY,
  alert_id INTEGER NOT NULL REFERENCES alerts (id),
  release_id INTEGER NOT NULL REFERENCES releases (id),
  is_named INTEGER NOT NULL CHECK (is_named IN (0, 1)),
  added_at TEXT NOT NULL CHECK (added_at GLOB '????-??-??T*Z'),
  UNIQUE (alert_id, release_id)
) STRICT;
CREATE INDEX alert_releases_by_release ON alert_releases (release_id);
CREATE TABLE deliveries (
  id INTEGER PRIMARY KEY,
  uid TEXT NOT NULL UNIQUE,
  alert_id INTEGER NOT NULL REFERENCES alerts (id),
  channel TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('pending', 'held', 'sent', 'dead', 'merged')),
  hold TEXT NOT NULL DEFAULT '' CHECK (hold IN ('', 'quiet_hours', 'hourly', 'daily', 'first_round')),
  due_at TEXT CHECK (due_at GLOB '????-??-??T*Z'),
  attempt_count INTEGER NOT NULL DEFAULT 0,
  sent_at TEXT CHECK (sent_at GLOB '????-??-??T*Z'),
  merged_into INTEGER REFERENCES deliveries (id),
  retried_from INTEGER NOT NULL DEFAULT 0 CHECK (retried_from >= 0),
  UNIQUE (alert_id, channel),
  CHECK ((state = 'merged') = (merged_into IS NOT NULL)),
  CHECK (state != 'held' OR (hold != '' AND due_at IS NOT NULL))
) STRICT;
CREATE INDEX deliveries_due ON deliveries (due_at) WHERE state = 'pending';
CREATE INDEX deliveries_held ON deliveries (due_at) WHERE state = 'held';
CREATE INDEX deliveries_merged ON deliveries (merged_into) WHERE merged_into IS NOT NULL;
CREATE INDEX deliveries_by_channel ON deliveries (channel, state);
CREATE TABLE attempts (
  id INTEGER PRIMARY KEY,
  delivery_id INTEGER NOT NULL REFERENCES deliveries (id),
  number INTEGER NOT NULL,
  started_at TEXT NOT NULL CHECK (started_at GLOB '????-??-??T*Z'),
  ended_at TEXT CHECK (ended_at GLOB '????-??-??T*Z'),
  outcome TEXT NOT NULL CHECK (outcome IN ('sending', 'sent', 'failed')),
  detail TEXT NOT NULL DEFAULT '',
  UNIQUE (delivery_id, number)
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
CREATE TABLE channels (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  failure_count INTEGER NOT NULL DEFAULT 0 CHECK (failure_count >= 0),
  back_off_until_at TEXT CHECK (back_off_until_at GLOB '????-??-??T*Z'),
  disabled_at TEXT CHECK (disabled_at GLOB '????-??-??T*Z'),
  reason TEXT NOT NULL DEFAULT '',
  dead_notified_at TEXT CHECK (dead_notified_at GLOB '????-??-??T*Z')
) STRICT;
CREATE TABLE mutes (
  id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('feed', 'rule')),
  name TEXT NOT NULL,
  created_at TEXT NOT NULL CHECK (created_at GLOB '????-??-??T*Z'),
  until_at TEXT NOT NULL CHECK (until_at GLOB '????-??-??T*Z'),
  ended_at TEXT CHECK (ended_at GLOB '????-??-??T*Z'),
  UNIQUE (kind, name, created_at)
) STRICT;

-- Proof.
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
CREATE TABLE archive_copies (
  id INTEGER PRIMARY KEY,
  revision_id INTEGER NOT NULL REFERENCES revisions (id),
  service TEXT NOT NULL,
  url TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('pending', 'requested', 'saved', 'failed')),
  job TEXT,
  result_url TEXT,
  queued_at TEXT NOT NULL CHECK (queued_at GLOB '????-??-??T*Z'),
  due_at TEXT CHECK (due_at GLOB '????-??-??T*Z'),
  attempt_count INTEGER NOT NULL DEFAULT 0,
  done_at TEXT CHECK (done_at GLOB '????-??-??T*Z'),
  detail TEXT NOT NULL DEFAULT '',
  UNIQUE (revision_id, service)
) STRICT;
CREATE INDEX archive_copies_due ON archive_copies (due_at) WHERE state IN ('pending', 'requested');
CREATE TABLE imports (
  record TEXT PRIMARY KEY,
  file TEXT NOT NULL,
  outcome TEXT NOT NULL,
  capture_id INTEGER REFERENCES captures (id),
  at TEXT NOT NULL CHECK (at GLOB '????-??-??T*Z')
) STRICT;

-- A release as it stands: its newest text with what is true now.
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
