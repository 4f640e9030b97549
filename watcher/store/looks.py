"""Releases that are to be looked at again, and what a look leaves behind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.records import DueLook
from watcher.store.feeds import select
from watcher.store.read import sighted_entry
from watcher.store.rows import at
from watcher.store.write import save_holds, save_observation

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sqlite_utils import Database

    from watcher.records import FeedState, Observation

# The newest sighting in a feed that is still watched says with whose manners the page is asked for. CROSS JOIN keeps
# the order: the few that are due first.
_DUE = """
SELECT sightings.*, identity, max(sightings.last_seen_at)
FROM releases INDEXED BY releases_look_due CROSS JOIN sightings ON sightings.release_id = releases.id
CROSS JOIN feeds ON feeds.id = sightings.feed_id AND is_enabled = 1
WHERE look_due_at <= ? GROUP BY releases.id ORDER BY look_due_at LIMIT ?
"""


def due_looks(db: Database, now: datetime, *, limit: int) -> tuple[DueLook, ...]:
    """Releases whose time has come, the longest due first; those of feeds that are not watched any more wait."""
    rows = list(db.query(_DUE, [at(now), limit]))
    feeds = {feed.id: feed for feed in select(db)} if rows else {}
    return tuple(DueLook(row["release_id"], feeds[row["feed_id"]], sighted_entry(row)) for row in rows)


def is_due(db: Database, release_id: int, now: datetime) -> bool:
    """Whether it still is: a poll may have looked meanwhile."""
    sql = "SELECT 1 FROM releases WHERE id = ? AND look_due_at <= ?"
    return db.conn.execute(sql, [release_id, at(now)]).fetchone() is not None


def save_look(db: Database, feed: FeedState, seen: Observation, holds: Iterable[tuple[str, datetime]]) -> None:
    """Write what one look brought, and until when hosts are to be left alone, in one transaction."""
    save_observation(db, feed, seen, None)
    save_holds(db, holds)
