-- Where on a page a text was found, the readings of a doubtful date, and the language of each part of a text.
DROP VIEW records;
ALTER TABLE revisions RENAME COLUMN text_from TO page_or_feed;
ALTER TABLE revisions ADD COLUMN text_from TEXT NOT NULL DEFAULT 'page'
  CHECK (text_from IN ('page', 'details', 'noscript', 'json_ld', 'script_data', 'feed'));
UPDATE revisions SET text_from = page_or_feed;
ALTER TABLE revisions DROP COLUMN page_or_feed;
ALTER TABLE revisions ADD COLUMN published_readings TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(published_readings));
ALTER TABLE revisions ADD COLUMN updated_readings TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(updated_readings));
ALTER TABLE revisions ADD COLUMN languages TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(languages));
-- A release as it stands: its newest text with what is true now.
CREATE VIEW records AS
  SELECT releases.id, publishers.code AS publisher, releases.url, revisions.title, revisions.text, revisions.summary,
    revisions.author, revisions.published_at, revisions.published_raw, revisions.published_from,
    revisions.published_readings, revisions.updated_at, revisions.updated_raw, revisions.updated_readings,
    revisions.dateline, revisions.release_number, revisions.language, revisions.languages, revisions.tags,
    revisions.links, revisions.captions, releases.totals, revisions.text_from, releases.page_outcome,
    releases.is_reported, releases.revision_count, releases.first_seen_at, releases.last_seen_at,
    releases.is_removed, releases.removed_at,
    (SELECT group_concat(feeds.name, ' ') FROM sightings JOIN feeds ON feeds.id = sightings.feed_id
      WHERE sightings.release_id = releases.id) AS feeds,
    releases.identity
  FROM releases
  JOIN publishers ON publishers.id = releases.publisher_id
  JOIN revisions ON revisions.release_id = releases.id AND revisions.number = releases.revision_count;
