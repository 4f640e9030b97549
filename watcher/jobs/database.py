"""The database checked with every tick: whether it is the same sound file, and whether it can be written.

Damage that any job meets ends the daemon, as does a file that was deleted, moved or replaced. A full disk does not: it
is said once through every channel, and the daemon goes on and writes when there is room.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from watcher import clock
from watcher.errors import Damaged, Replaced, StoreError, Unwritable, WorkersFailed
from watcher.jobs.alarm import raise_alarm
from watcher.model.health import Sign
from watcher.store.backup import check_copy, copy_database
from watcher.store.health import write_nothing

if TYPE_CHECKING:
    from collections.abc import Callable

    from watcher.pipeline.runtime import Runtime
    from watcher.store.file_check import FileCheck


log = logging.getLogger("watcher")
# Where nothing was written for so long, a page is written as it is, to see whether it still can be.
_IDLE_SECONDS = 60


@dataclass(slots=True)
class DatabaseCheck:
    """What the file was when it was opened, and what was found since. `end` ends the daemon, `found` is why.

    `waiting` counts the polls and attempts that wait to be written; `beside` is why the signs beside it cannot be: the
    disk may be full while the database's log still has room.
    """

    runtime: Runtime
    file: FileCheck
    end: Callable[[], None]
    waiting: Callable[[], int] = lambda: 0
    found: Damaged | Replaced | WorkersFailed | None = None
    beside: Unwritable | None = None
    alarm: asyncio.Task[bool] | None = None
    probed: float = field(default_factory=clock.monotonic)

    async def check(self) -> None:
        """Compare the file with what was opened, and see whether it can be written. Raises StoreError."""
        condition = self.runtime.store.condition
        if condition.damage is None:
            try:
                await asyncio.to_thread(self.file.compare)
            except (Damaged, Replaced) as error:
                condition.failed(error)
        if isinstance(condition.damage, Damaged | Replaced):
            await self._keep_copy(condition.damage)
            self.end_by(condition.damage)
            return
        await self._check_writable()

    def end_by(self, error: Damaged | Replaced | WorkersFailed) -> None:
        """End the daemon with this error, which is raised once all is at rest."""
        if self.found is None:
            log.critical("%s", error)
            self.found = error
            if isinstance(error, StoreError):
                self.runtime.store.condition.failed(error)
        self.end()

    async def _keep_copy(self, error: Damaged | Replaced) -> None:
        """Of a file that has lost its name the open connection still has all: it is copied before it is closed."""
        if isinstance(error, Damaged):
            return
        path = self.file.path
        target = path.with_name(f"{path.name}.rescued-{clock.now():%Y%m%dT%H%M%SZ}")
        try:
            await self.runtime.store.read(copy_database, target, check_copy)
            log.critical("what was stored until now was copied to %s", target)
        except StoreError as failed:
            log.critical("no copy of what was stored could be made: %s", failed)

    async def _check_writable(self) -> None:
        condition, now = self.runtime.store.condition, clock.monotonic()
        if refused := condition.unwritable or self.beside:
            self._tell(refused)
        if condition.unwritable is not None or now - max(condition.written, self.probed) >= _IDLE_SECONDS:
            self.probed = now
            try:
                await self.runtime.store.write(write_nothing)
            except Unwritable as error:
                self._tell(error)
        if self.alarm is not None and not (condition.unwritable or self.beside or self.waiting()):
            log.warning("the database can be written again")
            self.alarm = None

    def _tell(self, error: Unwritable) -> None:
        """Tell every channel, once until something could be written again."""
        if self.alarm is not None:
            return
        log.error("nothing can be written: %s", error)
        words = "Nothing can be written to the database. What is stored is still sent; polls wait to be written."
        self.alarm = asyncio.create_task(
            raise_alarm(
                self.runtime.configuration, "cannot_write", (words, f"{self.file.path}: {error}"), again=timedelta(0)
            )
        )

    def sign(self) -> Sign:
        """Well where it is the same file, sound, and nothing waits to be written."""
        condition, count = self.runtime.store.condition, self.waiting()
        wrong = self.found or condition.damage or condition.unwritable or self.beside
        waits = f"{count} polls or attempts wait to be written" if count else ""
        if wrong is not None:
            return Sign("database", is_well=False, detail="; ".join(filter(None, (str(wrong), waits))))
        return Sign("database", is_well=not count, detail=waits)
