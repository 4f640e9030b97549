"""What systemd is told: ready, how it is, progress of the daemon's own jobs and of nothing else, the end."""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING

import pytest

from tests.support.daemon import notify_socket, told
from watcher import clock
from watcher.errors import WatcherError
from watcher.jobs.schedule import Job, Schedule
from watcher.jobs.supervisor import Supervisor
from watcher.model.health import Health, Sign

if TYPE_CHECKING:
    from pathlib import Path

    from watcher.jobs.schedule import Fault


def health(*signs: Sign) -> Health:
    return Health(clock.now(), clock.now(), signs)


@pytest.mark.parametrize("kind", ["file", "abstract"])
def test_supervisor_hears_each_step(tmp_path: Path, kind: str) -> None:
    """Check 90: by a socket in the file system or in the abstract namespace; a title cannot add a line."""
    address = str(tmp_path / "notify") if kind == "file" else f"@watcher-test-{os.getpid()}"
    with notify_socket(address) as listening:
        supervisor = Supervisor(
            {"NOTIFY_SOCKET": address, "WATCHDOG_USEC": "20000000", "WATCHDOG_PID": str(os.getpid())}
        )
        supervisor.ready()
        supervisor.progress(health(Sign("database", is_well=True)), [])
        supervisor.progress(health(Sign("alerts\nWATCHDOG=trigger", is_well=False)), [])
        supervisor.reloading()
        supervisor.stopping()
        ready, well, ill, reloading, stopping = told(listening)
    assert ready == "READY=1"
    assert well.split("\n") == ["STATUS=well", "WATCHDOG=1"]
    assert ill.split("\n") == ["STATUS=not well: alerts WATCHDOG=trigger", "WATCHDOG=1"]
    assert reloading.startswith("RELOADING=1\nMONOTONIC_USEC=")
    assert stopping.startswith("STOPPING=1")


def test_watchdog_is_fed_only_by_jobs_that_move(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Check 90: a job that hangs starves it, within 30 s; one that fails again and again does not.

    A daemon whose disk is full still sends what it has, and would lose that by being killed.
    """

    async def fail() -> None:
        raise WatcherError("the disk is full")

    async def ignore(_fault: Fault) -> None:
        pass

    async def hang() -> None:
        await asyncio.Event().wait()

    async def run() -> list[bool]:
        schedule = Schedule(ignore)
        jobs = [Job("fails", 2, fail, within=5), Job("hangs", 2, hang, within=5), Job("night", 86_400, fail, hour=3)]
        hanging = asyncio.create_task(schedule.run(jobs[1]))
        start, fed = clock.monotonic(), []
        for seconds in (0, 29, 31):
            monkeypatch.setattr(clock, "monotonic", lambda seconds=seconds: start + seconds)
            await schedule.run(jobs[0])
            await asyncio.sleep(0)
            supervisor.progress(health(), jobs)
            fed.append("WATCHDOG=1" in told(listening)[-1])
        hanging.cancel()
        await asyncio.gather(hanging, return_exceptions=True)
        supervisor.progress(health(), jobs[:1])
        return [*fed, "WATCHDOG=1" in told(listening)[-1]]

    address = str(tmp_path / "notify")
    with notify_socket(address) as listening:
        supervisor = Supervisor({"NOTIFY_SOCKET": address, "WATCHDOG_USEC": "20000000"})
        assert asyncio.run(run()) == [True, True, False, True]


def test_without_a_supervisor_nobody_is_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Started by hand there is no socket; one that is gone ends nothing; another process's watchdog is not ours."""
    Supervisor({}).ready()
    assert caplog.records == []
    gone = Supervisor({"NOTIFY_SOCKET": str(tmp_path / "gone"), "WATCHDOG_USEC": "1", "WATCHDOG_PID": "1"})
    gone.ready()
    assert "cannot be told" in caplog.text
    assert not gone.is_watched
