"""Web archives of any crawler become releases and revisions at their original times, without alerts.

records in the order of their dates ─► feeds: entries ─► pages: extract, detect ─► one transaction a record

What was imported is noted by its record, so an import that was stopped continues where it stopped.
"""

from __future__ import annotations

import asyncio
import re
from collections import deque
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from watcher import clock
from watcher.archive.warc_reader import read_response, response_positions, seekable
from watcher.config.publishers import IMPORTED
from watcher.content.urls import canonical_url
from watcher.errors import UNREADABLE, Failed, Killed
from watcher.feeds.identity import entry_sha256, identity_of
from watcher.feeds.source import Source
from watcher.model.feed import Entry, ParsedEntry
from watcher.model.poll import Capture, Observation
from watcher.pipeline.feed_tasks import read_feed
from watcher.pipeline.reading import locale_of, reading_context
from watcher.pipeline.release_tasks import extract_release
from watcher.pipeline.task_values import PageAnswer
from watcher.store.releases import archive_feed, identity_at, known_records, newest_observation, save_import

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
    from pathlib import Path

    from watcher.archive.warc_reader import RecordPosition
    from watcher.config.publishers import Publisher
    from watcher.model.feed import FeedState
    from watcher.model.poll import ExtractedRelease
    from watcher.model.response import Response
    from watcher.pipeline.captures import Kind
    from watcher.pipeline.runtime import Runtime


_PDF = "application/pdf"
_PAGES = frozenset({"text/html", "application/xhtml+xml", _PDF})
_FEEDS = frozenset(
    {"application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/feed+json", "text/xml"}
    | {"application/xml"}
)
_FEED_START = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*)?(?:<!--.{0,2000}?-->\s*)*<(?:rss|feed|rdf:RDF)[\s>]", re.DOTALL
)
_FINE = frozenset({"release", "revision", "same", "feed", "attachment"})


@dataclass(slots=True)
class _Import:
    """The state of an import.

    `entries` are those of the archives' feeds by address, `paged` the addresses of which there is a page, `attached`
    those of documents that were read with a page, `feeds` the feeds of imported captures by publisher.
    """

    runtime: Runtime
    only: Publisher | None
    skip: Callable[[str], None]
    entries: dict[str, ParsedEntry] = field(default_factory=dict)
    paged: set[str] = field(default_factory=set)
    attached: set[str] = field(default_factory=set)
    feeds: dict[str, FeedState] = field(default_factory=dict)

    def publisher_of(self, url: str) -> Publisher:
        """The publisher of an address by its host, else the one for all others."""
        return self.only or self.runtime.configuration.publisher_at(url) or IMPORTED

    async def feed_of(self, publisher: Publisher) -> FeedState:
        """The feed of imported captures of a publisher."""
        if publisher.code not in self.feeds:
            self.feeds[publisher.code] = await self.runtime.store.write(archive_feed, publisher)
        return self.feeds[publisher.code]


@dataclass(frozen=True, slots=True)
class _Record:
    """One record that was read."""

    place: RecordPosition
    response: Response
    file: str

    @property
    def is_feed(self) -> bool:
        """Whether the body begins as a feed does, whatever its server called it."""
        return _FEED_START.match(self.response.body) is not None

    @property
    def answer(self) -> PageAnswer:
        """The record as a page's answer."""
        response = self.response
        return PageAnswer(response.body, response.url, response.header("content-type") or "", response.started_at)


def _address(url: str) -> str:
    try:
        return canonical_url(url)
    except ValueError:
        return url


