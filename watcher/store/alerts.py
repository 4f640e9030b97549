"""Alerts with their deliveries, written in the transaction of what they are about; and mutes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Literal

from sqlite_utils import Database

from watcher.model.alert import Mutes, stable_id
from watcher.model.claim import claim_from_row
from watcher.model.trace import current_trace
from watcher.store.chain import insert_evidence
from watcher.store.rows import as_json, at, insert, moment, query

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from watcher.model.alert import AlertRecord, AlertSubject, Dispatch


_NEWEST = """
SELECT priority, rules, title FROM alerts WHERE id IN (SELECT id FROM alerts WHERE release_id = :release
    UNION ALL SELECT alert_id FROM alert_releases WHERE release_id = :release)
  AND event IN ('new', 'changed', 'denial', 'revision', 'found_later', 'unread') ORDER BY alerts.id DESC LIMIT 1
"""
# The syndicated copies that were found after an alert was raised and before it was sent, and the evidence for it.
JOINED = """(SELECT json_group_array(json_object('release_id', copy.id, 'publisher', publishers.code, 'publisher_name',
      publishers.name, 'title', copy.title, 'url', copy.url, 'similarity',
      (SELECT max(similarity) FROM syndicated_copies AS linked
        WHERE (linked.release_id = copy.id AND other_release_id = alerts.release_id)
          OR (linked.release_id = alerts.release_id AND other_release_id = copy.id))))
    FROM alert_releases JOIN releases AS copy ON copy.id = alert_releases.release_id
    JOIN publishers ON publishers.id = copy.publisher_id WHERE alert_id = alerts.id AND is_named = 1) AS joined,
  (SELECT json_object('revision', number, 'observed_at', observed_at, 'text_sha256', text_sha256,
      'claims', (SELECT json_group_array(id) FROM (SELECT claims.id FROM claims
        WHERE claims.revision_id = alerts.revision_id AND detector_version = json_extract(alerts.message, '$.detector')
        ORDER BY claims.number)), 'body_sha256',
      (SELECT body_sha256 FROM captures WHERE captures.id =
        CASE text_from WHEN 'feed' THEN feed_capture_id ELSE page_capture_id END))
    FROM revisions WHERE revisions.id = alerts.revision_id) AS evidence"""
# Alerts about releases and feeds; those about the installation itself, and what was muted, are not published.
_ALERTS = f"""
SELECT uid AS alert_uid, event, title, message, created_at, release_id,
  {JOINED}
FROM alerts
WHERE (release_id IS NOT NULL OR feed_id IS NOT NULL) AND muted = '' ORDER BY id DESC LIMIT ?
"""
_SET = "SELECT id FROM claims WHERE revision_id = ? AND detector_version = ? ORDER BY number"
_CLAIMS = "SELECT * FROM claims WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id"
_PEOPLE = """
SELECT claim_id, name, harm, start, "end", rank, age, unit, home_town FROM people
WHERE claim_id IN (SELECT value FROM json_each(?)) ORDER BY id
"""
_ACTIVE = "SELECT * FROM mutes WHERE until_at > ? AND ended_at IS NULL ORDER BY until_at, id"


def save_alert(
    db: Database, alert: AlertRecord, about: AlertSubject, *, key: Sequence[str], thread: str, now: datetime
) -> int | None:
    """Write an alert and a delivery for each channel, and return its id; None where it was written before.

    `key` says what the alert is of, in words that a repeated run would find again (the release's identity and its
    text; a channel and a day): the ids of alert and deliveries follow from it, so a poll that is repeated after a
    crash raises the same alert and not another one. `thread` is what belongs together for a reader.
    """
    uid = _free_uid(db, stable_id("alert", *key, alert.event), about)
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
        "message": as_json(_shortened(db, alert.message, about.revision_id)),
        "muted": alert.muted,
        "created_at": at(now),
    }
    alert_id = insert_evidence(db, "alert", row)
    for dispatch in alert.dispatches:
        _save_delivery(db, alert_id, uid, dispatch, now)
    return alert_id


def _free_uid(db: Database, uid: str, about: AlertSubject) -> str | None:
    """The uid, or another one where the text returned to what it was (A, B, A): a new event of the same words."""
    known = "SELECT 1 FROM alerts WHERE uid = ?"
    if not db.conn.execute(known, [uid]).fetchone():
        return uid
    later = stable_id(uid, str(about.revision_id))
    is_free = (
        about.revision_id is not None
        and not db.conn.execute(
            "SELECT 1 FROM alerts WHERE uid IN (?, ?) AND revision_id = ?", [uid, later, about.revision_id]
        ).fetchone()
    )
    return later if is_free else None


def _save_delivery(db: Database, alert_id: int, uid: str, dispatch: Dispatch, now: datetime) -> None:
    row = {
        "uid": stable_id("delivery", uid, dispatch.channel),
        "alert_id": alert_id,
        "channel": dispatch.channel,
        "state": "held" if dispatch.hold else "pending",
        "hold": dispatch.hold,
        "due_at": at(dispatch.due_at or now),
        "trace": current_trace(),
    }
    insert(db, "deliveries", row)


def _shortened(db: Database, message: Mapping[str, Any], revision_id: int | None) -> Mapping[str, Any]:
    """A message as its row keeps it: of a claim that has a row only that row's `id`, and what the row does not say.

    Both rows are evidence and never change, so the message is fixed all the same. A claim whose row says anything else
    is kept whole.
    """
    if revision_id is None or not message.get("claims"):
        return message
    ids = db.conn.execute(_SET, [revision_id, message.get("detector")]).fetchall()
    rows = _claims(db, [row[0] for row in ids])
    said = json.loads(as_json(message["claims"]))
    kept = [_without(claim, *row) for claim, row in zip(said, rows.items(), strict=False)]
    return {**message, "claims": [*kept, *said[len(kept) :]]}


def _without(claim: dict[str, Any], row_id: int, row: Mapping[str, Any]) -> dict[str, Any]:
    if any(claim.get(name) != value for name, value in row.items()):
        return claim
    return {"id": row_id, **{name: value for name, value in claim.items() if name not in row}}


def whole_message(db: Database, stored: str) -> dict[str, Any]:
    """The message of an alert's row, its claims with all that their rows say."""
    message: dict[str, Any] = json.loads(stored)
    claims = message.get("claims") or ()
    ids = [claim["id"] for claim in claims if "id" in claim]
    if ids:
        rows = _claims(db, ids)
        message["claims"] = [rows[claim.pop("id")] | claim if "id" in claim else claim for claim in claims]
    return message


