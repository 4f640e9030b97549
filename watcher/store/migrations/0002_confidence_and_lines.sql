-- What else says a claim and how sure it is; which lines of a text are headings, entries of lists, rows of tables.
ALTER TABLE claims ADD COLUMN also TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(also));
ALTER TABLE claims ADD COLUMN confidence REAL NOT NULL DEFAULT 1 CHECK (confidence BETWEEN 0 AND 1);
ALTER TABLE revisions ADD COLUMN lines TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(lines));
