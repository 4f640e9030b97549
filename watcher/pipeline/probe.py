"""Pages and files that are named by hand: fetched once and read in a worker process. No database."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from watcher.config.publishers import Feed, Publisher
from watcher.config.values import web_address
from watcher.errors import ConfigError, NoText, WatcherError
from watcher.fetch.client import open_client
from watcher.fetch.conditional import fetch
from watcher.fetch.hosts import Hosts
from watcher.fetch.request import request_for
from watcher.pipeline.ocr import with_recognised
from watcher.pipeline.task_values import PageAnswer, ReadingContext
from watcher.pipeline.workers import open_workers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from watcher.config.load import Configuration
    from watcher.config.settings import Ocr
    from watcher.model.response import Response
    from watcher.pipeline.workers import Workers


T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class PageInput:
    """A page's bytes, and by which rules they are read."""

    answer: PageAnswer
    context: ReadingContext


def ask_once(configuration: Configuration, publisher: Publisher | None, url: str, *, accept: str) -> PageAnswer:
    """The answer of a URL, asked as politely as this publisher's pages are.

    robots.txt is not read: it is for programs that choose what they fetch, and this address was named by hand. Raises
    ConfigError for what is no web address, FetchError where there is no answer.
    """
    try:
        web_address(url)
    except ValueError as error:
        raise ConfigError((f"{url!r}: {error}",)) from error
    response = asyncio.run(_ask(configuration, publisher, url, accept))
    return PageAnswer(response.body, response.url, response.header("content-type") or "", response.ended_at)


async def _ask(configuration: Configuration, publisher: Publisher | None, url: str, accept: str) -> Response:
    http = configuration.settings.http
    publisher = publisher or Publisher(code="unknown", name="unknown", headers={})
    request = request_for(http, publisher, Feed(code="asked", url=url, headers={}), url, accept=accept)
    async with open_client(allow_addresses=http.allow_addresses, connections=http.connections) as client:
        return (await fetch(client, Hosts(http.host_interval, http.host_connections), request)).response


@contextmanager
def open_reader(
    count: int, read: Callable[[PageAnswer, ReadingContext], T], ocr: Ocr
) -> Iterator[Callable[[Sequence[PageInput | WatcherError]], list[T | WatcherError]]]:
    """A function that reads several pages at once in `count` processes, each to what `read` gives or an error.

    The limits of time and memory are those of a poll: a page that exceeds them is Killed and the others are read. What
    is an error already stays one. The processes end with the context.
    """
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()
        workers = runner.run(stack.enter_async_context(open_workers(count)))
        try:
            yield lambda pages: runner.run(_read_all(workers, read, ocr, pages))
        finally:
            runner.run(stack.aclose())


async def _read_all(
    workers: Workers,
    read: Callable[[PageAnswer, ReadingContext], T],
    ocr: Ocr,
    pages: Sequence[PageInput | WatcherError],
) -> list[T | WatcherError]:
    return list(await asyncio.gather(*(_read_page(workers, read, ocr, page) for page in pages)))


async def _read_page(
    workers: Workers, read: Callable[[PageAnswer, ReadingContext], T], ocr: Ocr, page: PageInput | WatcherError
) -> T | WatcherError:
    if isinstance(page, WatcherError):
        return page
    if not page.answer.body.strip():
        return NoText(f"there is no text in it ({page.answer.url})")
    try:
        return await workers.run(read, await with_recognised(workers, page.answer, ocr), page.context)
    except WatcherError as error:
        return error
