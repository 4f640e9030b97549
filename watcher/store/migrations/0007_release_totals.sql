-- What releases say in all, by the time of the release: what the reading room lists, filters and counts by week.
CREATE TABLE release_totals (
  at TEXT NOT NULL CHECK (at GLOB '????-??-??T*Z'),
  release_id INTEGER NOT NULL REFERENCES releases (id),
  harm TEXT NOT NULL,
  victim TEXT NOT NULL,
  stance TEXT NOT NULL,
  count_min INTEGER,
  count_max INTEGER,
  publisher_id INTEGER NOT NULL REFERENCES publishers (id),
  language TEXT NOT NULL,
  PRIMARY KEY (at, release_id, harm, victim, stance)
) STRICT, WITHOUT ROWID;
CREATE INDEX release_totals_by_release ON release_totals (release_id);
INSERT INTO release_totals
  SELECT min(coalesce(published_at, first_seen_at), first_seen_at), releases.id, json_extract(value, '$.harm'),
    json_extract(value, '$.victim'), json_extract(value, '$.stance'), json_extract(value, '$.count_min'),
    json_extract(value, '$.count_max'), publisher_id, coalesce((SELECT language FROM revisions
      WHERE release_id = releases.id ORDER BY number DESC LIMIT 1), '')
  FROM releases, json_each(totals);
CREATE TRIGGER release_totals_of_new AFTER INSERT ON releases BEGIN
  INSERT OR IGNORE INTO release_totals
    SELECT min(coalesce(new.published_at, new.first_seen_at), new.first_seen_at), new.id, json_extract(value, '$.harm'),
      json_extract(value, '$.victim'), json_extract(value, '$.stance'), json_extract(value, '$.count_min'),
      json_extract(value, '$.count_max'), new.publisher_id, ''
    FROM json_each(new.totals);
END;
CREATE TRIGGER release_totals_of_changed AFTER UPDATE OF totals, published_at, first_seen_at, publisher_id ON releases
WHEN old.totals <> new.totals OR old.published_at IS NOT new.published_at OR old.first_seen_at <> new.first_seen_at
  OR old.publisher_id <> new.publisher_id
BEGIN
  DELETE FROM release_totals WHERE release_id = new.id;
  INSERT OR IGNORE INTO release_totals
    SELECT min(coalesce(new.published_at, new.first_seen_at), new.first_seen_at), new.id, json_extract(value, '$.harm'),
      json_extract(value, '$.victim'), json_extract(value, '$.stance'), json_extract(value, '$.count_min'),
      json_extract(value, '$.count_max'), new.publisher_id, coalesce((SELECT language FROM revisions
        WHERE release_id = new.id ORDER BY number DESC LIMIT 1), '')
    FROM json_each(new.totals);
END;
CREATE TRIGGER release_totals_in_language AFTER INSERT ON revisions BEGIN
  UPDATE release_totals SET language = new.language WHERE release_id = new.release_id;
END;
-- What was edited, and what happened to releases, in the last week.
CREATE INDEX revisions_edited ON revisions (observed_at) WHERE number > 1;
CREATE INDEX events_by_kind ON events (kind, at);
-- Which languages there are, found without a scan.
CREATE INDEX release_totals_by_language ON release_totals (language);
