"""What keeps the database small: once a day old polls go, and each minute the log is looked after.

A log that stays large although nothing is wrong with the disk has a reader that never ends: that raises an alert.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from watcher import clock
from watcher.alerts.operations import log_grows
from watcher.model.alert import AlertSubject
from watcher.store.alerts import save_alert
from watcher.store.retention import (
    LARGE_LOG,
    Limits,
    count_chunk,
    count_others,
    is_noted,
    next_chunk,
    note_size,
    optimize,
    prune_chunk,
    prune_others,
    record_pruning,
    shrink_log,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from datetime import datetime

    from sqlite_utils import Database

    from watcher.config.evidence import Evidence
    from watcher.config.settings import Settings
    from watcher.pipeline.runtime import Runtime
    from watcher.store.retention import Chunk
    from watcher.store.writing_thread import Store


log = logging.getLogger("watcher")


def limits_of(evidence: Evidence, now: datetime) -> Limits:
    """Before which times rows go, by the settings `keep_quiet_polls` and `keep_polls`."""
    return Limits(now - timedelta(seconds=evidence.keep_quiet_polls), now - timedelta(seconds=evidence.keep_polls))


async def keep_small(runtime: Runtime) -> None:
    """Bound the log, and on the first call of a day prune what is old and optimize. Raises StoreError."""
    now = clock.now()
    await _bound_log(runtime, now)
    if not await runtime.store.read(is_noted, now):
        await _prune(runtime, now)
        await runtime.store.read(optimize)
        await runtime.store.write(note_size, now)


async def _prune(runtime: Runtime, now: datetime) -> None:
    """Some polls at a time, so that others are stored between; what an interrupted round left goes on the next day."""
    store, limits = runtime.store, limits_of(runtime.configuration.settings.evidence, now)
    found = await store.read(count_others, limits)
    async for chunk in _chunks(store, limits):
        found += await store.read(count_chunk, chunk)
    if not found:
        return
    await store.write(record_pruning, limits, found, now, why="retention")
    await store.write(prune_others, limits)
    async for chunk in _chunks(store, limits):
        await store.read(prune_chunk, chunk)
    counts = (found.quiet_polls, found.polls, found.attempts, found.captures)
    log.info("retention: %d quiet polls counted by day; %d polls, %d attempts, %d headers deleted", *counts)


async def _chunks(store: Store, limits: Limits) -> AsyncIterator[Chunk]:
    chunk = await store.read(next_chunk, 0, limits)
    while chunk.last_id:
        yield chunk
        chunk = await store.read(next_chunk, chunk.last_id, limits)


async def _bound_log(runtime: Runtime, now: datetime) -> None:
    size = await runtime.store.read(shrink_log)
    if size > LARGE_LOG:
        database = runtime.configuration.database
        detail = f"{database.name}-wal has {size // 1_000_000} MB. {_readers(database)}"
        log.error("the log of the database grows: %s", detail)
        await runtime.store.write(_report, runtime.configuration.settings, detail, now)


def _report(db: Database, settings: Settings, detail: str, now: datetime) -> None:
    """Alert every channel, once a day."""
    record = log_grows(settings, detail, now)
    save_alert(db, record, AlertSubject(), key=(f"{now:%Y-%m-%d}",), thread="database", now=now)


def _readers(database: Path) -> str:
    """Which programs have the database open, as far as this user may see; Linux only."""
    ours, found = str(Path("/proc/self").resolve()), []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if str(process) != ours and any(one.resolve() == database.resolve() for one in (process / "fd").iterdir()):
                found.append(f"{(process / 'comm').read_text().strip()} ({process.name})")
        except OSError:
            continue  # it has ended, or belongs to somebody else
    return f"It is open in {', '.join(sorted(found))}." if found else "No other process of this user has it open."
