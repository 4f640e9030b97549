"""The steps of a poll, in order: from a feed that is due to rows in the database. No other module knows the order.

A step is loaded where a poll comes to it: most polls find nothing new, and need neither releases nor alerts.
"""

from __future__ import annotations

import asyncio
import logging
import random
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

from watcher import clock
from watcher.errors import Refused, StoreError, Unwritable, WorkersFailed, unforeseen
from watcher.feeds.schedule import skip_until
from watcher.fetch.hosts import host_of
from watcher.model.feed import Changes
from watcher.model.poll import PollRecord
from watcher.model.trace import current_trace, new_trace
from watcher.pipeline.context import feed_context
from watcher.pipeline.feed import fetch_feed
from watcher.pipeline.fetched_feed import FetchedFeed
from watcher.pipeline.next_poll import next_state
from watcher.store.quiet_polls import save_quiet

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
    from datetime import datetime

    from watcher.fetch.server import Incoming
    from watcher.model.feed import FeedState, KnownEntry, ParsedEntry
    from watcher.model.poll import Observation
    from watcher.pipeline.context import FeedContext
    from watcher.pipeline.fetched_feed import FeedDocument
    from watcher.pipeline.runtime import Runtime

    _Fetch: TypeAlias = Callable[[Runtime, FeedContext], Awaitable[FetchedFeed]]
    _Results: TypeAlias = asyncio.Queue[tuple[FeedState, PollRecord | Exception]]

log = logging.getLogger("watcher")
_NO_CHANGES = Changes()
# Small polls wait this long for others, since a commit and what all polls write into costs as much as half a release.
# Large ones gain nothing: they have it once for many releases.
_SHARED_SECONDS, _SMALL, _MOST_SHARED = 0.15, 5, 16
# At least a fiftieth comes off an interval, so that a round an hour later by cron meets an interval of an hour.
_JITTER = (0.2, 1.0)


class UnwrittenPoll(StoreError):
    """A poll was made and could not be written; `record` is what is to be written when that is possible again."""

    def __init__(self, detail: str, record: PollRecord) -> None:
        """Keep the record with what the database refused."""
        super().__init__(detail)
        self.record = record


async def poll_feed(runtime: Runtime, feed: FeedState) -> PollRecord:
    """Poll one feed, and return the record that was stored.

    Raises UnwrittenPoll where the disk is full or cannot be written, another StoreError where the database cannot be
    used, WorkersFailed where no worker process can be started; every other failure is an outcome.
    """
    started_at = clock.now()
    record, stored = await _poll(runtime, feed, _fetch)
    if stored is not None:
        try:
            with _kept(record):
                await stored
        except Exception as error:  # noqa: BLE001 - told apart there
            context = feed_context(runtime.configuration, feed)
            return await _write_failure(runtime, context, started_at, error)
    return record


@contextmanager
def _kept(record: PollRecord) -> Iterator[None]:
    try:
        yield
    except Unwritable as error:
        raise UnwrittenPoll(str(error), record) from error


async def _fetch(runtime: Runtime, context: FeedContext) -> FetchedFeed:
    if context.feed.kind != "mail":
        return await fetch_feed(runtime, context)
    from watcher.pipeline.mailbox import fetch_mailbox

    return await fetch_mailbox(runtime, context)


async def take_push(runtime: Runtime, feed: FeedState, pushed: Incoming, hub: str) -> PollRecord:
    """Take what a hub brought through the same steps; the feed's own validators and times stay as they are."""
    from watcher.pipeline.feed_document import read_push

    record, _ = await _poll(runtime, feed, partial(read_push, pushed=pushed, hub=hub))
    return record


