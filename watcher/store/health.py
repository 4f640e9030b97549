"""What the health of feeds is judged by: their polls, releases, pages and the states that were reported."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from watcher.model.feed import FeedHistory
from watcher.store.rows import moment

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlite_utils import Database


_STATES = ("failing", "silent", "shrunk", "site_changed")
_FEEDS = """
SELECT id, name, interval_seconds, succeeded_at, failure_count, error,
  (SELECT min(started_at) FROM polls WHERE feed_id = feeds.id AND started_at > coalesce(succeeded_at, '')) AS failing_at
FROM feeds WHERE is_enabled = 1 AND stopped_at IS NULL AND polled_at IS NOT NULL ORDER BY id
"""
_RELEASED = """
SELECT min(coalesce(published_at, releases.first_seen_at), releases.first_seen_at) AS at FROM sightings
JOIN releases ON releases.id = release_id WHERE feed_id = ? ORDER BY sightings.id DESC LIMIT 400
"""
_COUNTS = """
SELECT entry_count FROM polls WHERE feed_id = ? AND entry_count IS NOT NULL ORDER BY started_at DESC LIMIT 31
"""
_PAGES = """
SELECT EXISTS (SELECT 1 FROM problems WHERE problems.release_id = revisions.release_id AND kind = 'site_changed'
  AND at = observed_at) AS is_changed
FROM revisions WHERE text_from = 'page' AND release_id IN
  (SELECT release_id FROM sightings WHERE feed_id = ? ORDER BY id DESC LIMIT 20)
ORDER BY revisions.id DESC LIMIT 3
"""
_OPEN = """
SELECT kind, detail FROM events WHERE feed_id = ?
  AND kind IN ('failing', 'silent', 'shrunk', 'site_changed', 'recovered') ORDER BY id
"""


def feed_histories(db: Database) -> tuple[FeedHistory, ...]:
    """The history of every enabled feed that was polled and has not been given up."""
    return tuple(_history(db, row) for row in list(db.query(_FEEDS)))


def _history(db: Database, row: Mapping[str, Any]) -> FeedHistory:
    of = [row["id"]]
    released = (moment(found["at"]) for found in db.query(_RELEASED, of))
    return FeedHistory(
        feed_id=row["id"],
        name=row["name"],
        interval=timedelta(seconds=row["interval_seconds"]),
        succeeded_at=moment(row["succeeded_at"]),
        failing_since=moment(row["failing_at"]) if row["failure_count"] else None,
        error=row["error"] or "",
        released_at=tuple(at for at in released if at is not None),
        entry_counts=tuple(found["entry_count"] for found in db.query(_COUNTS, of)),
        pages_changed=tuple(bool(found["is_changed"]) for found in db.query(_PAGES, of)),
        open_states=_open_states(db.query(_OPEN, of)),
    )


def _open_states(events: Iterable[Mapping[str, Any]]) -> frozenset[str]:
    """The states whose last event is their beginning."""
    states: dict[str, bool] = {}
    for event in events:
        kind = event["kind"]
        states[kind if kind in _STATES else event["detail"].split(":")[0]] = kind in _STATES
    return frozenset(state for state, is_open in states.items() if is_open)
