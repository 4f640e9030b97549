"""What can be polled at an address that somebody has at hand, and how its newest releases would be stored.

address ─► known API? ─► itself: feed, sitemap ─► page: feeds it names, its site's API, its list ─► the pages above it
        ─► sitemaps that robots.txt names

Everything from outside is parsed in worker processes that can be killed. robots.txt is obeyed for what nobody named.
"""

from __future__ import annotations

import re
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from watcher.config.load import load_recipes
from watcher.config.publishers import Feed, Publisher
from watcher.config.recipes import feed_of, recipe_at
from watcher.content.encoding import charset_of
from watcher.errors import (
    UNREADABLE,
    ConfigError,
    Disallowed,
    EmptyFeed,
    Failed,
    FetchError,
    Killed,
    NotAFeed,
    ParseError,
)
from watcher.feeds.discovery import NOTHING, Offer, page_offer, robots_sitemaps
from watcher.feeds.listing import AFPIMS
from watcher.feeds.sitemap import sitemap_index
from watcher.fetch.client import open_client
from watcher.fetch.conditional import ask, judge
from watcher.fetch.request import FEED_ACCEPT, PAGE_ACCEPT, request_for
from watcher.fetch.robots import Robots
from watcher.model.selectors import ListingRule
from watcher.pipeline.ask import outcome_of
from watcher.pipeline.context import accept_of
from watcher.pipeline.feed_tasks import read_feed
from watcher.pipeline.reading import reading_context, rules_of, source_of
from watcher.pipeline.release_tasks import extract_release
from watcher.pipeline.task_values import PageAnswer, is_pdf
from watcher.pipeline.workers import TASK_SECONDS, open_workers

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from watcher.config.load import Configuration
    from watcher.config.recipes import Recipe
    from watcher.feeds.source import Source
    from watcher.fetch.client import Client
    from watcher.fetch.hosts import Hosts
    from watcher.model.feed import ParsedEntry, ParsedFeed
    from watcher.model.poll import ExtractedRelease
    from watcher.model.response import Response
    from watcher.pipeline.workers import Workers


NOBODY = Publisher(code="unknown", name="unknown", language="", headers={})
# How many of the feeds that a page names, of the pages above it, and of a site's sitemaps are tried.
_MOST_FEEDS, _MOST_PAGES, _MOST_SITEMAPS = 5, 3, 3
_SHOWN = 3
_NO_RULE = ListingRule(entry="")
_SITEMAP, _HEAD = re.compile(rb"<(?:[\w.-]+:)?(?:urlset|sitemapindex)\b", re.IGNORECASE), 10_000


@dataclass(frozen=True, slots=True)
class Session:
    """What a search works with; `publisher` is the one whose site the address is on, or `NOBODY`."""

    configuration: Configuration
    publisher: Publisher
    recipes: Mapping[str, Recipe]
    client: Client
    hosts: Hosts
    workers: Workers
    robots: Robots = field(default_factory=Robots)

    async def ask(self, feed: Feed, url: str, *, accept: str, obeys_robots: bool) -> Response:
        """The answer of a URL, asked as politely as by a poll of this feed. Raises FetchError."""
        http = self.configuration.settings.http
        request = request_for(http, self.publisher, feed, url, accept=accept)

        async def check(hop: str) -> None:
            if (
                http.robots
                and not (await self.robots.check(self.client, self.hosts, replace(request, url=hop))).is_allowed
            ):
                raise Disallowed(hop, "robots.txt forbids it")

        return judge(await ask(self.client, self.hosts, request, check=check if obeys_robots else None)).response


@asynccontextmanager
async def open_session(
    configuration: Configuration, publisher: Publisher | None, hosts: Hosts
) -> AsyncIterator[Session]:
    """A client and a worker process for a search, until the block ends. Raises ConfigError for a recipe's mistake."""
    http, recipes = configuration.settings.http, load_recipes(configuration)
    async with (
        open_client(allow_addresses=http.allow_addresses, connections=http.connections) as client,
        open_workers(1, seconds=TASK_SECONDS) as workers,
    ):
        yield Session(configuration, publisher or NOBODY, recipes, client, hosts, workers)


@dataclass(frozen=True, slots=True)
class FoundSource:
    """Something that can be polled: `said` is its table in a publisher's file, `how` in words how it was found.

    `name` is what its site calls itself, where it says so.
    """

    how: str
    said: Mapping[str, Any]
    feed: Feed
    response: Response
    parsed: ParsedFeed
    entries: tuple[ParsedEntry, ...]
    name: str = ""


@dataclass(frozen=True, slots=True)
class Seen:
    """What the bytes at an address are: by themselves something to poll (`kind`, `part` of an index), or a page."""

    kind: str = ""
    part: str = ""
    offer: Offer = NOTHING


