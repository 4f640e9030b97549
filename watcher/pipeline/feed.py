"""A feed is asked and its answer read: whatever comes back is a visit with a named outcome."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import chain
from typing import TYPE_CHECKING

from watcher import clock
from watcher.errors import EmptyFeed, FetchError, Killed, NotAFeed, ParseError, PartFailed, WatcherError
from watcher.feeds.identity import names_of, of_entry, recognise
from watcher.feeds.schedule import Move, audit_due, has_rolled_past, is_same_site, where_to_ask
from watcher.fetch.caching import NotModified, Validators, ask, judge
from watcher.fetch.request import FEED_ACCEPT, feed_of, request_for, secret_headers
from watcher.model.feed import Entry, ParsedFeed
from watcher.model.poll import GapFill
from watcher.model.release import Problem
from watcher.pipeline.ask import ask_document, of_failure, of_push, of_response
from watcher.pipeline.parse import index_parts, listing_rules, outcome_of, read_feed, read_past, source_of
from watcher.store.feeds import known_entries, last_body, last_validators, listed_entries
from watcher.store.rows import sha256

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from watcher.config.publishers import Feed, Publisher
    from watcher.feeds.rss import Source
    from watcher.feeds.sitemap import SitemapPart
    from watcher.fetch.caching import Fetched
    from watcher.fetch.messages import Response
    from watcher.fetch.server import Incoming
    from watcher.model.feed import FeedState, KnownEntry, ListedEntry, ParsedEntry
    from watcher.model.poll import Capture
    from watcher.model.selectors import ListingRule
    from watcher.pipeline.ask import Asked
    from watcher.pipeline.parse import Past
    from watcher.pipeline.runtime import Runtime


@dataclass(frozen=True, slots=True)
class Document:
    """A feed's parsed body beside what is stored of its entries and of the document before.

    Of an index of sitemaps it is only a part: what its changed sitemaps list, and `captures` are their exchanges.
    `deleted` are the identities of entries that a feed says were taken out.
    `gap` is what was found of the time between it and the document before, where nothing connects them.
    """

    parsed: ParsedFeed
    entries: tuple[ParsedEntry, ...]
    known: Mapping[str, KnownEntry]
    listed: tuple[ListedEntry, ...]
    captures: tuple[Capture, ...] = ()
    is_part: bool = False
    deleted: tuple[str, ...] = ()
    gap: GapFill | None = None


@dataclass(frozen=True, slots=True)
class Visit:
    """What became of asking a feed. `document` is None where there was nothing new to read, or nothing readable."""

    outcome: str
    capture: Capture | None = None
    answer: Fetched | NotModified | None = None
    document: Document | None = None
    error: WatcherError | None = None
    status: int | None = None
    asked_url: str = ""
    is_audit: bool = False


def move_of(feed: FeedState) -> Move | None:
    """The permanent redirect that is remembered but not believed yet."""
    if feed.move_url is None or feed.move_first_at is None or feed.move_last_at is None:
        return None
    return Move(feed.move_url, feed.move_count, feed.move_first_at, feed.move_last_at)


async def visit(runtime: Runtime, feed: FeedState) -> Visit:
    """Ask a feed, with the validators it gave last time, and read what it answers. Never raises a FetchError."""
    publisher, configured = feed_of(runtime.configuration, feed.name)
    started_at = clock.now()
    url = where_to_ask(feed.url, move_of(feed), now=started_at)
    request = request_for(runtime.configuration.settings.http, publisher, configured, url, accept=FEED_ACCEPT)
    hidden = secret_headers(publisher, configured)
    is_audit = audit_due(started_at, last_body_at=feed.body_at, last_audit_at=feed.audited_at)
    validators = Validators() if is_audit else Validators(feed.etag, feed.last_modified)
    try:
        response = await ask(runtime.client, runtime.hosts, request, validators)
    except FetchError as error:
        ended_at = clock.now()
        capture = of_failure("feed", request, error, started_at=started_at, ended_at=ended_at, hidden=hidden)
        return Visit(error.outcome, capture, error=error, status=error.status, asked_url=url, is_audit=is_audit)
    answer, document, failure = await _read(runtime, feed, response, validators)
    outcome = _outcome(answer, document, failure)
    capture = of_response(
        "feed",
        request,
        response,
        outcome=outcome,
        error=failure.reason if failure else None,
        keeps_body=failure is not None or document is not None,
        hidden=hidden,
    )
    return Visit(outcome, capture, answer, document, failure, response.status, url, is_audit)


async def visit_push(runtime: Runtime, feed: FeedState, pushed: Incoming, hub: str) -> Visit:
    """Read what a hub brought as a part of the feed: what it lists is there, what it leaves out proves nothing."""
    publisher, configured = feed_of(runtime.configuration, feed.name)
    source = source_of(publisher, configured, feed.topic_url or feed.url, pushed.header("Content-Type"))
    capture = of_push(hub, source.url, pushed, now=clock.now())
    try:
        parsed, entries = await runtime.workers.run(read_feed, pushed.body, source, feed.publisher, configured.kind)
    except (FetchError, ParseError, Killed) as error:
        failed = replace(capture, outcome=outcome_of(error), error=error.reason)
        return Visit(failed.outcome, failed, error=error, asked_url=hub)
    found = await runtime.store.read(known_entries, feed.id, names_of(entries))
    entries, known = recognise(entries, found)
    part = replace(parsed, is_complete=False)
    return Visit("new", capture, document=Document(part, entries, known, (), is_part=True), asked_url=hub)


def _outcome(answer: Fetched | NotModified | None, document: Document | None, error: WatcherError | None) -> str:
    if error is not None:
        return outcome_of(error)
    if document is not None:
        return "new"
    return "not_modified" if isinstance(answer, NotModified) else "same"


async def _read(
    runtime: Runtime, feed: FeedState, response: Response, validators: Validators
) -> tuple[Fetched | NotModified | None, Document | None, WatcherError | None]:
    try:
        answer = judge(response, validators)
        is_same = isinstance(answer, NotModified) or sha256(response.body) == feed.body_sha256
        if feed.kind == "sitemap" and (index := await _index(runtime, feed, response, is_same=is_same)) is not None:
            return answer, index if index.captures else None, None
        return answer, None if is_same else await _document(runtime, feed, response), None
    except (FetchError, ParseError, Killed) as error:
        return None, None, error


async def _index(runtime: Runtime, feed: FeedState, response: Response, *, is_same: bool) -> Document | None:
    """What the sitemaps of an index list; None where the answer is no index. Raises PartFailed, Killed."""
    publisher, configured = feed_of(runtime.configuration, feed.name)
    source = source_of(publisher, configured, response.url, response.header("content-type") or "", response.ended_at)
    read = await read_index(runtime, feed, None if is_same else response.body, source)
    if read is None:
        return None
    found = await runtime.store.read(known_entries, feed.id, names_of(read.entries))
    entries, known = recognise(read.entries, found)
    return Document(read.parsed, entries, known, (), read.captures, is_part=True)


async def _document(runtime: Runtime, feed: FeedState, response: Response) -> Document:
    """Parse in a worker, then look up what is stored. Raises NotAFeed, EmptyFeed, Truncated, Killed."""
    publisher, configured = feed_of(runtime.configuration, feed.name)
    source = source_of(publisher, configured, response.url, response.header("content-type") or "", response.ended_at)
    rules = listing_rules(configured)
    parsed, entries = await runtime.workers.run(
        read_feed, response.body, source, feed.publisher, configured.kind, rules
    )
    listed = await runtime.store.read(listed_entries, feed.id)
    if listed and not entries:
        raise EmptyFeed(f"no entries where there were {len(listed)}")
    deleted = tuple(of_entry(Entry(key, None, "", ""), feed.publisher) for key in parsed.deleted)
    found = await runtime.store.read(known_entries, feed.id, [*names_of(entries), *deleted])
    entries, known = recognise(entries, found)
    known |= {identity: found[identity] for identity in deleted if identity in found}
    gap = None
    if has_rolled_past([entry.identity for entry in listed], [entry.identity for entry in entries]):
        older = await _older(runtime, response, source, parsed, rules)
        gap = await fill_gap(runtime, feed, older, entries)
    return Document(parsed, entries, known, listed, gap.captures if gap else (), deleted=deleted, gap=gap)


async def _older(
    runtime: Runtime, response: Response, source: Source, parsed: ParsedFeed, rules: tuple[ListingRule, ...]
) -> str | None:
    """Where a document says that older ones are: in a link of the feed, or in one of the listing's page."""
    if parsed.older or not rules:
        return parsed.older
    return (await runtime.workers.run(read_past, response.body, source, "", "listing", rules)).older


