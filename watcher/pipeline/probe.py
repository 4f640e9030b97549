"""An address is looked at: a feed, a sitemap, a page that names its feeds, or a list of links."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack, contextmanager
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from watcher.config.publishers import Feed, Publisher
from watcher.errors import FetchError, NotAFeed, NoText, ParseError, WatcherError
from watcher.feeds.discovery import find_feeds, propose_listing
from watcher.feeds.listing import AFPIMS
from watcher.feeds.rss import Source
from watcher.fetch.client import open_client
from watcher.fetch.conditional import fetch
from watcher.fetch.hosts import Hosts
from watcher.fetch.request import FEED_ACCEPT, request_for
from watcher.model.selectors import ListingRule
from watcher.pipeline.parse import PageAnswer, ReadingContext, charset_of, extract_document, index_parts, read_feed
from watcher.pipeline.workers import open_workers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from watcher.config.load import Configuration
    from watcher.model.feed import ParsedFeed
    from watcher.model.release import PageText
    from watcher.pipeline.workers import Workers


_NO_RULE = ListingRule(entry="")


@dataclass(frozen=True, slots=True)
class Found:
    """Something that can be polled: its address and kind, the rule of a listing, and what it gives now."""

    kind: str
    url: str
    feed: ParsedFeed
    rule: ListingRule | None = None

    @property
    def listing(self) -> str | Mapping[str, str] | None:
        """The rule as the configuration writes it: only what differs from the defaults."""
        if self.rule is None:
            return None
        if self.rule in AFPIMS:
            return "afpims"
        usual = asdict(_NO_RULE)
        return {name: value for name, value in asdict(self.rule).items() if value != usual[name]}


def look_at(configuration: Configuration, publisher: Publisher | None, url: str) -> Found:
    """What there is to poll at a URL: itself, the first of its named feeds that can be read, or a listing.

    Raises FetchError where it does not answer, NotAFeed where there is nothing of the kind.
    """
    answer = ask_once(configuration, publisher, url, accept=FEED_ACCEPT)
    time_zone = publisher.time_zone if publisher else "UTC"
    named = _named(configuration, publisher, answer, time_zone)
    index = _index(configuration, publisher, answer, time_zone)
    found = index or _itself(answer, time_zone) or next(named, None) or _listing(answer, time_zone)
    if found is None:
        raise NotAFeed(f"{url}: no feed, no sitemap, and no list of links that looks like releases")
    return found


def _itself(answer: PageAnswer, time_zone: str) -> Found | None:
    for kind in ("feed", "sitemap"):
        try:
            return Found(kind, answer.url, _read(answer, time_zone, kind))
        except (ParseError, FetchError):
            continue
    return None


def _index(
    configuration: Configuration, publisher: Publisher | None, answer: PageAnswer, time_zone: str
) -> Found | None:
    """An index of sitemaps with what its newest sitemap gives; None for anything else. Raises FetchError, NotAFeed."""
    parts = index_parts(answer.body, Source(answer.url, answer.content_type, time_zone))
    if not parts:
        return None
    newest = ask_once(configuration, publisher, parts[0].url, accept=FEED_ACCEPT)
    return Found("sitemap", answer.url, _read(newest, time_zone, "sitemap"))


def _named(
    configuration: Configuration, publisher: Publisher | None, answer: PageAnswer, time_zone: str
) -> Iterator[Found]:
    for link in find_feeds(answer.body, url=answer.url, charset=charset_of(answer.content_type)):
        try:
            named = ask_once(configuration, publisher, link.url, accept=FEED_ACCEPT)
        except FetchError:
            continue
        found = _itself(named, time_zone)
        if found is not None:
            yield found


def _listing(answer: PageAnswer, time_zone: str) -> Found | None:
    rule = propose_listing(answer.body, url=answer.url, charset=charset_of(answer.content_type))
    if rule is None:
        return None
    return Found("listing", answer.url, _read(answer, time_zone, "listing", rule), rule)


def _read(answer: PageAnswer, time_zone: str, kind: str, *rules: ListingRule) -> ParsedFeed:
    source = Source(answer.url, answer.content_type, time_zone)
    return read_feed(answer.body, source, "", kind, rules)[0]


# Pages and documents that somebody names by hand, read in workers with limits of time and memory, as a poll does.


@dataclass(frozen=True, slots=True)
class Wanted:
    """Bytes that are to be read, and how: by a publisher's rules where there are some."""

    answer: PageAnswer
    context: ReadingContext


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
    return list(await asyncio.gather(*(_read_bytes(workers, one) for one in wanted)))


async def _read_bytes(workers: Workers, wanted: Wanted | WatcherError) -> PageText | WatcherError:
    if isinstance(wanted, WatcherError):
        return wanted
    if not wanted.answer.body.strip():
        return NoText(f"there is nothing in it ({wanted.answer.url})")
    try:
        return await workers.run(extract_document, wanted.answer, wanted.context)
    except WatcherError as error:
        return error


# One question by hand, outside any poll and without a database: with the manners that the configuration sets.


def ask_once(configuration: Configuration, publisher: Publisher | None, url: str, *, accept: str) -> PageAnswer:
    """The answer of a URL, asked as this publisher's pages are. Raises FetchError.

    robots.txt is not asked: somebody looks at one address that they named themselves.
    """
    return asyncio.run(_ask(configuration, publisher, url, accept))


async def _ask(configuration: Configuration, publisher: Publisher | None, url: str, accept: str) -> PageAnswer:
    http = configuration.settings.http
    publisher = publisher or Publisher(code="unknown", name="unknown", headers={})
    request = request_for(http, publisher, Feed(code="asked", url=url, headers={}), url, accept=accept)
    async with open_client(allow_addresses=http.allow_addresses, connections=http.connections) as client:
        response = (await fetch(client, Hosts(http.host_interval, http.host_connections), request)).response
    return PageAnswer(response.body, response.url, response.header("content-type") or "", response.ended_at)
