-- How far the folder of a mailbox was read.
ALTER TABLE feeds ADD COLUMN uid_validity INTEGER CHECK (uid_validity >= 0);
ALTER TABLE feeds ADD COLUMN last_uid INTEGER CHECK (last_uid >= 0);
ALTER TABLE feeds ADD COLUMN wanted_sha256 TEXT CHECK (length(wanted_sha256) = 64);
-- The signatures of messages (DKIM), a row for each check; the last one of a signature counts.
CREATE TABLE mail_signatures (
  id INTEGER PRIMARY KEY,
  release_id INTEGER NOT NULL REFERENCES releases (id),
  capture_id INTEGER NOT NULL REFERENCES captures (id),
  number INTEGER NOT NULL CHECK (number >= 0),
  domain TEXT NOT NULL,
  selector TEXT NOT NULL,
  header TEXT NOT NULL,
  key_name TEXT NOT NULL,
  key_record TEXT NOT NULL,
  result TEXT NOT NULL CHECK (result IN ('pass', 'fail', 'no_key', 'not_checked', 'malformed')),
  detail TEXT NOT NULL,
  checked_at TEXT NOT NULL CHECK (checked_at GLOB '????-??-??T*Z'),
  program_version TEXT NOT NULL
) STRICT;
CREATE INDEX mail_signatures_by_capture ON mail_signatures (capture_id, number, id);
CREATE INDEX mail_signatures_by_release ON mail_signatures (release_id);
CREATE INDEX mail_signatures_unchecked ON mail_signatures (checked_at) WHERE result = 'not_checked';
