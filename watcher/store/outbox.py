"""Deliveries that are due, and every try of them: written before the try and after it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from watcher.messages import About, DueDelivery
from watcher.store.alerts import save_alert
from watcher.store.rows import at, insert, update

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from sqlite_utils import Database

    from watcher.messages import AlertRecord, Attempted, Recipient

# The relays of an alert that were found after it was raised and before it was sent, and what it stands on.
JOINED = """(SELECT json_group_array(json_object('release_id', told.id, 'publisher', publishers.code, 'publisher_name',
      publishers.name, 'title', told.title, 'url', told.url, 'similarity',
      (SELECT max(similarity) FROM relays WHERE (relays.release_id, other_release_id) IN
        ((told.id, alerts.release_id), (alerts.release_id, told.id)))))
    FROM alert_releases JOIN releases AS told ON told.id = alert_releases.release_id
    JOIN publishers ON publishers.id = told.publisher_id WHERE alert_id = alerts.id AND is_named = 1) AS joined,
  (SELECT json_object('revision', number, 'observed_at', observed_at, 'text_sha256', text_sha256, 'body_sha256',
      (SELECT body_sha256 FROM captures WHERE captures.id =
        CASE text_from WHEN 'page' THEN page_capture_id ELSE feed_capture_id END))
    FROM revisions WHERE revisions.id = alerts.revision_id) AS evidence"""
# Urgent ones go first; a channel that rests, is disabled or is busy is left out, and so hides no other behind it.
_DUE = f"""
SELECT deliveries.id, deliveries.uid, channel, attempt_count, retried_from, coalesce(failure_count, 0) AS failures,
  alerts.uid AS alert_uid, alerts.event, alerts.title, alerts.message, alerts.created_at, alerts.thread,
  alerts.release_id,
  (SELECT json_group_array(address) FROM recipients WHERE delivery_id = deliveries.id AND recipients.state != 'waiting')
    AS done,
  {JOINED},
  (SELECT json_group_array(name) FROM (SELECT feeds.name FROM sightings JOIN feeds ON feeds.id = feed_id
    WHERE sightings.release_id = alerts.release_id AND sightings.first_seen_at <= coalesce(
      (SELECT min(started_at) FROM attempts WHERE delivery_id = deliveries.id), :now) ORDER BY feeds.id)) AS feeds
FROM deliveries JOIN alerts ON alerts.id = alert_id LEFT JOIN channels ON channels.name = channel
WHERE deliveries.state = 'pending' AND due_at <= :now AND channel NOT IN (SELECT value FROM json_each(:busy))
  AND disabled_at IS NULL AND (rests_until_at IS NULL OR rests_until_at <= :now)
ORDER BY priority = 'urgent' DESC, due_at, deliveries.id LIMIT :limit
"""
_FAILED = "UPDATE channels SET failure_count = failure_count + 1, rests_until_at = ? WHERE name = ?"
_WELL = "UPDATE channels SET failure_count = 0, rests_until_at = NULL, told_dead_at = NULL WHERE name = ?"


def due_deliveries(
    db: Database, now: datetime, *, busy: tuple[str, ...] = (), limit: int = 100
) -> tuple[DueDelivery, ...]:
    """The deliveries to be tried now, urgent ones and then the longest due first."""
    return tuple(_due(row) for row in db.query(_DUE, {"now": at(now), "busy": json.dumps(busy), "limit": limit}))


def message_of(row: Mapping[str, Any]) -> dict[str, Any]:
    """An alert's message as it is sent: what was fixed when it was raised, with what its row says."""
    said: dict[str, Any] = json.loads(row["message"])
    if relays := [*said.get("relay_of", ()), *json.loads(row["joined"])]:
        said |= {"relay_of": relays, "relays": list(dict.fromkeys(relay["publisher_name"] for relay in relays))}
    if row["evidence"]:
        said["evidence"] = json.loads(row["evidence"])
    return said | {
        "title": row["title"],
        "event": row["event"],
        "alert": row["alert_uid"],
        "created_at": row["created_at"],
        "release_id": row["release_id"],
    }


