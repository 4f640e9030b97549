"""Feeds in the database: brought in line with the configuration, read back with their state; their subscriptions.

A subscription at a WebSub hub keeps what is wanted and what the hub answered, never a secret.
"""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Literal

from watcher.model.feed import FeedState, PendingMove, PollingHints, Subscription
from watcher.store.due_work import DUE, forget, save_checked
from watcher.store.rows import as_json, at, insert, moment, update

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from sqlite_utils import Database

    from watcher.config.load import Configuration
    from watcher.config.publishers import Feed, Publisher


# What a feed's latest document listed. The index is named: with statistics of a moment when nothing was listed SQLite
# walks all that the feed ever had.
LISTED = "(SELECT * FROM sightings INDEXED BY sightings_listed WHERE feed_id = ? AND is_listed = 1) AS sightings"
# The columns that a feed's state is read from and written to, those of its hints and of its move last.
_HINTS = tuple(field.name for field in fields(PollingHints))
_MOVE = ("move_url", "move_count", "move_first_at", "move_last_at")
_PLAIN = tuple(field.name for field in fields(FeedState) if field.name not in {"hints", "move"})
_FIELDS = (*_PLAIN, *_HINTS, *_MOVE)
# Where a field is not a column of the same name.
_COLUMNS = {
    "publisher": "publishers.code",
    "interval": "feeds.interval_seconds",
    # CROSS JOIN keeps the order: the few that are due first.
    "has_pages_to_retry": "feeds.id IN (SELECT feed_id FROM releases INDEXED BY releases_page_due"
    " CROSS JOIN sightings ON release_id = releases.id WHERE page_due_at IS NOT NULL)",
}
_NO_MOVE = (None, 0, None, None)
# What a poll does not write.
_GIVEN = frozenset({"id", "publisher_id", "publisher", "name", "kind", "interval", "has_pages_to_retry"})
_WRITTEN = tuple(name for name in _PLAIN if name not in _GIVEN)
_STATE = f"""
SELECT {", ".join(_COLUMNS.get(name, f"feeds.{name}") for name in _FIELDS)}
FROM feeds JOIN publishers ON publishers.id = feeds.publisher_id
"""


def _listed(text: str) -> tuple[Any, ...]:
    return () if text == "[]" else tuple(json.loads(text))


_CONVERT: dict[str, Callable[[Any], Any]] = {name: moment for name in _FIELDS if name.endswith("_at")}
_CONVERT |= {"skip_hours": _listed, "skip_days": _listed, "has_pages_to_retry": bool}
_READ = tuple(_CONVERT.get(name) for name in _FIELDS)
# What belongs to the address of a feed. Without `succeeded_at` it is read as on a first poll: what the new place lists
# is its archive, and nobody is alerted to old releases.
_OF_ITS_PLACE = (
    *("etag", "last_modified", "body_sha256", "due_at", "not_before_at", "stopped_at", "move_url"),
    *("succeeded_at", "body_at", "audited_at", "fresh_seconds", "hint_seconds"),
    *("uid_validity", "last_uid", "wanted_sha256", "undated_sha256"),
)


def sync(db: Database, configuration: Configuration, *, interval: int, sha256: str = "") -> None:
    """Bring publishers and feeds in line with the configuration; a feed that is no longer in it is only disabled.

    A feed whose URL was changed by hand loses its validators (they belong to the old URL) and starts afresh. `sha256`
    is the hash of the configuration's files, by which the next start knows that all of this is done.
    """
    db.conn.execute("UPDATE feeds SET is_enabled = 0")
    for publisher in configuration.publishers:
        publisher_id = put_publisher(db, publisher)
        for feed in publisher.feeds:
            _feed(db, publisher_id, publisher, feed, interval)
    if sha256:
        save_checked(db, "configuration", sha256)
    else:
        forget(db, "configuration")


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
    found = db.conn.execute("SELECT id FROM publishers WHERE code = ?", [publisher.code]).fetchone()
    if found is None:
        return insert(db, "publishers", row)
    update(db, "publishers", found[0], row)
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
        db.conn.execute(f"UPDATE sightings SET is_listed = 0 WHERE id IN (SELECT id FROM {LISTED})", [found[0]])
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
    sql = f"{_STATE} WHERE {'is_enabled = 1' if due_by is None else DUE} ORDER BY coalesce(due_at, ''), feeds.id"
    rows = db.conn.execute(sql, {"due_by": at(due_by)}).fetchall()
    feeds = tuple(_state(row) for row in rows)
    return tuple(feed for feed in feeds if not wanted or wanted & {feed.name, feed.publisher})


def _state(row: tuple[Any, ...]) -> FeedState:
    read = [value if convert is None else convert(value) for value, convert in zip(row, _READ, strict=True)]
    hints, move = PollingHints(*read[len(_PLAIN) : -len(_MOVE)]), read[-len(_MOVE) :]
    return FeedState(*(*read[: len(_PLAIN)], hints, None if None in move else PendingMove(*move)))


