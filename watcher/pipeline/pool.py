"""The pool of processes behind `workers`: how it is started, asked and ended. The only user of pebble."""

from __future__ import annotations

import asyncio
import copyreg
import gc
import logging
import math
import multiprocessing
import os
import resource
import signal
import warnings
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import fields, is_dataclass
from functools import partial
from multiprocessing import forkserver
from operator import attrgetter
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from pebble import ProcessExpired, ProcessPool

from watcher.model import claim, feed, poll, release, selectors, text_context
from watcher.pipeline import task_values

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from concurrent.futures import Future
    from types import ModuleType


P = ParamSpec("P")
T = TypeVar("T")
TASK_BYTES = 2 * 1024**3
# How long the first process may take to start and a finished task to be reported; after that the pool is broken.
_START_SECONDS = 30
# New objects before the collector looks at them. A page's tree has tens of thousands, all of them alive while it is
# read: with Python's own 700 the collector takes a fifth of the time of a page, and finds nothing.
_COLLECTED = 50_000
# What the fork server imports, so that its workers share it and each of them starts at once.
_PRELOADED = ["watcher.pipeline.preloaded", __name__]


def _pass_by_fields(*modules: ModuleType) -> None:
    """Let pickle write the values of these modules as class and fields: as slots are written it takes twice as long."""
    kinds = [kind for module in modules for kind in vars(module).values() if isinstance(kind, type)]
    for kind in filter(is_dataclass, kinds):
        names = [one.name for one in fields(kind) if one.init and not one.kw_only]
        if 1 < len(names) == len(fields(kind)):
            copyreg.pickle(kind, partial(_reduced, attrgetter(*names)))


def _reduced(values: attrgetter[tuple[Any, ...]], one: object) -> tuple[type, tuple[Any, ...]]:
    return type(one), values(one)


# What goes to workers and back: entries, what is known of a site, texts with their claims.
_pass_by_fields(claim, feed, poll, release, selectors, text_context, task_values)


class Broken(Exception):
    """The pool answers no more, whatever the task was."""


def new_pool(count: int) -> ProcessPool:
    """A pool of so many processes, none of which is started yet."""
    # A forked copy of a process with threads can hang on a lock that nobody releases; a fork server cannot.
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(_PRELOADED)
    return ProcessPool(max_workers=count, initializer=_prepare, context=context)


def stop(pool: ProcessPool) -> None:
    """End its processes, running tasks included, and wait for that."""
    pool.stop()  # type: ignore[no-untyped-call]
    pool.join()


async def answer(pool: ProcessPool, future: Future[T], seconds: float) -> T:
    """What a task gives. Raises what pebble raises, and Broken where the pool will never give an answer."""
    waiting = asyncio.ensure_future(asyncio.wrap_future(future))
    deadline = now() + seconds + _START_SECONDS
    try:
        while not waiting.done():
            await asyncio.wait({waiting}, timeout=1)
            if not waiting.done() and now() > deadline:
                _kill_fork_server()
            if not waiting.done() and (not pool.active or now() > deadline):
                raise Broken("a task was not answered")
        return waiting.result()
    except BrokenProcessPool as error:
        raise Broken(str(error) or "its processes could not be reached") from error
    finally:
        waiting.cancel()


def schedule(pool: ProcessPool, task: Callable[[], T], seconds: float) -> Future[T]:
    """Hand a task to the pool. Raises Broken where it takes none."""
    try:
        return pool.schedule(task, timeout=seconds)
    except (RuntimeError, OSError, BrokenProcessPool) as error:
        raise Broken(str(error) or type(error).__name__) from error


async def start(pool: ProcessPool) -> None:
    """Start the processes and see that one of them answers. Raises Broken."""
    try:
        # It takes a second or two, in which the daemon would stand still.
        starting = asyncio.to_thread(schedule, pool, os.getpid, _START_SECONDS)
        future = await asyncio.wait_for(starting, _START_SECONDS)
        await answer(pool, future, _START_SECONDS)
    except ProcessExpired as error:
        raise Broken(str(error)) from error
    except TimeoutError as error:
        _kill_fork_server()
        raise Broken(f"nothing has started within {_START_SECONDS} s") from error


def _kill_fork_server() -> None:
    """End a fork server that does not answer, which threads of the pool may wait for; the next pool starts another."""
    pid = forkserver._forkserver._forkserver_pid  # type: ignore[attr-defined]  # noqa: SLF001 - nothing public ends one
    if pid:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def now() -> float:
    """Seconds that no set clock and no test moves."""
    return asyncio.get_running_loop().time()


def within(seconds: int, task: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run a task in this process, which the kernel ends after so many seconds of processor time."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    limit = math.ceil(used.ru_utime + used.ru_stime) + seconds
    resource.setrlimit(resource.RLIMIT_CPU, (limit if hard == resource.RLIM_INFINITY else min(limit, hard), hard))
    return task(*args, **kwargs)


def each_of(calls: Sequence[Callable[[], T]]) -> list[tuple[T] | None]:
    """What each of some tasks gives, in a tuple; None where one failed, which is run alone next and says why there."""
    results: list[tuple[T] | None] = []
    for call in calls:
        try:
            results.append((call(),))
        except Exception:  # noqa: BLE001 - see above
            results.append(None)
    return results


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
