"""The figures of the daily report and of the daily test, and the alert that was raised last."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from watcher.model.alert import StatusReport
from watcher.store.alerts import whole_message
from watcher.store.chain import chain_head
from watcher.store.feed_history import NOT_READ
from watcher.store.rows import at, moment

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlite_utils import Database

    from watcher.model.alert import AlertEvent


_FAILING = f"""
SELECT name, outcome, error, succeeded_at, stopped_at FROM feeds WHERE is_enabled = 1
  AND ({NOT_READ} OR stopped_at IS NOT NULL) ORDER BY name
"""
_COUNTS = """
SELECT (SELECT count(*) FROM feeds WHERE is_enabled = 1) AS feeds,
  (SELECT count(*) FROM releases WHERE first_seen_at >= :since) AS releases,
  (SELECT count(*) FROM revisions WHERE number > 1 AND observed_at >= :since) AS revisions,
  (SELECT max(first_seen_at) FROM releases) AS last_release_at,
  (SELECT count(*) FROM alerts WHERE created_at >= :since AND release_id IS NOT NULL) AS alerts,
  (SELECT count(*) FROM deliveries WHERE sent_at >= :since) AS sent,
  (SELECT count(*) FROM deliveries WHERE state = 'pending') AS pending,
  (SELECT count(*) FROM deliveries WHERE state = 'held') AS held,
  (SELECT count(*) FROM deliveries WHERE state = 'dead') AS dead,
  (SELECT min(created_at) FROM deliveries CROSS JOIN alerts ON alerts.id = alert_id
    WHERE state = 'pending') AS oldest_at,
  (SELECT count(*) FROM problems WHERE kind = 'unread' AND at >= :since) AS unread
"""
_SELFTESTS = """
SELECT alerts.uid, alerts.created_at, channel, state, sent_at FROM alerts CROSS JOIN deliveries ON alert_id = alerts.id
WHERE event = 'selftest'
  AND created_at >= coalesce(:since, (SELECT max(created_at) FROM alerts WHERE event = 'selftest'))
ORDER BY alerts.id, channel
"""


@dataclass(frozen=True, slots=True)
class SelftestResult:
    """One channel's part of a daily test: `seconds` from its start until the channel took it, None if it did not."""

    alert_uid: str
    started_at: datetime
    channel: str
    seconds: float | None


def is_raised_since(db: Database, event: AlertEvent, since: datetime, *, until: datetime) -> bool:
    """Whether an alert of this kind was raised since then; one of a clock that was ahead (after `until`) is none."""
    sql = "SELECT 1 FROM alerts WHERE event = ? AND created_at BETWEEN ? AND ? LIMIT 1"
    return db.conn.execute(sql, [event, at(since), at(until)]).fetchone() is not None


def status_report(db: Database, since: datetime) -> StatusReport:
    """The state now, and what was stored `since` then."""
    head = chain_head(db)
    disabled = db.query("SELECT name FROM channels WHERE disabled_at IS NOT NULL ORDER BY name")
    return StatusReport(
        counts=next(db.query(_COUNTS, {"since": at(since)})),
        failing=tuple(db.query(_FAILING)),
        disabled=tuple(row["name"] for row in disabled),
        head=f"{head.seq} {head.hash}",
    )


def selftest_results(db: Database, since: datetime | None = None) -> tuple[SelftestResult, ...]:
    """The results of the daily tests since then, or of the last one."""
    return tuple(_result(row) for row in db.query(_SELFTESTS, {"since": at(since)}))


def _result(row: Mapping[str, Any]) -> SelftestResult:
    started_at, sent_at = moment(row["created_at"]), moment(row["sent_at"])
    assert started_at is not None  # noqa: S101 - the column is NOT NULL
    seconds = (sent_at - started_at).total_seconds() if sent_at is not None else None
    return SelftestResult(row["uid"], started_at, row["channel"], seconds)


def newest_alert(db: Database) -> tuple[str, dict[str, Any]] | None:
    """Title and message of the alert that was raised last."""
    row = next(db.query("SELECT title, message FROM alerts ORDER BY id DESC LIMIT 1"), None)
    return (row["title"], whole_message(db, row["message"])) if row else None
