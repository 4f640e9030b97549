-- Indexes with which no statement of the daemon, the outbox or a command reads a whole table, or all of one publisher.
DROP INDEX events_by_feed;
CREATE INDEX events_by_feed ON events (feed_id, kind);
DROP INDEX alerts_digests;
CREATE INDEX alerts_by_event ON alerts (event, created_at);
CREATE INDEX alerts_by_time ON alerts (created_at);
DROP INDEX deliveries_by_channel;
CREATE INDEX deliveries_by_channel ON deliveries (channel, state, sent_at);
CREATE INDEX deliveries_sent ON deliveries (sent_at) WHERE sent_at IS NOT NULL;
CREATE INDEX deliveries_dead ON deliveries (channel) WHERE state = 'dead';
CREATE INDEX attempts_by_start ON attempts (started_at);
CREATE INDEX problems_by_kind ON problems (kind, at);
CREATE INDEX claims_by_stance ON claims (stance, revision_id) WHERE is_current = 1;
-- When a release counts as published: a publication that lies ahead counts from when it was seen.
DROP INDEX releases_by_publisher;
CREATE INDEX releases_by_publisher ON releases (publisher_id, min(coalesce(published_at, first_seen_at), first_seen_at));
CREATE INDEX releases_by_age ON releases (min(coalesce(published_at, first_seen_at), first_seen_at));
-- How many releases each feed has listed.
ALTER TABLE feeds ADD COLUMN release_count INTEGER NOT NULL DEFAULT 0;
UPDATE feeds SET release_count = (SELECT count(*) FROM sightings WHERE feed_id = feeds.id);
CREATE TRIGGER sightings_counted AFTER INSERT ON sightings BEGIN
  UPDATE feeds SET release_count = release_count + 1 WHERE id = new.feed_id;
END;
