"""A feed's document: parsed, and compared with what is stored of the feed.

Where nothing connects the document with the one before, the gap is filled from the feed's older documents. An index of
sitemaps is read as one feed: its newest sitemaps are fetched, conditionally and a few at a time.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import chain
from typing import TYPE_CHECKING

from watcher import clock
from watcher.errors import UNREADABLE, EmptyFeed, PartFailed
from watcher.feeds.changes import has_rolled_past
from watcher.feeds.identity import identity_of, is_in_doubt, names_of, recognise
from watcher.feeds.redirects import is_same_site
from watcher.fetch.validators import Validators
from watcher.model.feed import Entry, ParsedFeed
from watcher.model.poll import GapFill
from watcher.model.release import Problem
from watcher.pipeline.ask import ask_for, outcome_of
from watcher.pipeline.captures import push_capture
from watcher.pipeline.fetched_feed import FeedDocument, FetchedFeed
from watcher.pipeline.workers import Task
from watcher.store.feed_entries import known_entries, last_body, last_validators, latest_document
from watcher.store.proofs import is_proved

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from watcher.feeds.sitemap import SitemapPart, sitemap_index
    from watcher.feeds.source import Source
    from watcher.fetch.server import Incoming
    from watcher.model.feed import FeedState, KnownEntry, ParsedEntry
    from watcher.model.poll import Capture
    from watcher.model.response import Response
    from watcher.pipeline.ask import Asked
    from watcher.pipeline.context import FeedContext
    from watcher.pipeline.feed_tasks import read_feed, read_older
    from watcher.pipeline.runtime import Runtime
    from watcher.pipeline.task_values import OlderDocument, PageAnswer
else:
    read_feed = Task("watcher.pipeline.feed_tasks", "read_feed")
    read_older = Task("watcher.pipeline.feed_tasks", "read_older")
    sitemap_index = Task("watcher.feeds.sitemap", "sitemap_index")


# How far a gap is followed back: pages, and entries in all.
MOST_PAGES = 10
MOST_ENTRIES = 1_000
# Of an index that names a sitemap a month, the newest hold what is new; older ones are for `watcher backfill`.
MOST_PARTS = 3
# A date without a time says only that it was some time of that day, somewhere.
_DAY = timedelta(days=2)


async def read_document(
    runtime: Runtime, context: FeedContext, response: Response, *, is_same: bool
) -> FeedDocument | None:
    """The document of an answer, None where nothing of it is new. Raises what the parsing raises.

    `is_same`: the body is that of before; then there is nothing in it but for an index of sitemaps, whose parts may
    have changed.
    """
    if context.feed.kind == "sitemap":
        index = await _read_index(runtime, context, response, is_same=is_same)
        if index is not None:
            return index if index.captures else None
    return None if is_same else await _read_document(runtime, context, response)


async def read_push(runtime: Runtime, context: FeedContext, *, pushed: Incoming, hub: str) -> FetchedFeed:
    """Parse what a hub pushed as a part of the feed: what it lists exists, what it leaves out proves nothing."""
    feed = context.feed
    source = context.source(feed.hints.topic_url or feed.url, pushed.header("Content-Type"))
    capture = push_capture(hub, source.url, pushed, now=clock.now())
    try:
        parsed, entries = await runtime.workers.run(
            read_feed, pushed.body, source, feed.publisher, context.configured.kind
        )
    except UNREADABLE as error:
        failed = replace(capture, outcome=outcome_of(error), error=error.reason)
        return FetchedFeed(failed.outcome, failed, error=error, asked_url=hub, is_push=True)
    entries, known = await recognised(runtime, feed, entries)
    document = FeedDocument(replace(parsed, is_complete=False), entries, known, is_part=True)
    return FetchedFeed("new", capture, document=document, asked_url=hub, is_push=True)


async def recognised(
    runtime: Runtime, feed: FeedState, entries: Sequence[ParsedEntry], others: Sequence[str] = ()
) -> tuple[tuple[ParsedEntry, ...], dict[str, KnownEntry]]:
    """Entries under the names of their stored releases, and what is stored of those and of `others`, by identity."""
    names = [*names_of(entries), *others]
    found = await runtime.store.read(known_entries, feed.id, names)
    if is_in_doubt(entries, found):
        found = await runtime.store.read(known_entries, feed.id, names, with_words=True)
    entries, known = recognise(entries, found)
    return entries, known | {identity: found[identity] for identity in others if identity in found}


async def _read_document(runtime: Runtime, context: FeedContext, response: Response) -> FeedDocument:
    """Parse in a worker, then look up what is stored. Raises EmptyFeed and what is unreadable."""
    feed, source = context.feed, _source(context, response)
    listed, known_before = await runtime.store.read(latest_document, feed.id)
    parsed, entries = await runtime.workers.run_together(
        read_feed, response.body, source, feed.publisher, context.configured.kind, context.rules, known_before
    )
    if listed and not entries:
        raise EmptyFeed(f"no entries where there were {len(listed)}")
    deleted = tuple(identity_of(Entry(key, None, "", ""), feed.publisher) for key in parsed.deleted)
    entries, known = await recognised(runtime, feed, entries, deleted)
    entries = await _proved(runtime, context, entries)
    gap = None
    if has_rolled_past([entry.identity for entry in listed], [entry.identity for entry in entries]):
        older = await _older_url(runtime, context, response, parsed)
        gap = await _fill_gap(runtime, context, older, entries)
    return FeedDocument(parsed, entries, known, listed, gap.captures if gap else (), deleted=deleted, gap=gap)


async def _proved(runtime: Runtime, context: FeedContext, entries: tuple[ParsedEntry, ...]) -> tuple[ParsedEntry, ...]:
    """The posts of a channel that its publisher's official page does not link now with the problem `unproven`."""
    if context.feed.kind != "telegram" or await runtime.store.read(is_proved, context.feed.id):
        return entries
    problem = Problem("unproven", f"{context.publisher.proof} did not link the channel when this was read")
    return tuple(replace(one, entry=replace(one.entry, problems=(*one.entry.problems, problem))) for one in entries)


