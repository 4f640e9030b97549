"""THE ROUTE: from a feed that is due to rows in the database. Nothing else knows the order of the steps."""

from __future__ import annotations

import asyncio
import random
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from watcher import clock
from watcher.changes import decide
from watcher.errors import FetchError, HttpStatus
from watcher.fetch import NotModified, host_of
from watcher.observe import observe
from watcher.records import Changes, PollRecord
from watcher.requests import feed_of
from watcher.schedule import Pace, after_failure, after_success
from watcher.store.read import owed_pages
from watcher.store.rows import sha256
from watcher.store.write import save_poll
from watcher.visit import visit

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence
    from datetime import datetime

    from watcher.records import FeedState, KnownEntry, Observation, ParsedEntry
    from watcher.shell import Shell
    from watcher.visit import Visit

_GONE = 410


async def poll_feed(shell: Shell, feed: FeedState) -> PollRecord:
    """One poll of one feed: what the step before gives, the next one takes.

    fetch ─► sources ─► changes ─► fetch(page) ─► pages ─► detect ─► alerts ─► store

    `visit` fetches and parses, `decide` compares with what is stored, `observe` looks at each new or edited release
    (and at those whose page is still owed), and everything is written in one transaction, the validators last. A
    crash at any point before it means that the feed is simply read again. Raises StoreError where nothing could be
    written; every other failure is an outcome.
    """
    async with shell.lane(feed.url):
        started_at = clock.now()
        visited = await visit(shell, feed)
        changes = _changes(visited)
        owed = await shell.store.read(owed_pages, feed.id, started_at)
        observations = await _observe_all(shell, feed, changes, owed)
        record = _record(shell, feed, started_at, visited, changes, observations)
        save = shell.store.write_quiet if record.is_quiet else shell.store.write
        await save(save_poll, record)
        return record


async def poll_feeds(
    shell: Shell, feeds: Sequence[FeedState]
) -> AsyncIterator[tuple[FeedState, PollRecord | Exception]]:
    """Poll these feeds at once, as far as their hosts' manners allow; each result as it comes, failures included."""

    async def one(feed: FeedState) -> tuple[FeedState, PollRecord | Exception]:
        try:
            return feed, await poll_feed(shell, feed)
        except Exception as error:  # noqa: BLE001 - one feed's failure must not end the others; the caller tells of it
            return feed, error

    tasks = [asyncio.create_task(one(feed)) for feed in feeds]
    try:
        for done in asyncio.as_completed(tasks):
            yield await done
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _changes(visited: Visit) -> Changes:
    document = visited.document
    if document is None:
        return Changes()
    return decide(document.entries, document.known, document.listed, is_complete=document.parsed.is_complete)


async def _observe_all(
    shell: Shell, feed: FeedState, changes: Changes, owed: Sequence[tuple[ParsedEntry, KnownEntry]]
) -> tuple[Observation, ...]:
    """Every release that is to be looked at; an owed page whose entry was edited just now is looked at once."""
    wanted: dict[str, tuple[ParsedEntry, int | None]] = {
        parsed.identity: (parsed, known.release_id) for parsed, known in owed
    }
    wanted |= {parsed.identity: (parsed, None) for parsed in changes.new}
    wanted |= {parsed.identity: (parsed, known.release_id) for parsed, known in changes.edited}
    looks = [observe(shell, feed, parsed, release_id) for parsed, release_id in wanted.values()]
    return tuple(await asyncio.gather(*looks))


def _record(
    shell: Shell,
    feed: FeedState,
    started_at: datetime,
    visited: Visit,
    changes: Changes,
    observations: tuple[Observation, ...],
) -> PollRecord:
    document = visited.document
    is_news = bool(changes.new or changes.edited or changes.vanished or changes.returned or changes.elsewhere)
    outcome = "same" if visited.outcome == "new" and not is_news else visited.outcome
    capture = visited.capture
    if capture is not None and document is not None:
        capture = replace(capture, keeps_body=is_news, outcome=outcome)
    ended_at = clock.now()
    host = host_of(feed.url)
    return PollRecord(
        feed=feed,
        started_at=started_at,
        ended_at=ended_at,
        outcome=outcome,
        next_feed=_next_feed(shell, feed, visited, started_at, ended_at, outcome),
        status=visited.status,
        error=visited.error.reason if visited.error else None,
        entry_count=len(document.entries) if document else None,
        capture=capture,
        changes=changes,
        observations=observations,
        problems=document.parsed.problems if document else (),
        host=host,
        host_not_before_at=shell.hosts.held_until(host),
    )


def _next_feed(
    shell: Shell, feed: FeedState, visited: Visit, started_at: datetime, now: datetime, outcome: str
) -> FeedState:
    """The feed's state after this poll: validators, pace, and when it is due again."""
    common = replace(feed, polled_at=started_at, outcome=outcome, error=visited.error.reason if visited.error else None)
    if visited.error is not None:
        return _after_failure(shell, common, visited, now)
    return _after_success(shell, common, visited, now)


def _after_failure(shell: Shell, feed: FeedState, visited: Visit, now: datetime) -> FeedState:
    error = visited.error
    _, configured = feed_of(shell.configuration, feed.name)
    retry_after = error.retry_after if isinstance(error, FetchError) else None
    pace, due_at = after_failure(
        Pace(feed.interval, feed.failure_count),
        now=now,
        retry_after=retry_after,
        is_gone=isinstance(error, HttpStatus) and error.status == _GONE,
        fixed_interval=configured.interval,
        jitter=random.random(),  # noqa: S311 - spreads requests, guards nothing
    )
    held = due_at if retry_after else feed.not_before_at
    return replace(
        feed,
        failure_count=pace.failures,
        due_at=due_at,
        not_before_at=held,
        stopped_at=now if due_at is None else None,
    )


def _after_success(shell: Shell, feed: FeedState, visited: Visit, now: datetime) -> FeedState:
    answer, document = visited.answer, visited.document
    assert answer is not None  # noqa: S101 - a visit without an error has an answer
    _, configured = feed_of(shell.configuration, feed.name)
    hints = document.parsed.interval_hint if document else None
    pace, due_at = after_success(
        Pace(feed.interval, feed.failure_count),
        now=now,
        known_share=_known_share(feed, visited),
        fixed_interval=configured.interval,
        hints=hints,
        fresh_for=answer.fresh_for,
        jitter=random.random(),  # noqa: S311 - spreads requests, guards nothing
    )
    asked_for = max(hints or 0, answer.fresh_for or 0)
    return replace(
        feed,
        etag=answer.validators.etag,
        last_modified=answer.validators.last_modified,
        body_sha256=feed.body_sha256 if isinstance(answer, NotModified) else sha256(answer.response.body),
        interval=pace.interval,
        failure_count=0,
        succeeded_at=now,
        due_at=due_at,
        not_before_at=min(due_at, now + timedelta(seconds=asked_for)) if asked_for else None,
        stopped_at=None,
    )


def _known_share(feed: FeedState, visited: Visit) -> float | None:
    """The share of the document's entries that were known; a first poll, where nothing could be, counts half."""
    if feed.succeeded_at is None:
        return 0.5
    document = visited.document
    if document is None or not document.entries:
        return None
    return sum(entry.identity in document.known for entry in document.entries) / len(document.entries)
