"""Attached PDFs: their bytes, text by page and claims."""

from __future__ import annotations

NAME = "0002_documents"
SCRIPT = """
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
"""