def _source(context: FeedContext, response: Response) -> Source:
    links = response.header("link") or ""
    return context.source(response.url, response.header("content-type") or "", response.ended_at, links)


async def _older_url(runtime: Runtime, context: FeedContext, response: Response, parsed: ParsedFeed) -> str | None:
    """Where a document says that older ones are: in a link of the feed, or in one of the listing's page."""
    if parsed.older or not context.listing_rules:
        return parsed.older
    source, rules = _source(context, response), context.rules
    return (await runtime.workers.run(read_older, response.body, source, "", "listing", rules)).older


# A gap: the feed's window rolled past all that was known, so what was missed is looked for in its older documents.


@dataclass(slots=True)
class _Walk:
    """What has been fetched and found so far; `met` are the entries seen in this poll, in any document."""

    met: set[str]
    entries: list[ParsedEntry] = field(default_factory=list)
    captures: list[Capture] = field(default_factory=list)
    followed: list[str] = field(default_factory=list)
    end: str = ""


async def _fill_gap(
    runtime: Runtime, context: FeedContext, older: str | None, entries: tuple[ParsedEntry, ...]
) -> GapFill:
    """The entries between the feed's window and what is stored, as far as its older documents still list them.

    `older` is what the feed names as its archive or next page; without it the publisher's first listing is read. At
    most ten pages of the same site, each asked as politely as every page; a known entry ends the walk. Never raises:
    what could not be followed is said in `end`.
    """
    walk, past = _Walk({entry.identity for entry in entries}), context
    if older is None:
        others = (one for one in context.publisher.feeds if one.code != context.configured.code)
        listing = next((one for one in others if one.kind == "listing"), None)
        if listing is None:
            return GapFill(end="the feed names no older documents and the publisher has no listing")
        past, older = replace(context, configured=listing), listing.url
    url: str | None = older
    while url is not None and not walk.end:
        url = await _follow(runtime, context, past, url, walk)
    end = walk.end or "there is nothing older"
    return GapFill(tuple(walk.entries), tuple(walk.captures), tuple(walk.followed), end)


async def _follow(runtime: Runtime, context: FeedContext, past: FeedContext, url: str, walk: _Walk) -> str | None:
    """Read one older document, by the rules of `past`, and say where the next one is, None at the end of the walk."""
    walk.end = _refusal(past.configured.url, url, walk)
    if walk.end:
        return None
    walk.followed.append(url)
    asked = await ask_older(runtime, context, past, url)
    walk.captures += [asked.capture] if asked.capture else []
    if asked.page is None:
        walk.end = f"{url}: {asked.outcome}"
        return None
    try:
        document = await read_older_page(runtime, past, asked.page)
    except UNREADABLE as error:
        walk.end = f"{url}: {error}"
        return None
    await _add(runtime, context.feed, document, walk)
    return document.older


async def ask_older(runtime: Runtime, context: FeedContext, past: FeedContext, url: str) -> Asked:
    """Ask for an older document; an API or a chosen channel as itself, whatever robots.txt says to crawlers."""
    if past.configured.kind not in {"json", "telegram"}:
        return await ask_for(runtime, context, url, "feed")
    return await ask_for(runtime, context, url, "feed", accept=past.accept, obeys_robots=False)