# A feed's window rolled past what was known: what was missed is looked for in its older documents.

MOST_PAGES = 10
MOST_ENTRIES = 1_000


@dataclass(slots=True)
class _Walk:
    """What has been asked for and found so far; `met` are entries seen in this poll, in whatever document."""

    met: set[str]
    entries: list[ParsedEntry] = field(default_factory=list)
    captures: list[Capture] = field(default_factory=list)
    followed: list[str] = field(default_factory=list)
    end: str = ""

    def is_over(self) -> bool:
        return bool(self.end)


async def fill_gap(runtime: Runtime, feed: FeedState, older: str | None, entries: tuple[ParsedEntry, ...]) -> GapFill:
    """The entries between the feed's window and what is stored, as far as its older documents still list them.

    `older` is what the feed names as its archive or next page; without it the publisher's first listing is read. At
    most ten pages of the same site, each asked within the manners of every page; a known entry ends the walk. Never
    raises: what could not be followed is said in `end`.
    """
    publisher, configured = feed_of(runtime.configuration, feed.name)
    walk = _Walk({entry.identity for entry in entries})
    if older is None:
        listing = next((one for one in publisher.feeds if one.kind == "listing" and one.code != configured.code), None)
        if listing is None:
            return GapFill(end="the feed names no older documents and the publisher has no listing")
        configured, older = listing, listing.url
    url: str | None = older
    while url is not None and not walk.is_over():
        url = await _page(runtime, feed, publisher, configured, url, walk)
    return GapFill(
        tuple(walk.entries), tuple(walk.captures), tuple(walk.followed), walk.end or "there is nothing older"
    )


