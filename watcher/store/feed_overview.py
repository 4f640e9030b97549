"""Every feed as the page of their states shows it: its history, what it answered last, and its days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from sqlite_utils import Database

from watcher.store.feed_history import feed_histories, first_poll
from watcher.store.rows import moment

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping
    from datetime import datetime

    from watcher.model.feed import FeedHistory


_FEEDS = """
SELECT feeds.id, feeds.name, feeds.title, feeds.url, is_enabled, outcome, polled_at, due_at,
  publishers.name AS publisher_name, publishers.country
FROM feeds JOIN publishers ON publishers.id = publisher_id ORDER BY feeds.name
"""
# As the view feed_days, which SQLite would make of all feeds and days before it takes these.
_DAYS = """
SELECT day, sum(poll_count) AS poll_count, sum(failure_count) AS failure_count, sum(new_count) AS new_count
FROM (
  SELECT substr(started_at, 1, 10) AS day, count(*) AS poll_count,
    sum(outcome NOT IN ('new', 'same', 'not_modified')) AS failure_count, sum(new_count) AS new_count
  FROM polls WHERE feed_id = :feed AND started_at >= :since GROUP BY 1
  UNION ALL
  SELECT day, poll_count, 0, 0 FROM quiet_polls WHERE feed_id = :feed AND day >= :since
)
GROUP BY day
"""
# Most edits are found when a page is fetched again, which is no poll.
_EDITED = """
SELECT feed_id, substr(observed_at, 1, 10) AS day, count(*) AS edited_count
FROM revisions INDEXED BY revisions_edited JOIN sightings ON sightings.release_id = revisions.release_id
WHERE number > 1 AND observed_at >= ? GROUP BY 1, 2
"""


@dataclass(frozen=True, slots=True)
class FeedDay:
    """What became of a feed's polls and releases on one day in UTC."""

    day: date
    poll_count: int = 0
    failure_count: int = 0
    new_count: int = 0
    edited_count: int = 0


@dataclass(frozen=True, slots=True)
class FeedOverview:
    """One enabled feed with its `days`, one for each day of the period, the oldest first.

    `watched_from` is the day of its first poll, as far as polls are kept.
    """

    history: FeedHistory
    title: str
    url: str
    publisher_name: str
    country: str
    outcome: str
    polled_at: datetime | None
    due_at: datetime | None
    watched_from: date | None
    days: tuple[FeedDay, ...]


def feed_overviews(connection: sqlite3.Connection, now: datetime, *, days: int) -> tuple[FeedOverview, ...]:
    """Every enabled feed with its last days, today included."""
    db = Database(connection)
    rows = {row["id"]: row for row in db.query(_FEEDS)}
    period = [(now - timedelta(days=ago)).date() for ago in reversed(range(days))]
    edited = _edited(db, period[0])
    return tuple(
        _overview(db, history, rows[history.feed_id], _days(db, history.feed_id, period, edited))
        for history in feed_histories(db, is_every=True)
    )


def switched_off_feeds(connection: sqlite3.Connection) -> tuple[str, ...]:
    """The names of the feeds that are disabled, or no longer configured."""
    return tuple(row["name"] for row in Database(connection).query(_FEEDS) if not row["is_enabled"])


def _overview(db: Database, history: FeedHistory, row: Mapping[str, Any], days: tuple[FeedDay, ...]) -> FeedOverview:
    first = first_poll(db, history.feed_id)
    return FeedOverview(
        history=history,
        **{name: row[name] or "" for name in ("title", "url", "publisher_name", "country", "outcome")},
        polled_at=moment(row["polled_at"]),
        due_at=moment(row["due_at"]),
        watched_from=first.date() if first is not None else None,
        days=days,
    )


def _edited(db: Database, since: date) -> Mapping[tuple[int, str], int]:
    """How many revisions after the first were observed, by feed and day."""
    found = db.query(_EDITED, [since.isoformat()])
    return {(row["feed_id"], row["day"]): row["edited_count"] for row in found}


def _days(db: Database, feed_id: int, period: list[date], edited: Mapping[tuple[int, str], int]) -> tuple[FeedDay, ...]:
    found = {row.pop("day"): row for row in db.query(_DAYS, {"feed": feed_id, "since": period[0].isoformat()})}
    named = ((day, day.isoformat()) for day in period)
    return tuple(
        FeedDay(day, **found.get(name, {}), edited_count=edited.get((feed_id, name), 0)) for day, name in named
    )