def feed_row(feed: FeedState, before: FeedState | None = None) -> dict[str, Any]:
    """A feed's state as its row keeps it; only what differs from `before`, where that is given."""
    values, known = _values(feed), _values(before) if before is not None else {}
    return {name: _written(name, value) for name, value in values.items() if name not in known or value != known[name]}


def _values(feed: FeedState) -> dict[str, Any]:
    move = feed.move
    return {
        "interval_seconds": feed.interval,
        **{name: getattr(feed, name) for name in _WRITTEN},
        **{name: getattr(feed.hints, name) for name in _HINTS},
        **dict(zip(_MOVE, (move.target, move.count, move.first_at, move.last_at) if move else _NO_MOVE, strict=True)),
    }


def _written(name: str, value: Any) -> Any:
    if name.endswith("_at"):
        return at(value)
    return as_json(value) if name.startswith("skip_") else value


def held_hosts(db: Database, now: datetime) -> dict[str, datetime]:
    """Hosts in back-off, each with the instant at which it ends."""
    rows = db.query("SELECT host, not_before_at FROM hosts WHERE not_before_at > ?", [at(now)])
    return {row["host"]: found for row in rows if (found := moment(row["not_before_at"])) is not None}


State = Literal["requested", "verified", "denied", "failed"]
_WANTED = """
SELECT feeds.id, feeds.name, feeds.hub_url, feeds.topic_url, coalesce(subscriptions.failure_count, 0) FROM feeds
LEFT JOIN subscriptions ON feed_id = feeds.id
WHERE is_enabled = 1 AND stopped_at IS NULL AND feeds.hub_url IS NOT NULL AND feeds.topic_url IS NOT NULL
  AND (feed_id IS NULL OR subscriptions.due_at <= ?
    OR subscriptions.hub_url <> feeds.hub_url OR subscriptions.topic_url <> feeds.topic_url)
ORDER BY feeds.id
"""
_OF = """
SELECT feeds.id, name, subscriptions.hub_url, subscriptions.topic_url, subscriptions.failure_count FROM subscriptions
JOIN feeds ON feeds.id = feed_id WHERE name = ?
"""


def wanted_subscriptions(db: Database, now: datetime) -> tuple[Subscription, ...]:
    """Feeds that announce a hub at which we are not subscribed, or no longer for long."""
    return tuple(Subscription(*row) for row in db.conn.execute(_WANTED, [at(now)]).fetchall())


def subscription_of(db: Database, feed: str) -> Subscription | None:
    """The subscription of this feed, named `publisher/feed`."""
    row = db.conn.execute(_OF, [feed]).fetchone()
    return Subscription(*row) if row else None


def save_asked(db: Database, wanted: Subscription, now: datetime, due_at: datetime, *, error: str = "") -> None:
    """Note a request to the hub, with its error if it failed. `due_at` is when it is asked again."""
    state: State = "failed" if error else "requested"
    failures = wanted.failure_count + 1 if error else 0
    db.conn.execute(
        "INSERT INTO subscriptions (feed_id, hub_url, topic_url, state, requested_at, due_at, failure_count, detail)"
        " VALUES (?,?,?,?,?,?,?,?) ON CONFLICT (feed_id) DO UPDATE SET hub_url = excluded.hub_url,"
        " topic_url = excluded.topic_url, requested_at = excluded.requested_at, due_at = excluded.due_at,"
        " failure_count = excluded.failure_count, detail = excluded.detail,"
        # A renewal that is under way, or fails, ends no lease that runs.
        " state = iif(state = 'verified' AND lease_until_at > excluded.requested_at, state, excluded.state)",
        [wanted.feed_id, wanted.hub_url, wanted.topic_url, state, at(now), at(due_at), failures, error],
    )


def save_verified(db: Database, feed_id: int, lease_until: datetime, due_at: datetime) -> None:
    """The hub has confirmed the subscription until an instant; `due_at` is when it is renewed."""
    db.conn.execute(
        "UPDATE subscriptions SET state = 'verified', lease_until_at = ?, due_at = ?, failure_count = 0, detail = ''"
        " WHERE feed_id = ?",
        [at(lease_until), at(due_at), feed_id],
    )


def save_denied(db: Database, feed_id: int, reason: str, due_at: datetime) -> None:
    """The hub has refused or ended the subscription."""
    db.conn.execute(
        "UPDATE subscriptions SET state = 'denied', lease_until_at = NULL, due_at = ?, detail = ? WHERE feed_id = ?",
        [at(due_at), reason, feed_id],
    )


def save_pushed(db: Database, feed_id: int, now: datetime, *, floor: int) -> None:
    """A signed push has come: its feed is due now, or as soon as it may be asked again."""
    db.conn.execute("UPDATE subscriptions SET pushed_at = ? WHERE feed_id = ?", [at(now), feed_id])
    (polled,) = db.conn.execute("SELECT polled_at FROM feeds WHERE id = ?", [feed_id]).fetchone()
    polled_at = moment(polled)
    due_at = now if polled_at is None else max(now, polled_at + timedelta(seconds=floor))
    db.conn.execute("UPDATE feeds SET due_at = min(due_at, ?) WHERE id = ?", [at(due_at), feed_id])