def _due(row: Mapping[str, Any]) -> DueDelivery:
    # The feeds as they were at the first try: a retry says the same.
    feeds = json.loads(row["feeds"])
    return DueDelivery(
        id=row["id"],
        uid=row["uid"],
        channel=row["channel"],
        number=row["attempt_count"] + 1,
        alert_uid=row["alert_uid"],
        thread=row["thread"],
        message=message_of(row) | ({"feeds": feeds} if feeds else {}),
        retried_from=row["retried_from"],
        failures=row["failures"],
        done=tuple(json.loads(row["done"])),
    )


def start_attempt(db: Database, delivery: DueDelivery, now: datetime, *, retry_at: datetime | None) -> None:
    """Note that a try begins; should the program die in it, the delivery is due again at `retry_at`."""
    row = {"delivery_id": delivery.id, "number": delivery.number, "started_at": at(now), "outcome": "sending"}
    insert(db, "attempts", row)
    update(db, "deliveries", delivery.id, {"attempt_count": delivery.number, "due_at": at(retry_at or now)})
    db.conn.execute("INSERT OR IGNORE INTO channels (name) VALUES (?)", [delivery.channel])


def finish_attempt(
    db: Database,
    delivery: DueDelivery,
    now: datetime,
    end: Attempted,
    *,
    notices: Sequence[tuple[str, AlertRecord]] = (),
) -> None:
    """Note how a try ended; what can never arrive is dead but kept, and `notices` tell of it in the same transaction.

    A notice comes with its key: one of the same key is written once.
    """
    db.conn.execute(
        "UPDATE attempts SET ended_at = ?, outcome = ?, detail = ? WHERE delivery_id = ? AND number = ?",
        [at(now), "sent" if end.is_sent else "failed", end.detail, delivery.id, delivery.number],
    )
    _save_recipients(db, delivery, end.recipients, now)
    if end.is_sent:
        update(db, "deliveries", delivery.id, {"state": "sent", "sent_at": at(now), "due_at": None})
        db.conn.execute(_WELL, [delivery.channel])
    else:
        is_dead = end.retry_at is None
        update(db, "deliveries", delivery.id, {"state": "dead" if is_dead else "pending", "due_at": at(end.retry_at)})
    if end.rests_until is not None:
        db.conn.execute(_FAILED, [at(end.rests_until), delivery.channel])
    if end.is_gone:
        row = [at(now), end.detail, delivery.channel]
        db.conn.execute("UPDATE channels SET disabled_at = ?, reason = ? WHERE name = ?", row)
    for key, notice in notices:
        _tell(db, delivery, notice, key, now)


def _save_recipients(db: Database, delivery: DueDelivery, recipients: Iterable[Recipient], now: datetime) -> None:
    for one in recipients:
        db.conn.execute(
            "INSERT INTO recipients (delivery_id, address, state, answer, at) VALUES (?,?,?,?,?) ON CONFLICT"
            " (delivery_id, address) DO UPDATE SET state = excluded.state, answer = excluded.answer, at = excluded.at",
            [delivery.id, one.address, one.state, one.answer, at(now)],
        )


def _tell(db: Database, delivery: DueDelivery, notice: AlertRecord, key: str, now: datetime) -> None:
    """Write a notice; of a channel's dead deliveries only the first since it last worked is told (check 26)."""
    if notice.event == "delivery_dead" and not key:
        told = "UPDATE channels SET told_dead_at = ? WHERE name = ? AND told_dead_at IS NULL"
        if db.conn.execute(told, [at(now), delivery.channel]).rowcount == 0:
            return
    parts = (delivery.channel, key or f"{delivery.uid} {delivery.number}")
    save_alert(db, notice, About(), key=parts, thread=f"channel:{delivery.channel}", now=now)
