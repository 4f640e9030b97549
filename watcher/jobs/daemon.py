"""The daemon: which jobs it has, what each signal does, and how it ends.

A tick starts the polls that are due, the outbox sends what is due, the signs say each few seconds how all of it is.
Due times are in the database, so a restart goes on where the last run stopped.
"""

from __future__ import annotations

import asyncio
import logging
import signal
import threading
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from watcher import clock
from watcher.config.load import load
from watcher.errors import ConfigError, Damaged, Replaced, Unwritable, WatcherError, WorkersFailed
from watcher.jobs.alarm import make_room_for_marker, raise_alarm, tell_of_fault
from watcher.jobs.anchors import anchor
from watcher.jobs.daily import daily
from watcher.jobs.database import DatabaseCheck
from watcher.jobs.datasette import datasette_beside
from watcher.jobs.health import SIGNS_SECONDS, Report, check_feeds, read_report, signs_from_tables, write_report
from watcher.jobs.heartbeat import Heartbeat
from watcher.jobs.integrity import ensure_sound
from watcher.jobs.outbox import Sending, send_due
from watcher.jobs.polling import Polling, correct_due_times, follow_clock, recheck_pages, tick, write_kept
from watcher.jobs.proofs import check_proofs
from watcher.jobs.retention import keep_small
from watcher.jobs.schedule import DAY_SECONDS, Job, Schedule
from watcher.jobs.status import StatusPage, open_status
from watcher.jobs.supervisor import Supervisor
from watcher.jobs.wayback import save_pages
from watcher.jobs.websub import open_subscriber
from watcher.model.health import Health
from watcher.pipeline.alerting import raise_alerts
from watcher.pipeline.runtime import open_runtime
from watcher.store.feeds import select
from watcher.store.file_check import file_check

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from watcher.config.load import Configuration
    from watcher.jobs.datasette import Datasette
    from watcher.jobs.websub import Subscriber
    from watcher.model.alert import AlertEvent
    from watcher.model.poll import PollRecord
    from watcher.pipeline.runtime import Runtime


log = logging.getLogger("watcher")
NIGHT_HOUR = 3  # UTC
_DRAIN_SECONDS = 6
# A job that is done every second or two is late after twice this: a busy disk is no fault yet.
_BRIEF = 5
_WAYBACK_ANSWERS = 60
_HEARTBEAT_ANSWERS = 30


