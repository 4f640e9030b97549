"""Worker processes that can be killed: a hostile body costs one task, never the daemon.

A pool that breaks (a worker or the fork server died, no process or file handle was to be had, a thread of pebble's
ended) is replaced at once and the task tried again. A pool without work is closed and opened again by the next task.
What starts processes (`pool`) is loaded with the first task: a round that finds nothing new has none.
"""

from __future__ import annotations

import asyncio
import logging
import math
from collections import deque
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from watcher.errors import Killed, WatcherError, WorkersFailed, unforeseen

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator, Sequence

    from pebble import ProcessPool


P = ParamSpec("P")
T = TypeVar("T")
log = logging.getLogger("watcher")
TASK_SECONDS = 10
# A task uses no more processor time than the clock shows: this limit is for the worker of a daemon that is gone.
_SPARE_SECONDS = 2
# A worker can die of something else than its task (a kill by hand, or the kernel's when memory is short).
_TRIES = 3
# Seconds before each try to open a pool. What is short now (processes, file handles) may be there again a little later.
_PAUSES = (0.0, 0.2, 1.0, 3.0)
# So many short tasks at most go to a worker in one go.
_MOST_TOGETHER = 8
# Seconds after which the processes are being started, so that loading something here keeps nobody.
_UNDER_WAY = 0.03
# A pool that had nothing to do for so many seconds is closed: idle workers hold as much memory as the daemon itself.
_IDLE_SECONDS = 60


@dataclass(slots=True)
class _Job:
    """A short task that waits for a worker; `done` is what it gives in a tuple, None where it is to be run alone."""

    call: partial[Any]
    name: str
    done: asyncio.Future[tuple[Any] | None] = field(default_factory=lambda: asyncio.get_running_loop().create_future())

    def settle(self, result: tuple[Any] | None) -> None:
        """Say what came of it, if anybody still waits for that."""
        if not self.done.done():
            self.done.set_result(result)


