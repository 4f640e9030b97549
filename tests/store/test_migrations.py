"""Each migration on a database of the version before it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlite_utils import Database

from watcher.store.migrations.events_and_alerts import ALERTS, EVENTS
from watcher.store.migrations.feeds_and_releases import ATTACHMENT_TEXTS
from watcher.store.schema import IN_ORDER

if TYPE_CHECKING:
    from pathlib import Path


def test_a_database_of_before_keeps_its_events_decided(tmp_path: Path) -> None:
    """The table is built anew for more kinds: what had happened before must not raise an alert afterwards."""
    db = Database(tmp_path / "old.db")
    for _, script in IN_ORDER[: IN_ORDER.index(EVENTS)]:
        db.executescript(script)
    db.executescript("INSERT INTO events (kind, at, detail) VALUES ('gap', '2026-01-02T03:04:05Z', 'before');")
    db.executescript(EVENTS[1])
    row = next(db.query("SELECT kind, at, detail, decided_at FROM events"))
    assert row == {
        "kind": "gap",
        "at": "2026-01-02T03:04:05Z",
        "detail": "before",
        "decided_at": "2026-01-02T03:04:05Z",
    }


def test_a_database_of_before_keeps_the_texts_and_claims_of_its_documents(tmp_path: Path) -> None:
    """Claims of documents become claims of the release: what was found before stands in the new tables."""
    db = Database(tmp_path / "old.db")
    for _, script in IN_ORDER[: IN_ORDER.index(ATTACHMENT_TEXTS)]:
        db.executescript(script)
    now, digest = "2026-01-02T03:04:05Z", "a" * 64
    db.executescript(f"""
INSERT INTO publishers (id, code, name, is_verified) VALUES (1, 'army', 'The Army', 0);
INSERT INTO releases (id, publisher_id, identity, title, revision_count, is_reported, page_outcome, first_seen_at,
    last_seen_at) VALUES (1, 1, 'r', 'Fire', 1, 0, 'ok', '{now}', '{now}');
INSERT INTO revisions (id, release_id, number, title, text, text_from, text_sha256, page_outcome, observed_at)
  VALUES (1, 1, 1, 'Fire', 'A report.', 'page', '{digest}', 'ok', '{now}');
INSERT INTO snapshots (id, sha256, byte_count, compression, body, created_at)
  VALUES (1, '{digest}', 1, 'none', x'00', '{now}');
INSERT INTO attachments (id, release_id, url, first_seen_at, snapshot_id, outcome, text, page_starts)
  VALUES (1, 1, 'https://a.example/r.pdf', '{now}', 1, 'ok', 'Two were killed.', '[0]');
INSERT INTO attachments (id, release_id, url, first_seen_at) VALUES (2, 1, 'https://a.example/s.pdf', '{now}');
INSERT INTO attachment_claims (attachment_id, snapshot_id, detector_version, number, page, harm, count_min, count_max,
    count_raw, victim, stance, sentence, start, "end")
  VALUES (1, 1, 'v1', 1, 4, 'killed', 2, 2, 'Two', 'unknown', 'asserted', 'Two were killed.', 0, 15);
""")
    db.executescript(ATTACHMENT_TEXTS[1])
    (text,) = db.query("SELECT attachment_id, revision_id, text, page_starts FROM attachment_texts")
    assert tuple(text.values()) == (1, 1, "Two were killed.", "[0]")
    (claim,) = db.query("SELECT revision_id, page, harm, count_kind, is_current, attachment_text_id FROM claims")
    assert tuple(claim.values()) == (1, 4, "killed", "exact", 1, 1)
    assert [row["body_sha256"] for row in db.query("SELECT body_sha256 FROM attachments ORDER BY id")] == [digest, None]
    assert db.conn.execute("PRAGMA foreign_key_check").fetchall() == []


def test_a_database_of_before_keeps_its_alerts_and_what_is_still_to_be_sent(tmp_path: Path) -> None:
    """Three tables that point at each other are built anew: ids, states and tries must come through, keys intact."""
    db = Database(tmp_path / "old.db")
    db.execute("PRAGMA foreign_keys = ON")
    for _, script in IN_ORDER[: IN_ORDER.index(ALERTS)]:
        db.executescript(script)
    db.executescript(_TOLD)
    db.executescript(f"BEGIN; {ALERTS[1]} COMMIT;")
    told = "SELECT uid, event, thread, release_id, revision_id, muted FROM alerts"
    assert list(db.execute(told)) == [("a", "new", "one", 1, 1, "")]
    assert list(db.execute("SELECT id, uid, alert_id, channel, state, hold, attempt_count FROM deliveries")) == [
        (1, "d", 1, "desk", "pending", "", 1),
        (2, "e", 1, "mail", "sent", "", 1),
    ]
    assert list(db.execute("SELECT delivery_id, number, outcome FROM attempts")) == [(1, 1, "failed")]
    assert list(db.execute("PRAGMA foreign_key_check")) == []
    targets = {
        row[2] for table in ("deliveries", "attempts") for row in db.execute(f"PRAGMA foreign_key_list({table})")
    }
    assert targets == {"alerts", "deliveries"}


_TOLD = f"""
INSERT INTO publishers (id, code, name, is_verified) VALUES (1, 'army', 'The Army', 0);
INSERT INTO releases (id, publisher_id, identity, title, revision_count, is_reported, page_outcome, first_seen_at,
  last_seen_at) VALUES (1, 1, 'one', 'T', 1, 1, 'ok', '2026-01-02T03:04:05Z', '2026-01-02T03:04:05Z');
INSERT INTO revisions (id, release_id, number, title, text, text_from, text_sha256, page_outcome, observed_at)
  VALUES (1, 1, 1, 'T', 'Words.', 'page', '{"0" * 64}', 'ok', '2026-01-02T03:04:05Z');
INSERT INTO alerts (id, uid, event, release_id, revision_id, priority, rules, title, message, created_at)
  VALUES (1, 'a', 'new', 1, 1, 'urgent', '[]', 'T', '{{}}', '2026-01-02T03:04:05Z');
INSERT INTO deliveries (id, uid, alert_id, channel, state, due_at, attempt_count)
  VALUES (1, 'd', 1, 'desk', 'pending', '2026-01-02T03:04:05Z', 1), (2, 'e', 1, 'mail', 'sent', NULL, 1);
INSERT INTO attempts (delivery_id, number, started_at, outcome) VALUES (1, 1, '2026-01-02T03:04:05Z', 'failed');
"""