async def _poll(runtime: Runtime, feed: FeedState, fetch: _Fetch) -> tuple[PollRecord, asyncio.Future[None] | None]:
    """One poll: what a step gives, the next one takes.

    fetch, parse ─► changes ─► releases (fetch, extract, detect, alert) ─► next poll ─► store ─► alerts of events

    Everything is written in one transaction, the feed's validators last: a crash at any point before it means that the
    feed is simply read again. What happened to the feed and its releases (a gap, a removal) is an event, and those are
    matched against the rules after the commit. Small polls share that transaction, each of them whole in it. For a
    quiet poll to be written no feed of its host waits: the future that comes with the record is done when it is.
    """
    new_trace()
    async with runtime.host_lock(feed.url):
        context, started_at = feed_context(runtime.configuration, feed), clock.now()
        is_work_left = True
        try:
            record = await _take_steps(runtime, context, started_at, fetch)
            if not record.is_quiet:
                with _kept(record):
                    record, is_work_left = await _save(runtime, record)
        except Exception as error:  # noqa: BLE001 - whatever it is, the feed must not end in silence
            record = await _write_failure(runtime, context, started_at, error)
    if record.is_quiet:
        return record, runtime.store.write_together(save_quiet, record)
    _log_releases(record)
    if is_work_left:
        from watcher.pipeline.alerting import raise_alerts

        await raise_alerts(runtime)
    return record, None


async def _save(runtime: Runtime, record: PollRecord) -> tuple[PollRecord, bool]:
    """Write a poll: what was written of it, and whether events or held deliveries then wait for the rules.

    A small one shares its transaction with others, as long as more is being read: the last of them waits for nobody.
    """
    from watcher.store.polls import save_polls, save_polls_with_savepoints

    is_shared = runtime.workers.is_busy and len(record.observations) <= _SMALL
    seconds = _SHARED_SECONDS if is_shared else 0
    saved = await runtime.store.write_together(
        save_polls, record, seconds=seconds, most=_MOST_SHARED, alone=save_polls_with_savepoints
    )
    return saved.records[record.trace], saved.work.alerts


async def _take_steps(runtime: Runtime, context: FeedContext, started_at: datetime, fetch: _Fetch) -> PollRecord:
    """Every step up to the record of all that is to be written."""
    _log_override(context, started_at)
    fetched = await fetch(runtime, context)
    changes = _changes(fetched.document)
    releases = await _read_releases(runtime, context, changes, started_at, fetched)
    return _record(runtime, context, started_at, fetched, changes, releases)


async def _write_failure(runtime: Runtime, context: FeedContext, started_at: datetime, error: Exception) -> PollRecord:
    """Write the poll as `failed`, with the exception's kind and a reference into the log, and let the feed back off.

    Raises the error again where it is no fault of this poll: nothing can be written, or no worker can be started.
    """
    if isinstance(error, WorkersFailed) or (isinstance(error, StoreError) and not isinstance(error, Refused)):
        raise error
    failure = unforeseen(f"{context.feed.name}: the poll failed", error)
    fetched = FetchedFeed(failure.outcome, None, error=failure, asked_url=context.feed.url)
    record = _record(runtime, context, started_at, fetched, _NO_CHANGES, ())
    record, _ = await _save(runtime, record)
    return record


def _log_override(context: FeedContext, now: datetime) -> None:
    feed = context.feed
    if not context.obeys_skips and skip_until(now, feed.hints.skip_hours, feed.hints.skip_days) > now:
        log.info("%s: polled within its skipHours or skipDays, since skip_hours is false", feed.name)


def _log_releases(record: PollRecord) -> None:
    """One line for each release that is new or changed, and for its alert, under the trace of the poll."""
    for seen in record.observations:
        kind = "new" if seen.release_id is None else "revised" if seen.is_revision else "seen again"
        named, count = seen.parsed.entry.url or seen.parsed.identity, len(seen.read.detection.claims)
        claims = "1 claim" if count == 1 else f"{count} claims"
        log.info("%s: release %s: %s, %s", record.feed.name, named, kind, claims)
        if seen.alert is not None:
            log.info("%s: alert: %s", record.feed.name, seen.alert.title)


def _changes(document: FeedDocument | None) -> Changes:
    if document is None:
        return _NO_CHANGES
    from watcher.feeds.changes import compare_entries

    changes = compare_entries(
        document.entries,
        document.known,
        document.listed,
        is_complete=document.parsed.is_complete,
        deleted=document.deleted,
    )
    return replace(changes, new=(*changes.new, *document.gap.entries)) if document.gap else changes


