"""A feed is asked and its answer read: whatever comes back is a visit with a named outcome."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from watcher import captures, clock
from watcher.errors import EmptyFeed, FetchError, Killed, ParseError, WatcherError
from watcher.fetch import NotModified, Validators, ask, judge
from watcher.gaps import fill_gap
from watcher.identity import of_entry
from watcher.models import Entry
from watcher.recognising import names_of, recognise
from watcher.requests import FEED_ACCEPT, feed_of, request_for, secret_headers
from watcher.schedule import Move, audit_due, has_rolled_past, where_to_ask
from watcher.sitemaps import read_index
from watcher.store.read import known_entries, listed_entries
from watcher.store.rows import sha256
from watcher.tasks import listing_rules, outcome_of, read_feed, read_past, source_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from watcher.fetch import Fetched
    from watcher.models import ParsedFeed
    from watcher.net import Incoming, Response
    from watcher.records import Capture, FeedState, Filling, KnownEntry, Listed, ParsedEntry
    from watcher.shell import Shell
    from watcher.sources import Source
    from watcher.sources.listing import ListingRule


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
    listed: tuple[Listed, ...]
    captures: tuple[Capture, ...] = ()
    is_part: bool = False
    deleted: tuple[str, ...] = ()
    gap: Filling | None = None


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


async def visit(shell: Shell, feed: FeedState) -> Visit:
    """Ask a feed, with the validators it gave last time, and read what it answers. Never raises a FetchError."""
    publisher, configured = feed_of(shell.configuration, feed.name)
    started_at = clock.now()
    url = where_to_ask(feed.url, move_of(feed), now=started_at)
    request = request_for(shell.configuration.settings.http, publisher, configured, url, accept=FEED_ACCEPT)
    hidden = secret_headers(publisher, configured)
    is_audit = audit_due(started_at, last_body_at=feed.body_at, last_audit_at=feed.audited_at)
    validators = Validators() if is_audit else Validators(feed.etag, feed.last_modified)
    try:
        response = await ask(shell.client, shell.hosts, request, validators)
    except FetchError as error:
        ended_at = clock.now()
        capture = captures.of_failure("feed", request, error, started_at=started_at, ended_at=ended_at, hidden=hidden)
        return Visit(error.outcome, capture, error=error, status=error.status, asked_url=url, is_audit=is_audit)
    answer, document, failure = await _read(shell, feed, response, validators)
    outcome = _outcome(answer, document, failure)
    capture = captures.of_response(
        "feed",
        request,
        response,
        outcome=outcome,
        error=failure.reason if failure else None,
        keeps_body=failure is not None or document is not None,
        hidden=hidden,
    )
    return Visit(outcome, capture, answer, document, failure, response.status, url, is_audit)


async def visit_push(shell: Shell, feed: FeedState, pushed: Incoming, hub: str) -> Visit:
    """Read what a hub brought as a part of the feed: what it lists is there, what it leaves out proves nothing."""
    publisher, configured = feed_of(shell.configuration, feed.name)
    source = source_of(publisher, configured, feed.topic_url or feed.url, pushed.header("Content-Type"))
    capture = captures.of_push(hub, source.url, pushed, now=clock.now())
    try:
        parsed, entries = await shell.workers.run(read_feed, pushed.body, source, feed.publisher, configured.kind)
    except (FetchError, ParseError, Killed) as error:
        failed = replace(capture, outcome=outcome_of(error), error=error.reason)
        return Visit(failed.outcome, failed, error=error, asked_url=hub)
    found = await shell.store.read(known_entries, feed.id, names_of(entries))
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
    shell: Shell, feed: FeedState, response: Response, validators: Validators
) -> tuple[Fetched | NotModified | None, Document | None, WatcherError | None]:
    try:
        answer = judge(response, validators)
        is_same = isinstance(answer, NotModified) or sha256(response.body) == feed.body_sha256
        if feed.kind == "sitemap" and (index := await _index(shell, feed, response, is_same=is_same)) is not None:
            return answer, index if index.captures else None, None
        return answer, None if is_same else await _document(shell, feed, response), None
    except (FetchError, ParseError, Killed) as error:
        return None, None, error


async def _index(shell: Shell, feed: FeedState, response: Response, *, is_same: bool) -> Document | None:
    """What the sitemaps of an index list; None where the answer is no index. Raises PartFailed, Killed."""
    publisher, configured = feed_of(shell.configuration, feed.name)
    source = source_of(publisher, configured, response.url, response.header("content-type") or "", response.ended_at)
    read = await read_index(shell, feed, None if is_same else response.body, source)
    if read is None:
        return None
    found = await shell.store.read(known_entries, feed.id, names_of(read.entries))
    entries, known = recognise(read.entries, found)
    return Document(read.parsed, entries, known, (), read.captures, is_part=True)


async def _document(shell: Shell, feed: FeedState, response: Response) -> Document:
    """Parse in a worker, then look up what is stored. Raises NotAFeed, EmptyFeed, Truncated, Killed."""
    publisher, configured = feed_of(shell.configuration, feed.name)
    source = source_of(publisher, configured, response.url, response.header("content-type") or "", response.ended_at)
    rules = listing_rules(configured)
    parsed, entries = await shell.workers.run(read_feed, response.body, source, feed.publisher, configured.kind, rules)
    listed = await shell.store.read(listed_entries, feed.id)
    if listed and not entries:
        raise EmptyFeed(f"no entries where there were {len(listed)}")
    deleted = tuple(of_entry(Entry(key, None, "", ""), feed.publisher) for key in parsed.deleted)
    found = await shell.store.read(known_entries, feed.id, [*names_of(entries), *deleted])
    entries, known = recognise(entries, found)
    known |= {identity: found[identity] for identity in deleted if identity in found}
    gap = None
    if has_rolled_past([entry.identity for entry in listed], [entry.identity for entry in entries]):
        older = await _older(shell, response, source, parsed, rules)
        gap = await fill_gap(shell, feed, older, entries)
    return Document(parsed, entries, known, listed, gap.captures if gap else (), deleted=deleted, gap=gap)


async def _older(
    shell: Shell, response: Response, source: Source, parsed: ParsedFeed, rules: tuple[ListingRule, ...]
) -> str | None:
    """Where a document says that older ones are: in a link of the feed, or in one of the listing's page."""
    if parsed.older or not rules:
        return parsed.older
    return (await shell.workers.run(read_past, response.body, source, "", "listing", rules)).older
