"""Each migration on a database of the version before it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlite_utils import Database

from watcher.store.migrations import IN_ORDER, events

if TYPE_CHECKING:
    from pathlib import Path


def test_a_database_of_before_keeps_its_events_decided(tmp_path: Path) -> None:
    """The table is built anew for more kinds: what had happened before must not raise an alert afterwards."""
    db = Database(tmp_path / "old.db")
    for step in IN_ORDER[: IN_ORDER.index(events)]:
        db.executescript(step.SCRIPT)
    db.executescript("INSERT INTO events (kind, at, detail) VALUES ('gap', '2026-01-02T03:04:05Z', 'before');")
    db.executescript(events.SCRIPT)
    row = next(db.query("SELECT kind, at, detail, decided_at FROM events"))
    assert row == {
        "kind": "gap",
        "at": "2026-01-02T03:04:05Z",
        "detail": "before",
        "decided_at": "2026-01-02T03:04:05Z",
    }
