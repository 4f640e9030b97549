"""Older releases: listing pages, sitemaps and APIs walked backwards, page by page, as politely as every poll.

document ─► entries since the day that are not stored ─► read each ─► store, some at a time ─► older document
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from watcher.errors import UNREADABLE
from watcher.pipeline.context import feed_context
from watcher.pipeline.feed_document import ask_older, read_older_page, recognised
from watcher.pipeline.release import read_release
from watcher.store.releases import save_past

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from datetime import datetime

    from watcher.model.feed import Entry, FeedState, ParsedEntry
    from watcher.pipeline.ask import Asked
    from watcher.pipeline.context import FeedContext
    from watcher.pipeline.runtime import Runtime
    from watcher.pipeline.task_values import OlderDocument


KINDS = frozenset({"listing", "sitemap", "json", "telegram"})
# What a stop in the middle loses is asked for again; what was written is not.
_TOGETHER = 10


@dataclass(frozen=True, slots=True)
class Step:
    """One document of the walk: how many entries it lists, how many of them were stored just now."""

    feed: str
    url: str
    outcome: str
    entry_count: int = 0
    new_count: int = 0
    error: str = ""


@dataclass(slots=True)
class _Walk:
    """The state of a walk: addresses still to be fetched, the next one last, and every entry that was seen."""

    since: datetime
    waiting: list[str]
    asked: set[str] = field(default_factory=set)
    met: set[str] = field(default_factory=set)

    def addresses(self) -> Iterator[str]:
        """Each address once, in the order of the walk."""
        while self.waiting:
            url = self.waiting.pop()
            if url not in self.asked:
                self.asked.add(url)
                yield url


async def backfill(runtime: Runtime, feed: FeedState, since: datetime) -> AsyncIterator[Step]:
    """Walk one listing, sitemap or API back to a day and store what is not stored yet, without alerts.

    Each step comes after it is written, so a walk that was stopped continues: what is stored is not fetched again. A
    document that cannot be fetched ends the walk of that branch, and its step says why.
    """
    walk, context = _Walk(since, [feed.url]), feed_context(runtime.configuration, feed)
    for url in walk.addresses():
        asked = await ask_older(runtime, context, context, url)
        if asked.page is None:
            yield Step(feed.name, url, asked.outcome, error=(asked.capture.error or "") if asked.capture else "")
            continue
        try:
            past = await read_older_page(runtime, context, asked.page)
        except UNREADABLE as error:
            yield Step(feed.name, url, error.outcome, error=str(error))
            continue
        new_count = await _store(runtime, context, walk, asked, past.entries)
        yield Step(feed.name, url, "ok", len(past.entries), new_count)
        _go_on(walk, past)


async def _store(
    runtime: Runtime, context: FeedContext, walk: _Walk, asked: Asked, entries: tuple[ParsedEntry, ...]
) -> int:
    """Read the releases that are wanted and not stored yet, in batches, each in one transaction."""
    entries, known = await recognised(runtime, context.feed, entries)
    wanted = [parsed for parsed in entries if parsed.identity not in known and _is_since(parsed.entry, walk.since)]
    for first in range(0, len(wanted), _TOGETHER):
        lot = wanted[first : first + _TOGETHER]
        seen = await asyncio.gather(*(read_release(runtime, context, parsed, None) for parsed in lot))
        await runtime.store.write(save_past, context.feed, asked.capture if first == 0 else None, seen)
    return len(wanted)


def _is_since(entry: Entry, since: datetime) -> bool:
    """Whether an entry is from that day or later; one without a date may be, and is read."""
    at = _date(entry)
    return at is None or at >= since


def _date(entry: Entry) -> datetime | None:
    stated = entry.published or entry.updated
    return stated.at if stated else None


def _go_on(walk: _Walk, past: OlderDocument) -> None:
    """Add the sitemaps of an index, or the older page of a list unless this one is old already or brings nothing."""
    walk.waiting += [url for url, changed_at in reversed(past.parts) if changed_at is None or changed_at >= walk.since]
    fresh = {parsed.identity for parsed in past.entries} - walk.met
    walk.met |= fresh
    dates = [at for parsed in past.entries if (at := _date(parsed.entry)) is not None]
    is_old = bool(dates) and max(dates) < walk.since
    if past.older and fresh and not is_old:
        walk.waiting.append(past.older)
