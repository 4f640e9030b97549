"""Worker processes that can be killed: a hostile body costs one task, never the daemon. The only user of pebble.

A pool that breaks (a worker or the fork server died, no process or file handle was to be had, a thread of pebble's
ended) is replaced at once and the task tried again. A pool without work is closed and opened again by the next task.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import math
import multiprocessing
import os
import resource
import signal
import warnings
from concurrent.futures.process import BrokenProcessPool
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from importlib import import_module
from multiprocessing import forkserver
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from pebble import ProcessExpired, ProcessPool

from watcher.errors import Killed, WatcherError, WorkersFailed, unforeseen

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from concurrent.futures import Future


P = ParamSpec("P")
T = TypeVar("T")
log = logging.getLogger("watcher")
TASK_SECONDS = 10
TASK_BYTES = 2 * 1024**3
# A task uses no more processor time than the clock shows: this limit is for the worker of a daemon that is gone.
_SPARE_SECONDS = 2
# How long the first process may take to start and a finished task to be reported; after that the pool is broken.
_START_SECONDS = 30
# A worker can die of something else than its task (a kill by hand, or the kernel's when memory is short).
_TRIES = 3
# Seconds before each try to open a pool. What is short now (processes, file handles) may be there again a little later.
_PAUSES = (0.0, 0.2, 1.0, 3.0)
# A pool that had nothing to do for so many seconds is closed: idle workers hold as much memory as the daemon itself.
_IDLE_SECONDS = 60
# New objects before the collector looks at them. A page's tree has tens of thousands, all of them alive while it is
# read: with Python's own 700 the collector takes a fifth of the time of a page, and finds nothing.
_COLLECTED = 50_000
# What the fork server imports, so that its workers share it and each of them starts at once.
_PRELOADED = ["watcher.pipeline.feed_tasks", "watcher.pipeline.release_tasks", "trafilatura", __name__]


class _Broken(Exception):
    """The pool answers no more, whatever the task was."""


@dataclass(slots=True)
class Workers:
    """`count` worker processes, and the limit of one task in seconds of wall time.

    `on_failure` is called when no pool could be opened at several tries in a row: every task then raises the same.
    """

    count: int
    seconds: float = TASK_SECONDS
    on_failure: Callable[[WorkersFailed], None] | None = None
    _pool: ProcessPool | None = None
    _slots: asyncio.Semaphore = field(init=False)
    _opening: asyncio.Lock = field(default_factory=asyncio.Lock)
    _running: int = 0
    _idle: asyncio.TimerHandle | None = None
    _ending: set[asyncio.Task[None]] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Let no more tasks into the pool than it has processes: one that waits there would be lost with it."""
        self._slots = asyncio.Semaphore(self.count)

    async def run(self, task: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a pure function in a worker.

        Raises the WatcherErrors that it raises, Failed for any other exception of it, Killed at a limit of time or
        memory or where its worker died at each try, and WorkersFailed where no worker can be started.
        """
        bounded = partial(within, math.ceil(self.seconds) + _SPARE_SECONDS, task, *args, **kwargs)
        self._running += 1
        try:
            async with self._slots:
                return await self._run(bounded, task.__name__)
        except WatcherError:
            raise
        except Exception as error:
            raise unforeseen(task.__name__, error) from error
        finally:
            self._running -= 1
            self._watch_idleness()

    async def _run(self, bounded: Callable[[], T], name: str) -> T:
        reason = ""
        for _ in range(_TRIES):
            pool = await self._open()
            started_at = _now()
            try:
                return await _answer(pool, _schedule(pool, bounded, self.seconds), self.seconds)
            except _Broken as error:
                log.warning("the worker processes are started anew: %s", error)
                reason = "the pool broke"
                self._replace(pool)
            except ProcessExpired as error:
                reason = f"{error} (exit code {error.exitcode})"
            except TimeoutError as error:
                # pebble counts by the wall clock, which may have been set while the task ran.
                if _now() - started_at >= self.seconds:
                    raise Killed(f"{name} took longer than {self.seconds:g} s") from error
                reason = "the clock was set"
            except MemoryError as error:
                raise Killed(f"{name} died: {error or 'MemoryError'}") from error
        raise Killed(f"{name} died: {reason}")

    async def _open(self) -> ProcessPool:
        """The pool, a new one where there is none that works. Raises WorkersFailed after several tries."""
        async with self._opening:
            if self._pool is not None and self._pool.active:
                return self._pool
            self._replace(self._pool)
            reason = ""
            for pause in _PAUSES:
                await asyncio.sleep(pause)
                pool = _new_pool(self.count)
                try:
                    await _start(pool)
                except _Broken as error:
                    reason = str(error)
                    log.warning("no worker process can be started: %s", reason)
                    self._end(pool)
                except BaseException:
                    self._end(pool)
                    raise
                else:
                    self._pool = pool
                    return pool
        failure = WorkersFailed(f"no worker process can be started after {len(_PAUSES)} tries: {reason}")
        if self.on_failure is not None:
            self.on_failure(failure)
        raise failure

    def _replace(self, pool: ProcessPool | None) -> None:
        """Take a pool out of use, unless another task has done so already; its processes end meanwhile."""
        if pool is not None and pool is self._pool:
            self._pool = None
            self._end(pool)

    def _end(self, pool: ProcessPool) -> None:
        ending = asyncio.create_task(asyncio.to_thread(_stop, pool))
        self._ending.add(ending)
        ending.add_done_callback(self._ending.discard)

    def _watch_idleness(self) -> None:
        if self._idle is not None:
            self._idle.cancel()
            self._idle = None
        if not self._running:
            self._idle = asyncio.get_running_loop().call_later(_IDLE_SECONDS, self._close_idle)

    def _close_idle(self) -> None:
        if not self._running:
            self._replace(self._pool)

    async def close(self) -> None:
        """End all processes, running tasks included."""
        if self._idle is not None:
            self._idle.cancel()
        self._replace(self._pool)
        await asyncio.gather(*self._ending)


def _new_pool(count: int) -> ProcessPool:
    # A forked copy of a process with threads can hang on a lock that nobody releases; a fork server cannot.
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(_PRELOADED)
    return ProcessPool(max_workers=count, initializer=_prepare, context=context)


def _stop(pool: ProcessPool) -> None:
    pool.stop()  # type: ignore[no-untyped-call]
    pool.join()


async def _answer(pool: ProcessPool, future: Future[T], seconds: float) -> T:
    """What a task gives. Raises what pebble raises, and _Broken where the pool will never give an answer."""
    waiting = asyncio.ensure_future(asyncio.wrap_future(future))
    deadline = _now() + seconds + _START_SECONDS
    try:
        while not waiting.done():
            await asyncio.wait({waiting}, timeout=1)
            if not waiting.done() and _now() > deadline:
                _kill_fork_server()
            if not waiting.done() and (not pool.active or _now() > deadline):
                raise _Broken("a task was not answered")
        return waiting.result()
    except BrokenProcessPool as error:
        raise _Broken(str(error) or "its processes could not be reached") from error
    finally:
        waiting.cancel()


def _schedule(pool: ProcessPool, task: Callable[[], T], seconds: float) -> Future[T]:
    """Hand a task to the pool. Raises _Broken where it takes none."""
    try:
        return pool.schedule(task, timeout=seconds)
    except (RuntimeError, OSError, BrokenProcessPool) as error:
        raise _Broken(str(error) or type(error).__name__) from error


async def _start(pool: ProcessPool) -> None:
    """Start the processes and see that one of them answers. Raises _Broken."""
    try:
        # It takes a second or two, in which the daemon would stand still.
        starting = asyncio.to_thread(_schedule, pool, os.getpid, _START_SECONDS)
        future = await asyncio.wait_for(starting, _START_SECONDS)
        await _answer(pool, future, _START_SECONDS)
    except ProcessExpired as error:
        raise _Broken(str(error)) from error
    except TimeoutError as error:
        _kill_fork_server()
        raise _Broken(f"nothing has started within {_START_SECONDS} s") from error


def _kill_fork_server() -> None:
    """End a fork server that does not answer, which threads of the pool may wait for; the next pool starts another."""
    pid = forkserver._forkserver._forkserver_pid  # type: ignore[attr-defined]  # noqa: SLF001 - nothing public ends one
    if pid:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def _now() -> float:
    """Seconds that no set clock and no test moves."""
    return asyncio.get_running_loop().time()


@dataclass(frozen=True, slots=True)
class Task:
    """A function by its module and name. The workers have it loaded; this process, which only names it, need not.

    So a round that finds nothing new loads no parser, no extraction and no detector: more than half of its start.
    """

    module: str
    name: str

    @property
    def __name__(self) -> str:
        """The function's name, as log lines and errors say it."""
        return self.name

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Load the function and call it."""
        return getattr(import_module(self.module), self.name)(*args, **kwargs)


def within(seconds: int, task: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run a task in this process, which the kernel ends after so many seconds of processor time."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    limit = math.ceil(used.ru_utime + used.ru_stime) + seconds
    resource.setrlimit(resource.RLIMIT_CPU, (limit if hard == resource.RLIM_INFINITY else min(limit, hard), hard))
    return task(*args, **kwargs)


def _prepare() -> None:
    """Bound a worker's memory, and leave Ctrl-C to the daemon, which ends its workers itself."""
    # The collector writes into every object that it looks at: frozen, what was preloaded stays shared.
    gc.freeze()
    gc.set_threshold(_COLLECTED)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # What a library says of a page goes nowhere: it holds the page's own words, and a terminal may be listening.
    logging.getLogger().addHandler(logging.NullHandler())
    warnings.simplefilter("ignore")
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    soft = TASK_BYTES if hard == resource.RLIM_INFINITY else min(TASK_BYTES, hard)
    resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


@asynccontextmanager
async def open_workers(count: int, *, seconds: float = TASK_SECONDS) -> AsyncIterator[Workers]:
    """The worker processes, which come with the first task and end with the block, running tasks included."""
    workers = Workers(count, seconds)
    try:
        yield workers
    finally:
        await workers.close()
