"""What a poll means for the feed's next one: validators, pace, moves, and what is worth an event. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, TypeAlias

from watcher.errors import Failed, FetchError, Held, HttpStatus
from watcher.feeds.changes import undated_sha256
from watcher.feeds.redirects import consider_move
from watcher.feeds.schedule import Pace, after_failure, after_success, skip_until
from watcher.feeds.websub import hub_and_topic
from watcher.fetch.conditional import NotModified
from watcher.fetch.validators import renewed
from watcher.model.feed import PollingHints

if TYPE_CHECKING:
    from datetime import datetime

    from watcher.fetch.conditional import Fetched
    from watcher.model.alert import EventKind
    from watcher.model.feed import FeedState
    from watcher.model.mail import Position
    from watcher.pipeline.context import FeedContext
    from watcher.pipeline.fetched_feed import FeedDocument, FetchedFeed


_GONE = 410
_FAILURES_REPORTED = 3
_SOON = timedelta(minutes=1)
Event: TypeAlias = tuple["EventKind", str]


def next_state(
    context: FeedContext, fetched: FetchedFeed, outcome: str, *, started_at: datetime, now: datetime, jitter: float
) -> tuple[FeedState, tuple[Event, ...]]:
    """The feed's state after this poll, and the events that it gave rise to: kind and detail.

    `jitter` in [0, 1) spreads the interval at random. A push changes nothing: the feed was not fetched.
    """
    feed, error = context.feed, fetched.error
    if fetched.is_push:
        return feed, ()
    if error is None:
        assert fetched.answer is not None  # noqa: S101 - without an error there is an answer
        return _after_success(context, fetched, fetched.answer, outcome, started_at, now, jitter)
    failed = replace(feed, polled_at=started_at, outcome=outcome, error=error.reason)
    if isinstance(error, Held):
        # Nothing was asked, so nothing failed: only the time moves.
        until = now + timedelta(seconds=error.retry_after or 0)
        return replace(failed, due_at=until, not_before_at=until), ()
    return _after_failure(context, failed, error, now, jitter)


def _after_failure(
    context: FeedContext, feed: FeedState, error: Exception, now: datetime, jitter: float
) -> tuple[FeedState, tuple[Event, ...]]:
    retry_after = error.retry_after if isinstance(error, FetchError) else None
    pace, due_at = after_failure(
        Pace(feed.interval, feed.failure_count),
        now=now,
        retry_after=retry_after,
        is_gone=isinstance(error, HttpStatus) and error.status == _GONE,
        fixed_interval=context.configured.interval,
        jitter=jitter,
        longest=context.settings.http.longest_wait,
    )
    if due_at is not None:
        due_at = _outside_skips(context, feed.hints, due_at)
    failed = replace(
        feed,
        failure_count=pace.failures,
        due_at=due_at,
        not_before_at=due_at if retry_after else feed.not_before_at,
        stopped_at=now if due_at is None else None,
        move=None,
    )
    if due_at is None and feed.stopped_at is None:
        return failed, (("stopped", feed.error or ""),)
    # Other failures pass by themselves and are reported after hours; what our own code fails at does not.
    is_ours = isinstance(error, Failed) and pace.failures >= _FAILURES_REPORTED
    return failed, (("failing", f"{pace.failures} polls in a row; the last answer: {error}"),) if is_ours else ()


def _outside_skips(context: FeedContext, hints: PollingHints, due_at: datetime) -> datetime:
    """The time, moved past the feed's skipHours and skipDays unless the operator overrides them."""
    return skip_until(due_at, hints.skip_hours, hints.skip_days) if context.obeys_skips else due_at


def _after_success(
    context: FeedContext,
    fetched: FetchedFeed,
    answer: Fetched | NotModified,
    outcome: str,
    started_at: datetime,
    now: datetime,
    jitter: float,
) -> tuple[FeedState, tuple[Event, ...]]:
    feed, hints = context.feed, _hints(context.feed, answer, fetched.document)
    pace, due_at = after_success(
        Pace(feed.interval, feed.failure_count),
        now=now,
        known_share=_known_share(feed, fetched.document),
        fixed_interval=context.configured.interval,
        hints=hints.hint_seconds,
        fresh_for=hints.fresh_seconds,
        jitter=jitter,
        longest=context.settings.http.longest_wait,
    )
    read = replace(
        _after_answer(feed, answer, now),
        hints=hints,
        outcome=outcome,
        polled_at=started_at,
        interval=pace.interval,
        audited_at=now if fetched.is_audit else feed.audited_at,
    )
    timed = _until_due(read, _outside_skips(context, hints, due_at), now)
    if fetched.position is not None:
        timed = _after_mail(timed, fetched, fetched.position, now)
    moved, events = _after_move(timed, fetched, answer.moved_to, now)
    return moved, (*events, *_gap(fetched.document), *_stale(feed, fetched), *fetched.events)


