-- The full text of a poll's revisions goes into the index at the end of its transaction: SQLite finishes what the index
-- holds in memory with every statement that fires triggers, which takes longer than to index the words. A row stands
-- here within such a transaction alone; whatever else writes a revision has it indexed at once, as before.
CREATE TABLE indexed_later (first_revision_id INTEGER PRIMARY KEY) STRICT;
DROP TRIGGER revisions_indexed;
CREATE TRIGGER revisions_indexed AFTER INSERT ON revisions WHEN NOT EXISTS (SELECT 1 FROM indexed_later) BEGIN
  INSERT INTO revisions_fts (rowid, title, text) VALUES (new.id, new.title, new.text);
END;
