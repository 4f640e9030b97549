"""The daemon's polls and rechecks: a tick starts what is due, each in a task of its own.

A poll that cannot be written (the disk is full) is kept in memory until there is room; its feed waits, at least as long
as it would have, and is not asked in vain.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from watcher import clock
from watcher.errors import StoreError, Unwritable, WatcherError
from watcher.jobs.counts import Counts
from watcher.model.wording import unread_in_words
from watcher.pipeline.poll import UnwrittenPoll, poll_feed
from watcher.pipeline.recheck import due_now, recheck
from watcher.store.due_times import bound, shift
from watcher.store.feeds import select
from watcher.store.polls import save_poll
from watcher.store.quiet_polls import save_quiet

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from sqlite_utils import Database

    from watcher.model.feed import FeedState
    from watcher.model.poll import PollRecord
    from watcher.model.revision import DueRecheck
    from watcher.pipeline.runtime import Runtime


log = logging.getLogger("watcher")
JUMP = timedelta(minutes=1)
# A feed whose poll could not be written is paused for at least this long.
_PAUSE_SECONDS = 60
_DAY_SECONDS = 86_400
# So many polls are kept while nothing can be written; then no feed is polled until there is room.
_KEPT = 50


async def _log_only(name: str, error: Exception) -> str:
    log.error("%s failed", name, exc_info=error)
    return ""


@dataclass(slots=True)
class Polling:
    """What the daemon remembers between ticks; none of it matters after a restart.

    Polls and rechecks are kept by the id of their feed or release, pauses as monotonic times. `polled` are the feeds
    that were polled since their states were judged; None before that was done once. `unwritten` are the polls
    that wait to be written, `report` is told of what nobody foresaw, `on_jump` that the wall clock was set.
    """

    runtime: Runtime
    report: Callable[[str, Exception], Awaitable[str]] = _log_only
    on_jump: Callable[[], None] = lambda: None
    polls: dict[int, asyncio.Task[None]] = field(default_factory=dict)
    names: dict[int, str] = field(default_factory=dict)
    polled: set[int] | None = None
    paused: dict[int, float] = field(default_factory=dict)
    unwritten: dict[int, PollRecord] = field(default_factory=dict)
    counts: Counts = field(default_factory=Counts)
    rechecks: dict[int, asyncio.Task[None]] = field(default_factory=dict)
    rechecks_paused_until: float = 0.0
    wall: datetime = field(default_factory=clock.now)
    monotonic: float = field(default_factory=clock.monotonic)
    following: asyncio.Lock = field(default_factory=asyncio.Lock)

    def under_way(self) -> tuple[str, ...]:
        """The names of the feeds that are being polled."""
        return tuple(self.names[feed_id] for feed_id, task in self.polls.items() if not task.done())

    def note(self, feed_id: int) -> None:
        """Something new is stored of the feed."""
        if self.polled is not None:
            self.polled.add(feed_id)

    def tasks(self) -> list[asyncio.Task[None]]:
        """All polls and rechecks."""
        return [*self.polls.values(), *self.rechecks.values()]


async def tick(polling: Polling) -> None:
    """Write what waits to be written, and start a poll of every feed that is due and not being polled already."""
    await follow_clock(polling)
    await write_kept(polling)
    now = clock.monotonic()
    polling.paused = {feed_id: until for feed_id, until in polling.paused.items() if until > now}
    polling.polls = {feed_id: task for feed_id, task in polling.polls.items() if not task.done()}
    for feed in await polling.runtime.store.read(select, due_by=clock.now()):
        if len(polling.unwritten) >= _KEPT:
            return
        if feed.id not in polling.polls and feed.id not in polling.paused and feed.id not in polling.unwritten:
            polling.names[feed.id] = feed.name
            polling.polls[feed.id] = asyncio.create_task(_poll(polling, feed))


async def _poll(polling: Polling, feed: FeedState) -> None:
    try:
        record = await poll_feed(polling.runtime, feed)
        polling.note(feed.id)
        polling.counts.polls[feed.name, record.outcome] += 1
        log_poll(feed, record)
    except UnwrittenPoll as error:
        polling.counts.polls[feed.name, error.record.outcome] += 1
        polling.unwritten[feed.id] = error.record
        polling.paused[feed.id] = clock.monotonic() + _seconds_until(error.record.next_feed.due_at)
        log.error("%s: the poll cannot be written yet: %s", feed.name, error)  # noqa: TRY400 - the sentence says it all
    except WatcherError as error:
        polling.paused[feed.id] = clock.monotonic() + _PAUSE_SECONDS
        log.error("%s: nothing could be stored: %s; again in %d s", feed.name, error, _PAUSE_SECONDS)  # noqa: TRY400 - the sentence says it all
    except Exception as error:  # noqa: BLE001 - one feed's failure ends no other's polls, and is reported
        polling.paused[feed.id] = clock.monotonic() + _PAUSE_SECONDS
        await polling.report("polls", error)


def _seconds_until(due_at: datetime | None) -> float:
    """For how many seconds a feed is not polled whose poll is not written yet: until it is due, a day at most.

    Counted on the monotonic clock, since the wall clock may be set meanwhile.
    """
    wait = (due_at - clock.now()).total_seconds() if due_at else _DAY_SECONDS
    return min(max(wait, _PAUSE_SECONDS), _DAY_SECONDS)


async def write_kept(polling: Polling) -> None:
    """Write the polls that wait, the oldest first; a poll that contradicts what is stored by now is done once more."""
    for feed_id, record in list(polling.unwritten.items()):
        try:
            await polling.runtime.store.write(_save, record)
        except Unwritable:
            return
        except StoreError as error:
            log.error("%s: the poll cannot be written and is repeated: %s", record.feed.name, error)  # noqa: TRY400 - the sentence says it all
        else:
            log.info("%s: the poll of %s is written now", record.feed.name, clock.to_text(record.started_at))
        del polling.unwritten[feed_id]
        polling.paused.pop(feed_id, None)


def _save(db: Database, record: PollRecord) -> None:
    if record.is_quiet:
        save_quiet(db, [record])
    else:
        save_poll(db, record)


async def recheck_pages(polling: Polling) -> None:
    """Start a recheck of every page that is due and not being rechecked already; none while nothing can be written."""
    polling.rechecks = {release_id: task for release_id, task in polling.rechecks.items() if not task.done()}
    if polling.rechecks_paused_until > clock.monotonic() or polling.runtime.store.condition.unwritable:
        return
    for due in await due_now(polling.runtime):
        if due.release_id not in polling.rechecks:
            polling.rechecks[due.release_id] = asyncio.create_task(_recheck(polling, due))


async def _recheck(polling: Polling, due: DueRecheck) -> None:
    try:
        found = await recheck(polling.runtime, due)
        polling.note(due.feed.id)
    except WatcherError as error:
        polling.rechecks_paused_until = clock.monotonic() + _PAUSE_SECONDS
        log.error("release %d could not be checked again: %s", due.release_id, error)  # noqa: TRY400 - the sentence says it all
        return
    except Exception as error:  # noqa: BLE001 - reported, and the other pages go on
        polling.rechecks_paused_until = clock.monotonic() + _PAUSE_SECONDS
        await polling.report("rechecks", error)
        return
    for kind, detail in found.events if found else ():
        log.info("release %d, %s: %s: %s", due.release_id, due.parsed.entry.url or due.feed.name, kind, detail)


async def follow_clock(polling: Polling) -> None:
    """Shift the due times when the wall clock jumped, so that no feed is polled too early or forgotten.

    To be done before anything is looked up that is due.
    """
    async with polling.following:
        wall, monotonic = clock.now(), clock.monotonic()
        jump = (wall - polling.wall) - timedelta(seconds=monotonic - polling.monotonic)
        if abs(jump) > JUMP:
            log.warning("the clock jumped by %+.0f s: due times are shifted", jump.total_seconds())
            await polling.runtime.store.write(shift, jump)
            polling.runtime.hosts.shift(jump)
            polling.runtime.robots.shift(jump)
            polling.on_jump()
        polling.wall, polling.monotonic = wall, monotonic


async def correct_due_times(runtime: Runtime, last_seen: datetime | None) -> None:
    """At the start: what was due by a clock that has been set back since is not waited for.

    `last_seen` is the latest time that an earlier run of the daemon wrote down.
    """
    now = clock.now()
    if last_seen is not None and last_seen - now > JUMP:
        back = (last_seen - now).total_seconds()
        log.warning("the clock was set back by at least %.0f s since the last run: due times are shifted", back)
        await runtime.store.write(shift, now - last_seen)
    longest = timedelta(seconds=runtime.configuration.settings.http.longest_wait)
    if count := await runtime.store.write(bound, now, longest_wait=longest):
        log.warning("%d due times lay further ahead than anything is planned, and were brought nearer", count)


def log_poll(feed: FeedState, record: PollRecord) -> None:
    """Log one line for each poll: its outcome and counts, and when the feed is polled again."""
    due = record.next_feed.due_at
    again = f"again at {due:%Y-%m-%d %H:%M:%S} UTC" if due else "no more polls: the server answered 410 (gone)"
    if record.error:
        log.warning("%s: %s: %s; %s", feed.name, record.outcome, record.error, again)
    else:
        counts = (record.new_count, record.edited_count, record.claim_count, record.alert_count)
        again = "; ".join(part for part in (unread_in_words(record.unread_count), again) if part)
        log.info("%s: %s, %d new, %d edited, %d claims, %d alerts; %s", feed.name, record.outcome, *counts, again)