def _refusal(site: str, url: str, walk: _Walk) -> str:
    if url in walk.followed:
        return "the pages lead in a circle"
    if len(walk.followed) >= MOST_PAGES or len(walk.entries) >= MOST_ENTRIES:
        return f"there is more after {len(walk.followed)} pages"
    return "" if is_same_site(site, url) else f"{url} is another site"


async def read_older_page(runtime: Runtime, context: FeedContext, page: PageAnswer) -> OlderDocument:
    """The entries of an older document of a feed, and where to go on. Raises what is unreadable."""
    source = context.source(page.url, page.content_type, page.fetched_at)
    kind, rules = context.configured.kind, context.rules
    return await runtime.workers.run(read_older, page.body, source, context.publisher.code, kind, rules)


async def _add(runtime: Runtime, feed: FeedState, document: OlderDocument, walk: _Walk) -> None:
    met = [entry for entry in document.entries if entry.identity not in walk.met]
    fresh, known = await recognised(runtime, feed, met)
    walk.met |= {entry.identity for entry in fresh}
    # They have no position in the feed's own document.
    walk.entries += [replace(entry, position=-1) for entry in fresh if entry.identity not in known]
    if any(one.entry_sha256 is not None for one in known.values()):
        walk.end = "a known release was reached"
    elif not fresh:
        walk.end = "there is nothing older"


# An index of sitemaps.


async def _read_index(
    runtime: Runtime, context: FeedContext, response: Response, *, is_same: bool
) -> FeedDocument | None:
    """What the changed sitemaps of an index list; None where the answer is no index.

    `is_same`: the index has not changed since it was last read. A sitemap that is gone is a problem of the feed;
    another failure raises PartFailed, so that nothing is taken for read that was not. Raises Killed.
    """
    feed = context.feed
    body = await runtime.store.read(last_body, feed.id, feed.url) if is_same else response.body
    parts = await runtime.workers.run(sitemap_index, body, _source(context, response).locale) if body else ()
    if not parts:
        return None
    read = [await _read_part(runtime, context, part.url) for part in wanted(parts, feed.succeeded_at, is_same=is_same)]
    newest = sorted(chain.from_iterable(one.entries for one in read), key=_changed_at, reverse=True)[:MOST_ENTRIES]
    distinct = list({entry.identity: entry for entry in reversed(newest)}.values())[::-1]
    placed = tuple(replace(entry, position=place) for place, entry in enumerate(distinct))
    problems = tuple(chain.from_iterable(one.parsed.problems for one in read))
    parsed = ParsedFeed(tuple(one.entry for one in placed), is_complete=False, problems=problems)
    captures = tuple(chain.from_iterable(one.captures for one in read))
    entries, known = await recognised(runtime, feed, placed)
    return FeedDocument(parsed, entries, known, captures=captures, is_part=True)


def wanted(parts: Sequence[SitemapPart], since: datetime | None, *, is_same: bool) -> list[SitemapPart]:
    """The sitemaps to ask for, newest first: undated ones always, dated ones where they changed since the last poll."""
    dated = [part for part in parts if part.updated and part.updated.at]
    undated = [part for part in parts if not (part.updated and part.updated.at)]
    fresh = [
        part
        for part in dated
        if not is_same and (since is None or (part.updated and part.updated.at and part.updated.at >= since - _DAY))
    ]
    return [*fresh[:MOST_PARTS], *undated[:MOST_PARTS]]


def _changed_at(parsed: ParsedEntry) -> float:
    stated = parsed.entry.updated or parsed.entry.published
    return stated.at.timestamp() if stated and stated.at else 0.0


async def _read_part(runtime: Runtime, context: FeedContext, url: str) -> FeedDocument:
    """One sitemap of the index: its entries, none where it is the same as before. Raises PartFailed."""
    known = await runtime.store.read(last_validators, context.feed.id, url)
    asked = await ask_for(runtime, context, url, "feed", Validators(*known))
    captures = (asked.capture,) if asked.capture else ()
    if asked.outcome in {"not_modified", "gone"}:
        problems = (Problem("sitemap_gone", url),) if asked.outcome == "gone" else ()
        return FeedDocument(ParsedFeed((), problems=problems), (), captures=captures)
    if asked.page is None:
        raise PartFailed(f"{url}: {asked.outcome}")
    page = asked.page
    source = context.source(page.url, page.content_type, page.fetched_at)
    try:
        parsed, entries = await runtime.workers.run(read_feed, page.body, source, context.publisher.code, "sitemap")
    except UNREADABLE as error:
        raise PartFailed(f"{url}: {error}") from error
    return FeedDocument(parsed, entries, captures=captures)