def look_at(body: bytes, source: Source) -> Seen:
    """The task of a worker: what these bytes are. Raises NotAFeed for a PDF."""
    if is_pdf(body, source.content_type):
        raise NotAFeed(f"{source.url} is a PDF: one document and no list of them. Name the page that links to it")
    is_sitemap = _SITEMAP.search(body[:_HEAD]) or body.startswith(b"\x1f\x8b")
    for kind in ("sitemap", "feed") if is_sitemap else ("feed",):
        try:
            if kind == "sitemap" and (parts := sitemap_index(body, source.locale)):
                return Seen(kind, part=parts[0].url)
            read_feed(body, source, "", kind)
        except (ParseError, FetchError):
            continue
        return Seen(kind)
    return Seen(offer=page_offer(body, url=source.url, charset=charset_of(source.content_type)))


async def find_source(session: Session, url: str, parameters: Mapping[str, str]) -> FoundSource:
    """What there is to poll at a URL; `parameters` are those of a known API's recipe.

    Raises ConfigError for what a recipe still needs, FetchError where the address does not answer, NotAFeed where there
    is nothing of the kind; each of them one sentence.
    """
    known = recipe_at(url, session.recipes)
    if known is not None:
        name, stated = known
        return await _of_recipe(session, url, name, {**stated, **parameters})
    plain = feed_of({"url": url}, session.recipes)
    response = await session.ask(plain, url, accept=FEED_ACCEPT, obeys_robots=False)
    seen = await session.workers.run(look_at, response.body, _source(session, response))
    if seen.kind:
        return await _itself(session, response, seen)
    async for found in _candidates(session, response, seen):
        return found
    raise NotAFeed(f"{url}: no feed, no sitemap, no known API, and no list of links that looks like releases")


async def _of_recipe(session: Session, url: str, name: str, parameters: Mapping[str, str]) -> FoundSource:
    """A known API with these parameters. Raises ConfigError where one of them, or its key, is missing."""
    said = {"recipe": name} | ({"parameters": dict(parameters)} if parameters else {})
    title = session.recipes[name].title
    try:
        feed = feed_of(said, session.recipes)
    except ValueError as error:
        raise ConfigError(
            (f"{url} is of {title}, for which there is the recipe {name}: {error}; give it as --parameter NAME=VALUE",)
        ) from error
    if feed.api_key is not None and feed.api_key.read() is None:
        raise ConfigError((f"{url} is of {title}, which needs a key: {feed.api_key} is not set or empty",))
    return await _tried(session, f"an API, by the recipe {name} ({title})", said)


async def _itself(session: Session, response: Response, seen: Seen) -> FoundSource:
    """The answer as a feed or sitemap; of an index of sitemaps, the entries of its newest."""
    said = {"url": response.url, "kind": seen.kind}
    if not seen.part:
        how = "a sitemap" if seen.kind == "sitemap" else "a feed"
        return await _tried(session, how, said, response)
    feed = feed_of(said, session.recipes)
    newest = await session.ask(feed, seen.part, accept=FEED_ACCEPT, obeys_robots=True)
    parsed, entries = await _read(session, feed, newest)
    return FoundSource(
        "an index of sitemaps; the entries are those of its newest", said, feed, response, parsed, entries
    )


async def _candidates(session: Session, response: Response, seen: Seen) -> AsyncIterator[FoundSource]:
    """All that a page leads to, the best first; nothing of it is asked for before it is wanted."""
    pages = [(response, seen)]
    async for found in _on_page(session, response, seen, ""):
        yield found
    for url in _above(response.url):
        other = await _page(session, url)
        if other is not None:
            pages.append(other)
            async for found in _on_page(session, *other, f" of {url}"):
                yield found
    async for found in _in_sitemaps(session, response.url):
        yield found


async def _on_page(session: Session, response: Response, seen: Seen, where: str) -> AsyncIterator[FoundSource]:
    """What one page offers: the feeds that it names, its site's API, and unless it is an article its list of links."""
    offer = seen.offer
    tries: list[tuple[str, dict[str, Any], Response | None]] = [
        (f"a feed that the page{where} names", {"url": link.url}, None) for link in offer.feeds[:_MOST_FEEDS]
    ]
    if seen.kind:
        tries.append((f"the {seen.kind} at {response.url}", {"url": response.url, "kind": seen.kind}, response))
    if offer.site:
        site = {"recipe": "wordpress", "parameters": {"site": offer.site}}
        tries.append((f"the API that the page{where} announces", site, None))
    if offer.listing is not None and not offer.is_article:
        rule = {"url": response.url, "kind": "listing", "listing": _as_written(offer.listing)}
        tries.append((f"a list of links on the page{where}", rule, response))
    for how, said, answer in tries:
        try:
            found = await _tried(session, how, said, answer)
        except (*UNREADABLE, ValueError):
            continue
        if found.entries:
            yield replace(found, name=offer.name)


async def _page(session: Session, url: str) -> tuple[Response, Seen] | None:
    """A page that nobody named, with what it is; None where it may not be asked or cannot be read."""
    try:
        feed = feed_of({"url": url}, session.recipes)
        response = await session.ask(feed, url, accept=PAGE_ACCEPT, obeys_robots=True)
        return response, await session.workers.run(look_at, response.body, _source(session, response))
    except (FetchError, ParseError, Killed, Failed):
        return None


