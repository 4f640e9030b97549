"""Tasks in any `concurrent.futures` executor in the place of our own worker processes: those of many machines, say.

Only what reads stored records again uses it. One process still writes, and a task gives the same wherever it runs.
"""

from __future__ import annotations

import asyncio
import math
import resource
from concurrent.futures import BrokenExecutor
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from watcher.errors import Killed, WatcherError, WorkersFailed, unforeseen
from watcher.pipeline.pool import within
from watcher.pipeline.task_values import ReadingContext
from watcher.pipeline.workers import Workers

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Executor
    from pathlib import Path


P = ParamSpec("P")
T = TypeVar("T")
# What reads a page may take here as much processor time as a worker of ours has on the clock.
_SECONDS = 30


@dataclass(slots=True)
class Elsewhere(Workers):
    """`count` tasks at a time are with `executor`; its processes have the vocabularies in the folder `words()`.

    `words` is called there; without it they are where they are here. `died` are the errors by which the executor says
    that the worker of a task died at each try.
    """

    executor: Executor | None = None
    words: Callable[[], Path] | None = None
    died: tuple[type[BaseException], ...] = ()

    async def run(self, task: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a pure function there. Raises as `Workers.run` does; WorkersFailed where the executor is gone."""
        assert self.executor is not None  # noqa: S101 - it is a field with a default only because others before it are
        call = partial(task, *args, **kwargs)
        try:
            async with self._slots:
                return await asyncio.wrap_future(self.executor.submit(on_worker, self.words, call))
        except WatcherError:
            raise
        except self.died as error:
            raise Killed(f"{task.__name__} died: {error}") from error
        except (BrokenExecutor, OSError) as error:
            raise WorkersFailed(f"the workers are gone: {error}") from error
        except asyncio.CancelledError as error:
            if (asking := asyncio.current_task()) is not None and asking.cancelling():
                raise  # we were told to end
            raise WorkersFailed("the workers are gone: the task was given up") from error
        except Exception as error:
            raise unforeseen(task.__name__, error) from error

    async def run_together(self, task: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """The same as `run`: the executor has its own way of handing over tasks."""
        return await self.run(task, *args, **kwargs)


def on_worker(words: Callable[[], Path] | None, call: partial[T]) -> T:
    """Run a task in this process, with the vocabularies that are here.

    The kernel ends the process where the task needs too much processor time, so a hostile page ends no other task for
    good: the executor gives up a task whose process died at each try.
    """
    if words is not None:
        here = words()
        given = [replace(one, words=here) if isinstance(one, ReadingContext) else one for one in call.args]
        call = partial(call.func, *given, **call.keywords)
    limits = resource.getrlimit(resource.RLIMIT_CPU)
    try:
        return within(math.ceil(_SECONDS), call)
    finally:
        resource.setrlimit(resource.RLIMIT_CPU, limits)
