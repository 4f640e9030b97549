"""Work that blocks, in a thread of its own."""

from __future__ import annotations

import asyncio
import threading
from time import monotonic

import pytest

from tests.support.servers import in_loop
from watcher.fetch.threads import in_thread


@in_loop
async def test_result_and_error_come_back() -> None:
    """Whoever waits gets what the work gives, whatever it raises."""
    assert await in_thread(lambda: 7, "seven") == 7
    with pytest.raises(ZeroDivisionError):
        await in_thread(lambda: 1 // 0, "none")


def test_the_end_of_the_program_waits_for_none_of_it() -> None:
    """A name server that is dead must not hold up a shutdown."""
    held = threading.Event()

    async def give_up() -> None:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(in_thread(held.wait, "held"), 0.05)

    begun = monotonic()
    asyncio.run(give_up())
    assert monotonic() - begun < 2
    held.set()
