"""The health of the program, as signs; and of every feed, as events.

The daemon writes its signs into a small file beside the database every few seconds. Who asks for them (`watcher
health`) looks how old that file is, and reads from the tables what was really written: a program that is blind or hangs
cannot say that it is well.
"""

from __future__ import annotations

import asyncio
import json
import shutil
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from watcher import clock
from watcher.alerts.health import state_changes
from watcher.errors import StoreError
from watcher.model.health import Health, Sign
from watcher.pipeline.alerting import raise_all
from watcher.store.database_file import identity_of
from watcher.store.events import save_event
from watcher.store.feed_history import feed_histories, feeds_to_judge
from watcher.store.health import given_up, last_daily_test, oldest_unsent, overdue_feeds, reading
from watcher.store.retention import LARGE_LOG, file_of, log_bytes, log_of

if TYPE_CHECKING:
    from collections.abc import Collection, Container, Mapping
    from pathlib import Path

    from sqlite_utils import Database

    from watcher.config.load import Configuration
    from watcher.config.settings import Settings
    from watcher.model.alert import EventKind
    from watcher.pipeline.runtime import Runtime


SIGNS_SECONDS = 5
# The file of the signs is rewritten every five seconds; after two intervals and a moment it says nothing any more.
_FRESH = timedelta(seconds=2 * SIGNS_SECONDS + 2)
_UNSENT_FOR = timedelta(minutes=15)
_UNREAD_FOR = timedelta(hours=1)
_TEST_WITHIN, _TEST_EVERY = timedelta(hours=1), timedelta(hours=26)
_ANSWERS_WITHIN = 5
_SHOWN = 5
_TOGETHER = 100


async def check_feeds(runtime: Runtime, polled: Collection[int] | None = None) -> None:
    """Judge the health of feeds, and alert on what began or ended. Raises StoreError.

    `polled` are those that were polled since the last time; without it every feed is judged. The history of a feed
    takes half a dozen queries: they are asked some feeds at a time, so that polls are written between.
    """
    now, settings = clock.now(), runtime.configuration.settings
    feed_ids = await runtime.store.read(feeds_to_judge, polled)
    for start in range(0, len(feed_ids), _TOGETHER):
        found = await runtime.store.read(_changes, feed_ids[start : start + _TOGETHER], now)
        if found:
            await runtime.store.write(_save_changes, {feed_id for feed_id, *_ in found}, settings, now)


def _changes(db: Database, feed_ids: Collection[int], now: datetime) -> list[tuple[int, EventKind, str]]:
    return [(feed.feed_id, *change) for feed in feed_histories(db, feed_ids) for change in state_changes(feed, now)]


def _save_changes(db: Database, feed_ids: Collection[int], settings: Settings, now: datetime) -> None:
    """Write the events that follow from the feeds' histories, with their alerts, in one transaction."""
    found = _changes(db, feed_ids, now)
    for feed_id, kind, detail in found:
        save_event(db, kind, now, feed_id=feed_id, detail=detail)
    if found:
        raise_all(db, settings, now)


def stored_signs(
    db: Database, settings: Settings, now: datetime, *, started_at: datetime, under_way: Container[str] = ()
) -> tuple[Sign, ...]:
    """What the tables say: `polls` by what was written against what was due, `feeds`, `alerts`, `daily_test`, `log`."""
    return (
        _polls(db, now, started_at, under_way),
        _feeds(db, now, started_at),
        _alerts(db, settings, now),
        _daily_test(db, settings, now, started_at),
        _log(db),
    )


def _log(db: Database) -> Sign:
    size = log_bytes(log_of(file_of(db)))
    detail = f"the database's log has {size // 1_000_000} MB: a program has been reading the database without an end"
    return Sign("log", is_well=size <= LARGE_LOG, detail="" if size <= LARGE_LOG else detail)


def _polls(db: Database, now: datetime, started_at: datetime, under_way: Container[str]) -> Sign:
    late = overdue_feeds(db, now, started_at=started_at, under_way=under_way)
    if not late:
        return Sign("polls", is_well=True)
    named = ", ".join(f"{one.feed} due since {clock.to_text(one.since)}" for one in late[:_SHOWN])
    more = f" and {len(late) - _SHOWN} more" if len(late) > _SHOWN else ""
    return Sign("polls", is_well=False, detail=f"no poll was written of {named}{more}")


def _feeds(db: Database, now: datetime, started_at: datetime) -> Sign:
    """Whether anything is read at all: polls that all fail are written in time, and one feed's failure says little."""
    found = reading(db)
    if not found.polled_count:
        return Sign("feeds", is_well=False, detail="no feed is polled: none is enabled, or all are gone (410)")
    is_failing = 2 * found.failing_count > found.lately_count and found.failed_polls > 1
    if not is_failing or now - max(found.read_at or started_at, started_at) <= _UNREAD_FOR:
        return Sign("feeds", is_well=True)
    since = f"since {clock.to_text(found.read_at)}" if found.read_at else "yet"
    return Sign("feeds", is_well=False, detail=f"no feed has been read {since}; the last answer, {found.answer}")


