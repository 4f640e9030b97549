-- Signatures by week: they are looked up in three weeks instead of in sixteen days.
CREATE TABLE similarity_bands_by_week (
  seen_week INTEGER NOT NULL,
  band INTEGER NOT NULL,
  release_id INTEGER NOT NULL REFERENCES releases (id),
  seen_day INTEGER NOT NULL,
  PRIMARY KEY (seen_week, band, release_id)
) STRICT, WITHOUT ROWID;
INSERT INTO similarity_bands_by_week
  SELECT seen_day / 7, band, release_id, max(seen_day) FROM similarity_bands GROUP BY seen_day / 7, band, release_id;
DROP TABLE similarity_bands;
ALTER TABLE similarity_bands_by_week RENAME TO similarity_bands;
