"""The whole installation examined: feeds and channels, the daemon, the disk, the clock, the worker processes.

Unlike the daemon's own signs it works whether or not a daemon runs, and says what to do.
"""

from __future__ import annotations

import asyncio
import os
import shutil
from datetime import timedelta
from statistics import median
from typing import TYPE_CHECKING

from watcher import clock
from watcher.alerts.diagnosis import Condition, channel_condition, feed_condition
from watcher.config.secrets import unset_secrets_of
from watcher.errors import WatcherError
from watcher.jobs.health import health_from_outside
from watcher.pipeline.ocr import unread_languages
from watcher.pipeline.workers import open_workers
from watcher.store.deliveries import channel_states
from watcher.store.feed_history import feed_histories
from watcher.store.rows import moment
from watcher.store.status import clock_offsets

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlite_utils import Database

    from watcher.alerts.diagnosis import State
    from watcher.config.load import Configuration
    from watcher.config.settings import Settings


# Less than this, or than the database's own size (a backup before a migration needs as much), is little.
_LITTLE, _NOTHING = 1_000_000_000, 50_000_000
_OFF_BY = timedelta(minutes=1)
_MEGABYTE = 1_000_000


def examine(configuration: Configuration, db: Database | None, *, is_running: bool) -> list[Condition]:
    """Every condition; what needs somebody comes first. Starts a worker process, and changes nothing."""
    found = [
        _daemon(configuration, db, is_running=is_running),
        _disk(configuration.database),
        _pool(),
        *_ocr(configuration.settings),
        *_no_channel(configuration.settings),
        *((_clock(db), *_feeds(db), *_channels(configuration.settings, db)) if db else ()),
    ]
    return sorted(found, key=lambda one: one.is_well)


def _feeds(db: Database) -> Iterator[Condition]:
    now = clock.now()
    for history in feed_histories(db, is_every=True):
        yield feed_condition(history, now)


def _channels(settings: Settings, db: Database) -> Iterator[Condition]:
    by_name = {channel.name: channel for channel in settings.channels}
    for row in channel_states(db, tuple(by_name)):
        channel = by_name[row["channel"]]
        times = {name: moment(row[name]) for name in ("sent_at", "disabled_at")}
        unset = ", ".join(unset_secrets_of(channel))
        yield channel_condition(channel, row | times, unset=unset)


def _no_channel(settings: Settings) -> Iterator[Condition]:
    if not any(channel.enabled for channel in settings.channels):
        why = "none is configured and enabled: alerts are stored and sent nowhere"
        yield _installation("channels", "off", why, "write a [[channel]] where somebody is to be notified")


def _ocr(settings: Settings) -> Iterator[Condition]:
    if missing := unread_languages(settings.ocr):
        why = f"Tesseract cannot read {', '.join(missing)}: scanned pages stay unread"
        yield _installation("ocr", "not set", why, "install Tesseract with the data of these languages")


def _installation(name: str, state: State, why: str = "", remedy: str = "", since: object = None) -> Condition:
    return Condition("installation", name, state, why, since, remedy)  # type: ignore[arg-type]


def _daemon(configuration: Configuration, db: Database | None, *, is_running: bool) -> Condition:
    if db is None:
        return _installation("daemon", "not running", "there is no database yet", "`watcher run` creates it")
    if not is_running:
        return _installation("daemon", "not running", "no daemon is running on this database", "start `watcher run`")
    found = health_from_outside(configuration, db, is_running=True)
    if found.is_well:
        return _installation("daemon", "healthy", since=found.started_at)
    why = "; ".join(str(sign) for sign in found.ill)
    return _installation("daemon", "not well", why, "`watcher health` and the log say more", found.started_at)


def _disk(database: Path) -> Condition:
    folder = next(one for one in database.parents if one.is_dir())
    free, size = shutil.disk_usage(folder).free, database.stat().st_size if database.is_file() else 0
    why = f"{free // _MEGABYTE:,} MB free where the database of {size // _MEGABYTE:,} MB is"
    if not os.access(folder, os.W_OK):
        return _installation("disk", "full", f"{folder} cannot be written", "mount it for writing, or change its owner")
    if free < _NOTHING:
        return _installation("disk", "full", why, "make room now: stored alerts are sent, nothing new is written")
    if free < max(_LITTLE, size):
        return _installation("disk", "low", why, "make room: a backup takes as much as the database")
    return _installation("disk", "healthy", why)


def _clock(db: Database) -> Condition:
    """The wall clock against the servers that answered last (RFC 9110 section 6.6.1), and against what is stored."""
    offsets, newest_at = clock_offsets(db)
    remedy = "set the clock, and let it be kept by NTP: times of releases and alerts are taken from it"
    if newest_at is not None and newest_at - clock.now() > _OFF_BY:
        why = f"the newest row is of {clock.to_text(newest_at)}, which is still to come: the clock was set back"
        return _installation("clock", "wrong", why, remedy)
    if not offsets:
        return _installation("clock", "unknown", "no server has said what time it is")
    off_by = median(offsets)
    way = "ahead of" if off_by > 0 else "behind"
    why = f"{abs(off_by):.0f} s {way} the last {len(offsets)} answers of servers"
    return _installation("clock", "wrong" if abs(off_by) > _OFF_BY.total_seconds() else "healthy", why, remedy)


def _pool() -> Condition:
    """Whether a worker process can be started and does what it is told."""
    began = clock.monotonic()
    try:
        asyncio.run(_run_task())
    except (WatcherError, OSError) as error:
        remedy = "look for limits of processes, memory and open files (ulimit -a, systemd's TasksMax and MemoryMax)"
        return _installation("workers", "broken", str(error), remedy)
    return _installation("workers", "healthy", f"one answered after {clock.monotonic() - began:.1f} s")


async def _run_task() -> None:
    async with open_workers(1) as workers:
        await workers.run(os.getpid)
