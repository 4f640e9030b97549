"""One feed: fetched, and its document read where it is another than the one before."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from watcher import clock
from watcher.errors import UNREADABLE
from watcher.feeds.changes import undated_sha256
from watcher.feeds.redirects import where_to_ask
from watcher.feeds.schedule import audit_due
from watcher.fetch.conditional import Fetched, NotModified
from watcher.fetch.validators import Validators
from watcher.pipeline.ask import ask_for, outcome_of
from watcher.pipeline.fetched_feed import FetchedFeed

if TYPE_CHECKING:
    from watcher.errors import WatcherError
    from watcher.model.feed import AddedAnswer, FeedState
    from watcher.model.response import Response
    from watcher.pipeline.context import FeedContext
    from watcher.pipeline.fetched_feed import FeedDocument
    from watcher.pipeline.runtime import Runtime


async def fetch_feed(runtime: Runtime, context: FeedContext) -> FetchedFeed:
    """Fetch a feed, with the validators it gave last time, and parse the answer. Never raises a FetchError."""
    feed, now = context.feed, clock.now()
    url = where_to_ask(feed.url, feed.move, now=now)
    is_audit = audit_due(now, last_body_at=feed.body_at, last_audit_at=feed.audited_at)
    validators = Validators() if is_audit else Validators(feed.etag, feed.last_modified)
    added = await _added(runtime, feed) if feed.polled_at is None else None
    if added is not None:
        validators = Validators(added.etag, added.last_modified)
    # robots.txt is for crawlers: the operator chose this address, and a feed is there to be polled by programs.
    asked = await ask_for(runtime, context, url, "feed", validators, accept=context.accept, obeys_robots=False)
    if asked.answer is None:
        return FetchedFeed(asked.outcome, asked.capture, error=asked.error, asked_url=url, is_audit=is_audit)
    answer, body_capture_id = _with_added(asked.answer, added)
    document, failure = None, None
    try:
        document = await _read(runtime, context, answer)
    except UNREADABLE as error:
        failure = error
    outcome = _outcome(answer, document, failure)
    capture = asked.capture and replace(
        asked.capture,
        outcome=outcome,
        error=failure.reason if failure else None,
        keeps_body=failure is not None or document is not None,
    )
    return FetchedFeed(
        outcome, capture, answer, document, failure, url, is_audit=is_audit, body_capture_id=body_capture_id
    )


def _with_added(answer: Fetched | NotModified, added: AddedAnswer | None) -> tuple[Fetched | NotModified, int | None]:
    """The answer, with the body of when the feed was added where nothing has changed since, and where that is kept."""
    if added is None or not isinstance(answer, NotModified):
        return answer, None
    response = replace(answer.response, body=added.body, headers=added.headers)
    return Fetched(response, answer.validators, answer.fresh_for, answer.moved_to), added.capture_id


def _outcome(answer: Fetched | NotModified, document: FeedDocument | None, error: WatcherError | None) -> str:
    if error is not None:
        return outcome_of(error)
    if document is not None:
        return "new"
    return "not_modified" if isinstance(answer, NotModified) else "same"


async def _added(runtime: Runtime, feed: FeedState) -> AddedAnswer | None:
    from watcher.store.feed_entries import added_answer

    return await runtime.store.read(added_answer, feed.id)


async def _read(runtime: Runtime, context: FeedContext, answer: Fetched | NotModified) -> FeedDocument | None:
    """The document of an answer; None where it is the same as at the last poll. Raises what the parsing raises.

    The parsers are loaded with the first document that has changed: most have not.
    """
    is_same = isinstance(answer, NotModified) or _is_same(context.feed, answer.response)
    if is_same and context.feed.kind != "sitemap":
        return None
    from watcher.pipeline.feed_document import read_document

    return await read_document(runtime, context, answer.response, is_same=is_same)


def _is_same(feed: FeedState, response: Response) -> bool:
    """Whether a body is the last one that was read, or differs from it only in the dates of the feed itself."""
    if response.body_sha256 == feed.body_sha256:
        return True
    is_dated = feed.kind == "feed" and feed.undated_sha256 is not None
    return is_dated and undated_sha256(response.body) == feed.undated_sha256
