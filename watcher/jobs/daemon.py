"""The daemon: a tick picks the feeds that are due, the outbox sends what is due, a signal ends it cleanly.

The only user of APScheduler. Its jobs are few and keep no state of their own: due times are in the database, so a
restart goes on where the last run stopped.
"""

from __future__ import annotations

import asyncio
import logging
import signal
import threading
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, ParamSpec

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from watcher import clock
from watcher.errors import Damaged, WatcherError, WorkersFailed
from watcher.jobs.alarm import raise_alarm
from watcher.jobs.anchors import anchor
from watcher.jobs.daily import daily
from watcher.jobs.health import check_feeds
from watcher.jobs.integrity import check_or_alarm
from watcher.jobs.outbox import Sending, send_due
from watcher.jobs.wayback import save_pages
from watcher.jobs.websub import open_subscriber
from watcher.pipeline.alerting import raise_alerts
from watcher.pipeline.poll import poll_feed
from watcher.pipeline.recheck import due_now, recheck
from watcher.pipeline.runtime import open_runtime
from watcher.store.feeds import select, shift

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence

    from watcher.config.load import Configuration
    from watcher.jobs.websub import Subscriber
    from watcher.model.feed import FeedState
    from watcher.model.poll import PollRecord
    from watcher.model.revision import DueRecheck
    from watcher.pipeline.runtime import Runtime


P = ParamSpec("P")
log = logging.getLogger("watcher")
TICK_SECONDS = 2
SUBSCRIBE_SECONDS = 10
OUTBOX_SECONDS = 1
HEALTH_SECONDS = 300
MAINTENANCE_SECONDS = 60
_NIGHT_HOUR = 3  # UTC
RECHECK_SECONDS = 10
DAILY_SECONDS = 30
_DRAIN_SECONDS = 6
_DATASETTE_SECONDS = 2
_JUMP = timedelta(minutes=1)
_ALARM_AGAIN = timedelta(hours=1)
# A feed whose poll could not be written is paused for this long: the disk may be full.
_PAUSE_SECONDS = 60


@dataclass(slots=True)
class Running:
    """What the daemon remembers between ticks; none of it matters after a restart.

    Polls and rechecks are kept by the id of their feed or release, pauses as monotonic times.
    """

    runtime: Runtime
    polls: dict[int, asyncio.Task[None]] = field(default_factory=dict)
    paused: dict[int, float] = field(default_factory=dict)
    rechecks: dict[int, asyncio.Task[None]] = field(default_factory=dict)
    rechecks_paused_until: float = 0.0
    sending: Sending = field(default_factory=Sending)
    maintenance: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    stopped: asyncio.Event = field(default_factory=asyncio.Event)
    stopping: threading.Event = field(default_factory=threading.Event)
    failures: list[Damaged | WorkersFailed] = field(default_factory=list)
    wall: datetime = field(default_factory=clock.now)
    monotonic: float = field(default_factory=clock.monotonic)

    def fail(self, error: Damaged | WorkersFailed) -> None:
        """End the daemon with this error, once what is under way is done."""
        self.failures.append(error)
        self.stopped.set()


async def run(configuration: Configuration, *, datasette: Sequence[str] = ()) -> None:
    """Run until SIGTERM or SIGINT; then no new poll begins, what is under way gets a few seconds, and it ends.

    `datasette` is the command that starts Datasette over the same database, none where it is empty.
    """
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    async with (
        _verified_runtime(configuration) as runtime,
        _datasette_process(datasette),
        open_subscriber(runtime) as subscriber,
    ):
        running = Running(runtime, stopped=stopped)
        runtime.workers.on_failure = running.fail
        scheduler = schedule_jobs(running, subscriber)
        scheduler.start()
        log.info("watching %d feeds, database %s", len(await runtime.store.read(select)), configuration.database)
        await stopped.wait()
        log.info("stopping")
        # APScheduler's own shutdown cancels what runs, so its jobs only start tasks that are drained here.
        scheduler.shutdown(wait=False)
        running.stopping.set()
        await _drain(
            [
                *running.polls.values(),
                *running.rechecks.values(),
                *running.sending.running(),
                *running.maintenance.values(),
            ]
        )
        if running.failures:
            await _alarm_of(runtime, running.failures[0])
            raise running.failures[0]


