"""What is done once a day: the report, the end-to-end test, and the alarm where the test did not arrive.

Whether today's was done follows from the table of alerts, so a restart neither forgets nor repeats it.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from watcher import clock
from watcher.alerts import operations
from watcher.jobs.selftest import run_selftest
from watcher.model.alert import AlertSubject
from watcher.store.alerts import save_alert
from watcher.store.daily_figures import is_raised_since, selftest_results, status_report

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlite_utils import Database

    from watcher.config.settings import Settings
    from watcher.model.health import Health, Sign
    from watcher.pipeline.runtime import Runtime


_DAY = timedelta(days=1)
# How long a channel may take for the daily test before it is called missing, and for how long that is reported.
_MISSING_AFTER, _MISSING_WITHIN = timedelta(hours=1), timedelta(days=2)


async def daily(runtime: Runtime, health: Health | None = None) -> None:
    """Do what is due; the report says which signs of `health` are not well. Raises StoreError."""
    settings, now = runtime.configuration.settings, clock.now()
    slot = last_slot(now, settings.report_at)
    if any(channel.report for channel in settings.channels) and await _is_due(runtime, "report", slot):
        await runtime.store.write(write_report, settings, slot, now, signs=health.ill if health else ())
    slot = last_slot(now, settings.selftest_at)
    if any(channel.selftest for channel in settings.channels) and await _is_due(runtime, "selftest", slot):
        await run_selftest(runtime, clock.to_text(slot))
    if await runtime.store.read(_missing, now):
        await runtime.store.write(report_missing, settings, now)


async def _is_due(runtime: Runtime, event: str, slot: datetime) -> bool:
    return not await runtime.store.read(is_raised_since, event, slot, until=clock.now())  # type: ignore[arg-type]


def last_slot(now: datetime, day_time: str) -> datetime:
    """The last instant at or before `now` that has this time of day in UTC, "06:00"."""
    hour, minute = map(int, day_time.split(":"))
    today = now.replace(hour=hour, minute=minute, second=0, microsecond=0)
    return today if today <= now else today - _DAY


def write_report(
    db: Database, settings: Settings, slot: datetime, now: datetime, *, signs: Sequence[Sign] = ()
) -> None:
    """Write the report of the day before, within one transaction with its deliveries; `signs` are not well."""
    record = operations.daily_report(settings, status_report(db, now - _DAY), now, signs=signs)
    save_alert(db, record, AlertSubject(), key=(settings.name, clock.to_text(slot)), thread="report", now=now)


def _missing(db: Database, now: datetime) -> list[tuple[str, str, datetime]]:
    """The channels that did not take a daily test: alert, channel, when the test began."""
    found = selftest_results(db, now - _MISSING_WITHIN)
    late = [one for one in found if one.seconds is None and now - one.started_at > _MISSING_AFTER]
    return [(one.alert_uid, one.channel, one.started_at) for one in late]


def report_missing(db: Database, settings: Settings, now: datetime) -> None:
    """Alert all channels of each one that did not take a test, once for each test."""
    for uid, channel, started_at in _missing(db, now):
        detail = f"The test of {started_at:%Y-%m-%d %H:%M} UTC has not arrived at {channel}."
        record = operations.selftest_missing(settings, detail, now, subject=f"channel:{channel}")
        save_alert(db, record, AlertSubject(), key=(uid, channel), thread=f"channel:{channel}", now=now)
