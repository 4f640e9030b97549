-- The index of full text: letters that stand for a sign of Arabic (ʿ, ʾ) part words as apostrophes do; documents too.
DROP TRIGGER revisions_indexed;
DROP TABLE revisions_fts;
CREATE VIRTUAL TABLE revisions_fts USING fts5 (
  title, text, content = 'revisions', content_rowid = 'id',
  tokenize = "unicode61 remove_diacritics 2 separators 'ʹʺʻʼʽʾʿˈ'"
);
CREATE TRIGGER revisions_indexed AFTER INSERT ON revisions BEGIN
  INSERT INTO revisions_fts (rowid, title, text) VALUES (new.id, new.title, new.text);
END;
INSERT INTO revisions_fts (revisions_fts) VALUES ('rebuild');
CREATE VIRTUAL TABLE revisions_fts_documents USING fts5 (
  text, content = 'attachment_texts', content_rowid = 'id',
  tokenize = "unicode61 remove_diacritics 2 separators 'ʹʺʻʼʽʾʿˈ'"
);
CREATE TRIGGER documents_indexed AFTER INSERT ON attachment_texts BEGIN
  INSERT INTO revisions_fts_documents (rowid, text) VALUES (new.id, new.text);
END;
INSERT INTO revisions_fts_documents (revisions_fts_documents) VALUES ('rebuild');
