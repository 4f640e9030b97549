"""The past of every feed, as its health is judged by, and the events that follow from it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from watcher import clock
from watcher.alerts.health import FeedHistory, state_changes
from watcher.pipeline.alerting import raise_all
from watcher.store.events import save_event
from watcher.store.rows import moment

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from sqlite_utils import Database

    from watcher.config.settings import Settings
    from watcher.pipeline.runtime import Runtime


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


def feed_records(db: Database) -> tuple[FeedHistory, ...]:
    """Every enabled feed that was asked and has not been given up."""
    return tuple(_record(db, row) for row in list(db.query(_FEEDS)))


def save_health(db: Database, now: datetime) -> int:
    """Judge every feed and write the events that follow, within the caller's transaction; the number of events."""
    count = 0
    for record in feed_records(db):
        for kind, detail in state_changes(record, now):
            save_event(db, kind, now, feed_id=record.feed_id, detail=detail)
            count += 1
    return count


def _record(db: Database, row: Mapping[str, Any]) -> FeedHistory:
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
        open_states=_open(db.query(_OPEN, of)),
    )


def _open(events: Iterable[Mapping[str, Any]]) -> frozenset[str]:
    """The states whose last event is their beginning."""
    states: dict[str, bool] = {}
    for event in events:
        kind = event["kind"]
        states[kind if kind in _STATES else event["detail"].split(":")[0]] = kind in _STATES
    return frozenset(state for state, is_open in states.items() if is_open)


async def check_feeds(runtime: Runtime) -> None:
    """Judge the health of every feed, and alert on what began or ended. Raises StoreError."""
    now, settings = clock.now(), runtime.configuration.settings
    await runtime.store.write(_judge_all, settings, now)


def _judge_all(db: Database, settings: Settings, now: datetime) -> None:
    if save_health(db, now):
        raise_all(db, settings, now)
