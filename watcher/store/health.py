"""What the tables say of the program's health: overdue feeds, alerts that are not sent, the last daily test."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from watcher.store.deliveries import LAST_ANSWER
from watcher.store.due_work import DUE
from watcher.store.feed_history import NOT_READ
from watcher.store.rows import at, moment

if TYPE_CHECKING:
    from collections.abc import Container, Sequence

    from sqlite_utils import Database


# A poll is written a moment after it was due; one that is under way may fetch many pages of a slow site.
_LEAST, _UNDER_WAY = timedelta(minutes=2), timedelta(minutes=30)
_DUE = f"""
SELECT name, interval_seconds, max(coalesce(due_at, ''), coalesce(not_before_at, '')) FROM feeds
WHERE {DUE} ORDER BY feeds.id
"""
# Of the feeds that were read on the day up to the newest success: what failed for longer says nothing of the others.
# Where none was ever read, all count that were asked.
_READING = f"""
WITH asked AS (SELECT * FROM feeds WHERE is_enabled = 1 AND stopped_at IS NULL AND polled_at IS NOT NULL),
  lately AS (SELECT * FROM asked WHERE coalesce(succeeded_at, '') >= coalesce(
    (SELECT strftime('%Y-%m-%dT%H:%M:%fZ', max(succeeded_at), '-1 day') FROM asked), ''))
SELECT (SELECT count(*) FROM feeds WHERE is_enabled = 1 AND stopped_at IS NULL), max(succeeded_at), count(*),
  coalesce(sum({NOT_READ}), 0), coalesce(sum(max(failure_count, outcome IS 'held')), 0),
  (SELECT name || ': ' || outcome || ': ' || coalesce(error, '') FROM lately WHERE {NOT_READ}
    ORDER BY polled_at DESC LIMIT 1)
FROM lately
"""
# A held delivery counts once its time has come; a first round has no fixed time, and ten minutes at most.
_UNSENT = """
SELECT channel, created_at AS since FROM deliveries CROSS JOIN alerts ON alerts.id = alert_id WHERE state = 'pending'
UNION ALL SELECT channel, due_at FROM deliveries WHERE state = 'held' AND due_at <= :now ORDER BY since LIMIT 1
"""
_GIVEN_UP = """
SELECT name, dead_notified_at FROM channels
WHERE dead_notified_at IS NOT NULL AND name IN (SELECT value FROM json_each(?)) ORDER BY dead_notified_at LIMIT 1
"""
_ANSWER = f"SELECT {LAST_ANSWER.format(channel='?1')}"
_LAST_TEST = "SELECT max(created_at) FROM alerts WHERE event = 'selftest' AND created_at <= ?"
_UNTAKEN = """
SELECT channel FROM alerts CROSS JOIN deliveries ON alert_id = alerts.id
WHERE event = 'selftest' AND created_at = ? AND state NOT IN ('sent', 'merged') ORDER BY channel
"""


@dataclass(frozen=True, slots=True)
class Overdue:
    """A feed whose poll has not been written since it was due."""

    feed: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Reading:
    """Whether feeds are read at all: `read_at` is the newest success of any, `answer` the newest failure.

    `polled_count` feeds are enabled and not gone. Of the `lately_count` that were read on the day before the newest
    success the last poll of `failing_count` failed, after `failed_polls` failures in a row, put together.
    """

    polled_count: int
    read_at: datetime | None
    lately_count: int
    failing_count: int
    failed_polls: int
    answer: str


@dataclass(frozen=True, slots=True)
class Unsent:
    """That a channel does not take its alerts: since when, and what the receiver said last."""

    channel: str
    since: datetime
    answer: str


@dataclass(frozen=True, slots=True)
class DailyTest:
    """The last daily test, and the channels that have not taken it."""

    started_at: datetime
    missing: tuple[str, ...]


def overdue_feeds(
    db: Database, now: datetime, *, started_at: datetime, under_way: Container[str] = ()
) -> tuple[Overdue, ...]:
    """The feeds that should have been polled, and written, an interval of theirs ago; `under_way` may take longer.

    What was due before the program started at `started_at` is due since then.
    """
    found = []
    for name, interval, due in db.conn.execute(_DUE, {"due_by": at(now)}).fetchall():
        since = max(moment(due or None) or started_at, started_at)
        allowed = max(_LEAST, timedelta(seconds=interval))
        if now - since > (max(allowed, _UNDER_WAY) if name in under_way else allowed):
            found.append(Overdue(name, since))
    return tuple(found)


def reading(db: Database) -> Reading:
    """Whether feeds are read: what one feed's failure looks like, and what that of all."""
    polled, read_at, lately, failing, failed_polls, answer = db.conn.execute(_READING).fetchone()
    return Reading(polled, moment(read_at), lately, failing, failed_polls, answer or "")


def oldest_unsent(db: Database, now: datetime) -> Unsent | None:
    """The alert that has waited longest to be sent, those left out that are held until later."""
    return _unsent(db, db.conn.execute(_UNSENT, {"now": at(now)}).fetchone())


def given_up(db: Database, channels: Sequence[str]) -> Unsent | None:
    """Of these channels the one that has gone longest without taking any alert after one of its alerts was given up."""
    return _unsent(db, db.conn.execute(_GIVEN_UP, [json.dumps(channels)]).fetchone())


def _unsent(db: Database, row: tuple[str, str] | None) -> Unsent | None:
    since = moment(row[1]) if row else None
    if row is None or since is None:
        return None
    (answer,) = db.conn.execute(_ANSWER, [row[0]]).fetchone()
    return Unsent(row[0], since, answer or "")


def last_daily_test(db: Database, now: datetime, channels: Sequence[str]) -> DailyTest | None:
    """The last daily test up to now; of its channels only those count that are still to be tested."""
    (newest,) = db.conn.execute(_LAST_TEST, [at(now)]).fetchone()
    started_at = moment(newest)
    if started_at is None:
        return None
    missing = (row[0] for row in db.conn.execute(_UNTAKEN, [newest]).fetchall())
    return DailyTest(started_at, tuple(name for name in missing if name in channels))


def write_nothing(db: Database) -> None:
    """Write one page as it is, within the caller's transaction: proof that the database can be written."""
    (version,) = db.conn.execute("PRAGMA user_version").fetchone()
    db.conn.execute(f"PRAGMA user_version = {int(version)}")