async def _alarm_of(runtime: Runtime, error: Damaged | WorkersFailed) -> None:
    """Say by every channel that the daemon ends because no feed can be read; damage was said when it was found."""
    if isinstance(error, WorkersFailed):
        words = ("Nothing can be read any more, and the daemon has ended; a supervisor may start it again.", str(error))
        await raise_alarm(runtime, "workers_failed", words, again=_ALARM_AGAIN)


def schedule_jobs(running: Running, subscriber: Subscriber | None) -> AsyncIOScheduler:
    """Every job with its interval; what may take long is maintenance, which runs as a task of its own."""
    scheduler = AsyncIOScheduler(
        timezone="UTC", job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
    )
    every = partial(scheduler.add_job, trigger="interval", next_run_time=clock.now())
    runtime, wayback = running.runtime, running.runtime.configuration.settings.wayback
    every(tick, args=[running], seconds=TICK_SECONDS)
    every(recheck_pages, args=[running], seconds=RECHECK_SECONDS)
    every(_attempt, args=["events cannot be evaluated", raise_alerts, runtime], seconds=TICK_SECONDS)
    every(_attempt, args=["the outbox cannot be read", send_due, runtime, running.sending], seconds=OUTBOX_SECONDS)
    every(_attempt, args=["the feeds' health cannot be judged", check_feeds, runtime], seconds=HEALTH_SECONDS)
    if subscriber is not None:
        every(_attempt, args=["subscriptions cannot be renewed", subscriber.renew], seconds=SUBSCRIBE_SECONDS)
    every(start_maintenance, args=[running, "anchors"], seconds=MAINTENANCE_SECONDS)
    every(start_maintenance, args=[running, "daily"], seconds=DAILY_SECONDS)
    if wayback.enabled:
        scheduler.add_job(start_maintenance, "interval", [running, "wayback"], seconds=wayback.interval)
    scheduler.add_job(start_maintenance, "cron", [running, "night"], hour=_NIGHT_HOUR)
    return scheduler


async def _attempt(failing: str, work: Callable[P, Awaitable[object]], *args: P.args, **kwargs: P.kwargs) -> None:
    """Do some work; where it fails, that is logged, it is done again at its next time, and the other jobs go on."""
    try:
        await work(*args, **kwargs)
    except WatcherError as error:
        log.error("%s: %s", failing, error)  # noqa: TRY400 - the sentence says it all


@asynccontextmanager
async def _verified_runtime(configuration: Configuration) -> AsyncIterator[Runtime]:
    """The runtime over a database whose last links were verified; raises Damaged after the alarm, before any poll."""
    async with open_runtime(configuration) as runtime:
        await check_or_alarm(runtime, last=configuration.settings.evidence.verify_last)
        yield runtime


async def start_maintenance(running: Running, name: str) -> None:
    """Start a maintenance task unless it runs already."""
    task = running.maintenance.get(name)
    if task is None or task.done():
        running.maintenance[name] = asyncio.create_task(_MAINTENANCE[name](running))


async def _daily(running: Running) -> None:
    """Write the daily report and run the daily test."""
    try:
        await _attempt("the daily report or test cannot be written", daily, running.runtime)
    except Exception:
        log.exception("the daily report or test failed")


async def _verify(running: Running) -> None:
    """Verify all of the evidence; where it is damaged, the daemon ends."""
    try:
        await check_or_alarm(running.runtime, last=None, stop=running.stopping)
    except Damaged as error:
        running.fail(error)


_MAINTENANCE: dict[str, Callable[[Running], Coroutine[Any, Any, None]]] = {
    "anchors": lambda running: _attempt("the chain's head cannot be anchored", anchor, running.runtime),
    "wayback": lambda running: _attempt("no page can be submitted to the Wayback Machine", save_pages, running.runtime),
    "daily": _daily,
    "night": lambda running: _attempt("the evidence cannot be verified", _verify, running),
}


