-- One release that its feed and a capture brought, and an event; none of it has a link in the chain.
INSERT INTO publishers (id, code, name, is_verified) VALUES (1, 'army', 'Army', 0);
INSERT INTO feeds (id, publisher_id, name, kind, url, configured_url, is_enabled, interval_seconds)
  VALUES (1, 1, 'army/news', 'feed', 'u', 'u', 1, 900);
INSERT INTO snapshots (id, sha256, byte_count, compression, body, created_at) VALUES (1, '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824', 5, 'none',
  x'68656c6c6f', '2026-11-24T00:00:00.000Z');
INSERT INTO captures (id, feed_id, kind, requested_url, url, outcome, request_headers, response_headers, hops,
  is_tls_verified, started_at, ended_at, program_version, snapshot_id)
  VALUES (1, 1, 'feed', 'u', 'u', 'new', '[]', '[]', '[]', 1, '2026-11-24T00:00:00.000Z', '2026-11-24T00:00:00.000Z', '1', 1),
  (2, 1, 'feed', 'u', 'u', 'same', '[]', '[]', '[]', 1, '2026-11-24T00:00:00.000Z', '2026-11-24T00:00:00.000Z', '1', NULL);
INSERT INTO releases (id, publisher_id, identity, title, revision_count, is_reported, page_outcome, first_seen_at,
  last_seen_at) VALUES (1, 1, 'x', 'X', 1, 0, 'ok', '2026-11-24T00:00:00.000Z', '2026-11-24T00:00:00.000Z');
INSERT INTO revisions (id, release_id, number, title, text, text_from, text_sha256, page_outcome, observed_at)
  VALUES (1, 1, 1, 'X', 'text', 'feed', 'bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb', 'ok', '2026-11-24T00:00:00.000Z');
INSERT INTO events (id, kind, at) VALUES (1, 'gap', '2026-11-24T00:00:00.000Z');
