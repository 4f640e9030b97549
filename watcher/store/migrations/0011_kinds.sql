-- Feeds of further kinds: JSON APIs, press lists by mail, public channels.
ALTER TABLE feeds RENAME COLUMN kind TO former_kind;
ALTER TABLE feeds ADD COLUMN kind TEXT NOT NULL DEFAULT 'feed'
  CHECK (kind IN ('feed', 'listing', 'sitemap', 'json', 'mail', 'telegram'));
UPDATE feeds SET kind = former_kind;
ALTER TABLE feeds DROP COLUMN former_kind;
-- The official page that must link a channel, as it was last looked at.
CREATE TABLE proofs (
  feed_id INTEGER PRIMARY KEY REFERENCES feeds (id),
  url TEXT NOT NULL,
  is_linked INTEGER CHECK (is_linked IN (0, 1)),
  checked_at TEXT CHECK (checked_at GLOB '????-??-??T*Z'),
  due_at TEXT NOT NULL CHECK (due_at GLOB '????-??-??T*Z'),
  outcome TEXT NOT NULL DEFAULT ''
) STRICT;
