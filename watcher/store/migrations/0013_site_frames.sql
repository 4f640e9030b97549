-- What the pages of a site have in common around their releases, learned from several of them and left out of the next.
CREATE TABLE site_frames (
  id INTEGER PRIMARY KEY,
  site TEXT NOT NULL,
  pieces BLOB NOT NULL,
  pieces_sha256 TEXT NOT NULL CHECK (length(pieces_sha256) = 64),
  shortest_text INTEGER NOT NULL CHECK (shortest_text >= 0),
  saved_byte_count INTEGER NOT NULL CHECK (saved_byte_count > 0),
  usual_places TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(usual_places)),
  page_count INTEGER NOT NULL DEFAULT 0 CHECK (page_count >= 0),
  learned_at TEXT NOT NULL CHECK (learned_at GLOB '????-??-??T*Z'),
  forgotten_at TEXT CHECK (forgotten_at GLOB '????-??-??T*Z'),
  forgotten_why TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE UNIQUE INDEX site_frames_current ON site_frames (site) WHERE forgotten_at IS NULL;
CREATE INDEX site_frames_by_site ON site_frames (site, forgotten_at);
ALTER TABLE revisions ADD COLUMN frame_id INTEGER REFERENCES site_frames (id);
CREATE INDEX revisions_by_frame ON revisions (frame_id) WHERE frame_id IS NOT NULL;
