-- Which lines of a document's text are headings, entries of lists, rows of tables, or were read from a picture.
ALTER TABLE attachment_texts ADD COLUMN lines TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(lines));
