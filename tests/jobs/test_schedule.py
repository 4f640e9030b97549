"""The jobs of the daemon: each is seen to succeed or not, none ends by a failure, and the monotonic clock counts."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from tests.support import ROOT
from tests.support.daemon import prepared
from tests.support.scenario import configure, rows
from tests.support.servers import free_port, in_loop
from watcher import clock
from watcher.errors import StoreError
from watcher.jobs.daemon import take_signs
from watcher.jobs.health import read_report
from watcher.jobs.schedule import Fault, Job, Schedule
from watcher.jobs.websub import open_subscriber
from watcher.pipeline.runtime import open_runtime

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

ALL_JOBS = """[websub]
callback = "https://w.example/"
secret = {{ env = "HUB_KEY" }}
port = {port}
[wayback]
enabled = true
key = {{ env = "HUB_KEY" }}
secret = {{ env = "HUB_KEY" }}
[[channel]]
name = "hook"
kind = "webhook"
url = "http://127.0.0.1:9/"
"""


class Hand:
    """A clock that stands still until the test moves it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Take over both clocks."""
        self.wall, self.steady = datetime(2026, 11, 1, 12, tzinfo=UTC), 1000.0
        monkeypatch.setattr(clock, "now", lambda: self.wall)
        monkeypatch.setattr(clock, "monotonic", lambda: self.steady)

    def go(self, seconds: float) -> None:
        """Let time pass on both."""
        self.wall += timedelta(seconds=seconds)
        self.steady += seconds


async def nothing(*_: object) -> None:
    """Stand in for a job's work."""


@in_loop
async def test_every_job_that_stops_is_seen_within_two_of_its_intervals(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each job of the daemon in turn hangs while the others go on: its own sign turns, in time, and turns back."""
    monkeypatch.setenv("HUB_KEY", "k")
    hand = Hand(monkeypatch)
    configuration = configure(tmp_path, {}, settings=ALL_JOBS.format(port=free_port()))
    async with open_runtime(configuration) as runtime, open_subscriber(runtime) as subscriber:
        running = await prepared(runtime, subscriber)
        schedule = running.schedule
        documented = (ROOT / "docs" / "how-to" / "see-that-it-is-well.md").read_text(encoding="utf-8")
        table = documented.partition("## The jobs of the daemon")[2]
        assert [name for name in schedule.jobs if f"| `{name}` |" not in table] == []
        for job in schedule.jobs.values():
            job.work = nothing
        for stuck in schedule.jobs.values():
            hand.go(stuck.within)
            for job in schedule.jobs.values():
                await schedule.run(job)
            assert all(sign.is_well for sign in schedule.signs())
            hand.go(2 * stuck.within + 1)
            for job in schedule.jobs.values():
                if job is not stuck:
                    await schedule.run(job)
            assert [sign.name for sign in schedule.signs() if not sign.is_well] == [f"job:{stuck.name}"]
            await take_signs(running)
            report = read_report(configuration.database)
            assert report is not None
            assert f"job:{stuck.name}" in [sign.name for sign in report.health.ill]
            await schedule.run(stuck)


@in_loop
async def test_unforeseen_failure_is_logged_shown_and_sent_once_a_day(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """In every job: the log has it under a reference, the sign names that, each channel is told; then it goes on."""
    monkeypatch.setenv("HUB_KEY", "k")
    configuration = configure(tmp_path, {}, settings=ALL_JOBS.format(port=free_port()))
    async with open_runtime(configuration) as runtime, open_subscriber(runtime) as subscriber:
        running = await prepared(runtime, subscriber)
        for job in running.schedule.jobs.values():

            async def break_down() -> None:
                raise KeyError("a key that nobody thought of")

            job.work = break_down
            await running.schedule.run(job)
            await running.schedule.run(job)
            sign = job.sign()
            assert (sign.is_well, "a key that nobody thought of" in sign.detail) == (False, True)
            assert f"{job.name} failed, reference {sign.reference}" in caplog.text
            job.work = nothing
            await running.schedule.run(job)
            assert (job.sign().is_well, job.sign().reference) == (True, sign.reference)
        count = len(running.schedule.jobs)
    found = rows(configuration, "SELECT event, thread FROM alerts JOIN deliveries ON alert_id = alerts.id")
    assert len(found) == len({row["thread"] for row in found}) == count
    assert {row["event"] for row in found} == {"job_failed"}
    assert "Traceback" in caplog.text


@in_loop
async def test_failure_that_has_a_name_is_said_once_and_counts_when_it_lasts(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A database that is busy for a second is no fault; a log line every second would hide all others."""
    hand = Hand(monkeypatch)

    async def refuse() -> None:
        raise StoreError("database is locked")

    schedule, job = Schedule(nothing), Job("outbox", 1, refuse, within=5)
    schedule.add(job)
    for _ in range(11):
        await schedule.run(job)
        assert job.sign().is_well
        hand.go(1)
    assert job.sign().is_well is False
    assert "database is locked" in job.sign().detail
    assert caplog.text.count("database is locked") == 1


@in_loop
async def test_jobs_follow_the_clock_that_nobody_sets(monkeypatch: pytest.MonkeyPatch) -> None:
    """The wall clock stands still, or is a year back: what is done every few milliseconds is done."""
    monkeypatch.setattr(clock, "now", lambda: datetime(1999, 1, 1, tzinfo=UTC))
    done: list[int] = []
    slow, release = asyncio.Event(), asyncio.Event()

    async def work() -> None:
        done.append(1)

    async def hang() -> None:
        slow.set()
        await release.wait()

    schedule = Schedule(nothing)
    schedule.add(Job("quick", 0.001, work))
    schedule.add(Job("hangs", 0.001, hang))
    schedule.start()
    await slow.wait()
    while len(done) < 10:
        await asyncio.sleep(0.001)
    (under_way,) = schedule.stop()
    release.set()
    await under_way
    assert all(task.done() or task.cancelling() for task in schedule.tasks.values())


@in_loop
async def test_calendar_is_counted_anew_when_the_clock_is_set_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """A night that was planned for next year's date would not be checked for a year."""
    schedule = Schedule(nothing)
    schedule.add(Job("night", 86_400, nothing, hour=3))
    schedule.start()
    (entry,) = schedule.calendar.get_jobs()
    entry.modify(next_run_time=datetime.now(UTC) + timedelta(days=365))
    schedule.follow_clock()
    assert entry.next_run_time - datetime.now(UTC) <= timedelta(days=1)
    await schedule.begin(schedule.jobs["night"])
    await schedule.tasks["night"]
    assert schedule.jobs["night"].succeeded_at is not None
    kept = schedule.successes()
    schedule.stop()

    later = datetime.now(UTC) + timedelta(days=2, hours=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    restarted = Schedule(nothing)
    restarted.add(Job("night", 86_400, nothing, hour=3))
    assert restarted.jobs["night"].sign().is_well
    restarted.remember(kept)
    assert restarted.jobs["night"].sign().is_well is False, "a restart does not hide that it is missing"


@in_loop
async def test_fault_that_cannot_be_reported_ends_no_job(caplog: pytest.LogCaptureFixture) -> None:
    """A report of a fault that itself fails leaves the job alive and both in the log."""

    async def fail(_: Fault) -> None:
        raise OSError("no way to tell")

    schedule, job = Schedule(fail), Job("outbox", 1, nothing)
    schedule.add(job)
    reference = await schedule.report("outbox", ValueError("x"))
    assert job.fault is not None
    assert f"the failure {reference} could not be reported" in caplog.text