@dataclass(slots=True)
class Signals:
    """What the process was told: to stop (SIGTERM, SIGINT), to read its configuration again (SIGHUP)."""

    stopped: asyncio.Event = field(default_factory=asyncio.Event)
    hung_up: asyncio.Event = field(default_factory=asyncio.Event)
    # For work in threads that may take long.
    stopping: threading.Event = field(default_factory=threading.Event)

    def listen(self) -> None:
        """Take the signals of this process from now on, also those that came while it loaded."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.stop)
        loop.add_signal_handler(signal.SIGHUP, self.hung_up.set)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM, signal.SIGHUP})

    def stop(self) -> None:
        """End the program in order."""
        self.stopping.set()
        self.stopped.set()


@dataclass(slots=True)
class Memory:
    """What outlasts a change of the configuration: since when the daemon runs, and what waits to be written."""

    started_at: datetime = field(default_factory=clock.now)
    sending: Sending = field(default_factory=Sending)
    unwritten: dict[int, PollRecord] = field(default_factory=dict)
    supervisor: Supervisor = field(default_factory=Supervisor)


@dataclass(slots=True)
class Running:
    """The daemon with one configuration; `health` is what its signs were the last time."""

    runtime: Runtime
    polling: Polling
    schedule: Schedule
    sending: Sending
    database: DatabaseCheck
    signals: Signals
    datasette: Datasette | None = None
    started_at: datetime = field(default_factory=clock.now)
    supervisor: Supervisor = field(default_factory=Supervisor)
    health: Health | None = None


async def run(configuration: Configuration, *, datasette: Sequence[str] = ()) -> None:
    """Run until SIGTERM or SIGINT; then no new poll begins, what is under way gets a few seconds, and it ends.

    SIGHUP reads the configuration again: a valid one is taken over, with any other the old one stays. `datasette` is
    the command that starts Datasette over the same database, none where it is empty. Raises Damaged, Replaced,
    Unwritable and WorkersFailed after every channel was told.
    """
    signals, memory = Signals(), Memory()
    signals.listen()
    async with datasette_beside(datasette) as beside:
        before: Configuration | None = None
        while not signals.stopped.is_set():
            try:
                before, configuration = configuration, await _watch(configuration, signals, memory, beside)
            except (Damaged, Replaced, Unwritable, WorkersFailed) as error:
                event, words, again = _ENDS[type(error)]
                await raise_alarm(configuration, event, (words, str(error)), again=again)
                raise
            except ConfigError as error:
                if before is None:
                    raise
                log.error("the configuration cannot be used, the old one stays: %s", error)  # noqa: TRY400 - it says it all
                configuration, before = before, None


# The sentence by which every channel is told why the daemon ends, and after how long it is said again.
_ENDS: dict[type[WatcherError], tuple[AlertEvent, str, timedelta]] = {
    Damaged: (
        "damaged",
        "The evidence in the database is damaged or was changed; polling has stopped.",
        timedelta(days=1),
    ),
    Replaced: (
        "replaced",
        "The database is no longer the file that was opened; nothing more is written, and polling has stopped.",
        timedelta(days=1),
    ),
    Unwritable: (
        "cannot_write",
        "The daemon could not start, since nothing can be written; a supervisor may start it again.",
        timedelta(hours=1),
    ),
    WorkersFailed: (
        "workers_failed",
        "Nothing can be read any more, and the daemon has ended; a supervisor may start it again.",
        timedelta(hours=1),
    ),
}


async def _watch(
    configuration: Configuration, signals: Signals, memory: Memory, datasette: Datasette | None
) -> Configuration:
    """Watch with one configuration until a signal; the configuration to go on with."""
    async with AsyncExitStack() as stack:
        runtime = await stack.enter_async_context(open_runtime(configuration))
        await ensure_sound(runtime, last=configuration.settings.evidence.verify_last, stop=signals.stopping)
        if signals.stopped.is_set():
            return configuration
        make_room_for_marker(configuration.database)
        running = await prepare(runtime, signals, memory, datasette)
        subscriber = await stack.enter_async_context(open_subscriber(runtime, running.schedule.report))
        add_jobs(running, subscriber)
        await _take_over(running)
        page = StatusPage(runtime, lambda: running.health, running.sending.counts)
        await stack.enter_async_context(open_status(configuration.settings.status, page))
        running.schedule.start()
        memory.supervisor.ready()
        log.info("watching %d feeds, database %s", len(await runtime.store.read(select)), configuration.database)
        following = await _until_signal(running)
        if signals.stopped.is_set():
            memory.supervisor.stopping()
        else:
            memory.supervisor.reloading()
        await _end(running)
        if running.database.found is not None:
            raise running.database.found
        return following


async def prepare(runtime: Runtime, signals: Signals, memory: Memory, datasette: Datasette | None = None) -> Running:
    """All that runs with one configuration, before its jobs are added and started."""
    schedule = Schedule(partial(tell_of_fault, runtime))
    polling = Polling(runtime, schedule.report, schedule.follow_clock, unwritten=memory.unwritten)
    schedule.first = partial(follow_clock, polling)
    polling.counts = memory.sending.counts
    memory.sending.report = schedule.report
    opened = await runtime.store.read(file_check, runtime.store.path)
    database = DatabaseCheck(runtime, opened, signals.stop, lambda: len(memory.unwritten) + len(memory.sending.kept))
    runtime.workers.on_failure = database.end_by
    started_at, supervisor = memory.started_at, memory.supervisor
    return Running(runtime, polling, schedule, memory.sending, database, signals, datasette, started_at, supervisor)


async def _take_over(running: Running) -> None:
    """Go on with what an earlier run wrote of itself: when the night's check was last done, and what its clock said."""
    report = read_report(running.runtime.store.path)
    if report is not None:
        running.schedule.remember(report.successes)
    await correct_due_times(running.runtime, report.health.at if report else None)


async def _until_signal(running: Running) -> Configuration:
    """Wait for the end, or for a configuration that can be taken over."""
    signals, configuration = running.signals, running.runtime.configuration
    while True:
        waiting = [asyncio.create_task(event.wait()) for event in (signals.stopped, signals.hung_up)]
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        for task in waiting:
            task.cancel()
        if signals.stopped.is_set():
            log.info("stopping")
            return configuration
        signals.hung_up.clear()
        if running.runtime.store.condition.unwritable is not None:
            log.error("the configuration is not taken over while nothing can be written, the old one stays")
        elif (found := await asyncio.to_thread(read_again, configuration)) is not None:
            return found


