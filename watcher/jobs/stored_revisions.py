"""All stored revisions, a batch at a time: the loop of `redetect` and `reparse`."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Sequence

    from watcher.model.revision import StoredRevision
    from watcher.pipeline.runtime import Runtime


R = TypeVar("R")


async def each_revision(
    runtime: Runtime, read: Callable[..., Sequence[StoredRevision]], work: Callable[[StoredRevision], Awaitable[R]]
) -> AsyncIterator[R]:
    """Do some work on every stored revision, on all of a batch at once; each result in the order of the revisions.

    `read` is a function of the store that gives the next batch of those whose id is above `after`.
    """
    after = 0
    while batch := await runtime.store.read(read, after=after):
        after = batch[-1].id
        for result in await asyncio.gather(*(work(stored) for stored in batch)):
            yield result
