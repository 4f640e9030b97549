"""An alert and its deliveries as rows: within the transaction of whatever gave rise to it."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any, Literal

from sqlite_utils import Database

from watcher.model.alert import AlertSubject, DueDelivery, Mutes
from watcher.store.chain import keep
from watcher.store.rows import as_json, at, insert, moment, update

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from watcher.model.alert import AlertRecord, AttemptResult, Dispatch, Recipient


_STANDING = """
SELECT told.release_id, priority, rules, title FROM alerts
JOIN (SELECT id AS alert_id, release_id FROM alerts UNION ALL SELECT alert_id, release_id FROM alert_releases) AS told
  ON told.alert_id = alerts.id
WHERE event IN ('new', 'changed', 'denial', 'revision', 'found_later', 'unread') ORDER BY alerts.id
"""


def save_alert(
    db: Database, alert: AlertRecord, about: AlertSubject, *, key: Sequence[str], thread: str, now: datetime
) -> int | None:
    """Write an alert and a delivery a channel, and return its id; None where it stands already.

    `key` says what the alert is of, in words that a repeated run would find again (the release's identity and its
    text; a channel and a day): the ids of alert and deliveries follow from it, so a poll that is repeated after a
    crash raises the same alert and not another one. `thread` is what belongs together for a reader.
    """
    uid = _free_uid(db, _uid("alert", *key, alert.event), about)
    if uid is None:
        return None
    row = {
        "uid": uid,
        "event": alert.event,
        "thread": thread,
        "release_id": about.release_id,
        "revision_id": about.revision_id,
        "feed_id": about.feed_id,
        "event_id": about.event_id,
        "priority": alert.priority,
        "rules": as_json(alert.rules),
        "title": alert.title,
        "message": as_json(alert.message),
        "muted": alert.muted,
        "created_at": at(now),
    }
    alert_id = keep(db, "alert", row)
    for dispatch in alert.dispatches:
        _save_delivery(db, alert_id, uid, dispatch, now)
    return alert_id


def standing_alerts(db: Database) -> dict[int, tuple[str, str]]:
    """The newest alert about the words of each release: priority and rules as one text, and its title.

    A release that joined another's alert counts as told of by that one.
    """
    rows = db.execute(_STANDING)
    return {release: (f"{priority}: {', '.join(json.loads(rules))}", title) for release, priority, rules, title in rows}


def _free_uid(db: Database, uid: str, about: AlertSubject) -> str | None:
    """The uid, or another one where the text returned to what it was (A, B, A): a new event of the same words."""
    stands = "SELECT 1 FROM alerts WHERE uid = ?"
    if not db.conn.execute(stands, [uid]).fetchone():
        return uid
    later = _uid(uid, str(about.revision_id))
    is_free = (
        about.revision_id is not None
        and not db.conn.execute(
            "SELECT 1 FROM alerts WHERE uid IN (?, ?) AND revision_id = ?", [uid, later, about.revision_id]
        ).fetchone()
    )
    return later if is_free else None


def _save_delivery(db: Database, alert_id: int, uid: str, dispatch: Dispatch, now: datetime) -> None:
    row = {
        "uid": _uid("delivery", uid, dispatch.channel),
        "alert_id": alert_id,
        "channel": dispatch.channel,
        "state": "held" if dispatch.hold else "pending",
        "hold": dispatch.hold,
        "due_at": at(dispatch.due_at or now),
    }
    insert(db, "deliveries", row)


def _uid(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode(errors="replace")).hexdigest()[:32]


# Mutes: feeds and rules that tell nobody until an instant, ended by time alone or before it by hand.

_ACTIVE = "SELECT * FROM mutes WHERE until_at > ? AND ended_at IS NULL ORDER BY until_at, id"


def mute(db: Database, kind: Literal["feed", "rule"], name: str, now: datetime, until: datetime) -> None:
    """Silence a feed or a rule until an instant; a mute of it that is standing ends."""
    unmute(db, kind, name, now)
    insert(db, "mutes", {"kind": kind, "name": name, "created_at": at(now), "until_at": at(until)})


def unmute(db: Database, kind: Literal["feed", "rule"], name: str, now: datetime) -> int:
    """End what silences a feed or a rule now; the number of mutes that ended."""
    found = db.conn.execute(
        "UPDATE mutes SET ended_at = ? WHERE kind = ? AND name = ? AND until_at > ? AND ended_at IS NULL",
        [at(now), kind, name, at(now)],
    )
    return int(found.rowcount)


def active_mutes(db: Database, now: datetime) -> Mutes:
    """What is silent at an instant."""
    silent: dict[str, dict[str, datetime]] = {"feed": {}, "rule": {}}
    for row in db.query(_ACTIVE, [at(now)]):
        if (until := moment(row["until_at"])) is not None:
            silent[row["kind"]][row["name"]] = until
    return Mutes(silent["feed"], silent["rule"])


def list_mutes(db: Database, now: datetime) -> list[dict[str, Any]]:
    """What is silent at an instant, as rows: kind, name, since when and until when."""
    names = ("kind", "name", "created_at", "until_at")
    return [{name: row[name] for name in names} for row in db.query(_ACTIVE, [at(now)])]


# Deliveries that are due, and every try of them: written before the try and after it.

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
    end: AttemptResult,
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
    save_alert(db, notice, AlertSubject(), key=parts, thread=f"channel:{delivery.channel}", now=now)


# What is known of channels, and what the operator can do about them: enable one, send dead deliveries again.

_STATES = """
SELECT value AS channel, disabled_at, reason, rests_until_at, coalesce(failure_count, 0) AS failure_count,
  (SELECT max(sent_at) FROM deliveries WHERE channel = value) AS sent_at,
  (SELECT count(*) FROM deliveries WHERE channel = value AND state = 'pending') AS pending,
  (SELECT count(*) FROM deliveries WHERE channel = value AND state = 'held') AS held,
  (SELECT count(*) FROM deliveries WHERE channel = value AND state = 'dead') AS dead,
  (SELECT detail FROM attempts WHERE id = (SELECT max(attempts.id) FROM attempts JOIN deliveries
    ON deliveries.id = delivery_id WHERE channel = value AND ended_at IS NOT NULL)) AS last_answer