def read_again(configuration: Configuration) -> Configuration | None:
    """The configuration as its files say now; None, and the reason in the log, where the old one stays."""
    try:
        found = load(configuration.folder)
    except ConfigError as error:
        log.error("the configuration is not taken over, the old one stays:\n%s", error)  # noqa: TRY400 - the sentence says it all
        return None
    if found.database != configuration.database:
        log.error("the configuration is not taken over: another database needs a new start, not SIGHUP")
        return None
    log.info("the configuration is read again")
    return found


def add_jobs(running: Running, subscriber: Subscriber | None) -> None:
    """Every job with its interval in seconds; docs/how-to/see-that-it-is-well.md has the same table."""
    runtime, add = running.runtime, running.schedule.add
    add(Job("database", 2, running.database.check, within=_BRIEF))
    add(Job("polls", 2, partial(tick, running.polling), within=_BRIEF))
    add(Job("rechecks", 10, partial(recheck_pages, running.polling)))
    add(Job("events", 2, partial(raise_alerts, runtime), within=_BRIEF))
    add(Job("outbox", 1, partial(send_due, runtime, running.sending), within=_BRIEF))
    add(Job("feeds", 300, partial(_judge, running)))
    add(Job("anchors", 60, partial(anchor, runtime), within=120))
    add(Job("proofs", 600, partial(check_proofs, runtime)))
    add(Job("daily", 30, partial(_daily, running), within=60))
    add(Job("retention", 60, partial(keep_small, runtime), within=900))
    add(Job("night", DAY_SECONDS, partial(_verify, running), hour=NIGHT_HOUR))
    if subscriber is not None:
        add(Job("subscriptions", 10, subscriber.renew, within=300))
    wayback = runtime.configuration.settings.wayback
    if wayback.enabled:
        add(Job("wayback", wayback.interval, partial(save_pages, runtime), within=wayback.interval + _WAYBACK_ANSWERS))
    if (heartbeat := runtime.configuration.settings.heartbeat) is not None:
        beat = Heartbeat(runtime.client, heartbeat, lambda: running.health).beat
        add(Job("heartbeat", heartbeat.interval, beat, within=heartbeat.interval + _HEARTBEAT_ANSWERS))
    add(Job("signs", SIGNS_SECONDS, partial(take_signs, running)))


async def _judge(running: Running) -> None:
    """Judge the feeds of which something new is stored since the last time; after an error all of them."""
    polled, running.polling.polled = running.polling.polled, set()
    try:
        await check_feeds(running.runtime, polled)
    except WatcherError:
        running.polling.polled = None
        raise


async def _daily(running: Running) -> None:
    """The daily report and the daily test, where they are due."""
    await daily(running.runtime, running.health)


async def _verify(running: Running) -> None:
    """Verify all of the evidence; where it is damaged, the daemon ends."""
    try:
        await ensure_sound(running.runtime, last=None, stop=running.signals.stopping)
    except Damaged as error:
        running.database.end_by(error)


async def take_signs(running: Running) -> None:
    """Ask every part how it is, and write that down beside the database. Raises Unwritable where it cannot be."""
    runtime = running.runtime
    under_way = running.polling.under_way()
    stored = await signs_from_tables(runtime, started_at=running.started_at, under_way=under_way)
    signs = (running.database.sign(), *stored, *running.schedule.signs())
    if running.datasette is not None:
        signs = (*signs, running.datasette.sign())
    running.health = Health(clock.now(), running.started_at, signs)
    running.supervisor.progress(running.health, running.schedule.jobs.values())
    successes = running.schedule.successes()
    report = Report(running.health, running.database.file.identity, under_way, successes)
    try:
        await asyncio.to_thread(write_report, runtime.store.path, report)
    except OSError as error:
        running.database.beside = Unwritable(f"the signs cannot be written: {error}")
        raise running.database.beside from error
    running.database.beside = None


async def _end(running: Running) -> None:
    """Begin nothing more, and wait for what is under way; what takes too long is cancelled, before it has written."""
    running.signals.stopping.set()
    under_way = [*running.schedule.stop(), *running.polling.tasks(), *running.sending.running()]
    pending = [task for task in under_way if not task.done()]
    if pending:
        _, late = await asyncio.wait(pending, timeout=_DRAIN_SECONDS)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
    if running.database.found is None:
        await write_kept(running.polling)
        await running.sending.write_kept(running.runtime)
    if not running.signals.stopped.is_set():
        running.signals.stopping.clear()
