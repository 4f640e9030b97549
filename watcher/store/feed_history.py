"""The history of a feed's polls, releases and pages, by which its health is judged."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from watcher.model.feed import FeedHistory
from watcher.store.rows import moment

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

    from sqlite_utils import Database


# The last poll did not read the feed: it failed, or its host's back-off let no request be sent.
NOT_READ = "(failure_count > 0 OR outcome IS 'held')"
_STATES = ("failing", "silent", "shrunk", "site_changed", "walled")
_FEEDS = f"""
SELECT id, name, interval_seconds, succeeded_at, {NOT_READ} AS is_failing, error, kind, outcome, polled_at, stopped_at,
  not_before_at,
  (SELECT min(started_at) FROM polls WHERE feed_id = feeds.id AND started_at > coalesce(succeeded_at, '')) AS failing_at
FROM feeds WHERE is_enabled = 1 AND (:every OR (stopped_at IS NULL AND polled_at IS NOT NULL))
  AND (:ids IS NULL OR id IN (SELECT value FROM json_each(:ids))) ORDER BY id
"""
# Without `:ids` all; a feed that fails is in a new state when only time has passed.
_JUDGED = f"""
SELECT id FROM feeds WHERE is_enabled = 1 AND stopped_at IS NULL AND polled_at IS NOT NULL
  AND (:ids IS NULL OR {NOT_READ} OR id IN (SELECT value FROM json_each(:ids))) ORDER BY id
"""
# Of a feed's releases the newest have the highest numbers, and the index has them in this order.
_RELEASED = """
SELECT min(coalesce(published_at, first_seen_at), first_seen_at) AS at FROM releases WHERE id IN
  (SELECT release_id FROM sightings WHERE feed_id = ? ORDER BY release_id DESC LIMIT 400)
"""
_FIRST_POLL = """
SELECT min(at) AS at FROM (SELECT min(started_at) AS at FROM polls WHERE feed_id = :id
  UNION ALL SELECT min(first_at) FROM quiet_polls WHERE feed_id = :id)
"""
_COUNTS = """
SELECT entry_count FROM polls WHERE feed_id = ? AND entry_count IS NOT NULL ORDER BY started_at DESC LIMIT 31
"""
# Where our own steps failed at a page, its text is the feed's as long as they do.
_PAGES = """
SELECT EXISTS (SELECT 1 FROM problems WHERE problems.release_id = revisions.release_id AND kind = 'site_changed'
  AND at = observed_at) AS is_changed, text_from = 'feed' AS is_failed
FROM revisions JOIN releases ON releases.id = release_id
WHERE (text_from <> 'feed' OR (releases.page_outcome IN ('failed', 'killed') AND number = revision_count))
  AND release_id IN (SELECT release_id FROM sightings WHERE feed_id = ? ORDER BY release_id DESC LIMIT 20)
ORDER BY revisions.id DESC LIMIT 3
"""
_WALLED = """
SELECT page_outcome = 'blocked' AS is_walled FROM releases WHERE id IN
  (SELECT release_id FROM sightings WHERE feed_id = ? ORDER BY release_id DESC LIMIT 3) ORDER BY id DESC
"""
_OPEN = """
SELECT kind, detail, at FROM events INDEXED BY events_by_feed WHERE feed_id = ?
  AND kind IN ('failing', 'silent', 'shrunk', 'site_changed', 'walled', 'recovered') ORDER BY id
"""


def feed_histories(
    db: Database, feed_ids: Collection[int] | None = None, *, is_every: bool = False
) -> tuple[FeedHistory, ...]:
    """The history of every enabled feed that was polled and is not gone; with `is_every` of those others too.

    With `feed_ids` only of those.
    """
    values = {"every": is_every, "ids": _as_json(feed_ids)}
    return tuple(_history(db, row) for row in list(db.query(_FEEDS, values)))


def feeds_to_judge(db: Database, polled: Collection[int] | None) -> tuple[int, ...]:
    """The feeds whose state may be another after these were polled, all of them where it is None."""
    return tuple(row[0] for row in db.conn.execute(_JUDGED, {"ids": _as_json(polled)}).fetchall())


def first_poll(db: Database, feed_id: int) -> datetime | None:
    """When a feed was polled first, as far as its polls are kept."""
    return moment(next(db.query(_FIRST_POLL, {"id": feed_id}))["at"])


def _as_json(feed_ids: Collection[int] | None) -> str | None:
    return None if feed_ids is None else json.dumps(list(feed_ids))


def _history(db: Database, row: Mapping[str, Any]) -> FeedHistory:
    of = [row["id"]]
    released = tuple(at for found in db.query(_RELEASED, of) if (at := moment(found["at"])) is not None)
    pages = list(db.query(_PAGES, of))
    since = open_states(db, row["id"])
    return FeedHistory(
        feed_id=row["id"],
        name=row["name"],
        interval=timedelta(seconds=row["interval_seconds"]),
        succeeded_at=moment(row["succeeded_at"]),
        failing_since=moment(row["failing_at"]) if row["is_failing"] else None,
        error=row["error"] or "",
        released_at=released,
        first_polled_at=None if released else first_poll(db, row["id"]),
        entry_counts=tuple(found["entry_count"] for found in db.query(_COUNTS, of)),
        pages_changed=tuple(bool(found["is_changed"]) for found in pages),
        pages_failed=tuple(bool(found["is_failed"]) for found in pages),
        pages_walled=tuple(bool(found["is_walled"]) for found in db.query(_WALLED, of)),
        open_states=frozenset(since),
        since=since,
        kind=row["kind"],
        outcome=row["outcome"] or "",
        polled_at=moment(row["polled_at"]),
        stopped_at=moment(row["stopped_at"]),
        not_before_at=moment(row["not_before_at"]),
    )


def open_states(db: Database, feed_id: int) -> dict[str, datetime]:
    """The states of a feed whose last event is their beginning, and when that was."""
    states: dict[str, datetime | None] = {}
    for event in db.query(_OPEN, [feed_id]):
        kind = event["kind"]
        state = kind if kind in _STATES else event["detail"].split(":")[0]
        states[state] = moment(event["at"]) if kind in _STATES else None
    return {state: since for state, since in states.items() if since is not None}
