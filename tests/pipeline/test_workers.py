"""Worker processes: whatever a task does, it costs one task."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time

import pytest

from tests.support.servers import in_loop
from watcher.errors import Killed, NotAFeed
from watcher.feeds.rss import Source
from watcher.pipeline.feed_tasks import read_feed
from watcher.pipeline.workers import open_workers, within


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


def test_task_that_spins_is_ended_without_anybody_watching() -> None:
    """Check 55: where the daemon is gone, the kernel ends a worker that would run for ever."""
    worker = multiprocessing.get_context("forkserver").Process(target=within, args=(1, spin))
    worker.start()
    worker.join()
    assert worker.exitcode == -signal.SIGXCPU
