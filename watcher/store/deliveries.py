"""Deliveries of alerts to channels: which are due, how each attempt ended, which are held; the channels' state."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from watcher.model.alert import AlertSubject, DueDelivery, HeldAlert
from watcher.store.alerts import JOINED, message_of, save_alert
from watcher.store.rows import at, insert, moment, update

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from sqlite_utils import Database

    from watcher.model.alert import AlertRecord, AttemptResult, Hold, Recipient


# Urgent ones go first; a channel that pauses, is disabled or is busy is left out, so that it delays no other. That a
# feed is well again never overtakes that it was ill: a receiver that opens and closes incidents would keep it open.
_DUE = f"""
SELECT deliveries.id, deliveries.uid, channel, attempt_count, retried_from, coalesce(failure_count, 0) AS failures,
  alerts.uid AS alert_uid, alerts.event, alerts.title, alerts.message, alerts.created_at, alerts.thread,
  alerts.release_id, deliveries.trace,
  (SELECT json_group_array(address) FROM recipients WHERE delivery_id = deliveries.id AND recipients.state != 'waiting')
    AS done,
  {JOINED},
  (SELECT json_group_array(name) FROM (SELECT feeds.name FROM sightings JOIN feeds ON feeds.id = feed_id
    WHERE sightings.release_id = alerts.release_id AND sightings.first_seen_at <= coalesce(
      (SELECT min(started_at) FROM attempts WHERE delivery_id = deliveries.id), :now) ORDER BY feeds.id)) AS feeds
FROM deliveries JOIN alerts ON alerts.id = alert_id LEFT JOIN channels ON channels.name = channel
WHERE deliveries.state = 'pending' AND due_at <= :now AND channel NOT IN (SELECT value FROM json_each(:busy))
  AND deliveries.id NOT IN (SELECT value FROM json_each(:asleep))
  AND disabled_at IS NULL AND (back_off_until_at IS NULL OR back_off_until_at <= :now)
  AND (alerts.event != 'feed_recovered' OR NOT EXISTS (SELECT 1 FROM alerts AS ill
    JOIN deliveries AS earlier ON earlier.alert_id = ill.id WHERE ill.thread = alerts.thread AND ill.id < alerts.id
    AND ill.event = 'feed_unhealthy' AND earlier.channel = deliveries.channel AND earlier.state = 'pending'))
ORDER BY priority = 'urgent' DESC, due_at, deliveries.id LIMIT :limit
"""
_FAILED = "UPDATE channels SET failure_count = failure_count + 1, back_off_until_at = ? WHERE name = ?"
_WELL = "UPDATE channels SET failure_count = 0, back_off_until_at = NULL, dead_notified_at = NULL WHERE name = ?"
# What the receiver of a channel said last: of its last attempt, which was at one of these few deliveries.
LAST_ANSWER = """(SELECT detail FROM attempts WHERE id = (SELECT max(id) FROM attempts WHERE delivery_id IN (
    SELECT id FROM deliveries WHERE channel = {channel} AND state = 'pending'
    UNION ALL SELECT * FROM (SELECT id FROM deliveries WHERE channel = {channel} AND state = 'sent'
      ORDER BY sent_at DESC LIMIT 1)
    UNION ALL SELECT * FROM (SELECT id FROM deliveries WHERE channel = {channel} AND state = 'dead'
      ORDER BY id DESC LIMIT 20)) AND ended_at IS NOT NULL))"""
_STATES = f"""
SELECT value AS channel, disabled_at, reason, back_off_until_at, coalesce(failure_count, 0) AS failure_count,
  (SELECT max(sent_at) FROM deliveries WHERE channel = value AND state = 'sent') AS sent_at,
  (SELECT count(*) FROM deliveries WHERE channel = value AND state = 'pending') AS pending,
  (SELECT count(*) FROM deliveries WHERE channel = value AND state = 'held') AS held,
  (SELECT count(*) FROM deliveries WHERE channel = value AND state = 'dead') AS dead,
  {LAST_ANSWER.format(channel="value")} AS last_answer
FROM json_each(:names) LEFT JOIN channels ON channels.name = value
"""
# What the operator sends again: what is dead, and of named alerts also what is due later.
_CHOSEN = """
id IN (SELECT id FROM deliveries WHERE state = 'dead'
    UNION ALL SELECT id FROM deliveries WHERE state = 'pending' AND :alerts IS NOT NULL)
  AND (:channel IS NULL OR channel = :channel)
  AND (:alerts IS NULL OR alert_id IN (SELECT value FROM json_each(:alerts)))
