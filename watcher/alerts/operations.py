"""Alerts about the installation itself: a channel that fails or is gone, damaged evidence, the daily report, tests."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from watcher import clock
from watcher.alerts.message import notice, notice_message
from watcher.model.alert import AlertRecord, Dispatch, DueDelivery
from watcher.model.health import ill_names

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from watcher.config.settings import Settings
    from watcher.model.alert import AlertEvent, Priority, Recipient, StatusReport
    from watcher.model.health import Sign


# The title of each alarm.
_ALARMS: dict[AlertEvent, str] = {
    "damaged": "[watcher] the evidence is damaged",
    "replaced": "[watcher] the database was deleted, moved or replaced",
    "cannot_write": "[watcher] nothing can be written",
    "workers_failed": "[watcher] the daemon has ended: it cannot start its worker processes",
    "job_failed": "[watcher] a part of the program failed",
}


def delivery_dead(settings: Settings, delivery: DueDelivery, detail: str, now: datetime) -> AlertRecord:
    """A delivery was given up after its last attempt: sent to the other channels."""
    title = f"[watcher] {delivery.channel} does not receive its alerts"
    said = f"The channel {delivery.channel} did not accept “{delivery.message['title']}”; the alert is kept."
    remedy = f"When the channel works: watcher alerts retry --channel {delivery.channel}"
    return _channel_alert(settings, "delivery_dead", title, (said, f"Last answer: {detail}. {remedy}"), delivery, now)


def recipient_dead(settings: Settings, delivery: DueDelivery, recipient: Recipient, now: datetime) -> AlertRecord:
    """A mail arrived, but one of its recipients was refused for good: nobody would notice otherwise."""
    title = f"[watcher] {recipient.address} does not receive the alerts of {delivery.channel}"
    said = (
        f"The mail server refuses {recipient.address} permanently; the channel's other recipients received the alert."
    )
    return _channel_alert(settings, "delivery_dead", title, (said, f"Its answer: {recipient.answer}"), delivery, now)


def channel_disabled(settings: Settings, delivery: DueDelivery, detail: str, now: datetime) -> AlertRecord:
    """The receiver said that it is gone for good (410): sent to the other channels."""
    title = f"[watcher] the channel {delivery.channel} is disabled"
    said = f"The receiver of {delivery.channel} answered that it is gone (410); its alerts are kept."
    remedy = f"When it is back: watcher channels enable {delivery.channel}"
    return _channel_alert(settings, "channel_disabled", title, (said, f"It {detail}. {remedy}"), delivery, now)


def _every_channel(settings: Settings) -> Iterable[str]:
    return (channel.name for channel in settings.channels if channel.enabled)


def _channel_alert(
    settings: Settings, event: AlertEvent, title: str, words: tuple[str, str], delivery: DueDelivery, now: datetime
) -> AlertRecord:
    others = (name for name in _every_channel(settings) if name != delivery.channel)
    subject = f"channel:{delivery.channel}"
    return _installation_alert(settings, event, title, words, others, now, subject=subject, priority="urgent")


def selftest_missing(settings: Settings, detail: str, now: datetime, *, subject: str = "selftest") -> AlertRecord:
    """The daily test failed somewhere between the feed and a channel."""
    words = ("The daily end-to-end test did not arrive: other alerts may not arrive either.", detail)
    title = "[watcher] the daily test is missing"
    return _installation_alert(
        settings, "selftest_missing", title, words, _every_channel(settings), now, subject=subject, priority="urgent"
    )


def alarm(settings: Settings, event: AlertEvent, words: tuple[str, str], now: datetime) -> AlertRecord:
    """What every channel is told at once; `words` are one sentence and its detail."""
    return _installation_alert(settings, event, _ALARMS[event], words, _every_channel(settings), now, priority="urgent")


def log_grows(settings: Settings, detail: str, now: datetime) -> AlertRecord:
    """A reader that never ends keeps the database's log from being emptied; every channel is notified."""
    words = ("A program has been reading the database without an end, and its log fills the disk: end that.", detail)
    title = "[watcher] the log of the database grows"
    return _installation_alert(settings, "log_grows", title, words, _every_channel(settings), now, subject="database")


