-- What stands for the bytes of a feed's item with all by which it is read (`watcher.feeds.items`): one that is met again
-- is not parsed again.
ALTER TABLE sightings ADD COLUMN mark BLOB;