FROM json_each(:names) LEFT JOIN channels ON channels.name = value
"""
# The schedule begins anew.
_AGAIN = """
UPDATE deliveries SET state = 'pending', due_at = :now, retried_from = attempt_count
WHERE state IN ('dead', 'pending') AND (:channel IS NULL OR channel = :channel)
  AND (:alerts IS NULL OR alert_id IN (SELECT value FROM json_each(:alerts)))
  AND (state = 'dead' OR :alerts IS NOT NULL)
"""


def channel_states(db: Database, names: Sequence[str]) -> list[dict[str, Any]]:
    """One row a channel: what arrived last, what waits, what is dead, what the receiver said last."""
    return list(db.query(_STATES, {"names": json.dumps(list(names))}))


def enable_channel(db: Database, name: str, now: datetime) -> int:
    """Let a channel be sent to again, at once; how many deliveries waited for it."""
    db.conn.execute(
        "UPDATE channels SET disabled_at = NULL, reason = '', rests_until_at = NULL, failure_count = 0,"
        " told_dead_at = NULL WHERE name = ?",
        [name],
    )
    due = "UPDATE deliveries SET due_at = ?, retried_from = attempt_count WHERE channel = ? AND state = 'pending'"
    return int(db.conn.execute(due, [at(now), name]).rowcount)


def send_again(db: Database, now: datetime, *, alerts: Sequence[int] = (), channel: str | None = None) -> int:
    """Make dead deliveries due again, the schedule from its start; how many.

    Named alerts are also sent at once where a try of theirs only waits for its time.
    """
    values = {"now": at(now), "alerts": json.dumps(list(alerts)) if alerts else None, "channel": channel}
    db.conn.execute(
        "UPDATE channels SET rests_until_at = NULL, told_dead_at = NULL WHERE ? IS NULL OR name = ?", [channel, channel]
    )
    # A recipient that was refused for good is asked again: the operator has done something about it.
    db.conn.execute(
        "UPDATE recipients SET state = 'waiting' WHERE state = 'dead' AND delivery_id IN (SELECT id FROM deliveries"
        " WHERE state = 'dead')"
    )
    return int(db.conn.execute(_AGAIN, values).rowcount)


def known_alerts(db: Database, alerts: Sequence[int]) -> set[int]:
    """Which of these numbers are alerts."""
    known = "SELECT id FROM alerts WHERE id IN (SELECT value FROM json_each(?))"
    found = db.conn.execute(known, [json.dumps(list(alerts))])
    return {int(row[0]) for row in found}


# Alerts for the feeds that we give, as messages: from a connection of our own or of whoever serves the database.

# What is told of releases and feeds; what the installation tells of itself, and what was muted, is nobody else's.
_ALERTS = f"""
SELECT uid AS alert_uid, event, title, message, created_at, release_id,
  {JOINED}
FROM alerts
WHERE (release_id IS NOT NULL OR feed_id IS NOT NULL) AND muted = '' ORDER BY id DESC LIMIT ?
"""


def published_alerts(connection: sqlite3.Connection, limit: int = 100) -> list[dict[str, Any]]:
    """The newest alerts about releases and feeds, the newest first."""
    return [message_of(row) for row in Database(connection).query(_ALERTS, [limit])]


def queried(connection: sqlite3.Connection, sql: str, values: dict[str, str]) -> list[dict[str, Any]]:
    """The rows of a saved query."""
    return list(Database(connection).query(sql, values))
