"""The same statement on another publisher's site: it joins the alert that stands instead of raising a second one."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from watcher.alerts.rules import is_higher
from watcher.messages import About
from watcher.store.alerts import save_alert
from watcher.store.relays import WINDOW, relays_of
from watcher.store.rows import as_json, at, insert

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlite_utils import Database

    from watcher.messages import AlertRecord
    from watcher.records import Observation

_STANDING = """
SELECT id, priority, message FROM alerts
WHERE event IN ('new', 'denial') AND muted = '' AND created_at >= :since AND (release_id = :release
  OR id IN (SELECT alert_id FROM alert_releases WHERE release_id = :release))
ORDER BY id LIMIT 1
"""
_UNTOLD = """
SELECT NOT EXISTS (SELECT 1 FROM deliveries LEFT JOIN attempts ON delivery_id = deliveries.id
  WHERE alert_id = ? AND (attempts.id IS NOT NULL OR state = 'merged'))
"""


def tell_once(db: Database, seen: Observation, release_id: int, revision_id: int, feed_id: int) -> None:
    """Save the alert of a revision, if it has one and nobody said the same before, in the revision's transaction."""
    if seen.alert is None:
        return
    alert = join(db, seen.alert, release_id, seen.observed_at, is_first_look=seen.release_id is None)
    if alert is not None:
        identity, about = seen.parsed.identity, About(release_id, revision_id, feed_id)
        save_alert(db, alert, about, key=(identity, seen.text_sha256), thread=identity, now=seen.observed_at)


def join(
    db: Database, alert: AlertRecord, release_id: int, now: datetime, *, is_first_look: bool = True
) -> AlertRecord | None:
    """The alert that is still to be raised for a new release whose statement others made before; None for none.

    A relay of a release that was told of within the window joins that alert, if it says the same numbers and is no
    more urgent; it is named in the message as long as nobody has been sent it. Only channels that were not told of the
    first are told of the second. `is_first_look`: the release was not known when the alert was decided; then its own
    alert is such a one too, for another feed may have brought it a moment ago, in other words. To be called in the
    transaction that stores the release, after `save_relays`.
    """
    if alert.event not in {"new", "denial"} or alert.muted:
        return alert
    own = (release_id,) if is_first_look else ()
    for other_id in (*own, *(relay.release_id for relay in relays_of(db, release_id))):
        values = {"since": at(now - WINDOW), "release": other_id}
        standing = next(db.query(_STANDING, values), None)
        if standing is not None and _says_the_same(standing, alert):
            if other_id != release_id:
                _add(db, standing["id"], release_id, now)
            told = {row[0] for row in db.execute("SELECT channel FROM deliveries WHERE alert_id = ?", [standing["id"]])}
            rest = tuple(dispatch for dispatch in alert.dispatches if dispatch.channel not in told)
            return replace(alert, dispatches=rest) if rest else None
    return alert


def _says_the_same(standing: Mapping[str, Any], alert: AlertRecord) -> bool:
    totals = json.loads(standing["message"]).get("totals")
    return totals == json.loads(as_json(alert.message.get("totals"))) and not is_higher(
        alert.priority, standing["priority"]
    )


def _add(db: Database, alert_id: int, release_id: int, now: datetime) -> None:
    """Note the relay with the alert; the outbox names it beside the others where nobody was sent the message yet."""
    (is_named,) = db.execute(_UNTOLD, [alert_id]).fetchone()
    row = {"alert_id": alert_id, "release_id": release_id, "is_named": is_named, "added_at": at(now)}
    insert(db, "alert_releases", row)