async def _page(
    runtime: Runtime, feed: FeedState, publisher: Publisher, configured: Feed, url: str, walk: _Walk
) -> str | None:
    """Read one older document and say where the next one is, None at the end of the walk."""
    walk.end = _refusal(configured, url, walk)
    if walk.is_over():
        return None
    walk.followed.append(url)
    asked = await ask_document(runtime, feed, url, "feed")
    walk.captures += [asked.capture] if asked.capture else []
    try:
        past = await _read_older(runtime, publisher, configured, asked)
    except (ParseError, Killed) as error:
        walk.end = f"{url}: {error}"
        return None
    await _add(runtime, feed, past, walk)
    return past.older


def _refusal(configured: Feed, url: str, walk: _Walk) -> str:
    if url in walk.followed:
        return "the pages lead in a circle"
    if len(walk.followed) >= MOST_PAGES or len(walk.entries) >= MOST_ENTRIES:
        return f"there is more behind {len(walk.followed)} pages"
    return "" if is_same_site(configured.url, url) else f"{url} is another site"


async def _read_older(runtime: Runtime, publisher: Publisher, configured: Feed, asked: Asked) -> Past:
    """The entries of an older document. Raises NotAFeed for a failed answer too, and Killed."""
    if asked.answer is None:
        raise ParseError(asked.outcome)
    source = source_of(publisher, configured, asked.answer.url, asked.answer.content_type)
    rules = listing_rules(configured)
    return await runtime.workers.run(read_past, asked.answer.body, source, publisher.code, configured.kind, rules)


