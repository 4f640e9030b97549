"""All stored revisions, a batch at a time: the loop of `redetect` and `reparse`, which can go on where it stopped."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
    from pathlib import Path

    from watcher.model.revision import StoredRevision
    from watcher.pipeline.runtime import Runtime


R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Progress:
    """A file beside the database with the last revision of which all was written, and of which `run` that is true.

    Where the file cannot be written or read the work is done again: twice is harmless, never is not.
    """

    file: Path
    run: str

    def read(self) -> int:
        """The id of the last revision that need not be read again, 0 where this run begins."""
        with suppress(OSError, ValueError):
            run, _, after = self.file.read_text(encoding="utf-8").partition(" ")
            return int(after) if run == self.run else 0
        return 0

    def write(self, after: int) -> None:
        """Note that all up to this revision is written."""
        with suppress(OSError):
            self.file.write_text(f"{self.run} {after}", encoding="utf-8")

    def end(self) -> None:
        """Forget it: the next run begins with the first revision."""
        with suppress(OSError):
            self.file.unlink(missing_ok=True)


async def each_revision(
    runtime: Runtime,
    read: Callable[..., Sequence[StoredRevision]],
    work: Callable[[StoredRevision], Awaitable[R]],
    progress: Progress | None = None,
) -> AsyncIterator[R]:
    """Do some work on every stored revision, on all of a batch at once; each result in the order of the revisions.

    `read` is a function of the store that gives the next batch of those whose id is above `after`.
    """
    after = progress.read() if progress is not None else 0
    while batch := await runtime.store.read(read, after=after):
        after = batch[-1].id
        for result in await asyncio.gather(*(work(stored) for stored in batch)):
            yield result
        if progress is not None:
            progress.write(after)
    if progress is not None:
        progress.end()
