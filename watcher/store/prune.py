"""What may be forgotten: polls, attempts, and what unchanged feeds answered, by age. Nothing else ever is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from watcher.store.connection import write
from watcher.store.custody import record
from watcher.store.rows import at

if TYPE_CHECKING:
    from datetime import datetime

    from sqlite_utils import Database

# A poll is told of as long as it is its feed's newest; an attempt as long as its delivery is not over.
_POLLS = "FROM polls WHERE started_at < :before AND id NOT IN (SELECT max(id) FROM polls GROUP BY feed_id)"
_ATTEMPTS = (
    "FROM attempts WHERE started_at < :before"
    " AND delivery_id IN (SELECT id FROM deliveries WHERE state IN ('sent', 'dead', 'merged'))"
)
_CAPTURES = (
    "FROM captures WHERE kind = 'feed' AND snapshot_id IS NULL AND ended_at < :before"
    " AND id NOT IN (SELECT feed_capture_id FROM revisions WHERE feed_capture_id IS NOT NULL)"
    f" AND id NOT IN (SELECT capture_id FROM polls WHERE capture_id IS NOT NULL AND id NOT IN (SELECT id {_POLLS}))"
)


@dataclass(frozen=True, slots=True)
class Pruned:
    """How many rows are older than a time and may go."""

    polls: int
    attempts: int
    captures: int


def count_old(db: Database, before: datetime) -> Pruned:
    """What a pruning would take."""
    return Pruned(*(_count(db, rows, before) for rows in (_POLLS, _ATTEMPTS, _CAPTURES)))


def _count(db: Database, rows: str, before: datetime) -> int:
    return int(db.conn.execute(f"SELECT count(*) {rows}", {"before": at(before)}).fetchone()[0])


def prune(db: Database, before: datetime, now: datetime, *, why: str = "") -> Pruned:
    """Delete what is older, in a transaction of its own. Raises StoreError; then everything is as it was.

    The line of custody comes first: the triggers let go only what lies before a recorded pruning. Foreign keys are not
    checked row by row meanwhile (each would look through all polls): the conditions leave what is pointed to.
    """
    db.execute("PRAGMA foreign_keys = OFF")
    try:
        with write(db):
            polls, attempts = _count(db, _POLLS, before), _count(db, _ATTEMPTS, before)
            detail = {"before": at(before), "polls": polls, "attempts": attempts}
            record(db, "prune", now, why=why, detail=detail, prunes_before=before)
            db.conn.execute(f"DELETE {_POLLS}", {"before": at(before)})
            db.conn.execute(f"DELETE {_ATTEMPTS}", {"before": at(before)})
            captures = db.conn.execute(f"DELETE {_CAPTURES}", {"before": at(before)}).rowcount
    finally:
        db.execute("PRAGMA foreign_keys = ON")
    return Pruned(polls, attempts, captures)