def channel_test(settings: Settings, channel: str, now: datetime) -> DueDelivery:
    """A message that is marked as a test, for one channel; it is no alert and is not stored."""
    words = ("This message was sent by `watcher channels test`.", "")
    record = _installation_alert(settings, "test", "[TEST] a test of this channel", words, (channel,), now)
    return unstored(record, channel, now, thread=f"test:{channel}")


def unstored(record: AlertRecord, channel: str, now: datetime, *, thread: str = "") -> DueDelivery:
    """The delivery of an alert that the database does not hold, past the outbox; by default each event is a thread."""
    uid = uuid4().hex
    added = {"title": record.title, "event": record.event, "alert": uid, "created_at": clock.to_text(now)}
    message = {**record.message, **added, "release_id": None}
    return DueDelivery(0, uid, channel, 1, uid, thread or record.event, message)


def daily_report(settings: Settings, status: StatusReport, now: datetime, *, signs: Sequence[Sign] = ()) -> AlertRecord:
    """The daily report to the channels that want it: its absence is itself an alarm. `signs` are not well."""
    counts = status.counts
    well = counts["feeds"] - len(status.failing)
    channels = (channel.name for channel in settings.channels if channel.enabled and channel.report)
    title = (
        f"[watcher] {f'NOT WELL: {ill_names(signs)}; ' if signs else ''}{well} of {counts['feeds']} feeds healthy,"
        f" {counts['alerts']} alerts, {counts['dead']} undelivered"
    )
    words = ("The last 24 hours. If this report is missing one day, something is wrong.", "")
    record = _installation_alert(settings, "report", title, words, channels, now)
    feeds = [f"{well} healthy, {len(status.failing)} failing", *map(_failing, status.failing)]
    sections = [
        *([{"heading": "Not well", "lines": [str(sign) for sign in signs]}] if signs else []),
        {"heading": "Feeds", "lines": feeds},
        {"heading": "Releases", "lines": _releases(counts)},
        {"heading": "Alerts", "lines": _alerts(status)},
        {"heading": "Evidence", "lines": [f"chain head {status.head}"]},
    ]
    return replace(record, message={**record.message, "sections": sections, "chain_head": status.head})


def _failing(feed: Mapping[str, Any]) -> dict[str, str]:
    since = f"last success {feed['succeeded_at']}" if feed["succeeded_at"] else "no success yet"
    gone = f"gone since {feed['stopped_at']}; " if feed["stopped_at"] else ""
    return {
        "words": f"{feed['name']}: {feed['outcome']}",
        "remark": f"{gone}{since}; {feed['error'] or ''}".rstrip("; "),
    }


def _releases(counts: Mapping[str, Any]) -> list[str]:
    last = f"the last one at {counts['last_release_at']}" if counts["last_release_at"] else "none yet"
    return [
        f"{counts['releases']} new, {counts['revisions']} revisions; {last}",
        f"{counts['unread']} texts could not be read",
    ]


def _alerts(status: StatusReport) -> list[str]:
    counts = status.counts
    oldest = f", the oldest since {counts['oldest_at']}" if counts["oldest_at"] else ""
    lines = [
        f"{counts['alerts']} raised, {counts['sent']} deliveries sent",
        f"{counts['pending']} pending{oldest}; {counts['held']} held for a digest or the end of quiet hours",
        f"{counts['dead']} dead" + (": watcher alerts retry --dead" if counts["dead"] else ""),
    ]
    return lines + [f"the channel {name} is disabled" for name in status.disabled]


def _installation_alert(
    settings: Settings,
    event: AlertEvent,
    title: str,
    words: tuple[str, str],
    channels: Iterable[str],
    now: datetime,
    *,
    subject: str = "",
    priority: Priority = "normal",
) -> AlertRecord:
    """An alert about the installation itself: `words` are one sentence and its detail."""
    said, detail = words
    message = notice_message(
        notice(event, subject, said, detail=detail, since=now),
        priority=priority,
        installation=settings.name,
        at=now,
    )
    return AlertRecord(event, priority, (), title, message, tuple(Dispatch(name) for name in channels))
