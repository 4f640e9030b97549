"""Worker processes: whatever a task does, it costs one task."""

from __future__ import annotations

import asyncio
import contextlib
import multiprocessing
import os
import resource
import signal
import subprocess
import sys
import time
from collections import Counter
from multiprocessing import forkserver
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.servers import in_loop
from watcher.config import words
from watcher.errors import Failed, Killed, NotAFeed, WorkersFailed
from watcher.feeds.source import Source
from watcher.pipeline import pool as pool_module
from watcher.pipeline import preloaded
from watcher.pipeline import workers as module
from watcher.pipeline.feed_tasks import read_feed
from watcher.pipeline.pool import within
from watcher.pipeline.workers import open_workers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


def double(number: int) -> int:
    return 2 * number


def sleep_long() -> None:
    time.sleep(60)


def eat_memory() -> int:
    return len(bytearray(16 * 1024**3))


def spin() -> None:
    while True:
        pass


def die() -> None:
    os._exit(9)


def known_vocabularies() -> int:
    return len(words._CHECKED)


def work_once_killed(marks: Path) -> int:
    """Wait to be killed at the first try; the second one finds the mark of the first."""
    if marks.exists():
        return 42
    marks.touch()
    time.sleep(60)
    return 0


def kill_workers() -> None:
    for process in multiprocessing.active_children():
        process.kill()


def kill_fork_server() -> None:
    os.kill(forkserver._forkserver._forkserver_pid, signal.SIGKILL)  # type: ignore[attr-defined]


@pytest.mark.parametrize("task", [sleep_long, eat_memory, die])
@in_loop
async def test_task_at_its_limit_is_killed_and_the_next_one_runs(task: object) -> None:
    """Check 40: time, memory and death end as an error with a name, and the slot is free again."""
    async with open_workers(1, seconds=1.5) as workers:
        with pytest.raises(Killed):
            await workers.run(task)  # type: ignore[arg-type]
        assert await workers.run(double, 21) == 42


@in_loop
async def test_error_of_a_task_comes_back_as_itself() -> None:
    """A page that is no feed is no accident of the worker."""
    async with open_workers(1) as workers:
        with pytest.raises(NotAFeed, match="neither RSS nor Atom"):
            await workers.run(read_feed, b"hello", Source("https://a.example"), "army")


@in_loop
async def test_worker_has_the_shipped_vocabulary_before_its_first_task() -> None:
    """Each worker would read it anew, for as long as it takes to read fifty releases."""
    async with open_workers(1) as workers:
        assert await workers.run(known_vocabularies) == 1


def test_broken_vocabulary_ends_no_fork_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What it imports must not raise, or no worker starts at all; the first release names the mistake."""
    (tmp_path / "words").mkdir()
    (tmp_path / "words" / "en.toml").write_text("language = ")
    assert preloaded.read_once() > 0
    monkeypatch.setattr(preloaded, "shipped_folder", lambda: tmp_path)
    assert preloaded.read_once() == 0


def test_fork_server_loads_nothing_that_few_releases_need() -> None:
    """The first release of a round waits for it: what reads PDFs and unknown sites comes with the first of them."""
    told = "print(gc.isenabled(), gc.get_freeze_count() > 100_000, *sys.modules)"
    asked = f"import watcher.pipeline.preloaded, gc, sys; {told}"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)  # noqa: S603 - ours
    enabled, frozen, *loaded = done.stdout.split()
    assert (enabled, frozen) == ("True", "True")
    assert "watcher.detect.detector" in loaded
    assert {"trafilatura", "pypdfium2"}.isdisjoint(loaded)


def test_task_that_spins_is_ended_without_anybody_watching() -> None:
    """Check 55: where the daemon is gone, the kernel ends a worker that would run for ever."""
    worker = multiprocessing.get_context("forkserver").Process(target=within, args=(1, spin))
    worker.start()
    worker.join()
    assert worker.exitcode == -signal.SIGXCPU


@pytest.mark.parametrize(("kill", "pauses"), [(kill_workers, (0.0, 0.5)), (kill_fork_server, (0.5,))])
@in_loop
async def test_what_dies_while_idle_or_busy_is_replaced_and_no_task_is_lost(
    tmp_path: Path, kill: Callable[[], None], pauses: tuple[float, ...]
) -> None:
    """A pool whose processes died takes no task any more: the daemon would be blind for ever."""
    async with open_workers(2) as workers:
        assert await workers.run(double, 1) == 2
        for pause in pauses:  # before pebble notices, and after
            kill()
            await asyncio.sleep(pause)
            assert await workers.run(double, 21) == 42
        busy = asyncio.create_task(workers.run(work_once_killed, tmp_path / "mark"))
        while not (tmp_path / "mark").exists():
            await asyncio.sleep(0.02)
        kill()
        assert await asyncio.gather(busy, *(workers.run(double, number) for number in range(4))) == [42, 0, 2, 4, 6]
    assert multiprocessing.active_children() == []


@in_loop
async def test_handles_that_are_short_for_a_moment_cost_no_task(monkeypatch: pytest.MonkeyPatch) -> None:
    """EMFILE: the pool is tried again a little later; where that never helps, whoever watches is told."""
    monkeypatch.setattr(module, "_PAUSES", (0.0, 0.1, 0.1))
    told: list[WorkersFailed] = []
    async with open_workers(1) as workers:
        workers.on_failure = told.append
        await workers.run(double, 1)
        kill_workers()
        with few_handles(), pytest.raises(WorkersFailed, match="after 3 tries"):
            await workers.run(double, 1)
        assert len(told) == 1
        assert await workers.run(double, 21) == 42
        kill_workers()
        monkeypatch.setattr(module, "_PAUSES", (0.0, 1.0))
        with few_handles():
            waiting = asyncio.create_task(workers.run(double, 4))
            await asyncio.sleep(0.5)
        assert await waiting == 8


@contextlib.contextmanager
def few_handles() -> Iterator[None]:
    """No more file handles for this process."""
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (1, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
@in_loop
async def test_thread_of_the_pool_that_died_hangs_no_task(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An OSError ends the thread that starts and watches the processes, and nobody would ever answer."""
    async with open_workers(1) as workers:
        await workers.run(double, 1)
        busy = asyncio.create_task(workers.run(work_once_killed, tmp_path / "mark"))
        while not (tmp_path / "mark").exists():
            await asyncio.sleep(0.02)
        assert workers._pool is not None
        monkeypatch.setattr(workers._pool._pool_manager, "update_status", fail)
        assert await busy == 42


