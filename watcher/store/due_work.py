"""Whether anything is due or waits, asked of the database alone: what does it is loaded only where there is some."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from watcher.store.feeds import DUE
from watcher.store.rows import at

if TYPE_CHECKING:
    from datetime import datetime

    from sqlite_utils import Database


# An event waits until the rules were evaluated on it, a delivery that is held until its time, or until a first round
# is over.
_WORK = """
SELECT EXISTS (SELECT 1 FROM releases INDEXED BY releases_recheck_due WHERE recheck_due_at <= :now),
  EXISTS (SELECT 1 FROM events WHERE decided_at IS NULL) OR EXISTS (SELECT 1 FROM deliveries
    WHERE state = 'held' AND (due_at <= :now OR hold = 'first_round')),
  EXISTS (SELECT 1 FROM deliveries WHERE state = 'pending' AND due_at <= :now)
"""
_FEEDS = f"SELECT EXISTS (SELECT 1 FROM feeds WHERE {DUE})"


class Work(NamedTuple):
    """Which kinds of work beside polls are due: pages to be rechecked, alerts to be decided on, messages to be sent."""

    rechecks: bool
    alerts: bool
    deliveries: bool


def due_work(db: Database, now: datetime) -> Work:
    """What there is to do by an instant, beside polls."""
    return Work(*map(bool, db.conn.execute(_WORK, {"now": at(now)}).fetchone()))


def has_due_feeds(db: Database, now: datetime) -> bool:
    """Whether a feed is to be polled by an instant."""
    return bool(db.conn.execute(_FEEDS, {"due_by": at(now)}).fetchone()[0])
