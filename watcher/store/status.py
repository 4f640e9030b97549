"""What other programs ask of the tables: when each feed was last read, what waits to be sent, how large the file is."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from watcher.store.retention import page_bytes
from watcher.store.rows import headers_of, moment

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlite_utils import Database


# A feed's newest release is found in the index; the newest of its sightings would be looked for among all of them.
_FEEDS = """
SELECT feeds.name, feeds.failure_count, feeds.succeeded_at,
  (SELECT first_seen_at FROM sightings WHERE feed_id = feeds.id ORDER BY release_id DESC LIMIT 1) AS released_at
FROM feeds WHERE is_enabled = 1 ORDER BY feeds.name
"""
_DELIVERIES = """
SELECT channel, sum(is_pending) AS pending, sum(NOT is_pending) AS dead FROM (
  SELECT channel, 1 AS is_pending FROM deliveries WHERE state = 'pending'
  UNION ALL SELECT channel, 0 FROM deliveries WHERE state = 'dead') GROUP BY channel
"""
_OLDEST = """
SELECT min(created_at) FROM alerts WHERE id IN (SELECT alert_id FROM deliveries WHERE state = 'pending')
"""
_ANSWERS = """
SELECT response_headers, ended_at FROM captures WHERE status > 0 AND imported_from IS NULL ORDER BY id DESC LIMIT 40
"""
_NEWEST = """
SELECT max(at) FROM (SELECT max(polled_at) AS at FROM feeds
  UNION ALL SELECT ended_at FROM captures WHERE id = (SELECT max(id) FROM captures))
"""


@dataclass(frozen=True, slots=True)
class FeedStatus:
    """One feed: failed polls in a row, when it was last read, and when a release of it was first seen last."""

    name: str
    failure_count: int
    succeeded_at: datetime | None
    released_at: datetime | None


@dataclass(frozen=True, slots=True)
class StoredStatus:
    """All of it; `deliveries` are how many are pending and how many dead, by channel."""

    feeds: tuple[FeedStatus, ...]
    deliveries: Mapping[str, tuple[int, int]]
    oldest_pending_at: datetime | None
    anchors_pending: int
    database_bytes: int


def stored_status(db: Database, channels: tuple[str, ...] = ()) -> StoredStatus:
    """What the tables say now; of each of the channels, also where nothing waits for it."""
    feeds = tuple(
        FeedStatus(row["name"], row["failure_count"], moment(row["succeeded_at"]), moment(row["released_at"]))
        for row in db.query(_FEEDS)
    )
    waiting = {row["channel"]: (row["pending"], row["dead"]) for row in db.query(_DELIVERIES)}
    return StoredStatus(
        feeds=feeds,
        deliveries=dict.fromkeys(channels, (0, 0)) | waiting,
        oldest_pending_at=moment(db.execute(_OLDEST).fetchone()[0]),
        anchors_pending=int(db.execute("SELECT count(*) FROM anchors WHERE state = 'pending'").fetchone()[0]),
        database_bytes=page_bytes(db)[0],
    )


def clock_offsets(db: Database) -> tuple[list[float], datetime | None]:
    """By how many seconds our clock was ahead of the servers that answered last, and the time of the newest row.

    An answer out of a cache (with Age) has the time at which the cache got it, and says nothing.
    """
    offsets = []
    for row in db.query(_ANSWERS):
        headers = headers_of(row["response_headers"])
        ended_at = moment(row["ended_at"])
        with suppress(ValueError, TypeError, OverflowError):
            said = parsedate_to_datetime(headers.get("date", ""))
            if "age" not in headers and ended_at is not None:
                offsets.append((ended_at - said).total_seconds())
    return offsets, moment(db.execute(_NEWEST).fetchone()[0])