def _claims(db: Database, ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """The claims of these rows as a message has them, by the ids of their rows, in the order of the ids."""
    people: dict[int, list[dict[str, Any]]] = {row_id: [] for row_id in ids}
    for row in query(db, _PEOPLE, [json.dumps(ids)]):
        people[row.pop("claim_id")].append(row)
    rows = query(db, _CLAIMS, [json.dumps(ids)])
    return {row["id"]: json.loads(as_json(claim_from_row(row))) | {"people": people[row["id"]]} for row in rows}


def message_of(db: Database, row: Mapping[str, Any]) -> dict[str, Any]:
    """An alert's message as it is sent: what was fixed when it was raised, with what its row says."""
    message = whole_message(db, row["message"])
    if copies := [*message.get("syndicated_copies", ()), *json.loads(row["joined"])]:
        publishers = list(dict.fromkeys(copy["publisher_name"] for copy in copies))
        message |= {"syndicated_copies": copies, "also_published_by": publishers}
    if row["evidence"]:
        message["evidence"] = json.loads(row["evidence"])
    return message | {
        "title": row["title"],
        "event": row["event"],
        "alert": row["alert_uid"],
        "created_at": row["created_at"],
        "release_id": row["release_id"],
    }


def published_alerts(connection: sqlite3.Connection, limit: int = 100) -> list[dict[str, Any]]:
    """The newest alerts about releases and feeds, the newest first."""
    db = Database(connection)
    return [message_of(db, row) for row in db.query(_ALERTS, [limit])]


def newest_alert_of(db: Database, release_id: int) -> tuple[str, str]:
    """The newest alert about the words of a release: priority and rules as one text, and its title; else empty texts.

    A release that joined another's alert counts as the subject of that one.
    """
    found = db.conn.execute(_NEWEST, {"release": release_id}).fetchone()
    return (f"{found[0]}: {', '.join(json.loads(found[1]))}", found[2]) if found else ("", "")


def known_alerts(db: Database, alerts: Sequence[int]) -> set[int]:
    """Which of these numbers are alerts."""
    known = "SELECT id FROM alerts WHERE id IN (SELECT value FROM json_each(?))"
    found = db.conn.execute(known, [json.dumps(list(alerts))])
    return {int(row[0]) for row in found}


def mute(db: Database, kind: Literal["feed", "rule"], name: str, now: datetime, until: datetime) -> None:
    """Mute a feed or a rule until an instant; an active mute of it ends."""
    unmute(db, kind, name, now)
    insert(db, "mutes", {"kind": kind, "name": name, "created_at": at(now), "until_at": at(until)})


def unmute(db: Database, kind: Literal["feed", "rule"], name: str, now: datetime) -> int:
    """End the mutes of a feed or a rule now; returns how many ended."""
    found = db.conn.execute(
        "UPDATE mutes SET ended_at = ? WHERE kind = ? AND name = ? AND until_at > ? AND ended_at IS NULL",
        [at(now), kind, name, at(now)],
    )
    return int(found.rowcount)


def active_mutes(db: Database, now: datetime) -> Mutes:
    """The mutes that are active at an instant."""
    silent: dict[str, dict[str, datetime]] = {"feed": {}, "rule": {}}
    for row in query(db, _ACTIVE, [at(now)]):
        if (until := moment(row["until_at"])) is not None:
            silent[row["kind"]][row["name"]] = until
    return Mutes(silent["feed"], silent["rule"])


def list_mutes(db: Database, now: datetime) -> list[dict[str, Any]]:
    """The mutes that are active at an instant, as rows: kind, name, since when and until when."""
    names = ("kind", "name", "created_at", "until_at")
    return [{name: row[name] for name in names} for row in db.query(_ACTIVE, [at(now)])]
