"""A feed is asked and its answer read: whatever comes back is a visit with a named outcome."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from watcher import captures, clock
from watcher.errors import EmptyFeed, FetchError, Killed, ParseError, WatcherError
from watcher.fetch import NotModified, Validators, ask, judge
from watcher.requests import FEED_ACCEPT, feed_of, request_for, secret_headers
from watcher.sources import Source
from watcher.store.read import known_entries, listed_entries
from watcher.store.rows import sha256
from watcher.tasks import outcome_of, read_feed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from watcher.fetch import Fetched
    from watcher.models import ParsedFeed
    from watcher.net import Response
    from watcher.records import Capture, FeedState, KnownEntry, Listed, ParsedEntry
    from watcher.shell import Shell


@dataclass(frozen=True, slots=True)
class Document:
    """A feed's parsed body beside what is stored of its entries and of the document before."""

    parsed: ParsedFeed
    entries: tuple[ParsedEntry, ...]
    known: Mapping[str, KnownEntry]
    listed: tuple[Listed, ...]


@dataclass(frozen=True, slots=True)
class Visit:
    """What became of asking a feed. `document` is None where there was nothing new to read, or nothing readable."""

    outcome: str
    capture: Capture | None = None
    answer: Fetched | NotModified | None = None
    document: Document | None = None
    error: WatcherError | None = None
    status: int | None = None


async def visit(shell: Shell, feed: FeedState) -> Visit:
    """Ask a feed, with the validators it gave last time, and read what it answers. Never raises a FetchError."""
    publisher, configured = feed_of(shell.configuration, feed.name)
    request = request_for(shell.configuration.settings.http, publisher, configured, feed.url, accept=FEED_ACCEPT)
    hidden = secret_headers(publisher, configured)
    validators = Validators(feed.etag, feed.last_modified)
    started_at = clock.now()
    try:
        response = await ask(shell.client, shell.hosts, request, validators)
    except FetchError as error:
        ended_at = clock.now()
        capture = captures.of_failure("feed", request, error, started_at=started_at, ended_at=ended_at, hidden=hidden)
        return Visit(error.outcome, capture, error=error, status=error.status)
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
    return Visit(outcome, capture, answer, document, failure, response.status)


def _outcome(answer: Fetched | NotModified | None, document: Document | None, error: WatcherError | None) -> str:
    if error is not None:
        return outcome_of(error)
    if isinstance(answer, NotModified):
        return "not_modified"
    return "same" if document is None else "new"


async def _read(
    shell: Shell, feed: FeedState, response: Response, validators: Validators
) -> tuple[Fetched | NotModified | None, Document | None, WatcherError | None]:
    try:
        answer = judge(response, validators)
        if isinstance(answer, NotModified) or sha256(response.body) == feed.body_sha256:
            return answer, None, None
        return answer, await _document(shell, feed, response), None
    except (FetchError, ParseError, Killed) as error:
        return None, None, error


async def _document(shell: Shell, feed: FeedState, response: Response) -> Document:
    """Parse in a worker, then look up what is stored. Raises NotAFeed, EmptyFeed, Truncated, Killed."""
    publisher, configured = feed_of(shell.configuration, feed.name)
    source = Source(
        url=response.url,
        content_type=response.header("content-type") or "",
        time_zone=configured.time_zone or publisher.time_zone,
        language=publisher.language,
    )
    parsed, entries = await shell.workers.run(read_feed, response.body, source, feed.publisher)
    listed = await shell.store.read(listed_entries, feed.id)
    if listed and not entries:
        raise EmptyFeed(f"no entries where there were {len(listed)}")
    known = await shell.store.read(known_entries, feed.id, [entry.identity for entry in entries])
    return Document(parsed, entries, known, listed)