async def _in_sitemaps(session: Session, url: str) -> AsyncIterator[FoundSource]:
    """The sitemaps that a site's robots.txt names."""
    place = urljoin(url, "/robots.txt")
    try:
        plain = feed_of({"url": place}, session.recipes)
        response = await session.ask(plain, place, accept=PAGE_ACCEPT, obeys_robots=False)
    except FetchError:
        return
    for named in robots_sitemaps(response.body[:500_000].decode("utf-8", "replace"), url)[:_MOST_SITEMAPS]:
        other = await _page(session, named)
        if other is not None and other[1].kind:
            try:
                found = await _itself(session, *other)
            except UNREADABLE:
                continue
            if found.entries:
                yield replace(found, how=f"{found.how}, which robots.txt names")


async def _tried(session: Session, how: str, said: Mapping[str, Any], response: Response | None = None) -> FoundSource:
    """A feed of this table, asked and parsed. Raises FetchError, what is unreadable, ValueError for a wrong table."""
    feed = feed_of(said, session.recipes)
    if response is None:
        response = await session.ask(feed, feed.url, accept=accept_of(feed), obeys_robots=False)
    parsed, entries = await _read(session, feed, response)
    return FoundSource(how, {**said, "url": response.url} if "url" in said else said, feed, response, parsed, entries)


async def _read(session: Session, feed: Feed, response: Response) -> tuple[ParsedFeed, tuple[ParsedEntry, ...]]:
    content_type, links = response.header("content-type") or "", response.header("link") or ""
    source = source_of(session.publisher, feed, response.url, content_type, response.ended_at, links)
    return await session.workers.run(
        read_feed, response.body, source, session.publisher.code, feed.kind, rules_of(feed)
    )


def _source(session: Session, response: Response) -> Source:
    plain = Feed(code="asked", url=response.url, headers={})
    return source_of(session.publisher, plain, response.url, response.header("content-type") or "", response.ended_at)


def _above(url: str) -> tuple[str, ...]:
    """The addresses above a page, nearest first: /a/b/c has /a/b/, /a/ and /."""
    steps = [step for step in urlsplit(url).path.split("/") if step]
    paths = ["/" + "".join(f"{step}/" for step in steps[:count]) for count in range(len(steps) - 1, -1, -1)]
    return tuple(urljoin(url, path) for path in [*paths[: _MOST_PAGES - 1], *paths[-1:]][: len(paths)])


def _as_written(rule: ListingRule) -> str | Mapping[str, str]:
    """A listing's rule as a publisher's file has it: only what differs from the defaults."""
    if rule in AFPIMS:
        return "afpims"
    usual = asdict(_NO_RULE)
    return {name: value for name, value in asdict(rule).items() if value != usual[name]}


async def newest_page(session: Session, feed: Feed) -> tuple[int, str]:
    """How many entries a feed has, and the page of the first that has one. Raises FetchError, ParseError, EmptyFeed."""
    response = await session.ask(feed, feed.url, accept=accept_of(feed), obeys_robots=False)
    _, entries = await _read(session, feed, response)
    found = next((one.entry.url for one in entries if one.entry.url), None)
    if found is None:
        raise EmptyFeed(f"{feed.url}: no entry has a page")
    return len(entries), found


@dataclass(frozen=True, slots=True)
class Sample:
    """An entry of a source with its release as it would be stored."""

    entry: ParsedEntry
    release: ExtractedRelease


async def read_samples(session: Session, found: FoundSource) -> list[Sample]:
    """The newest entries with their releases, each page asked as by a poll. Raises Killed, Failed for hostile pages."""
    dated = sorted(found.entries, key=_age)
    return [Sample(entry, await _read_release(session, found, entry)) for entry in dated[:_SHOWN]]


def _age(parsed: ParsedEntry) -> float:
    stated = parsed.entry.published or parsed.entry.updated
    return -stated.at.timestamp() if stated and stated.at else 0.0


async def _read_release(session: Session, found: FoundSource, parsed: ParsedEntry) -> ExtractedRelease:
    words, settings = session.configuration.words, session.configuration.settings
    context = reading_context(words, session.publisher, settings, api=found.feed.api)
    url, answer, outcome = parsed.entry.document or parsed.entry.url, None, "no_page"
    if url:
        try:
            accept = accept_of(found.feed) if parsed.entry.document else PAGE_ACCEPT
            response = await session.ask(found.feed, url, accept=accept, obeys_robots=not parsed.entry.document)
            kind = response.header("content-type") or ""
            answer, outcome = PageAnswer(response.body, response.url, kind, response.ended_at), "ok"
        except FetchError as error:
            outcome = outcome_of(error)
    try:
        return await session.workers.run(extract_release, parsed, answer, outcome, context)
    except (Killed, Failed) as error:
        return await session.workers.run(extract_release, parsed, None, error.outcome, context)
