"""THE ROUTE: from a feed that is due to rows in the database. Nothing else knows the order of the steps."""

from __future__ import annotations

import asyncio
import logging
import random
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

from watcher import clock
from watcher.feeds.changes import decide
from watcher.feeds.schedule import skip_until
from watcher.fetch.hosts import host_of
from watcher.fetch.request import feed_of, obeys_skips
from watcher.model.feed import Changes
from watcher.model.poll import PollRecord
from watcher.pipeline.alerting import weigh
from watcher.pipeline.feed import visit, visit_push
from watcher.pipeline.next_poll import Afterwards, Pacing, afterwards
from watcher.pipeline.release import observe
from watcher.store.feeds import owed_pages
from watcher.store.polls import save_poll, save_quiet

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence
    from datetime import datetime

    from watcher.fetch.server import Incoming
    from watcher.model.feed import FeedState, KnownEntry, ParsedEntry
    from watcher.model.poll import Observation
    from watcher.pipeline.feed import Visit
    from watcher.pipeline.runtime import Runtime

    _Results: TypeAlias = asyncio.Queue[tuple[FeedState, PollRecord | Exception]]

log = logging.getLogger("watcher")
_NO_CHANGES = Changes()
# At least a fiftieth comes off an interval, so that a round an hour later by cron meets an interval of an hour.
_JITTER = (0.2, 1.0)


async def poll_feed(runtime: Runtime, feed: FeedState) -> PollRecord:
    """One poll of one feed: what the step before gives, the next one takes.

    fetch ─► sources ─► changes ─► fetch(page) ─► pages ─► detect ─► alerts ─► store

    `visit` fetches and parses, `decide` compares with what is stored, `observe` looks at each new or edited release
    (and at those whose page is still owed), and everything is written in one transaction, the validators last. A
    crash at any point before it means that the feed is simply read again. What happened (a removal, a gap) is weighed
    against the rules after it. Raises StoreError where nothing could be written; every other failure is an outcome.
    """
    record, saved = await _poll(runtime, feed)
    if saved is not None:
        await saved
    return record


async def _poll(runtime: Runtime, feed: FeedState) -> tuple[PollRecord, asyncio.Future[None] | None]:
    """The poll, and for a quiet one what is still to be awaited until it is written: no other feed waits for that."""
    async with runtime.lane(feed.url):
        record = await _look(runtime, feed)
        if not record.is_quiet:
            await runtime.store.write(save_poll, record)
    if record.is_quiet:
        return record, runtime.store.write_together(save_quiet, record)
    await weigh(runtime)
    return record, None


async def _look(runtime: Runtime, feed: FeedState) -> PollRecord:
    started_at = clock.now()
    _tell_override(runtime, feed, started_at)
    visited = await visit(runtime, feed)
    changes = _changes(visited)
    owed = await runtime.store.read(owed_pages, feed.id, started_at) if feed.owes_pages else ()
    observations = await _observe_all(runtime, feed, changes, owed)
    return _record(runtime, feed, started_at, visited, changes, observations)


async def take_push(runtime: Runtime, feed: FeedState, pushed: Incoming, hub: str) -> PollRecord:
    """Take what a hub brought through the same steps; the feed's own validators and times stay as they are."""
    async with runtime.lane(feed.url):
        started_at = clock.now()
        visited = await visit_push(runtime, feed, pushed, hub)
        changes = _changes(visited)
        observations = await _observe_all(runtime, feed, changes, ())
        record = _record(runtime, feed, started_at, visited, changes, observations, is_push=True)
        await runtime.store.write(save_poll, record)
    await weigh(runtime)
    return record


async def poll_feeds(
    runtime: Runtime, feeds: Sequence[FeedState]
) -> AsyncIterator[tuple[FeedState, PollRecord | Exception]]:
    """Poll these feeds, hosts side by side and those of a host in turn; each result as it comes, failures included."""
    lanes: dict[str, list[FeedState]] = {}
    for feed in feeds:
        lanes.setdefault(host_of(feed.url), []).append(feed)
    results: _Results = asyncio.Queue()
    everything = asyncio.gather(
        *(_poll_lane(runtime, lane, results) for lane in lanes.values()), return_exceptions=True
    )
    everything.add_done_callback(lambda _: runtime.store.flush())
    try:
        for _ in feeds:
            yield await results.get()
    finally:
        everything.cancel()
        await asyncio.gather(everything, return_exceptions=True)


