"""The same function over many values in as many processes as there are processors, the results in order.

What starts processes is loaded where several are: of a few lines, and on one processor, it would be a tenth of the time
until the first answer.
"""

from __future__ import annotations

import os
import signal
import sys
from collections import deque
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

from watcher.errors import WorkersFailed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator


T = TypeVar("T")
R = TypeVar("R")
_AHEAD = 2  # values for each process that are read before they are needed


def in_processes(function: Callable[[T], R], values: Iterable[T]) -> Iterator[R]:
    """What a function gives for each value, in their order; a value is read only when its turn is near.

    The processes are copies of this one, so what it has loaded they need not load again. It must have no threads.
    Raises what the function raises, and WorkersFailed where a process is killed.
    """
    count = os.cpu_count() or 1
    if count == 1:
        yield from map(function, values)
        return
    import multiprocessing
    from concurrent.futures.process import BrokenProcessPool, ProcessPoolExecutor

    sys.stdout.flush()  # else each copy would write again what waits here
    context = multiprocessing.get_context("fork")
    pool = ProcessPoolExecutor(count, context, initializer=signal.signal, initargs=(signal.SIGINT, signal.SIG_IGN))
    left = iter(values)
    try:
        waiting = deque(pool.submit(function, value) for value in islice(left, _AHEAD * count))
        while waiting:
            result = waiting.popleft().result()
            waiting.extend(pool.submit(function, value) for value in islice(left, 1))
            yield result
    except BrokenProcessPool as error:
        raise WorkersFailed("a process that read texts was killed") from error
    finally:
        pool.shutdown(cancel_futures=True)
