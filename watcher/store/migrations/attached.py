"""Claims of attached PDFs become claims of their release's revision, and every text that a document had is kept."""

from __future__ import annotations

NAME = "0005_attached"
SCRIPT = """
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
"""
