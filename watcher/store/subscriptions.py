"""Subscriptions of feeds at WebSub hubs: which are wanted, and what each hub answered. Secrets are not stored."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Literal

from watcher.model.feed import Subscription
from watcher.store.rows import at, moment

if TYPE_CHECKING:
    from datetime import datetime

    from sqlite_utils import Database


State = Literal["asked", "verified", "denied", "failed"]
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
    state: State = "failed" if error else "asked"
    failures = wanted.failure_count + 1 if error else 0
    db.conn.execute(
        "INSERT INTO subscriptions (feed_id, hub_url, topic_url, state, asked_at, due_at, failure_count, detail)"
        " VALUES (?,?,?,?,?,?,?,?) ON CONFLICT (feed_id) DO UPDATE SET hub_url = excluded.hub_url,"
        " topic_url = excluded.topic_url, asked_at = excluded.asked_at, due_at = excluded.due_at,"
        " failure_count = excluded.failure_count, detail = excluded.detail,"
        # A renewal that is under way, or fails, ends no lease that runs.
        " state = iif(state = 'verified' AND lease_until_at > excluded.asked_at, state, excluded.state)",
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