async def import_archives(
    runtime: Runtime,
    paths: Sequence[Path],
    *,
    publisher: Publisher | None = None,
    wanted: Callable[[str], bool] = lambda _: True,
    skip: Callable[[str], None],
    begin: Callable[[int], None] = lambda _: None,
) -> AsyncIterator[str]:
    """Import every page, document and feed that was answered with 200; the outcome of each record as it is written.

    `wanted` chooses among pages by their address; `skip` is called with a sentence for every record that is malformed,
    `begin` with how many records there are. Pages are read wherever the runtime's workers are, and written here alone.
    """
    work = _Import(runtime, publisher, skip)
    with ExitStack() as stack:
        found: list[tuple[RecordPosition, str]] = []
        for path in paths:
            opened = stack.enter_context(seekable(path))
            found += [(place, path.name) for place in response_positions(opened, skip) if _is_wanted(place, wanted)]
        names = await runtime.store.read(known_records, [place.id for place, _ in found])
        found = sorted((one for one in found if one[0].id not in names), key=_order)
        work.paged = {_address(place.url) for place, _ in found if place.media_type in _PAGES}
        await _read_feeds(work, found)
        begin(len(found))
        async for outcome in _import_all(work, found):
            yield outcome


async def _import_all(work: _Import, found: Sequence[tuple[RecordPosition, str]]) -> AsyncIterator[str]:
    """Each record in its turn, while the pages of those after it are read already: only writing has an order."""
    waiting: deque[tuple[_Record, asyncio.Task[ExtractedRelease] | None]] = deque()
    try:
        for place, file in found:
            record = _read(place, file, work.skip)
            if record is None:
                continue
            waiting.append((record, _begin(work, record)))
            if len(waiting) > work.runtime.workers.count:
                yield await _import_one(work, *waiting.popleft())
        while waiting:
            yield await _import_one(work, *waiting.popleft())
    finally:
        for _, reading in waiting:
            if reading is not None:
                reading.cancel()


def _begin(work: _Import, record: _Record) -> asyncio.Task[ExtractedRelease] | None:
    """Begin to read a page; what it becomes is decided in its turn. None for a feed or a document that is known."""
    url = _address(record.response.url)
    if record.place.media_type in _FEEDS or record.is_feed or url in work.attached:
        return None
    publisher = work.publisher_of(record.response.url)
    parsed = work.entries.get(url) or _entry_of(record.response.url, publisher, None)
    reading = asyncio.create_task(_reading(work, publisher, parsed, record.answer))
    # Of one that nobody waits for any more, since a page brought the document meanwhile, the error is nobody's either.
    reading.add_done_callback(lambda done: done.cancelled() or done.exception())
    return reading


def _entry_of(url: str, publisher: Publisher, known: str | None) -> ParsedEntry:
    """The entry of a page that no feed names; `known` is the identity of the release that is stored of it."""
    entry = Entry(url, url, "", "")
    return ParsedEntry(entry, known or identity_of(entry, publisher.code), entry_sha256(entry), -1)


async def _reading(
    work: _Import, publisher: Publisher, parsed: ParsedEntry, answer: PageAnswer | None
) -> ExtractedRelease:
    context = reading_context(work.runtime.words, publisher, work.runtime.configuration.settings)
    outcome = "ok" if answer else "no_page"
    return await work.runtime.workers.run(extract_release, parsed, answer, outcome, context)


def _order(one: tuple[RecordPosition, str]) -> tuple[bool, str, str]:
    """Documents after the pages that may name them, everything else as it was captured."""
    place, _ = one
    return place.media_type == _PDF, place.date, place.id


def _is_wanted(place: RecordPosition, wanted: Callable[[str], bool]) -> bool:
    if place.status != "200" or place.media_type not in _PAGES | _FEEDS:
        return False
    is_home = urlsplit(place.url).path in {"", "/"} and place.media_type in _PAGES
    return not is_home and (place.media_type in _FEEDS or wanted(place.url))


def _read(place: RecordPosition, file: str, skip: Callable[[str], None]) -> _Record | None:
    try:
        return _Record(place, read_response(place), file)
    except ValueError as error:
        skip(f"{file}: {place.url or place.id}: {error}")
        return None


async def _read_feeds(work: _Import, found: Sequence[tuple[RecordPosition, str]]) -> None:
    """Read the feeds first: they name the releases that the pages are of."""
    for place, file in found:
        record = _read(place, file, lambda _: None)
        if record is not None and (place.media_type in _FEEDS or record.is_feed):
            for parsed in await _entries(work, record) or ():
                if parsed.entry.url:
                    work.entries.setdefault(_address(parsed.entry.url), parsed)