@dataclass(slots=True)
class Workers:
    """`count` worker processes, and the limit of one task in seconds of wall time.

    `on_failure` is called when no pool could be opened at several tries in a row: every task then raises the same.
    `meanwhile` are modules that this process needs with the first result, and loads while the processes start.
    """

    count: int
    seconds: float = TASK_SECONDS
    on_failure: Callable[[WorkersFailed], None] | None = None
    meanwhile: tuple[str, ...] = ()
    _pool: ProcessPool | None = None
    _slots: asyncio.Semaphore = field(init=False)
    _opening: asyncio.Lock = field(default_factory=asyncio.Lock)
    _running: int = 0
    _idle: asyncio.TimerHandle | None = None
    _ending: set[asyncio.Task[None]] = field(default_factory=set)
    _jobs: deque[_Job] = field(default_factory=deque)
    _at_work: set[asyncio.Task[None]] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Let no more tasks into the pool than it has processes: one that waits there would be lost with it."""
        self._slots = asyncio.Semaphore(self.count)

    @property
    def is_busy(self) -> bool:
        """Whether tasks run or wait."""
        return self._running > 0

    async def run(self, task: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a pure function in a worker.

        Raises the WatcherErrors that it raises, Failed for any other exception of it, Killed at a limit of time or
        memory or where its worker died at each try, and WorkersFailed where no worker can be started.
        """
        with self._counted(task.__name__):
            async with self._slots:
                return await self._run(partial(task, *args, **kwargs), task.__name__)

    async def run_together(self, task: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a short task as `run` does, in one go with others that wait for a worker too.

        To hand over a task costs a millisecond of both processes, and the worker waits meanwhile. Where one of them
        fails, is killed or takes the others with it, it is run again by itself, which costs the others only time.
        """
        job = _Job(partial(task, *args, **kwargs), task.__name__)
        self._jobs.append(job)
        working = asyncio.create_task(self._work())
        self._at_work.add(working)
        working.add_done_callback(self._at_work.discard)
        with self._counted(task.__name__):
            result = await job.done
        return result[0] if result is not None else await self.run(task, *args, **kwargs)

    @contextmanager
    def _counted(self, name: str) -> Iterator[None]:
        """Know that a task runs or waits, and raise what nobody foresaw in it as Failed."""
        self._running += 1
        try:
            yield
        except WatcherError:
            raise
        except Exception as error:
            raise unforeseen(name, error) from error
        finally:
            self._running -= 1
            self._watch_idleness()

    async def _work(self) -> None:
        """Do the next worker's share of the short tasks that wait; another one may have done them all."""
        async with self._slots:
            size = min(_MOST_TOGETHER, math.ceil(len(self._jobs) / self.count))
            share = [self._jobs.popleft() for _ in range(size)]
            jobs = [job for job in share if not job.done.cancelled()]
            try:
                for job, result in zip(jobs, await self._results(jobs), strict=True):
                    job.settle(result)
            except Exception as error:  # noqa: BLE001 - whoever waits for it raises it
                for job in jobs:
                    if not job.done.done():
                        job.done.set_exception(error)
            finally:
                for job in jobs:
                    job.done.cancel()

    async def _results(self, jobs: Sequence[_Job]) -> Sequence[tuple[Any] | None]:
        """What each gives; None for those that are to be run alone. Raises what a single one raises, WorkersFailed."""
        from watcher.pipeline.pool import each_of

        if not jobs:
            return ()
        if len(jobs) == 1:
            return [(await self._run(jobs[0].call, jobs[0].name),)]
        try:
            return await self._run(partial(each_of, [job.call for job in jobs]), jobs[0].name)
        except Killed:
            return [None] * len(jobs)

    async def _run(self, call: Callable[[], T], name: str) -> T:
        from pebble import ProcessExpired

        from watcher.pipeline.pool import Broken, answer, now, schedule, within

        bounded = partial(within, math.ceil(self.seconds) + _SPARE_SECONDS, call)
        reason = ""
        for _ in range(_TRIES):
            pool = await self._open()
            started_at = now()
            try:
                return await answer(pool, schedule(pool, bounded, self.seconds), self.seconds)
            except Broken as error:
                log.warning("the worker processes are started anew: %s", error)
                reason = "the pool broke"
                self._replace(pool)
            except ProcessExpired as error:
                reason = f"{error} (exit code {error.exitcode})"
            except TimeoutError as error:
                # pebble counts by the wall clock, which may have been set while the task ran.
                if now() - started_at >= self.seconds:
                    raise Killed(f"{name} took longer than {self.seconds:g} s") from error
                reason = "the clock was set"
            except MemoryError as error:
                raise Killed(f"{name} died: {error or 'MemoryError'}") from error
        raise Killed(f"{name} died: {reason}")

    async def _open(self) -> ProcessPool:
        """The pool, a new one where there is none that works. Raises WorkersFailed after several tries."""
        from watcher.pipeline.pool import Broken, new_pool, start

        async with self._opening:
            if self._pool is not None and self._pool.active:
                return self._pool
            self._replace(self._pool)
            reason = ""
            for module in self.meanwhile:
                asyncio.get_running_loop().call_later(_UNDER_WAY, import_module, module)
            for pause in _PAUSES:
                await asyncio.sleep(pause)
                pool = new_pool(self.count)
                try:
                    await start(pool)
                except Broken as error:
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
        from watcher.pipeline.pool import stop

        ending = asyncio.create_task(asyncio.to_thread(stop, pool))
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

    def end(self) -> None:
        """Begin to end all processes, running tasks included; `close` waits for that."""
        if self._idle is not None:
            self._idle.cancel()
        for working in self._at_work:
            working.cancel()
        self._replace(self._pool)

    async def close(self) -> None:
        """End all processes, running tasks included."""
        self.end()
        await asyncio.gather(*self._ending)


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


@asynccontextmanager
async def open_workers(
    count: int, *, seconds: float = TASK_SECONDS, meanwhile: tuple[str, ...] = ()
) -> AsyncIterator[Workers]:
    """The worker processes, which come with the first task and end with the block, running tasks included."""
    workers = Workers(count, seconds, meanwhile=meanwhile)
    try:
        yield workers
    finally:
        await workers.close()
