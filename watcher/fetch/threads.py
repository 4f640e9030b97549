"""Work that blocks, in a thread of its own that nobody waits for at the end of the program.

The event loop's own threads are waited for, and there are few of them: a dead name server would hold up the others and
the shutdown.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from functools import partial
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable


T = TypeVar("T")


async def in_thread(work: Callable[[], T], name: str) -> T:
    """The result of the work. Raises what it raises; where the caller is cancelled, it ends by itself."""
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[T] = loop.create_future()

    def run() -> None:
        try:
            settle = partial(answer.set_result, work())
        except Exception as error:  # noqa: BLE001 - raised again where it is waited for
            settle = partial(answer.set_exception, error)
        _settle(loop, answer, settle)

    threading.Thread(target=run, name=name, daemon=True).start()
    return await answer


def _settle(loop: asyncio.AbstractEventLoop, answer: asyncio.Future[T], settle: Callable[[], None]) -> None:
    def unless_done() -> None:
        if not answer.done():
            settle()

    with contextlib.suppress(RuntimeError):  # the loop is closed already: nobody waits for the answer
        loop.call_soon_threadsafe(unless_done)
