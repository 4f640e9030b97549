"""Worker processes that can be killed: a hostile body costs one task, never the daemon. The only user of pebble."""

from __future__ import annotations

import asyncio
import math
import multiprocessing
import resource
import signal
from concurrent.futures import TimeoutError as TaskTimeout
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from pebble import ProcessExpired, ProcessPool

from watcher.errors import Killed

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable


P = ParamSpec("P")
T = TypeVar("T")
TASK_SECONDS = 10
TASK_BYTES = 2 * 1024**3
# A task uses no more processor time than the clock shows: this limit is for the worker of a daemon that is gone.
_SPARE_SECONDS = 2


@dataclass(frozen=True, slots=True)
class Workers:
    """The pool, and the limits of one task: seconds of wall time."""

    pool: ProcessPool
    seconds: float = TASK_SECONDS

    async def run(self, task: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a pure function in a worker. Raises what it raises, and Killed at a limit of time or memory."""
        bounded = [math.ceil(self.seconds) + _SPARE_SECONDS, task, *args]
        future = self.pool.schedule(within, args=bounded, kwargs=kwargs, timeout=self.seconds)
        try:
            return await asyncio.wrap_future(future)
        except TaskTimeout as error:
            raise Killed(f"{task.__name__} took longer than {self.seconds:g} s") from error
        except (ProcessExpired, MemoryError) as error:
            raise Killed(f"{task.__name__} died: {error or type(error).__name__}") from error


def within(seconds: int, task: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run a task in this process, which the kernel ends after so many seconds of processor time."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    limit = math.ceil(used.ru_utime + used.ru_stime) + seconds
    resource.setrlimit(resource.RLIMIT_CPU, (limit if hard == resource.RLIM_INFINITY else min(limit, hard), hard))
    return task(*args, **kwargs)


def _prepare() -> None:
    """Bound a worker's memory, and leave Ctrl-C to the daemon, which ends its workers itself."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    soft = TASK_BYTES if hard == resource.RLIM_INFINITY else min(TASK_BYTES, hard)
    resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


@asynccontextmanager
async def open_workers(count: int, *, seconds: float = TASK_SECONDS) -> AsyncIterator[Workers]:
    """Start the pool (its processes come with the first task) and stop it at the end, running tasks included."""
    # A forked copy of a process with threads can hang on a lock that nobody releases; a fork server cannot.
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["watcher.pipeline.feed_tasks", "watcher.pipeline.release_tasks", "trafilatura"])
    pool = ProcessPool(max_workers=count, initializer=_prepare, context=context)
    try:
        yield Workers(pool, seconds)
    finally:
        pool.stop()  # type: ignore[no-untyped-call]
        await asyncio.to_thread(pool.join)