def _alerts(db: Database, settings: Settings, now: datetime) -> Sign:
    lost = given_up(db, [channel.name for channel in settings.channels if channel.enabled])
    if lost is not None:
        detail = f"{lost.channel} gave up alerts and has taken none since {clock.to_text(lost.since)}: {lost.answer}"
        remedy = f"when it works: watcher alerts retry --channel {lost.channel}"
        return Sign("alerts", is_well=False, detail=f"{detail}; {remedy}")
    oldest = oldest_unsent(db, now)
    if oldest is None or now - oldest.since <= _UNSENT_FOR:
        return Sign("alerts", is_well=True)
    detail = f"{oldest.channel} has not taken an alert of {clock.to_text(oldest.since)}"
    return Sign("alerts", is_well=False, detail=f"{detail}: {oldest.answer or 'no attempt was made'}")


def _daily_test(db: Database, settings: Settings, now: datetime, started_at: datetime) -> Sign:
    channels = [channel.name for channel in settings.channels if channel.enabled and channel.selftest]
    if not channels:
        return Sign("daily_test", is_well=True, detail="no channel wants it")
    last = last_daily_test(db, now, channels)
    if now - (last.started_at if last else started_at) > _TEST_EVERY:
        since = clock.to_text(last.started_at) if last else "the start"
        return Sign("daily_test", is_well=False, detail=f"there was none since {since}")
    if last and last.missing and now - last.started_at > _TEST_WITHIN:
        detail = f"that of {clock.to_text(last.started_at)} has not arrived at {', '.join(last.missing)}"
        return Sign("daily_test", is_well=False, detail=detail)
    return Sign("daily_test", is_well=True)


async def signs_from_tables(
    runtime: Runtime, *, started_at: datetime, under_way: Container[str] = ()
) -> tuple[Sign, ...]:
    """The signs of `stored_signs`, read by the daemon itself; a database that does not answer is the sign `polls`."""
    settings, now = runtime.configuration.settings, clock.now()
    try:
        asked = runtime.store.read(stored_signs, settings, now, started_at=started_at, under_way=under_way)
        return await asyncio.wait_for(asked, _ANSWERS_WITHIN)
    except TimeoutError:
        return (Sign("polls", is_well=False, detail=f"the database did not answer for {_ANSWERS_WITHIN} s"),)
    except StoreError as error:
        return (Sign("polls", is_well=False, detail=str(error)),)


@dataclass(frozen=True, slots=True)
class Report:
    """What the daemon last wrote of itself: its signs, which file it has open, which feeds it polls just now.

    `successes` is when each job of the calendar last succeeded.
    """

    health: Health
    identity: tuple[int, int] | None
    under_way: tuple[str, ...]
    successes: Mapping[str, str]


def report_file(database: Path) -> Path:
    """Where the daemon writes its signs."""
    return database.with_name(f"{database.name}.health")


def write_report(database: Path, report: Report) -> None:
    """Replace the file in one step. Raises OSError, also where the disk is full: then it grows old, which is a sign."""
    health = {"at": clock.to_text(report.health.at), "started_at": clock.to_text(report.health.started_at)}
    signs = [asdict(sign) for sign in report.health.signs]
    said = health | {"signs": signs, "identity": report.identity, "under_way": report.under_way}
    path = report_file(database)
    partial = path.with_name(f".{path.name}.partial")
    try:
        partial.write_text(json.dumps(said | {"successes": dict(report.successes)}), encoding="utf-8")
        partial.replace(path)
    except OSError:
        with suppress(OSError):
            partial.unlink(missing_ok=True)
        raise


def read_report(database: Path) -> Report | None:
    """What the daemon wrote last; None where there is nothing that can be read."""
    try:
        return _report(json.loads(report_file(database).read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _report(said: dict[str, Any]) -> Report:
    signs = tuple(Sign(**sign) for sign in said["signs"])
    health = Health(clock.from_text(said["at"]), clock.from_text(said["started_at"]), signs)
    identity = tuple(said["identity"]) if said["identity"] else None
    return Report(health, identity, tuple(said["under_way"]), said["successes"])


def health_from_outside(configuration: Configuration, db: Database | None, *, is_running: bool) -> Health:
    """The signs as somebody sees them who is not the daemon: what it wrote of itself, and what the tables say."""
    now, path = clock.now(), configuration.database
    report = read_report(path)
    started_at = report.health.started_at if report else now
    if not is_running:
        return Health(
            now, started_at, (Sign("running", is_well=False, detail="no daemon is running on this database"),)
        )
    if report is None or abs(now - report.health.at) > _FRESH:
        since = f"since {clock.to_text(report.health.at)}" if report else "yet"
        free = f"its disk has {shutil.disk_usage(path.parent).free} bytes free"
        detail = f"the daemon has not said anything of itself {since}; {free}"
        running = Sign("running", is_well=False, detail=detail)
    else:
        running = Sign("running", is_well=True)
    signs = {sign.name: sign for sign in (running, *(report.health.signs if report else ()))}
    if report is not None and report.identity != identity_of(path):
        signs["database"] = Sign("database", is_well=False, detail=f"{path} is not the file that the daemon has open")
    if db is not None and report is not None:
        own = stored_signs(db, configuration.settings, now, started_at=started_at, under_way=report.under_way)
        signs |= {sign.name: sign for sign in own}
    return Health(now, started_at, tuple(signs.values()))
