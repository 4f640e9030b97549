"""Held deliveries: whose time has come, which wait together, and the digest that they are merged into."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from watcher.model.alert import HeldAlert
from watcher.store.rows import at, moment, update

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from sqlite_utils import Database

    from watcher.model.alert import Hold


_DUE = "SELECT 1 FROM deliveries WHERE state = 'held' AND (due_at <= ? OR hold = 'first_round') LIMIT 1"
_GROUPS = """
SELECT channel, hold FROM deliveries WHERE state = 'held' AND (due_at <= :now OR hold IN (SELECT value FROM
  json_each(:early))) GROUP BY channel, hold ORDER BY min(deliveries.id)
"""
_MEMBERS = """
SELECT deliveries.id AS delivery_id, alerts.uid, event, priority, title, release_id,
  json_object('publisher', json_extract(message, '$.publisher'), 'totals', json_extract(message, '$.totals'),
    'rules', json_extract(message, '$.rules'), 'release', json_object('url', json_extract(message, '$.release.url'),
    'published_at', json_extract(message, '$.release.published_at'))) AS message
FROM deliveries
JOIN alerts ON alerts.id = alert_id WHERE state = 'held' AND channel = :channel AND hold = :hold
  AND (due_at <= :now OR hold IN (SELECT value FROM json_each(:early))) ORDER BY deliveries.id
"""
_UNASKED = """
SELECT 1 FROM feeds WHERE is_enabled = 1 AND stopped_at IS NULL AND polled_at IS NULL LIMIT 1
"""
_LAST = """
SELECT max(alerts.created_at) FROM alerts JOIN deliveries ON alert_id = alerts.id
WHERE event = 'digest' AND channel = ? AND json_extract(message, '$.digest.span') = ?
"""


def has_held_due(db: Database, now: datetime) -> bool:
    """Whether a delivery is held whose time has come, or a first round's, which may be over."""
    return db.conn.execute(_DUE, [at(now)]).fetchone() is not None


def is_first_round(db: Database) -> bool:
    """Whether a feed that is enabled has not been polled yet."""
    return db.conn.execute(_UNASKED).fetchone() is not None


def held_groups(db: Database, now: datetime, early: Sequence[Hold]) -> list[tuple[str, Hold]]:
    """Channel and hold of the deliveries whose time has come, or whose hold is one of `early`; the oldest first."""
    return db.conn.execute(_GROUPS, {"now": at(now), "early": json.dumps(early)}).fetchall()


def held_deliveries(
    db: Database, now: datetime, early: Sequence[Hold], *, channel: str, hold: Hold
) -> tuple[HeldAlert, ...]:
    """Such deliveries of one channel and hold, with what a digest says of their alerts."""
    values = {"now": at(now), "early": json.dumps(early), "channel": channel, "hold": hold}
    return tuple(HeldAlert(**row | {"message": json.loads(row["message"])}) for row in db.query(_MEMBERS, values))


def last_digest_at(db: Database, channel: str, hold: Hold) -> datetime | None:
    """When the channel's last digest of that kind was made."""
    return moment(db.conn.execute(_LAST, [channel, hold]).fetchone()[0])


def unread_count(db: Database, since: datetime | None) -> int:
    """The releases of which a text could not be read since then."""
    sql = "SELECT count(DISTINCT release_id) FROM problems WHERE kind = 'unread' AND at > ?"
    return int(db.conn.execute(sql, [at(since) or ""]).fetchone()[0])


def send_on(db: Database, delivery: int, now: datetime, *, quiet_until: datetime | None) -> None:
    """Let a held delivery go now, or hold it to the end of quiet hours, within the caller's transaction."""
    state = {"state": "held", "hold": "quiet_hours"} if quiet_until else {"state": "pending"}
    update(db, "deliveries", delivery, state | {"due_at": at(quiet_until or now)})


def merge_deliveries(db: Database, deliveries: Iterable[int], digest_id: int | None) -> None:
    """Let held deliveries end in that of a digest, the alert of this id, within the caller's transaction."""
    (merged_into,) = db.conn.execute("SELECT id FROM deliveries WHERE alert_id = ?", [digest_id]).fetchone()
    for delivery in deliveries:
        update(db, "deliveries", delivery, {"state": "merged", "merged_into": merged_into, "due_at": None})
