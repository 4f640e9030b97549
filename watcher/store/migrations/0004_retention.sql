-- What stays of quiet polls, one row for each feed, day and outcome, and what the database needs on the disk each day.
CREATE TABLE quiet_polls (
  feed_id INTEGER NOT NULL REFERENCES feeds (id),
  day TEXT NOT NULL CHECK (day GLOB '????-??-??'),
  outcome TEXT NOT NULL,
  poll_count INTEGER NOT NULL CHECK (poll_count >= 1),
  milliseconds INTEGER NOT NULL CHECK (milliseconds >= 0),
  first_at TEXT NOT NULL CHECK (first_at GLOB '????-??-??T*Z'),
  last_at TEXT NOT NULL CHECK (last_at GLOB '????-??-??T*Z'),
  PRIMARY KEY (feed_id, day, outcome)
) STRICT, WITHOUT ROWID;
CREATE TABLE database_sizes (
  day TEXT PRIMARY KEY CHECK (day GLOB '????-??-??'),
  byte_count INTEGER NOT NULL CHECK (byte_count >= 0)
) STRICT, WITHOUT ROWID;
-- The capture's poll: asked where headers are pruned.
CREATE INDEX polls_by_capture ON polls (capture_id);
-- Every day of every feed, whether its polls still have rows of their own or not.
CREATE VIEW feed_days AS
  SELECT feed_id, day, sum(poll_count) AS poll_count, sum(failure_count) AS failure_count,
    sum(new_count) AS new_count, sum(edited_count) AS edited_count, min(first_at) AS first_at, max(last_at) AS last_at
  FROM (
    SELECT feed_id, substr(started_at, 1, 10) AS day, 1 AS poll_count,
      outcome NOT IN ('new', 'same', 'not_modified') AS failure_count, new_count, edited_count,
      started_at AS first_at, started_at AS last_at FROM polls
    UNION ALL
    SELECT feed_id, day, poll_count, 0, 0, 0, first_at, last_at FROM quiet_polls
  )
  GROUP BY feed_id, day;