"""
# In this order; the schedule starts again. A recipient that was refused for good is asked again: the operator has done
# something about it.
_AGAIN = (
    f"""UPDATE channels SET back_off_until_at = NULL, dead_notified_at = NULL WHERE name = :channel
      OR name IN (SELECT channel FROM deliveries WHERE {_CHOSEN})""",
    f"""UPDATE recipients SET state = 'waiting' WHERE state = 'dead'
      AND delivery_id IN (SELECT id FROM deliveries WHERE state = 'dead' AND {_CHOSEN})""",
    f"UPDATE deliveries SET state = 'pending', due_at = :now, retried_from = attempt_count WHERE {_CHOSEN}",
)
_GROUPS = """
SELECT channel, hold FROM deliveries INDEXED BY deliveries_held WHERE state = 'held'
  AND (due_at <= :now OR hold IN (SELECT value FROM json_each(:early)))
GROUP BY channel, hold ORDER BY min(deliveries.id)
"""
_MEMBERS = """
SELECT deliveries.id AS delivery_id, alerts.uid, event, priority, title, release_id,
  json_object('publisher', json_extract(message, '$.publisher'), 'totals', json_extract(message, '$.totals'),
    'rules', json_extract(message, '$.rules'), 'release', json_object('url', json_extract(message, '$.release.url'),
    'title', json_extract(message, '$.release.title'),
    'published_at', json_extract(message, '$.release.published_at'))) AS message
FROM deliveries INDEXED BY deliveries_held
CROSS JOIN alerts ON alerts.id = alert_id WHERE state = 'held' AND channel = :channel AND hold = :hold
  AND (due_at <= :now OR hold IN (SELECT value FROM json_each(:early))) ORDER BY deliveries.id
"""
_NEVER_POLLED = """
SELECT 1 FROM feeds WHERE is_enabled = 1 AND stopped_at IS NULL AND polled_at IS NULL LIMIT 1
"""
_LAST_DIGEST = """
SELECT alerts.created_at FROM alerts CROSS JOIN deliveries ON alert_id = alerts.id
WHERE event = 'digest' AND channel = ? AND json_extract(message, '$.digest.span') = ?
ORDER BY alerts.created_at DESC LIMIT 1
"""


def due_deliveries(
    db: Database, now: datetime, *, busy: tuple[str, ...] = (), asleep: tuple[int, ...] = (), limit: int = 100
) -> tuple[DueDelivery, ...]:
    """The deliveries to be attempted now, urgent ones and then the longest due first.

    `busy` names channels and `asleep` numbers deliveries that are left out.
    """
    values = {"now": at(now), "busy": json.dumps(busy), "asleep": json.dumps(asleep), "limit": limit}
    return tuple(_due(db, row) for row in db.query(_DUE, values))


def _due(db: Database, row: Mapping[str, Any]) -> DueDelivery:
    # The feeds as they were at the first try: a retry says the same.
    feeds = json.loads(row["feeds"])
    return DueDelivery(
        id=row["id"],
        uid=row["uid"],
        channel=row["channel"],
        number=row["attempt_count"] + 1,
        alert_uid=row["alert_uid"],
        thread=row["thread"],
        message=message_of(db, row) | ({"feeds": feeds} if feeds else {}),
        retried_from=row["retried_from"],
        failures=row["failures"],
        done=tuple(json.loads(row["done"])),
        trace=row["trace"],
    )


def start_attempt(db: Database, delivery: DueDelivery, now: datetime, *, retry_at: datetime | None) -> None:
    """Note that an attempt begins; if the program dies during it, the delivery is due again at `retry_at`."""
    row = {"delivery_id": delivery.id, "number": delivery.number, "started_at": at(now), "outcome": "sending"}
    insert(db, "attempts", row)
    update(db, "deliveries", delivery.id, {"attempt_count": delivery.number, "due_at": at(retry_at or now)})
    db.conn.execute("INSERT OR IGNORE INTO channels (name) VALUES (?)", [delivery.channel])


def finish_attempt(
    db: Database,
    delivery: DueDelivery,
    now: datetime,
    end: AttemptResult,
    *,
    notices: Sequence[tuple[str, AlertRecord]] = (),
) -> None:
    """Note how an attempt ended; what can never arrive is dead but kept. `notices` are written in the same transaction.

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
    if end.back_off_until is not None:
        db.conn.execute(_FAILED, [at(end.back_off_until), delivery.channel])
    if end.is_gone:
        row = [at(now), end.detail, delivery.channel]
        db.conn.execute("UPDATE channels SET disabled_at = ?, reason = ? WHERE name = ?", row)
    for key, notice in notices:
        _save_notice(db, delivery, notice, key, now)