async def _read_releases(
    runtime: Runtime, context: FeedContext, changes: Changes, now: datetime, fetched: FetchedFeed
) -> tuple[Observation, ...]:
    """Every new or edited release, and those whose page could not be fetched before and is due; each once."""
    feed = context.feed
    due: Sequence[tuple[ParsedEntry, KnownEntry]] = ()
    if feed.has_pages_to_retry and not fetched.is_push:
        from watcher.store.feed_entries import pages_to_retry

        due = await runtime.store.read(pages_to_retry, feed.id, now)
    wanted: dict[str, tuple[ParsedEntry, int | None]] = {
        parsed.identity: (parsed, known.release_id) for parsed, known in due
    }
    wanted |= {parsed.identity: (parsed, None) for parsed in changes.new}
    wanted |= {parsed.identity: (parsed, known.release_id) for parsed, known in changes.edited}
    if not wanted:
        return ()
    from watcher.pipeline.release import read_release

    given = fetched.document.pages if fetched.document is not None else {}
    reads = [
        read_release(runtime, context, parsed, release_id, given=given.get(parsed.identity))
        for parsed, release_id in wanted.values()
    ]
    return tuple(await asyncio.gather(*reads))


def _record(
    runtime: Runtime,
    context: FeedContext,
    started_at: datetime,
    fetched: FetchedFeed,
    changes: Changes,
    releases: tuple[Observation, ...],
) -> PollRecord:
    """All that is to be written, with the feed's next state."""
    document, capture = fetched.document, fetched.capture
    is_news = bool(changes.new or changes.edited or changes.vanished or changes.returned or changes.elsewhere)
    outcome = "same" if fetched.outcome == "new" and not is_news else fetched.outcome
    if capture is not None and document is not None:
        capture = replace(capture, keeps_body=is_news and bool(capture.response.body), outcome=outcome)
    ended_at = clock.now()
    jitter = random.uniform(*_JITTER)  # noqa: S311 - no secret
    next_feed, events = next_state(context, fetched, outcome, started_at=started_at, now=ended_at, jitter=jitter)
    return PollRecord(
        feed=context.feed,
        started_at=started_at,
        ended_at=ended_at,
        outcome=outcome,
        next_feed=next_feed,
        events=events,
        status=fetched.status,
        error=fetched.error.reason if fetched.error else None,
        entry_count=len(document.entries) if document else None,
        capture=capture,
        body_capture_id=fetched.body_capture_id,
        changes=changes,
        observations=releases,
        problems=document.parsed.problems if document else (),
        parts=document.captures if document else (),
        holds=runtime.hosts.take_unsaved(),
        trace=current_trace(),
        checked=fetched.checked,
    )


async def poll_feeds(
    runtime: Runtime, feeds: Sequence[FeedState]
) -> AsyncIterator[tuple[FeedState, PollRecord | Exception]]:
    """Poll these feeds, hosts side by side and those of a host in turn; each result as it comes, failures included."""
    by_host: dict[str, list[FeedState]] = {}
    for feed in feeds:
        by_host.setdefault(host_of(feed.url), []).append(feed)
    results: _Results = asyncio.Queue()
    everything = asyncio.gather(
        *(_poll_in_turn(runtime, ones, results) for ones in by_host.values()), return_exceptions=True
    )
    everything.add_done_callback(lambda _: runtime.store.flush())
    try:
        for _ in feeds:
            yield await results.get()
    finally:
        everything.cancel()
        await asyncio.gather(everything, return_exceptions=True)


async def _poll_in_turn(runtime: Runtime, feeds: Sequence[FeedState], results: _Results) -> None:
    for feed in feeds:
        try:
            record, stored = await _poll(runtime, feed, _fetch)
        except Exception as error:  # noqa: BLE001 - one feed's failure must not end the others; the caller reports it
            results.put_nowait((feed, error))
            continue
        if stored is None:
            results.put_nowait((feed, record))
        else:
            stored.add_done_callback(partial(_put_stored, results, feed, record))


def _put_stored(results: _Results, feed: FeedState, record: PollRecord, stored: asyncio.Future[None]) -> None:
    error = stored.exception()
    results.put_nowait((feed, error if isinstance(error, Exception) else record))
