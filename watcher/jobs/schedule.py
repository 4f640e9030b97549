"""The daemon's jobs: each is run again and again, its progress and its failures are kept, and nothing ends it quietly.

What is done every few seconds or minutes follows the monotonic clock, which nobody can set; what has its hour of the
day follows the wall clock, by APScheduler, of which this is the only user.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from watcher import clock
from watcher.errors import WatcherError
from watcher.model.health import Sign

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping


log = logging.getLogger("watcher")
DAY_SECONDS = 86_400
# A failure that nobody foresaw is shown for so long, though the job has succeeded since.
_SHOWN = timedelta(days=1)
# A disk or a database may be slow for a moment; after so many seconds at least a job hangs.
_HANGING_SECONDS = 30


@dataclass(slots=True)
class Fault:
    """A failure that nobody foresaw: of which job, what, when, and the reference under which it is in the log."""

    job: str
    error: str
    at: datetime
    reference: str


@dataclass(slots=True)
class Job:
    """Work that is done every `seconds`, or each day at `hour` (UTC); at the latest after `within` it has succeeded.

    `succeeded` is the monotonic time of the last success, or of the start; `succeeded_at` its wall time. `turned` is
    the monotonic time when it last began or ended, however.
    """

    name: str
    seconds: float
    work: Callable[[], Awaitable[object]]
    within: float = 0.0
    hour: int | None = None
    succeeded: float = 0.0
    succeeded_at: datetime | None = None
    error: str = ""
    fault: Fault | None = None
    is_running: bool = False
    turned: float = field(default_factory=clock.monotonic)

    def __post_init__(self) -> None:
        """Without a longer limit a job is to succeed at each of its times; the first time counts from now."""
        self.within, self.succeeded = max(self.within, self.seconds), clock.monotonic()

    def remember(self, succeeded_at: datetime) -> None:
        """Take over the last success of an earlier run of the program, so that no restart hides a missing one."""
        age = (clock.now() - succeeded_at).total_seconds()
        if age > 0:
            self.succeeded, self.succeeded_at = clock.monotonic() - age, succeeded_at

    def is_hanging(self) -> bool:
        """Whether it neither ended nor began anew for far too long; one that fails and is tried again does not."""
        is_due = self.is_running or self.hour is None
        return is_due and clock.monotonic() - self.turned > max(2 * self.within, _HANGING_SECONDS)

    def sign(self) -> Sign:
        """Well where the job succeeded within two of its intervals, and its last failure was not an unforeseen one."""
        name, ago = f"job:{self.name}", clock.monotonic() - self.succeeded
        said = f"no success for {_long(ago)}" + (f": {self.error}" if self.error else "")
        if self.fault is not None and clock.now() - self.fault.at < _SHOWN:
            detail = f"failed at {clock.to_text(self.fault.at)}: {self.fault.error}"
            return Sign(name, not self.error and ago <= 2 * self.within, detail, self.fault.reference)
        if ago > 2 * self.within:
            return Sign(name, is_well=False, detail=said)
        return Sign(name, is_well=True, detail=f"succeeded {_long(ago)} ago" if self.succeeded_at else "not due yet")


@dataclass(slots=True)
class Schedule:
    """All jobs of the daemon. `on_fault` is told of failures that nobody foresaw, `first` is done before each job."""

    on_fault: Callable[[Fault], Awaitable[object]]
    first: Callable[[], Awaitable[object]] | None = None
    jobs: dict[str, Job] = field(default_factory=dict)
    tasks: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    is_stopping: bool = False
    calendar: AsyncIOScheduler = field(
        default_factory=lambda: AsyncIOScheduler(
            timezone="UTC", job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
        )
    )

    def add(self, job: Job) -> None:
        """Add a job before the start."""
        self.jobs[job.name] = job

    def start(self) -> None:
        """Begin with all of them: those by the monotonic clock at once, those of the calendar at their hour."""
        for job in self.jobs.values():
            if job.hour is None:
                self.tasks[job.name] = asyncio.create_task(self._repeat(job), name=job.name)
            else:
                self.calendar.add_job(self.begin, "cron", [job], id=job.name, hour=job.hour)
        self.calendar.start()

    def follow_clock(self) -> None:
        """After the wall clock was set: the calendar's next times are counted from what it says now."""
        for entry in self.calendar.get_jobs():
            entry.reschedule(entry.trigger)

    async def begin(self, job: Job) -> None:
        """Start a job of the calendar unless it runs: in a task, since APScheduler's shutdown cancels its own."""
        if not job.is_running:
            self.tasks[job.name] = asyncio.create_task(self.run(job), name=job.name)

    def stop(self) -> list[asyncio.Task[None]]:
        """Begin nothing more; the tasks that are under way, each of which ends with the work it is at."""
        self.is_stopping = True
        if self.calendar.running:
            self.calendar.shutdown(wait=False)
        for name, task in self.tasks.items():
            if not self.jobs[name].is_running:
                task.cancel()
        return [task for name, task in self.tasks.items() if self.jobs[name].is_running and not task.done()]

    async def run(self, job: Job) -> None:
        """Do a job once. Whatever it raises is kept and logged, and it is done again at its next time."""
        job.is_running, job.turned = True, clock.monotonic()
        try:
            if self.first is not None:
                await self.first()
            await job.work()
        except WatcherError as error:
            if job.error != str(error):  # said once, and shown by the sign as long as it lasts
                log.error("%s: %s", job.name, error)  # noqa: TRY400 - the sentence says it all
            job.error = str(error)
        except Exception as error:  # noqa: BLE001 - the job goes on, and the fault is reported
            await self.report(job.name, error)
        else:
            job.error, job.succeeded, job.succeeded_at = "", clock.monotonic(), clock.now()
        finally:
            job.is_running, job.turned = False, clock.monotonic()

    async def report(self, name: str, error: Exception) -> str:
        """Log what nobody foresaw in a job, keep it, and tell of it. The reference under which it is in the log."""
        fault = Fault(name, f"{type(error).__name__}: {error}"[:300], clock.now(), uuid4().hex[:12])
        log.error("%s failed, reference %s", name, fault.reference, exc_info=error)
        if (job := self.jobs.get(name)) is not None:
            job.error, job.fault = fault.error, fault
        try:
            await self.on_fault(fault)
        except Exception:
            log.exception("the failure %s could not be reported", fault.reference)
        return fault.reference

    def signs(self) -> tuple[Sign, ...]:
        """The sign of every job."""
        return tuple(job.sign() for job in self.jobs.values())

    def successes(self) -> dict[str, str]:
        """When each job last succeeded, as `remember` takes it."""
        return {name: clock.to_text(job.succeeded_at) for name, job in self.jobs.items() if job.succeeded_at}

    def remember(self, successes: Mapping[str, Any]) -> None:
        """Take over when the jobs of the calendar last succeeded, as an earlier run of the program kept it."""
        for name, text in successes.items():
            if name in self.jobs and self.jobs[name].hour is not None:
                self.jobs[name].remember(clock.from_text(text))

    async def _repeat(self, job: Job) -> None:
        while not self.is_stopping:
            await self.run(job)
            await clock.sleep(job.seconds)


def _long(seconds: float) -> str:
    minute, hour = 60, 3600
    if seconds < 2 * minute:
        return f"{seconds:.0f} s"
    return f"{seconds / minute:.0f} min" if seconds < 2 * hour else f"{seconds / hour:.1f} h"
