-- The hash of a feed's last body without the dates of the feed itself, by which one that says nothing else is known.
ALTER TABLE feeds ADD COLUMN undated_sha256 TEXT CHECK (length(undated_sha256) = 64);
