"""An index of sitemaps as one feed: its newest sitemaps are asked for, conditionally and a few at a time.

index ─► those that changed since the last poll, or are undated ─► each asked with its own validators ─► entries
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import chain
from typing import TYPE_CHECKING

from watcher.documents import ask_document
from watcher.errors import NotAFeed, PartFailed
from watcher.fetch import Validators
from watcher.models import ParsedFeed, Problem
from watcher.requests import feed_of
from watcher.store.read import last_body, last_validators
from watcher.tasks import index_parts, read_feed, source_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from watcher.records import Capture, FeedState, ParsedEntry
    from watcher.shell import Shell
    from watcher.sources import Source
    from watcher.sources.sitemap import SitemapPart

# Of an index that names a sitemap a month, the newest hold what is new; older ones are for `watcher backfill`.
MOST_PARTS = 3
MOST_ENTRIES = 1_000
# A date without a time says only that it was some time of that day, somewhere.
_DAY = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class IndexRead:
    """What the sitemaps of an index gave that was new to us, and the exchanges that it took."""

    parsed: ParsedFeed
    entries: tuple[ParsedEntry, ...]
    captures: tuple[Capture, ...]


async def read_index(shell: Shell, feed: FeedState, body: bytes | None, source: Source) -> IndexRead | None:
    """Follow an index; None where the body is none. `body` None: the index has not changed since it was last read.

    A sitemap that is gone is a problem of the feed; another failure raises PartFailed, so that nothing is taken for
    read that was not.
    """
    is_same = body is None
    known = body if body is not None else await shell.store.read(last_body, feed.id, feed.url)
    parts = await shell.workers.run(index_parts, known, source) if known else ()
    if not parts:
        return None
    read = [await _part(shell, feed, part.url) for part in wanted(parts, feed.succeeded_at, is_same=is_same)]
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


async def _part(shell: Shell, feed: FeedState, url: str) -> IndexRead:
    """One sitemap of the index: its entries, none where it is the same as before. Raises PartFailed, NotAFeed."""
    known = await shell.store.read(last_validators, feed.id, url)
    asked = await ask_document(shell, feed, url, "feed", Validators(*known))
    captures = (asked.capture,) if asked.capture else ()
    if asked.outcome in {"not_modified", "gone"}:
        problems = (Problem("sitemap_gone", url),) if asked.outcome == "gone" else ()
        return IndexRead(ParsedFeed((), problems=problems), (), captures)
    if asked.answer is None:
        raise PartFailed(f"{url}: {asked.outcome}")
    publisher, configured = feed_of(shell.configuration, feed.name)
    source = source_of(publisher, configured, asked.answer.url, asked.answer.content_type, asked.answer.fetched_at)
    try:
        parsed, entries = await shell.workers.run(read_feed, asked.answer.body, source, publisher.code, "sitemap")
    except NotAFeed as error:
        raise PartFailed(f"{url}: {error}") from error
    return IndexRead(parsed, entries, captures)