async def _add(runtime: Runtime, feed: FeedState, past: Past, walk: _Walk) -> None:
    met = [entry for entry in past.entries if entry.identity not in walk.met]
    fresh, known = recognise(met, await runtime.store.read(known_entries, feed.id, names_of(met)))
    walk.met |= {entry.identity for entry in fresh}
    # They stand in no place of the feed's own document.
    walk.entries += [replace(entry, position=-1) for entry in fresh if entry.identity not in known]
    if any(one.entry_sha256 is not None for one in known.values()):
        walk.end = "a known release was reached"
    elif not fresh:
        walk.end = "there is nothing older"


# An index of sitemaps as one feed: its newest sitemaps are asked for, conditionally and a few at a time.

# Of an index that names a sitemap a month, the newest hold what is new; older ones are for `watcher backfill`.
MOST_PARTS = 3
# A date without a time says only that it was some time of that day, somewhere.
_DAY = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class IndexRead:
    """What the sitemaps of an index gave that was new to us, and the exchanges that it took."""

    parsed: ParsedFeed
    entries: tuple[ParsedEntry, ...]
    captures: tuple[Capture, ...]


async def read_index(runtime: Runtime, feed: FeedState, body: bytes | None, source: Source) -> IndexRead | None:
    """Follow an index; None where the body is none. `body` None: the index has not changed since it was last read.

    A sitemap that is gone is a problem of the feed; another failure raises PartFailed, so that nothing is taken for
    read that was not.
    """
    is_same = body is None
    known = body if body is not None else await runtime.store.read(last_body, feed.id, feed.url)
    parts = await runtime.workers.run(index_parts, known, source) if known else ()
    if not parts:
        return None
    read = [await _part(runtime, feed, part.url) for part in wanted(parts, feed.succeeded_at, is_same=is_same)]
    entries = sorted(chain.from_iterable(one.entries for one in read), key=_changed_at, reverse=True)
    distinct = list({entry.identity: entry for entry in reversed(entries[:MOST_ENTRIES])}.values())[::-1]
    placed = tuple(replace(entry, position=place) for place, entry in enumerate(distinct))
    problems = tuple(chain.from_iterable(one.parsed.problems for one in read))
    parsed = ParsedFeed(tuple(one.entry for one in placed), is_complete=False, problems=problems)
    return IndexRead(parsed, placed, tuple(chain.from_iterable(one.captures for one in read)))


def wanted(parts: Sequence[SitemapPart], since: datetime | None, *, is_same: bool) -> list[SitemapPart]:
    """The sitemaps to ask for, newest first: undated ones always, dated ones where they changed since the last poll."""
    dated = [part for part in parts if part.updated and part.updated.at]
    undated = [part for part in parts if part not in dated]
    fresh = [
        part
        for part in dated
        if not is_same and (since is None or (part.updated and part.updated.at and part.updated.at >= since - _DAY))
    ]
    return [*fresh[:MOST_PARTS], *undated[:MOST_PARTS]]


def _changed_at(parsed: ParsedEntry) -> float:
    stated = parsed.entry.updated or parsed.entry.published
    return stated.at.timestamp() if stated and stated.at else 0.0


async def _part(runtime: Runtime, feed: FeedState, url: str) -> IndexRead:
    """One sitemap of the index: its entries, none where it is the same as before. Raises PartFailed, NotAFeed."""
    known = await runtime.store.read(last_validators, feed.id, url)
    asked = await ask_document(runtime, feed, url, "feed", Validators(*known))
    captures = (asked.capture,) if asked.capture else ()
    if asked.outcome in {"not_modified", "gone"}:
        problems = (Problem("sitemap_gone", url),) if asked.outcome == "gone" else ()
        return IndexRead(ParsedFeed((), problems=problems), (), captures)
    if asked.answer is None:
        raise PartFailed(f"{url}: {asked.outcome}")
    publisher, configured = feed_of(runtime.configuration, feed.name)
    source = source_of(publisher, configured, asked.answer.url, asked.answer.content_type, asked.answer.fetched_at)
    try:
        parsed, entries = await runtime.workers.run(read_feed, asked.answer.body, source, publisher.code, "sitemap")
    except NotAFeed as error:
        raise PartFailed(f"{url}: {error}") from error
    return IndexRead(parsed, entries, captures)
