"""Events: what happened to a feed or a release, stored before anybody is notified of it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from watcher.store.chain import insert_evidence
from watcher.store.rows import at, update

if TYPE_CHECKING:
    from datetime import datetime

    from sqlite_utils import Database

    from watcher.model.alert import EventKind


_DAY = timedelta(days=1)
# In the order in which they happened; a lot at a time keeps the transaction short.
_UNDECIDED = """
SELECT events.*, feeds.name AS feed, publishers.code AS publisher, publishers.name AS publisher_name
FROM events LEFT JOIN feeds ON feeds.id = events.feed_id LEFT JOIN publishers ON publishers.id = feeds.publisher_id
WHERE decided_at IS NULL ORDER BY events.id LIMIT 200
"""


def save_event(
    db: Database,
    kind: EventKind,
    now: datetime,
    *,
    feed_id: int | None = None,
    release_id: int | None = None,
    revision_id: int | None = None,
    detail: str = "",
    is_decided: bool = False,
) -> int:
    """Write one event within the caller's transaction, and return its id.

    It stays undecided (`decided_at` NULL) until the rules were evaluated on it, so a crash between the two loses no
    alert. `is_decided`: it has its alert already, or needs none.
    """
    row = {"kind": kind, "feed_id": feed_id, "release_id": release_id, "revision_id": revision_id}
    decided_at = at(now) if is_decided else None
    return insert_evidence(db, "event", row | {"at": at(now), "detail": detail, "decided_at": decided_at})


def save_damage(db: Database, now: datetime, detail: str) -> None:
    """Write that the evidence is damaged, once a day: a supervisor may start the program again and again."""
    known = "SELECT 1 FROM events WHERE kind = 'damaged' AND detail = ? AND at > ? LIMIT 1"
    if db.conn.execute(known, [detail, at(now - _DAY)]).fetchone() is None:
        save_event(db, "damaged", now, detail=detail, is_decided=True)


def event_details(db: Database, release_id: int, kind: EventKind) -> frozenset[str]:
    """What the events of one kind say of a release."""
    rows = db.conn.execute("SELECT detail FROM events WHERE release_id = ? AND kind = ?", [release_id, kind])
    return frozenset(row[0] for row in rows.fetchall())


def undecided_events(db: Database) -> list[dict[str, Any]]:
    """The next events that wait, with the names of their feed and publisher, the oldest first."""
    return list(db.query(_UNDECIDED))


def mark_decided(db: Database, event_id: int, now: datetime) -> None:
    """Note within the caller's transaction that an event has its alert, or needs none."""
    update(db, "events", event_id, {"decided_at": at(now)})