async def _entries(work: _Import, record: _Record) -> tuple[ParsedEntry, ...] | None:
    """The entries of a feed, None where the document is none."""
    publisher = work.publisher_of(record.response.url)
    source = Source(record.response.url, record.answer.content_type, locale_of(publisher))
    try:
        _, entries = await work.runtime.workers.run(read_feed, record.response.body, source, publisher.code)
    except UNREADABLE:
        return None
    return entries


async def _import_one(work: _Import, record: _Record, reading: asyncio.Task[ExtractedRelease] | None) -> str:
    publisher = work.publisher_of(record.response.url)
    feed = await work.feed_of(publisher)
    is_feed = record.place.media_type in _FEEDS or record.is_feed
    found = _of_feed(work, publisher, record) if is_feed else _of_page(work, publisher, record, reading)
    observations, outcome = await found
    kind: Kind = "feed" if is_feed else "page"
    capture = _capture(record, "attachment" if outcome == "attachment" else kind, outcome)
    is_apart = is_feed or not observations
    kept = capture if is_apart and outcome != "not_a_feed" else None
    place, now = record.place.id, clock.now()
    await work.runtime.store.write(
        save_import, feed, kept, observations, record=place, file=record.file, outcome=outcome, now=now
    )
    return outcome


async def _of_feed(work: _Import, publisher: Publisher, record: _Record) -> tuple[list[Observation], str]:
    """Releases of a feed whose pages are not in the archive."""
    entries = await _entries(work, record)
    if entries is None:
        return [], "not_a_feed"
    found = []
    for parsed in entries:
        if parsed.entry.url and _address(parsed.entry.url) in work.paged:
            continue
        reading = _reading(work, publisher, parsed, None)
        if (seen := await _release_at(work, reading, parsed, None, record)) is not None:
            found.append(seen)
    return found, "feed"


async def _of_page(
    work: _Import, publisher: Publisher, record: _Record, reading: asyncio.Task[ExtractedRelease] | None
) -> tuple[list[Observation], str]:
    url = record.response.url
    if _address(url) in work.attached or reading is None:
        if reading is not None:
            reading.cancel()
        return [], "attachment"
    parsed = work.entries.get(_address(url))
    if parsed is None:
        parsed = _entry_of(url, publisher, await work.runtime.store.read(identity_at, url))
    seen = await _release_at(work, reading, parsed, record.answer, record)
    if seen is None:
        return [], "same"
    if not seen.read.is_from_page and not seen.read.page.text:
        return [], seen.read.page_outcome
    return [seen], "revision" if seen.release_id else "release"


async def _release_at(
    work: _Import,
    reading: Awaitable[ExtractedRelease],
    parsed: ParsedEntry,
    answer: PageAnswer | None,
    record: _Record,
) -> Observation | None:
    """The release as it stood then; None where it says nothing new or something newer is stored already."""
    try:
        read = await reading
    except (Killed, Failed) as error:
        work.skip(f"{record.file}: {record.response.url}: {error}")
        return None
    work.attached |= {_address(one.url) for one in read.page.attachments}
    newest = await work.runtime.store.read(newest_observation, parsed.identity)
    at = record.response.started_at
    if newest is not None and (newest[1] >= clock.to_text(at) or newest[2] == read.text_sha256):
        return None
    return Observation(
        parsed=parsed,
        release_id=newest[0] if newest else None,
        read=read,
        observed_at=at,
        capture=_capture(record, "page", read.page_outcome) if answer else None,
    )


def _capture(record: _Record, kind: Kind, outcome: str) -> Capture:
    return Capture(
        kind,
        "ok" if outcome in _FINE else outcome,
        record.response,
        is_tls_verified=False,
        keeps_body=True,
        imported_from=f"{record.file} {record.place.id}",
    )


def counted(outcomes: Counter[str]) -> str:
    """How many records had each outcome, in words."""
    return ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in sorted(outcomes.items())) or "nothing"
