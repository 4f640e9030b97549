"""Whether anything is due or waits, asked of the database alone: what does it is loaded only where there is some.

And what need not be done again while it is as it was: each by the hash with which it was done last.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from watcher import clock
from watcher.store.rows import at

if TYPE_CHECKING:
    from datetime import datetime

    from sqlite_utils import Database

    Name: TypeAlias = Literal["configuration", "schema"]


# Which feeds are to be polled now.
DUE = (
    "is_enabled = 1 AND stopped_at IS NULL AND coalesce(due_at, '') <= :due_by"
    " AND coalesce(not_before_at, '') <= :due_by"
)
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


def is_checked(db: Database, name: Name, sha256: str) -> bool:
    """Whether this was done with what has this hash, and with nothing else since."""
    return db.conn.execute("SELECT 1 FROM checked WHERE name = ? AND sha256 = ?", [name, sha256]).fetchone() is not None


def save_checked(db: Database, name: Name, sha256: str) -> None:
    """Note within the caller's transaction that it was done."""
    forget(db, name)
    db.conn.execute("INSERT INTO checked (name, sha256, checked_at) VALUES (?,?,?)", [name, sha256, at(clock.now())])


def forget(db: Database, name: Name) -> None:
    """Forget that something was done, so that it is done again."""
    db.conn.execute("DELETE FROM checked WHERE name = ?", [name])
