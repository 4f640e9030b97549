-- What one version of the detector adds up for a revision: evidence, by which the totals of a release can be verified.
CREATE TABLE claim_totals (
  id INTEGER PRIMARY KEY,
  revision_id INTEGER NOT NULL REFERENCES revisions (id),
  detector_version TEXT NOT NULL,
  is_reported INTEGER NOT NULL CHECK (is_reported IN (0, 1)),
  totals TEXT NOT NULL CHECK (json_valid(totals)),
  UNIQUE (revision_id, detector_version)
) STRICT;
