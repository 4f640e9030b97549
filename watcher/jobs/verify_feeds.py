"""`watcher feeds verify`: each feed asked once, as politely as by a poll, and what came of it. Stores nothing.

The daemon may run meanwhile: its back-offs and the counted requests of APIs are kept to, its validators are neither
sent nor changed, so its next poll misses nothing.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from watcher.config.redaction import redacted
from watcher.control_signs import one_line
from watcher.errors import Blocked, FetchError, WatcherError
from watcher.feeds.sitemap import sitemap_index
from watcher.fetch.client import open_client
from watcher.fetch.conditional import fetch
from watcher.fetch.request import request_for
from watcher.model.feed import ParsedFeed
from watcher.pipeline.ask import outcome_of
from watcher.pipeline.context import accept_of
from watcher.pipeline.feed_tasks import read_feed
from watcher.pipeline.reading import rules_of, source_of
from watcher.pipeline.workers import open_workers

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Sequence
    from datetime import datetime

    from watcher.config.load import Configuration
    from watcher.config.publishers import Feed, Publisher
    from watcher.fetch.client import Client
    from watcher.fetch.conditional import Fetched, NotModified
    from watcher.fetch.hosts import Hosts
    from watcher.pipeline.workers import Workers

# What needs a look, and nothing has failed; every other answer but "ok" is a failure. A mailbox is not asked.
WORTH_A_LOOK = frozenset({"empty", "moved"})
NOT_ASKED = frozenset({"not_asked"})


@dataclass(frozen=True, slots=True)
class Verified:
    """What one feed answered: "ok", "empty", "moved", "no_key", "not_asked", or the outcome that a poll would have.

    `newest` is the latest date of its entries, `note` what there is to know: the new address, or what is wrong.
    """

    feed: str
    answer: str
    entries: int | None = None
    newest: datetime | None = None
    status: int | None = None
    note: str = ""
    url: str = ""


def chosen_feeds(configuration: Configuration, names: Sequence[str]) -> list[tuple[Publisher, Feed]]:
    """The feeds of these names (`navy`, `navy/news`), disabled ones too; without names all that are enabled."""
    if not names:
        return [both for both in configuration.feeds() if both[1].enabled]
    wanted = set(names)
    return [both for name, both in configuration.by_name.items() if {name, both[0].code} & wanted]


async def verify(
    configuration: Configuration, feeds: Sequence[tuple[Publisher, Feed]], hosts: Hosts
) -> AsyncIterator[Verified]:
    """Ask each feed once, hosts side by side and each host in turn; the answers as they come."""
    http = configuration.settings.http
    async with (
        open_client(allow_addresses=http.allow_addresses, connections=http.connections) as client,
        open_workers(configuration.settings.workers) as workers,
    ):
        asking = [asyncio.create_task(_verify(configuration, client, workers, hosts, *both)) for both in feeds]
        try:
            for answer in asyncio.as_completed(asking):
                yield await answer
        finally:
            for task in asking:
                task.cancel()


async def _verify(
    configuration: Configuration, client: Client, workers: Workers, hosts: Hosts, publisher: Publisher, feed: Feed
) -> Verified:
    name = f"{publisher.code}/{feed.code}"
    if not feed.url.startswith(("http://", "https://")):
        return Verified(name, "not_asked", note="a mailbox: `watcher poll` reads it", url=feed.url)
    if feed.api_key is not None and feed.api_key.read() is None:
        return Verified(name, "no_key", note=f"{feed.api_key} is not set or empty", url=feed.url)
    request = request_for(configuration.settings.http, publisher, feed, feed.url, accept=accept_of(feed))
    try:
        answer = await fetch(client, hosts, request)
        parsed, count = await _read(workers, publisher, feed, answer)
    except WatcherError as error:
        status = error.status if isinstance(error, FetchError) else None
        carried = f"; carried by {', '.join(publisher.relay)}" if isinstance(error, Blocked) and publisher.relay else ""
        note = one_line(redacted(error.reason)) + carried
        return Verified(name, outcome_of(error), status=status, note=note, url=feed.url)
    moved = answer.moved_to if answer.moved_to not in {None, feed.url} else None
    outcome, note = ("empty", "it lists nothing") if not count else ("moved", moved) if moved else ("ok", "")
    newest = max(_instants(parsed), default=None)
    return Verified(name, outcome, count, newest, answer.response.status, redacted(note or ""), feed.url)


async def _read(
    workers: Workers, publisher: Publisher, feed: Feed, answer: Fetched | NotModified
) -> tuple[ParsedFeed, int]:
    """What a feed lists, and how many; an index of sitemaps lists those. Raises what is unreadable."""
    response = answer.response
    source = source_of(publisher, feed, response.url, response.header("content-type") or "", response.ended_at)
    if feed.kind == "sitemap" and (parts := await workers.run(sitemap_index, response.body, source.locale)):
        return ParsedFeed(()), len(parts)
    parsed, entries = await workers.run(read_feed, response.body, source, publisher.code, feed.kind, rules_of(feed))
    return parsed, len(entries)


def _instants(parsed: ParsedFeed) -> Iterator[datetime]:
    dates = chain.from_iterable((entry.published, entry.updated) for entry in parsed.entries)
    return (date.at for date in dates if date is not None and date.at is not None)
