-- The id that a poll shares with the deliveries of what it found, and with every log line about them.
ALTER TABLE polls ADD COLUMN trace TEXT NOT NULL DEFAULT '';
ALTER TABLE deliveries ADD COLUMN trace TEXT NOT NULL DEFAULT '';
CREATE INDEX deliveries_by_trace ON deliveries (trace) WHERE trace != '';
