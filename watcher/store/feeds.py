"""Feeds in the database: brought in line with the configuration, read back with their state."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from watcher.records import FeedState
from watcher.store.rows import at, insert, moment, update

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime

    from sqlite_utils import Database

    from watcher.config import Configuration, Feed, Publisher

# Where a field of FeedState is not a column of the same name.
_COLUMNS = {
    "publisher": "publishers.code",
    "interval": "feeds.interval_seconds",
    "owes_pages": "feeds.id IN (SELECT feed_id FROM releases JOIN sightings ON release_id = releases.id"
    " WHERE page_due_at IS NOT NULL)",
}
_FIELDS = tuple(field.name for field in fields(FeedState))
_STATE = f"""
SELECT {", ".join(_COLUMNS.get(name, f"feeds.{name}") for name in _FIELDS)}
FROM feeds JOIN publishers ON publishers.id = feeds.publisher_id
"""


def _listed(text: str) -> tuple[Any, ...]:
    return () if text == "[]" else tuple(json.loads(text))


_CONVERT: dict[str, Callable[[Any], Any]] = {name: moment for name in _FIELDS if name.endswith("_at")}
_CONVERT |= {"skip_hours": _listed, "skip_days": _listed, "owes_pages": bool}
_READ = tuple(_CONVERT.get(name) for name in _FIELDS)


# What belongs to the address of a feed. Without `succeeded_at` it is read as on a first poll: what the new place lists
# is its archive, and nobody is alerted to old releases.
_OF_ITS_PLACE = (
    *("etag", "last_modified", "body_sha256", "due_at", "not_before_at", "stopped_at", "move_url"),
    *("succeeded_at", "body_at", "audited_at", "fresh_seconds", "hint_seconds"),
)


def sync(db: Database, configuration: Configuration, *, interval: int) -> None:
    """Bring publishers and feeds in line with the configuration; a feed that is no longer in it is only disabled.

    A feed whose URL was changed by hand loses its validators (they belong to the old place) and starts anew.
    """
    db.conn.execute("UPDATE feeds SET is_enabled = 0")
    for publisher in configuration.publishers:
        publisher_id = put_publisher(db, publisher)
        for feed in publisher.feeds:
            _feed(db, publisher_id, publisher, feed, interval)


def put_publisher(db: Database, publisher: Publisher) -> int:
    """Write what the configuration says of a publisher, and return its id."""
    row = {
        "code": publisher.code,
        "name": publisher.name,
        "organisation": publisher.organisation,
        "country": publisher.country,
        "language": publisher.language,
        "time_zone": publisher.time_zone,
        "homepage": publisher.homepage,
        "is_verified": int(publisher.verified),
    }
    return _put(db, "publishers", "code", row)


def _put(db: Database, table: str, key: str, row: Mapping[str, Any]) -> int:
    found = db.conn.execute(f"SELECT id FROM {table} WHERE {key} = ?", [row[key]]).fetchone()
    if found is None:
        return insert(db, table, row)
    update(db, table, found[0], row)
    return int(found[0])


def _feed(db: Database, publisher_id: int, publisher: Publisher, feed: Feed, interval: int) -> None:
    name = f"{publisher.code}/{feed.code}"
    row: dict[str, Any] = {
        "publisher_id": publisher_id,
        "name": name,
        "title": feed.title,
        "kind": feed.kind,
        "is_enabled": int(feed.enabled),
    }
    found = db.conn.execute("SELECT id, configured_url FROM feeds WHERE name = ?", [name]).fetchone()
    if found is None:
        pace = {"interval_seconds": feed.interval or interval, "url": feed.url, "configured_url": feed.url}
        insert(db, "feeds", row | pace)
        return
    if found[1] != feed.url:
        fresh = dict.fromkeys(_OF_ITS_PLACE)
        # What the old place listed has not vanished from the new one.
        db.conn.execute("UPDATE sightings SET is_listed = 0 WHERE feed_id = ?", [found[0]])
        row |= fresh | {"url": feed.url, "configured_url": feed.url, "failure_count": 0}
    update(db, "feeds", found[0], row)


def state_of(db: Database, name: str) -> FeedState:
    """The feed of a name, enabled or not. Raises LookupError where there is none."""
    row = db.conn.execute(_STATE + " WHERE feeds.name = ?", [name]).fetchone()
    if row is None:
        raise LookupError(name)
    return _state(row)


def select(db: Database, names: Iterable[str] = (), *, due_by: datetime | None = None) -> tuple[FeedState, ...]:
    """The enabled feeds, the longest due first; only those due by an instant, or only those of the names given.

    A name is a feed's (`publisher/feed`) or a publisher's code.
    """
    wanted = set(names)
    sql = _STATE + " WHERE is_enabled = 1"
    values: list[Any] = []
    if due_by is not None:
        sql += " AND stopped_at IS NULL AND coalesce(due_at, '') <= ? AND coalesce(not_before_at, '') <= ?"
        values = [at(due_by)] * 2
    rows = db.conn.execute(sql + " ORDER BY coalesce(due_at, ''), feeds.id", values).fetchall()
    feeds = tuple(_state(row) for row in rows)
    return tuple(feed for feed in feeds if not wanted or wanted & {feed.name, feed.publisher})


def _state(row: tuple[Any, ...]) -> FeedState:
    return FeedState(*(value if convert is None else convert(value) for value, convert in zip(row, _READ, strict=True)))


def held_hosts(db: Database, now: datetime) -> dict[str, datetime]:
    """Hosts that asked not to be bothered before an instant that is still to come."""
    rows = db.query("SELECT host, not_before_at FROM hosts WHERE not_before_at > ?", [at(now)])
    return {row["host"]: found for row in rows if (found := moment(row["not_before_at"])) is not None}