async def _poll_lane(runtime: Runtime, feeds: Sequence[FeedState], results: _Results) -> None:
    for feed in feeds:
        try:
            record, saved = await _poll(runtime, feed)
        except Exception as error:  # noqa: BLE001 - one feed's failure must not end the others; the caller tells of it
            results.put_nowait((feed, error))
            continue
        if saved is None:
            results.put_nowait((feed, record))
        else:
            saved.add_done_callback(partial(_tell_saved, results, feed, record))


def _tell_saved(results: _Results, feed: FeedState, record: PollRecord, saved: asyncio.Future[None]) -> None:
    error = saved.exception()
    results.put_nowait((feed, error if isinstance(error, Exception) else record))


def _changes(visited: Visit) -> Changes:
    document = visited.document
    if document is None:
        return _NO_CHANGES
    changes = decide(
        document.entries,
        document.known,
        document.listed,
        is_complete=document.parsed.is_complete,
        deleted=document.deleted,
    )
    return replace(changes, new=(*changes.new, *document.gap.entries)) if document.gap else changes


async def _observe_all(
    runtime: Runtime, feed: FeedState, changes: Changes, owed: Sequence[tuple[ParsedEntry, KnownEntry]]
) -> tuple[Observation, ...]:
    """Every release that is to be looked at; an owed page whose entry was edited just now is looked at once."""
    wanted: dict[str, tuple[ParsedEntry, int | None]] = {
        parsed.identity: (parsed, known.release_id) for parsed, known in owed
    }
    wanted |= {parsed.identity: (parsed, None) for parsed in changes.new}
    wanted |= {parsed.identity: (parsed, known.release_id) for parsed, known in changes.edited}
    if not wanted:
        return ()
    looks = [observe(runtime, feed, parsed, release_id) for parsed, release_id in wanted.values()]
    return tuple(await asyncio.gather(*looks))


def _record(
    runtime: Runtime,
    feed: FeedState,
    started_at: datetime,
    visited: Visit,
    changes: Changes,
    observations: tuple[Observation, ...],
    *,
    is_push: bool = False,
) -> PollRecord:
    document = visited.document
    is_news = bool(changes.new or changes.edited or changes.vanished or changes.returned or changes.elsewhere)
    outcome = "same" if visited.outcome == "new" and not is_news else visited.outcome
    capture = visited.capture
    if capture is not None and document is not None:
        capture = replace(capture, keeps_body=is_news, outcome=outcome)
    ended_at = clock.now()
    pacing = _pacing(runtime, feed, random.uniform(*_JITTER))  # noqa: S311 - no secret
    after = Afterwards(feed)
    if not is_push:
        after = afterwards(feed, visited, outcome=outcome, started_at=started_at, now=ended_at, pacing=pacing)
    return PollRecord(
        feed=feed,
        started_at=started_at,
        ended_at=ended_at,
        outcome=outcome,
        next_feed=after.feed,
        events=after.events,
        status=visited.status,
        error=visited.error.reason if visited.error else None,
        entry_count=len(document.entries) if document else None,
        capture=capture,
        changes=changes,
        observations=observations,
        problems=document.parsed.problems if document else (),
        parts=document.captures if document else (),
        holds=runtime.hosts.take_unsaved(),
    )


def _tell_override(runtime: Runtime, feed: FeedState, now: datetime) -> None:
    if skip_until(now, feed.skip_hours, feed.skip_days) > now and not obeys_skips(
        *feed_of(runtime.configuration, feed.name)
    ):
        log.info("%s: asked within its skipHours or skipDays, since skip_hours is false", feed.name)


def _pacing(runtime: Runtime, feed: FeedState, jitter: float) -> Pacing:
    publisher, configured = feed_of(runtime.configuration, feed.name)
    return Pacing(
        fixed_interval=configured.interval,
        longest=runtime.configuration.settings.http.longest_wait,
        skips=obeys_skips(publisher, configured),
        jitter=jitter,
    )