def _save_recipients(db: Database, delivery: DueDelivery, recipients: Iterable[Recipient], now: datetime) -> None:
    for one in recipients:
        db.conn.execute(
            "INSERT INTO recipients (delivery_id, address, state, answer, at) VALUES (?,?,?,?,?) ON CONFLICT"
            " (delivery_id, address) DO UPDATE SET state = excluded.state, answer = excluded.answer, at = excluded.at",
            [delivery.id, one.address, one.state, one.answer, at(now)],
        )


def _save_notice(db: Database, delivery: DueDelivery, notice: AlertRecord, key: str, now: datetime) -> None:
    """Write a notice; of a channel's dead deliveries only the first since it last worked is reported."""
    if notice.event == "delivery_dead" and not key:
        reported = "UPDATE channels SET dead_notified_at = ? WHERE name = ? AND dead_notified_at IS NULL"
        if db.conn.execute(reported, [at(now), delivery.channel]).rowcount == 0:
            return
    parts = (delivery.channel, key or f"{delivery.uid} {delivery.number}")
    save_alert(db, notice, AlertSubject(), key=parts, thread=f"channel:{delivery.channel}", now=now)


def is_first_round(db: Database) -> bool:
    """Whether a feed that is enabled has not been polled yet."""
    return db.conn.execute(_NEVER_POLLED).fetchone() is not None


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
    found = db.conn.execute(_LAST_DIGEST, [channel, hold]).fetchone()
    return moment(found[0]) if found else None


def unread_count(db: Database, since: datetime | None) -> int:
    """The releases of which a text could not be read since then."""
    sql = "SELECT count(DISTINCT release_id) FROM problems WHERE kind = 'unread' AND at > ?"
    return int(db.conn.execute(sql, [at(since) or ""]).fetchone()[0])


def send_on(db: Database, delivery: int, now: datetime, *, quiet_until: datetime | None) -> None:
    """Send a held delivery now, or hold it until the end of quiet hours, within the caller's transaction."""
    state = {"state": "held", "hold": "quiet_hours"} if quiet_until else {"state": "pending"}
    update(db, "deliveries", delivery, state | {"due_at": at(quiet_until or now)})


def merge_deliveries(db: Database, deliveries: Iterable[int], digest_id: int | None) -> None:
    """Replace held deliveries by that of a digest, the alert of this id, within the caller's transaction."""
    (merged_into,) = db.conn.execute("SELECT id FROM deliveries WHERE alert_id = ?", [digest_id]).fetchone()
    for delivery in deliveries:
        update(db, "deliveries", delivery, {"state": "merged", "merged_into": merged_into, "due_at": None})


def channel_states(db: Database, names: Sequence[str]) -> list[dict[str, Any]]:
    """One row for each channel: what arrived last, what waits, what is dead, what the receiver said last."""
    return list(db.query(_STATES, {"names": json.dumps(list(names))}))


def enable_channel(db: Database, name: str, now: datetime) -> int:
    """Enable a channel again, without back-off; returns how many deliveries waited for it."""
    db.conn.execute(
        "UPDATE channels SET disabled_at = NULL, reason = '', back_off_until_at = NULL, failure_count = 0,"
        " dead_notified_at = NULL WHERE name = ?",
        [name],
    )
    due = "UPDATE deliveries SET due_at = ?, retried_from = attempt_count WHERE channel = ? AND state = 'pending'"
    return int(db.conn.execute(due, [at(now), name]).rowcount)


def send_again(db: Database, now: datetime, *, alerts: Sequence[int] = (), channel: str | None = None) -> int:
    """Make dead deliveries due again, with the schedule from its start; returns how many.

    Named alerts are also sent at once where an attempt of theirs is due later.
    """
    values = {"now": at(now), "alerts": json.dumps(list(alerts)) if alerts else None, "channel": channel}
    *_, due = [db.conn.execute(statement, values).rowcount for statement in _AGAIN]
    return int(due)
