-- Less room for each release. The chain keeps hashes as bytes, and none twice; the view `chain` shows it as it was.
CREATE TABLE chain_links (
  seq INTEGER PRIMARY KEY CHECK (seq >= 1),
  kind TEXT NOT NULL,
  row_id INTEGER NOT NULL,
  form INTEGER NOT NULL CHECK (form >= 1),
  url TEXT NOT NULL,
  sha256 BLOB NOT NULL CHECK (length(sha256) = 32),
  at TEXT NOT NULL CHECK (at GLOB '????-??-??T*Z'),
  hash BLOB NOT NULL CHECK (length(hash) = 32),
  UNIQUE (kind, row_id)
) STRICT;
INSERT INTO chain_links SELECT seq, kind, row_id, form, url, unhex(sha256), at, unhex(hash) FROM chain ORDER BY seq;
DROP TABLE chain;
CREATE VIEW chain AS
  SELECT seq, kind, row_id, form, url, lower(hex(sha256)) AS sha256, at,
    lower(hex(coalesce((SELECT hash FROM chain_links AS earlier WHERE earlier.seq = chain_links.seq - 1),
      zeroblob(32)))) AS prev,
    lower(hex(hash)) AS hash
  FROM chain_links;
-- Signatures by day: old ones go by their day, and are looked up for each of the last days. 32 bits of each are enough.
CREATE TABLE similarity_bands_by_day (
  seen_day INTEGER NOT NULL,
  band INTEGER NOT NULL,
  release_id INTEGER NOT NULL REFERENCES releases (id),
  PRIMARY KEY (seen_day, band, release_id)
) STRICT, WITHOUT ROWID;
INSERT OR IGNORE INTO similarity_bands_by_day
  SELECT unixepoch(seen_at) / 86400, (band & 4294967295) - 2147483648, release_id FROM similarity_bands;
DROP TABLE similarity_bands;
ALTER TABLE similarity_bands_by_day RENAME TO similarity_bands;
-- The figures of a release are found by its time, which its row has.
DROP TRIGGER release_totals_of_changed;
DROP TRIGGER release_totals_in_language;
DROP INDEX release_totals_by_release;
CREATE TRIGGER release_totals_of_changed AFTER UPDATE OF totals, published_at, first_seen_at, publisher_id ON releases
WHEN old.totals <> new.totals OR old.published_at IS NOT new.published_at OR old.first_seen_at <> new.first_seen_at
  OR old.publisher_id <> new.publisher_id
BEGIN
  DELETE FROM release_totals WHERE release_id = old.id
    AND at = min(coalesce(old.published_at, old.first_seen_at), old.first_seen_at);
  INSERT OR IGNORE INTO release_totals
    SELECT min(coalesce(new.published_at, new.first_seen_at), new.first_seen_at), new.id, json_extract(value, '$.harm'),
      json_extract(value, '$.victim'), json_extract(value, '$.stance'), json_extract(value, '$.count_min'),
      json_extract(value, '$.count_max'), new.publisher_id, coalesce((SELECT language FROM revisions
        WHERE release_id = new.id ORDER BY number DESC LIMIT 1), '')
    FROM json_each(new.totals);
END;
CREATE TRIGGER release_totals_in_language AFTER INSERT ON revisions BEGIN
  UPDATE release_totals SET language = new.language WHERE release_id = new.release_id
    AND at = (SELECT min(coalesce(published_at, first_seen_at), first_seen_at) FROM releases WHERE id = new.release_id);
END;
-- Indexes that no statement uses.
DROP INDEX releases_by_published;
DROP INDEX identities_by_release;
DROP INDEX claims_current;
