"""An alert and its deliveries as rows: within the transaction of whatever gave rise to it."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from watcher.store.chain import keep
from watcher.store.rows import as_json, at, insert

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlite_utils import Database

    from watcher.messages import About, AlertRecord, Dispatch

_STANDING = """
SELECT told.release_id, priority, rules, title FROM alerts
JOIN (SELECT id AS alert_id, release_id FROM alerts UNION ALL SELECT alert_id, release_id FROM alert_releases) AS told
  ON told.alert_id = alerts.id
WHERE event IN ('new', 'changed', 'denial', 'revision', 'found_later', 'unread') ORDER BY alerts.id
"""


def save_alert(
    db: Database, alert: AlertRecord, about: About, *, key: Sequence[str], thread: str, now: datetime
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


def _free_uid(db: Database, uid: str, about: About) -> str | None:
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
