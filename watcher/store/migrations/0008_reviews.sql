-- What people say of claims: each judgement is a row that never changes, and taking one back is another row.
CREATE TABLE reviews (
  id INTEGER PRIMARY KEY,
  revision_id INTEGER NOT NULL REFERENCES revisions (id),
  claim_id INTEGER REFERENCES claims (id),
  verdict TEXT NOT NULL CHECK (verdict IN
    ('right', 'wrong_number', 'wrong_victim', 'wrong_stance', 'not_a_claim', 'missed', 'duplicate', 'note', 'undo')),
  harm TEXT CHECK (harm IN ('killed', 'injured', 'missing', 'captured', 'casualty')),
  count_min INTEGER CHECK (count_min >= 0),
  count_max INTEGER CHECK (count_max >= count_min OR count_min IS NULL),
  victim TEXT CHECK (victim IN ('civilian', 'military', 'police', 'official', 'combatant', 'mixed', 'unknown')),
  stance TEXT CHECK (stance IN
    ('asserted', 'assessed', 'alleged', 'under_review', 'denied', 'hypothetical', 'historical')),
  words TEXT NOT NULL DEFAULT '',
  duplicate_of INTEGER REFERENCES claims (id),
  note TEXT NOT NULL DEFAULT '',
  undoes INTEGER UNIQUE REFERENCES reviews (id),
  reviewer TEXT NOT NULL CHECK (reviewer <> ''),
  at TEXT NOT NULL CHECK (at GLOB '????-??-??T*Z'),
  CHECK ((verdict = 'undo') = (undoes IS NOT NULL)),
  CHECK (claim_id IS NOT NULL OR verdict IN ('missed', 'note', 'undo')),
  CHECK (verdict <> 'missed' OR (words <> '' AND harm IS NOT NULL)),
  CHECK (verdict <> 'note' OR note <> '')
) STRICT;
CREATE INDEX reviews_by_claim ON reviews (claim_id) WHERE claim_id IS NOT NULL;
CREATE INDEX reviews_by_revision ON reviews (revision_id);
CREATE INDEX reviews_by_reviewer ON reviews (reviewer, id);
-- The queue: doubtful claims first, of equally doubtful ones the newest.
CREATE INDEX claims_by_confidence ON claims (confidence, id DESC) WHERE is_current = 1;
-- What is not taken back.
CREATE VIEW standing_reviews AS
  SELECT * FROM reviews
  WHERE verdict <> 'undo' AND NOT EXISTS (SELECT 1 FROM reviews AS later WHERE later.undoes = reviews.id);
-- Of each judged claim whether it is right, wrong or disputed: of one reviewer the last word counts.
CREATE VIEW claim_verdicts AS
  SELECT claim_id, count(*) AS reviewer_count,
    CASE WHEN min(is_right) = 1 THEN 'right' WHEN max(is_right) = 0 THEN 'wrong' ELSE 'disputed' END AS verdict
  FROM (
    SELECT claim_id, reviewer, verdict = 'right' AS is_right, max(id) FROM standing_reviews
    WHERE verdict NOT IN ('missed', 'note') GROUP BY claim_id, reviewer
  )
  GROUP BY claim_id;
