"""Datasette beside the daemon: started again when it dies, each time after a longer pause."""

from __future__ import annotations

import asyncio
import logging
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from watcher import clock
from watcher.fetch.back_off import growing_pause
from watcher.model.health import Sign

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence


log = logging.getLogger("watcher")
_FIRST, _LONGEST = timedelta(seconds=2), timedelta(minutes=5)
# Who has run for so long has started well: the next pause is a short one again.
_STEADY_SECONDS = 60
_END_SECONDS = 2
# The signs are taken every five seconds: an end between two of them is not to be missed.
_NAMED_SECONDS = 12


@dataclass(slots=True)
class Datasette:
    """The process, how often it ended one after the other, and how it ended last."""

    command: Sequence[str]
    process: asyncio.subprocess.Process | None = None
    started: float = 0.0
    ends: int = 0
    error: str = ""

    def sign(self) -> Sign:
        """Well while the process runs; one that ended is still named for a moment after it was started again."""
        is_up = self.process is not None and self.process.returncode is None
        if is_up and self.ends and _now() - self.started < _NAMED_SECONDS:
            return Sign("datasette", is_well=False, detail=f"{self.error}; started again")
        return Sign("datasette", is_well=is_up, detail="running" if is_up else self.error or "not started yet")

    async def keep_up(self) -> None:
        """Start it again and again, until this is cancelled."""
        while True:
            await self._once()
            pause = growing_pause(_FIRST, _LONGEST, self.ends - 1)
            log.error("Datasette %s; it is started again in %d s, and polling goes on", self.error, pause.seconds)
            await clock.sleep(pause.total_seconds())

    async def _once(self) -> None:
        self.started = _now()
        try:
            # Its standard input is a pipe of ours: however the daemon ends, Datasette sees it closed and ends too.
            self.process = await asyncio.create_subprocess_exec(*self.command, stdin=asyncio.subprocess.PIPE)
            self.error = f"ended with code {await self.process.wait()}"
        except OSError as error:
            self.error = f"could not be started: {error}"
        self.ends = 1 if _now() - self.started >= _STEADY_SECONDS else self.ends + 1

    async def end(self) -> None:
        """End the process, by force where it does not listen."""
        if self.process is None or self.process.returncode is not None:
            return
        self.process.terminate()
        try:
            await asyncio.wait_for(self.process.wait(), _END_SECONDS)
        except TimeoutError:
            self.process.kill()
            await self.process.wait()


def _now() -> float:
    return asyncio.get_running_loop().time()


@asynccontextmanager
async def datasette_beside(command: Sequence[str]) -> AsyncIterator[Datasette | None]:
    """Keep Datasette running until the block ends; None where there is no command."""
    if not command:
        yield None
        return
    datasette = Datasette(command)
    keeping = asyncio.create_task(datasette.keep_up())
    try:
        yield datasette
    finally:
        keeping.cancel()
        await asyncio.gather(keeping, return_exceptions=True)
        await datasette.end()
