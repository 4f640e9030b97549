"""Deliveries that are due, and every try of them: written before the try and after it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from watcher.records import DueDelivery
from watcher.store.rows import at, insert, update

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlite_utils import Database

_DUE = """
SELECT deliveries.id, deliveries.uid, channel, attempt_count, alerts.uid AS alert_uid, alerts.event, alerts.title,
  alerts.message, alerts.created_at, alerts.thread, alerts.release_id
FROM deliveries JOIN alerts ON alerts.id = alert_id
WHERE state = 'pending' AND due_at <= ? AND channel NOT IN (SELECT value FROM json_each(?))
ORDER BY due_at, deliveries.id LIMIT ?
"""


def due_deliveries(
    db: Database, now: datetime, *, busy: tuple[str, ...] = (), limit: int = 100
) -> tuple[DueDelivery, ...]:
    """The deliveries to be tried now, the longest due first, those of busy channels left out."""
    return tuple(_due(row) for row in db.query(_DUE, [at(now), json.dumps(busy), limit]))


def _due(row: Mapping[str, Any]) -> DueDelivery:
    message = json.loads(row["message"]) | {
        "title": row["title"],
        "event": row["event"],
        "alert": row["alert_uid"],
        "created_at": row["created_at"],
        "release_id": row["release_id"],
    }
    names = ("id", "uid", "channel", "attempt_count", "alert_uid", "thread")
    delivery_id, uid, channel, tries, alert_uid, thread = (row[name] for name in names)
    return DueDelivery(delivery_id, uid, channel, tries + 1, alert_uid, thread, message)


def start_attempt(db: Database, delivery: DueDelivery, now: datetime, *, retry_at: datetime | None) -> None:
    """Note that a try begins; should the program die in it, the delivery is due again at `retry_at`."""
    row = {"delivery_id": delivery.id, "number": delivery.number, "started_at": at(now), "outcome": "sending"}
    insert(db, "attempts", row)
    update(db, "deliveries", delivery.id, {"attempt_count": delivery.number, "due_at": at(retry_at or now)})


def finish_attempt(
    db: Database,
    delivery: DueDelivery,
    now: datetime,
    *,
    is_sent: bool,
    detail: str = "",
    retry_at: datetime | None = None,
) -> None:
    """Note how a try ended; a failure without `retry_at` was the last one, and the delivery is dead but kept."""
    db.conn.execute(
        "UPDATE attempts SET ended_at = ?, outcome = ?, detail = ? WHERE delivery_id = ? AND number = ?",
        [at(now), "sent" if is_sent else "failed", detail, delivery.id, delivery.number],
    )
    if is_sent:
        state: dict[str, Any] = {"state": "sent", "sent_at": at(now), "due_at": None}
    elif retry_at is not None:
        state = {"due_at": at(retry_at)}
    else:
        state = {"state": "dead", "due_at": None}
    update(db, "deliveries", delivery.id, state)
