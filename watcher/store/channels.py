"""What is known of channels, and what the operator can do about them: enable one, send dead deliveries again."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from watcher.store.rows import at

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlite_utils import Database

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