def _after_answer(feed: FeedState, answer: Fetched | NotModified, now: datetime) -> FeedState:
    """The feed with the validators that came, and the hashes of the body where one did; no failure is left."""
    well = replace(
        feed,
        error=None,
        failure_count=0,
        stopped_at=None,
        succeeded_at=now,
        etag=answer.validators.etag,
        last_modified=answer.validators.last_modified,
    )
    if isinstance(answer, NotModified):
        return well
    undated = _undated_sha256(feed, answer)
    return replace(well, body_sha256=answer.response.body_sha256, undated_sha256=undated, body_at=now)


def _until_due(feed: FeedState, due_at: datetime, now: datetime) -> FeedState:
    """The feed with its next poll, and until when its publisher does not want one."""
    asked_for = max(feed.hints.hint_seconds or 0, feed.hints.fresh_seconds or 0)
    not_before_at = min(due_at, now + timedelta(seconds=asked_for)) if asked_for else None
    return replace(feed, due_at=due_at, not_before_at=not_before_at)


def _undated_sha256(feed: FeedState, answer: Fetched) -> str | None:
    """By what the next body of the same entries is known; only bodies of this kind are compared so."""
    return undated_sha256(answer.response.body) if feed.kind == "feed" else None


def _after_mail(feed: FeedState, fetched: FetchedFeed, position: Position, now: datetime) -> FeedState:
    """How far the mailbox was read; where more of it is waiting, the next poll is soon."""
    due_at = min(feed.due_at or now, now + _SOON) if fetched.is_unfinished else feed.due_at
    return replace(
        feed,
        due_at=due_at,
        uid_validity=position.uid_validity,
        last_uid=position.last_uid,
        wanted_sha256=position.wanted_sha256,
    )


def _hints(feed: FeedState, answer: Fetched | NotModified, document: FeedDocument | None) -> PollingHints:
    """How the publisher wants to be polled from now on; what this answer does not repeat stays as it was."""
    link = answer.response.header("link")
    if document is None:
        is_renewal = isinstance(answer, NotModified)
        fresh = renewed(answer.response, feed.hints.fresh_seconds) if is_renewal else answer.fresh_for
        announced = hub_and_topic(link, feed.url, None) if link else None
        hub, topic = announced or (feed.hints.hub_url, feed.hints.topic_url)
        return replace(feed.hints, fresh_seconds=fresh, hub_url=hub, topic_url=topic)
    said = document.parsed
    hub, topic = hub_and_topic(link, feed.url, said) or (None, None)
    return PollingHints(answer.fresh_for, said.interval_hint, said.skip_hours, said.skip_days, hub, topic)


def _known_share(feed: FeedState, document: FeedDocument | None) -> float | None:
    """The share of the document's entries that were known; a first poll, where nothing could be, counts half."""
    if feed.succeeded_at is None:
        return 0.5
    if document is None or not document.entries:
        return None
    return sum(entry.identity in document.known for entry in document.entries) / len(document.entries)


def _after_move(
    feed: FeedState, fetched: FetchedFeed, moved_to: str | None, now: datetime
) -> tuple[FeedState, tuple[Event, ...]]:
    """Take over a new address after enough equal answers and within the site."""
    moved = consider_move(feed.move, feed_url=feed.url, asked_url=fetched.asked_url, moved_to=moved_to, now=now)
    if moved.verdict == "taken_over" and moved.move is not None:
        target = moved.move.target
        return replace(feed, url=target, move=None), (("moved", f"{feed.url} → {target}"),)
    if moved.move is None:
        return (feed if feed.move is None else replace(feed, move=None)), ()
    remembered = replace(feed, move=moved.move)
    detail = f"the feed redirects to {moved.move.target}, another site: set its url if that is right"
    return remembered, (("move_pending", detail),) if moved.verdict == "pending" else ()


def _gap(document: FeedDocument | None) -> tuple[Event, ...]:
    """Whether the window rolled past what was known, so that some releases may never have been seen."""
    if document is None or document.gap is None:
        return ()
    count = len(document.listed)
    missed = f"none of the {count} entries of the last document is left: releases may have been missed"
    return (("gap", f"{missed}; {document.gap}"),)


def _stale(feed: FeedState, fetched: FetchedFeed) -> tuple[Event, ...]:
    """Whether an audit found entries that an earlier "not modified" had kept back."""
    if not fetched.is_audit or fetched.document is None or fetched.document.is_part or feed.polled_at is None:
        return ()
    hidden = [
        entry
        for entry in fetched.document.entries
        if entry.identity not in fetched.document.known
        and entry.entry.published is not None
        and entry.entry.published.at is not None
        and entry.entry.published.at < feed.polled_at - timedelta(seconds=feed.interval)
    ]
    return (("stale", f"{len(hidden)} older entries had been hidden by 304 answers"),) if hidden else ()