def fail() -> None:
    raise OSError(24, "Too many open files")


@in_loop
async def test_idle_processes_end_and_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """An idle daemon needs no worker: together they hold more memory than itself."""
    monkeypatch.setattr(module, "_IDLE_SECONDS", 0.1)
    async with open_workers(2) as workers:
        assert await workers.run(double, 1) == 2
        while multiprocessing.active_children():
            await asyncio.sleep(0.05)
        assert await workers.run(double, 21) == 42


@in_loop
async def test_task_that_was_running_when_the_clock_was_set_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pool measures by the wall clock: a step of an hour would take a good page for one that never ends."""
    async with open_workers(1, seconds=5) as workers:
        await workers.run(double, 1)
        late = time.time() + 3600
        task = asyncio.create_task(workers.run(wait_a_little))
        await asyncio.sleep(0.1)
        with monkeypatch.context() as patch:
            patch.setattr("pebble.pool.process.time.time", lambda: late)
            await asyncio.sleep(0.2)
        assert await task == 7


def wait_a_little() -> int:
    time.sleep(0.5)
    return 7


@in_loop
async def test_exception_of_a_task_that_nobody_foresaw_has_a_name(caplog: pytest.LogCaptureFixture) -> None:
    """Whoever reads the row finds the traceback in the log."""
    async with open_workers(1) as workers:
        with pytest.raises(Failed, match=r"ZeroDivisionError, reference [0-9a-f]{8} in the log") as found:
            await workers.run(divide, 1, 0)
    reference = str(found.value).split()[2]
    assert [reference in record.message for record in caplog.records] == [True]
    assert "return one // other" in caplog.text


def divide(one: int, other: int) -> int:
    return one // other


@in_loop
async def test_short_tasks_go_together_and_fail_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page that kills its worker must not take with it those that were handed over in the same go."""
    monkeypatch.setattr(module, "_TRIES", 1)
    given, schedule = Counter[str](), pool_module.schedule

    def counted(*args: Any) -> Any:
        given["pool"] += 1
        return schedule(*args)

    monkeypatch.setattr(pool_module, "schedule", counted)
    async with open_workers(2) as workers:
        good = [workers.run_together(double, number) for number in range(16)]
        assert await asyncio.gather(*good) == [2 * number for number in range(16)]
        assert given["pool"] <= 8  # one of them starts the pool
        left = asyncio.create_task(workers.run_together(double, 1))
        bad = [workers.run_together(die), workers.run_together(divide, 1, 0)]
        waiting = asyncio.gather(
            *bad, *(workers.run_together(double, number) for number in range(4)), return_exceptions=True
        )
        await asyncio.sleep(0)
        left.cancel()
        killed, failed, *others = await waiting
        assert (type(killed), type(failed), others) == (Killed, Failed, [0, 2, 4, 6])


@in_loop
async def test_short_tasks_that_wait_when_the_workers_end_are_given_up() -> None:
    """Whoever waits for one would otherwise wait for ever."""
    async with open_workers(1) as workers:
        waiting = [asyncio.create_task(workers.run_together(sleep_long)) for _ in range(2)]
        await asyncio.sleep(0.1)
    for one in waiting:
        with pytest.raises(asyncio.CancelledError):
            await one


@pytest.mark.soak
@in_loop
async def test_fork_server_that_hangs_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    """A stopped process answers nobody and never ends: everything would wait for it, the end of the daemon too."""
    async with open_workers(1, seconds=2) as workers:
        await workers.run(double, 1)
        monkeypatch.setattr(pool_module, "_START_SECONDS", 3)
        os.kill(forkserver._forkserver._forkserver_pid, signal.SIGSTOP)  # type: ignore[attr-defined]
        kill_workers()
        assert await asyncio.wait_for(workers.run(double, 21), 60) == 42
