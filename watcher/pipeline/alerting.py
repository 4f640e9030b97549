"""Alerts of events, and held deliveries: what is still to be decided is read from the database and decided once.

Events are matched against the rules; deliveries that were held go by themselves or merged into a digest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from watcher import clock
from watcher.alerts.digests import digest_alert, is_merged
from watcher.alerts.events import EVENT_OF, FeedEvent, ReleaseEvent, decide_feed_event, decide_release_event
from watcher.alerts.message import context_of
from watcher.alerts.routing import ChannelSchedule, quiet_until, routing_of
from watcher.alerts.rules import effective_rules
from watcher.model.alert import AlertSubject
from watcher.store.alerts import active_mutes, save_alert
from watcher.store.deliveries import (
    held_deliveries,
    held_groups,
    is_first_round,
    last_digest_at,
    merge_deliveries,
    send_on,
    unread_count,
)
from watcher.store.due_work import due_work
from watcher.store.events import mark_decided, undecided_events
from watcher.store.revisions import newest_revision, stored_detection
from watcher.store.rows import at, moment

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlite_utils import Database

    from watcher.alerts.routing import Routing
    from watcher.config.rules import Rule
    from watcher.config.settings import Settings
    from watcher.model.alert import AlertRecord, HeldAlert, Hold
    from watcher.pipeline.runtime import Runtime


async def raise_alerts(runtime: Runtime, *, is_round_over: bool = False) -> None:
    """Turn events into alerts and release held deliveries, each in one transaction with the mark that it is done.

    Run after every poll that brought something, with each tick, and at the start, so that a crash loses nothing.
    `is_round_over`: no more feeds are polled now, so a first round's alerts wait no longer. Raises StoreError.
    """
    now, settings = clock.now(), runtime.configuration.settings
    if (await runtime.store.read(due_work, now)).alerts:
        await runtime.store.write(raise_all, settings, now, is_round_over=is_round_over)


def raise_all(db: Database, settings: Settings, now: datetime, *, is_round_over: bool = False) -> None:
    """Decide all events and held deliveries within the caller's transaction."""
    while decide_events(db, settings, now):
        pass
    release_held(db, settings, now, is_round_over=is_round_over)


def decide_events(db: Database, settings: Settings, now: datetime) -> int:
    """Evaluate the rules on the next events within the caller's transaction; how many there were.

    An event and its alert are written with the mark that it is decided, so a crash before the commit leaves it to the
    next run, and none is alerted twice.
    """
    rows = undecided_events(db)
    rules, routing = effective_rules(settings), routing_of(settings, active_mutes(db, now))
    for row in rows:
        if row["kind"] in EVENT_OF:
            _raise(db, row, settings, rules, routing, now)
        mark_decided(db, row["id"], now)
    return len(rows)


def _raise(
    db: Database, row: Mapping[str, Any], settings: Settings, rules: Sequence[Rule], routing: Routing, now: datetime
) -> None:
    if row["release_id"] is not None:
        alert, identity, about = _of_release(db, row, settings, rules, routing, now)
        thread = identity
    elif row["feed"] is not None:
        alert = decide_feed_event(_feed_event(row, settings, now), rules=rules, routing=routing)
        about, thread = AlertSubject(feed_id=row["feed_id"], event_id=row["id"]), f"feed:{row['feed']}"
    else:
        return
    if alert is not None:
        key = (thread, row["kind"], row["at"], str(row["id"]))
        save_alert(db, alert, about, key=key, thread=thread, now=now)


def _feed_event(row: Mapping[str, Any], settings: Settings, now: datetime) -> FeedEvent:
    names = ("kind", "detail", "publisher", "publisher_name", "feed")
    columns = {name: row[name] for name in names}
    return FeedEvent(**columns, at=moment(row["at"]) or now, installation=settings.name)


def _of_release(
    db: Database, row: Mapping[str, Any], settings: Settings, rules: Sequence[Rule], routing: Routing, now: datetime
) -> tuple[AlertRecord | None, str, AlertSubject]:
    stored = newest_revision(db, row["release_id"])
    happened_at = moment(row["at"]) or now
    context = context_of(stored, happened_at, installation=settings.name, feed=row["feed"] or "")
    found = ReleaseEvent(row["kind"], row["detail"], happened_at, stored.page, stored_detection(db, stored), context)
    about = AlertSubject(stored.release_id, stored.id, row["feed_id"], row["id"])
    return decide_release_event(found, rules=rules, routing=routing), stored.identity, about


def release_held(
    db: Database, settings: Settings, now: datetime, *, is_round_over: bool = False, is_early: bool = False
) -> int:
    """Send on, within the caller's transaction, what has waited long enough; the number of digests that were made.

    What a first round brought is sent once every feed has been polled (or `is_round_over` says so, or it has waited
    long enough). `is_early` makes the digests that are due later now.
    """
    early: list[Hold] = ["hourly", "daily", "quiet_hours"] if is_early else []
    early += ["first_round"] if is_round_over or not is_first_round(db) else []
    schedules = {one.channel: one for one in routing_of(settings).channels}
    count = 0
    for channel, hold in held_groups(db, now, early):
        alerts = held_deliveries(db, now, early, channel=channel, hold=hold)
        if is_merged(hold, len(alerts)):
            _merge(db, alerts, channel, hold, settings, now)
            count += 1
        else:
            _send_on(db, alerts, schedules.get(channel), hold, now)
    return count


def _send_on(
    db: Database, alerts: Sequence[HeldAlert], schedule: ChannelSchedule | None, hold: Hold, now: datetime
) -> None:
    """Send each by itself; what a first round held may still have to wait for the end of quiet hours."""
    for alert in alerts:
        until = quiet_until(schedule, alert.priority, now) if hold == "first_round" and schedule else None
        send_on(db, alert.delivery_id, now, quiet_until=until)


def _merge(
    db: Database, alerts: Sequence[HeldAlert], channel: str, hold: Hold, settings: Settings, now: datetime
) -> None:
    """One digest for all; each of their deliveries refers to the digest's."""
    since = last_digest_at(db, channel, hold)
    digest = digest_alert(
        alerts,
        channel=channel,
        span=hold,
        since=since,
        now=now,
        unread_count=unread_count(db, since),
        installation=settings.name,
    )
    key = ("digest", channel, hold, str(alerts[0].delivery_id), str(alerts[-1].delivery_id), str(at(now)))
    digest_id = save_alert(db, digest, AlertSubject(), key=key, thread=f"channel:{channel}", now=now)
    merge_deliveries(db, (alert.delivery_id for alert in alerts), digest_id)
