"""Pages and documents that somebody names by hand, read in workers with limits of time and memory, as a poll does."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from watcher.errors import NoText, WatcherError
from watcher.tasks import read_document
from watcher.workers import open_workers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from watcher.models import PageRules, PageText
    from watcher.tasks import PageAnswer
    from watcher.workers import Workers


@dataclass(frozen=True, slots=True)
class Wanted:
    """Bytes that are to be read, and how: by a publisher's rules where there is one."""

    answer: PageAnswer
    rules: PageRules | None = None


@contextmanager
def open_reader(count: int) -> Iterator[Callable[[Sequence[Wanted | WatcherError]], list[PageText | WatcherError]]]:
    """A function that reads several pages at once in `count` processes, each to its record or to what kept it from it.

    A page that takes too long or too much memory is Killed and the others are read. What is an error already stays
    one. The processes end with the context.
    """
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()
        workers = runner.run(stack.enter_async_context(open_workers(count)))
        try:
            yield lambda wanted: runner.run(_read_all(workers, wanted))
        finally:
            runner.run(stack.aclose())


async def _read_all(workers: Workers, wanted: Sequence[Wanted | WatcherError]) -> list[PageText | WatcherError]:
    return list(await asyncio.gather(*(_read(workers, one) for one in wanted)))


async def _read(workers: Workers, wanted: Wanted | WatcherError) -> PageText | WatcherError:
    if isinstance(wanted, WatcherError):
        return wanted
    if not wanted.answer.body.strip():
        return NoText(f"there is nothing in it ({wanted.answer.url})")
    try:
        return await workers.run(read_document, wanted.answer, wanted.rules)
    except WatcherError as error:
        return error
