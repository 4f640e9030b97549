"""URLs and files that are named by hand: fetched once, probed for something to poll, parsed. No database."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack, contextmanager
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, TypeVar

from watcher.config.publishers import Feed, Publisher
from watcher.config.values import web_address
from watcher.content.date_order import ANYWHERE, DateLocale
from watcher.content.encoding import charset_of
from watcher.errors import ConfigError, FetchError, NotAFeed, NoText, ParseError, WatcherError
from watcher.feeds.discovery import find_feeds, propose_listing
from watcher.feeds.listing import AFPIMS
from watcher.feeds.rss import Source
from watcher.feeds.sitemap import sitemap_index
from watcher.fetch.client import open_client
from watcher.fetch.conditional import fetch
from watcher.fetch.hosts import Hosts
from watcher.fetch.request import FEED_ACCEPT, request_for
from watcher.model.poll import Capture
from watcher.model.selectors import ListingRule
from watcher.pipeline.context import locale_of
from watcher.pipeline.feed_tasks import Rules, read_feed
from watcher.pipeline.ocr import with_recognised
from watcher.pipeline.release_tasks import PageAnswer, ReadingContext
from watcher.pipeline.workers import open_workers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from watcher.config.load import Configuration
    from watcher.config.settings import Ocr
    from watcher.model.feed import ParsedFeed
    from watcher.model.response import Response
    from watcher.pipeline.workers import Workers


T = TypeVar("T")
_NO_RULE = ListingRule(entry="")


@dataclass(frozen=True, slots=True)
class Probed:
    """Something that can be polled: its kind, its answer, what that lists now, and the rule of a listing."""

    kind: str
    response: Response
    feed: ParsedFeed
    rule: ListingRule | None = None

    @property
    def url(self) -> str:
        """Its address, after redirects."""
        return self.response.url

    @property
    def capture(self) -> Capture:
        """The exchange, for the first poll: it asks whether anything has changed since."""
        return Capture("feed", "ok", self.response, keeps_body=True)

    @property
    def listing(self) -> str | Mapping[str, str] | None:
        """The rule as the configuration writes it: only what differs from the defaults."""
        if self.rule is None:
            return None
        if self.rule in AFPIMS:
            return "afpims"
        usual = asdict(_NO_RULE)
        return {name: value for name, value in asdict(self.rule).items() if value != usual[name]}


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
    return _page(_response(configuration, publisher, url, accept=accept))


def _response(
    configuration: Configuration, publisher: Publisher | None, url: str, *, accept: str = FEED_ACCEPT
) -> Response:
    try:
        web_address(url)
    except ValueError as error:
        raise ConfigError((f"{url!r}: {error}",)) from error
    return asyncio.run(_ask(configuration, publisher, url, accept))


async def _ask(configuration: Configuration, publisher: Publisher | None, url: str, accept: str) -> Response:
    http = configuration.settings.http
    publisher = publisher or Publisher(code="unknown", name="unknown", headers={})
    request = request_for(http, publisher, Feed(code="asked", url=url, headers={}), url, accept=accept)
    async with open_client(allow_addresses=http.allow_addresses, connections=http.connections) as client:
        return (await fetch(client, Hosts(http.host_interval, http.host_connections), request)).response


def _page(response: Response) -> PageAnswer:
    return PageAnswer(response.body, response.url, response.header("content-type") or "", response.ended_at)


def probe(configuration: Configuration, publisher: Publisher | None, url: str) -> Probed:
    """What there is to poll at a URL: itself, the first feed that it names and that can be read, or a listing.

    Raises ConfigError for what is no web address, FetchError where it does not answer, NotAFeed where there is nothing
    of the kind.
    """
    answer = _response(configuration, publisher, url)
    locale = locale_of(publisher) if publisher else ANYWHERE
    named = _named(configuration, publisher, answer, locale)
    index = _index(configuration, publisher, answer, locale)
    found = index or _itself(answer, locale) or next(named, None) or _listing(answer, locale)
    if found is None:
        raise NotAFeed(f"{url}: no feed, no sitemap, and no list of links that looks like releases")
    return found


def _index(
    configuration: Configuration, publisher: Publisher | None, answer: Response, locale: DateLocale
) -> Probed | None:
    """An index of sitemaps with what its newest sitemap gives; None for anything else. Raises FetchError, NotAFeed."""
    parts = sitemap_index(answer.body, locale)
    if not parts:
        return None
    newest = _response(configuration, publisher, parts[0].url)
    return Probed("sitemap", answer, _read(newest, locale, "sitemap"))


def _itself(answer: Response, locale: DateLocale) -> Probed | None:
    for kind in ("feed", "sitemap"):
        try:
            return Probed(kind, answer, _read(answer, locale, kind))
        except (ParseError, FetchError):
            continue
    return None


def _named(
    configuration: Configuration, publisher: Publisher | None, answer: Response, locale: DateLocale
) -> Iterator[Probed]:
    for link in find_feeds(answer.body, url=answer.url, charset=charset_of(answer.header("content-type") or "")):
        try:
            named = _response(configuration, publisher, link.url)
        except FetchError:
            continue
        found = _itself(named, locale)
        if found is not None:
            yield found


def _listing(answer: Response, locale: DateLocale) -> Probed | None:
    rule = propose_listing(answer.body, url=answer.url, charset=charset_of(answer.header("content-type") or ""))
    if rule is None:
        return None
    return Probed("listing", answer, _read(answer, locale, "listing", rule), rule)


def _read(answer: Response, locale: DateLocale, kind: str, *rules: ListingRule) -> ParsedFeed:
    source = Source(answer.url, answer.header("content-type") or "", locale)
    return read_feed(answer.body, source, "", kind, Rules(rules))[0]


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