@asynccontextmanager
async def _datasette_process(command: Sequence[str]) -> AsyncIterator[None]:
    """Run Datasette beside the daemon; if it ends by itself, that is logged and polling goes on."""
    if not command:
        yield
        return
    process = await asyncio.create_subprocess_exec(*command)
    watch = asyncio.create_task(_log_end(process))
    try:
        yield
    finally:
        watch.cancel()
        if process.returncode is None:
            process.terminate()
        try:
            await asyncio.wait_for(process.wait(), _DATASETTE_SECONDS)
        except TimeoutError:
            process.kill()
            await process.wait()


async def _log_end(process: asyncio.subprocess.Process) -> None:
    code = await process.wait()
    log.error("Datasette ended with code %d; polling goes on", code)


async def _drain(tasks: list[asyncio.Task[None] | asyncio.Task[int]]) -> None:
    """Wait for what is under way; what takes too long is cancelled, before it has written anything."""
    pending = [task for task in tasks if not task.done()]
    if not pending:
        return
    _, late = await asyncio.wait(pending, timeout=_DRAIN_SECONDS)
    for task in late:
        task.cancel()
    await asyncio.gather(*late, return_exceptions=True)


async def tick(running: Running) -> None:
    """Start a poll of every feed that is due and not being polled already."""
    await _follow_clock(running)
    now = clock.monotonic()
    running.paused = {feed_id: until for feed_id, until in running.paused.items() if until > now}
    running.polls = {feed_id: task for feed_id, task in running.polls.items() if not task.done()}
    for feed in await running.runtime.store.read(select, due_by=clock.now()):
        if feed.id not in running.polls and feed.id not in running.paused:
            running.polls[feed.id] = asyncio.create_task(_poll(running, feed))


async def _poll(running: Running, feed: FeedState) -> None:
    try:
        log_poll(feed, await poll_feed(running.runtime, feed))
    except WatcherError as error:
        running.paused[feed.id] = clock.monotonic() + _PAUSE_SECONDS
        log.error("%s: nothing could be stored: %s; again in %d s", feed.name, error, _PAUSE_SECONDS)  # noqa: TRY400 - the sentence says it all
    except Exception:
        running.paused[feed.id] = clock.monotonic() + _PAUSE_SECONDS
        log.exception("%s: the poll failed", feed.name)


async def recheck_pages(running: Running) -> None:
    """Start a recheck of every page that is due and not being rechecked already."""
    running.rechecks = {release_id: task for release_id, task in running.rechecks.items() if not task.done()}
    if running.rechecks_paused_until > clock.monotonic():
        return
    for due in await due_now(running.runtime):
        if due.release_id not in running.rechecks:
            running.rechecks[due.release_id] = asyncio.create_task(_recheck(running, due))


async def _recheck(running: Running, due: DueRecheck) -> None:
    try:
        found = await recheck(running.runtime, due)
    except Exception as error:
        running.rechecks_paused_until = clock.monotonic() + _PAUSE_SECONDS
        log.exception("release %d could not be checked again: %s", due.release_id, error)  # noqa: TRY401 - in one line
        return
    for kind, detail in found.events if found else ():
        log.info("release %d, %s: %s: %s", due.release_id, due.parsed.entry.url or due.feed.name, kind, detail)


async def _follow_clock(running: Running) -> None:
    """Shift the due times when the wall clock jumped, so that no feed is polled too early or forgotten."""
    wall, monotonic = clock.now(), clock.monotonic()
    jump = (wall - running.wall) - timedelta(seconds=monotonic - running.monotonic)
    running.wall, running.monotonic = wall, monotonic
    if abs(jump) > _JUMP:
        log.warning("the clock jumped by %s: due times are shifted", jump)
        running.runtime.hosts.shift(jump)
        running.runtime.robots.shift(jump)
        await running.runtime.store.write(shift, jump)


def log_poll(feed: FeedState, record: PollRecord) -> None:
    """Log one line for each poll: its outcome and counts, and when the feed is polled again."""
    due = record.next_feed.due_at
    again = f"again at {due:%H:%M:%S} UTC" if due else "no more polls: the server answered 410 (gone)"
    if record.error:
        log.warning("%s: %s: %s; %s", feed.name, record.outcome, record.error, again)
    else:
        counts = (record.new_count, record.edited_count, record.claim_count, record.alert_count)
        log.info("%s: %s, %d new, %d edited, %d claims, %d alerts; %s", feed.name, record.outcome, *counts, again)
