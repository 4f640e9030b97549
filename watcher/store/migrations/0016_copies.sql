-- A text that was read in somebody else's copy of the page: whose, where, and when that was made by their own time.
ALTER TABLE revisions ADD COLUMN copied_from TEXT NOT NULL DEFAULT '' CHECK (copied_from IN ('', 'wayback', 'dvids'));
ALTER TABLE revisions ADD COLUMN copied_url TEXT NOT NULL DEFAULT '';
ALTER TABLE revisions ADD COLUMN copied_at TEXT CHECK (copied_at GLOB '????-??-??T*Z');
