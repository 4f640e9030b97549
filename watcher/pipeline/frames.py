"""Which way a page is read: whole, or without the frame of its site, and when the two are compared.

The first pages of a site are read whole, one after the other; from three of them its frame is learned. A program that
starts anew for a page or two, as cron does, takes the stored pages of the site for the others. From then on a page is
read without it. Now and then, and whenever the record looks odd, the whole page is read too: at the first
difference the whole page counts, the frame is forgotten, an event says so, and what was read without it since the last
comparison is fetched and read again.
"""

from __future__ import annotations

import logging
import re
from contextlib import suppress
from dataclasses import fields, replace
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from watcher import clock
from watcher.content.frame import is_frameable
from watcher.errors import Failed, Killed
from watcher.model.mail import is_message
from watcher.pipeline.runtime import Site
from watcher.pipeline.task_values import FrameSample, PageAnswer, is_pdf
from watcher.pipeline.workers import Task
from watcher.store.frames import (
    count_checked,
    current_frame,
    forget_frame,
    note_trial,
    save_frame,
    stored_pages,
    was_mistaken,
    was_tried,
    widen_frame,
)

if TYPE_CHECKING:
    from watcher.content.frame import Frame, LinePlaces
    from watcher.model.feed import ParsedEntry
    from watcher.model.poll import ExtractedRelease
    from watcher.pipeline.context import FeedContext
    from watcher.pipeline.release_tasks import (
        extract_if_other,
        extract_release,
        extract_without_frame,
        learn_frame,
        learn_places,
    )
    from watcher.pipeline.runtime import Runtime
    from watcher.pipeline.task_values import ReadingContext
    from watcher.store.captures import KeptBody
    from watcher.store.frames import StoredFrame
else:
    extract_if_other = Task("watcher.pipeline.release_tasks", "extract_if_other")
    extract_release = Task("watcher.pipeline.release_tasks", "extract_release")
    extract_without_frame = Task("watcher.pipeline.release_tasks", "extract_without_frame")
    learn_frame = Task("watcher.pipeline.release_tasks", "learn_frame")
    learn_places = Task("watcher.pipeline.release_tasks", "learn_places")


log = logging.getLogger("watcher")
# Pages from which a frame is learned, and pages that are read whole before it is tried again; stored pages are looked
# at once in three days.
SAMPLES, _REST = 3, 50
_TRIED_AGAIN = timedelta(days=3)
_REST_AFTER_MISTAKE, _MISTAKE_COUNTS = 1_000, timedelta(days=30)
# Pages in a row with something unusual, after which a site is read whole.
_MOST_ODD = 20
# Every so many pages, and at these ones, the whole page is read too.
CHECKED_EACH, _CHECKED_EARLY = 50, frozenset({5, 20})
# Sites that are kept in memory, each with three pages or its frame; the one that was asked for longest ago goes.
_MOST_SITES = 200
_DIGITS = re.compile(r"\d+")


async def read_page(
    runtime: Runtime, context: FeedContext, parsed: ParsedEntry, answer: PageAnswer, known: str
) -> ExtractedRelease:
    """What a page, PDF or message says, as `extract_release` reads it whole. Raises Killed and Failed."""
    is_page = not is_message(answer.content_type) and not is_pdf(answer.body, answer.content_type)
    if not is_page or not is_frameable(answer.body):
        return await _read(runtime, parsed, answer, context.reading(), known)
    site = await _site(runtime, answer.url)
    if site.is_learning:
        async with site.lock:
            if site.is_learning:
                return await _learn(runtime, context, site, parsed, answer, known)
    return await _without_frame(runtime, context, site, parsed, answer, known)


async def _read(
    runtime: Runtime, parsed: ParsedEntry, answer: PageAnswer, reading: ReadingContext, known: str
) -> ExtractedRelease:
    return await runtime.workers.run(extract_release, parsed, answer, "ok", reading, known)


async def _site(runtime: Runtime, url: str) -> Site:
    """The site of a page, as it is remembered or stored."""
    name = site_of(url)
    site = runtime.sites.pop(name, None)
    if site is None:
        stored = await runtime.store.read(current_frame, name)
        is_mistaken = stored is None and await runtime.store.read(was_mistaken, name, clock.now() - _MISTAKE_COUNTS)
        site = runtime.sites.pop(name, None) or Site(name, stored, rest=_REST_AFTER_MISTAKE if is_mistaken else 0)
        site.page_count = stored.page_count if stored else 0
    runtime.sites[name] = site  # the last one is the newest
    if len(runtime.sites) > _MOST_SITES:
        del runtime.sites[next(iter(runtime.sites))]
    return site


def site_of(url: str) -> str:
    """The pages that are likely made by one template: host and first folder, where languages and kinds part."""
    parts = urlsplit(url)
    folder, _, rest = parts.path.lstrip("/").partition("/")
    return f"{parts.netloc.lower()}/{_DIGITS.sub('0', folder) if rest else ''}"


async def _learn(
    runtime: Runtime, context: FeedContext, site: Site, parsed: ParsedEntry, answer: PageAnswer, known: str
) -> ExtractedRelease:
    """Read a page whole, and learn the site's frame where that makes enough of them."""
    reading = context.reading()
    try:
        read = await _read(runtime, parsed, answer, reading, known)
        if not site.has_looked:
            site.has_looked = True
            site.samples += await _stored_samples(runtime, context, site)
        if is_sample(read, site.samples):
            site.samples.append(FrameSample(parsed, answer, read, known))
        if len(site.samples) == SAMPLES:
            samples, site.samples, site.rest = tuple(site.samples), [], _REST
            frame = await runtime.workers.run(learn_frame, samples, reading)
            if frame is not None:
                site.stored = await runtime.store.write(save_frame, site.name, frame, clock.now())
                site.page_count = site.misses = site.odd_count = site.rest = 0
    except (Killed, Failed):
        site.samples, site.rest = [], _REST
        raise
    return read


async def _stored_samples(runtime: Runtime, context: FeedContext, site: Site) -> list[FrameSample]:
    """The stored pages of the site, read whole again, where they are enough with the one that came now; else none."""
    now, reading = clock.now(), context.reading()
    if await runtime.store.read(was_tried, site.name, now - _TRIED_AGAIN):
        return []
    pages = await _stored(runtime, context, site)
    if len(pages) < SAMPLES - 1:
        return []
    await runtime.store.write(note_trial, site.name, now)
    samples: list[FrameSample] = []
    with suppress(Killed, Failed):  # an old page is no reason to lose the new one
        for parsed, kept in pages:
            answer = PageAnswer(kept.body, kept.url, kept.content_type, kept.ended_at)
            read = await _read(runtime, parsed, answer, reading, "")
            if is_sample(read, samples):
                samples.append(FrameSample(parsed, answer, read, ""))
    return samples


async def _stored(runtime: Runtime, context: FeedContext, site: Site) -> tuple[tuple[ParsedEntry, KeptBody], ...]:
    def is_of_site(url: str) -> bool:
        return site_of(url) == site.name

    found = await runtime.store.read(stored_pages, context.feed.id, is_of_site, SAMPLES - 1)
    return tuple((parsed, kept) for parsed, kept in found if is_frameable(kept.body))


async def _is_redesigned(runtime: Runtime, context: FeedContext, site: Site) -> bool:
    """Whether the newest stored pages of a site lack its frame too: a program that starts anew counts no misses."""
    if site.stored is None or site.has_looked:
        return False
    pages = await _stored(runtime, context, site)
    frame = site.stored.frame
    site.has_looked = len(pages) < SAMPLES - 1 or any(frame.left_out_of(kept.body) is not None for _, kept in pages)
    return not site.has_looked


def is_sample(read: ExtractedRelease, others: list[FrameSample]) -> bool:
    """Whether a page can teach anything: one that was read, and that says something else than the others."""
    is_read = read.page_outcome == "ok" and read.page.text_from == "page"
    return is_read and all(read.text_sha256 != other.read.text_sha256 for other in others)


async def _without_frame(
    runtime: Runtime, context: FeedContext, site: Site, parsed: ParsedEntry, answer: PageAnswer, known: str
) -> ExtractedRelease:
    """Read a page without its site's frame where it has one; compared with the whole page where that is due."""
    reading = context.reading()
    stored = site.stored
    rest = stored.frame.left_out_of(answer.body) if stored is not None else None
    if stored is None or rest is None:
        if await _is_redesigned(runtime, context, site):
            site.stored = None
            async with site.lock:
                return await _learn(runtime, context, site, parsed, answer, known)
        _miss(site)
        return await _read(runtime, parsed, answer, reading, known)
    site.misses = 0
    site.page_count += 1
    is_due = site.page_count % CHECKED_EACH == 0 or site.page_count in _CHECKED_EARLY
    cut = replace(answer, body=rest)
    by_places = replace(reading, places=stored.frame.lines)
    read, places = await runtime.workers.run_together(extract_without_frame, parsed, cut, by_places, known)
    if not is_due and places <= stored.frame.usual and not is_odd(read, stored.frame):
        site.odd_count = 0
        return replace(read, frame_id=stored.id)
    other = await runtime.workers.run(extract_if_other, parsed, answer, reading, known, read)
    await runtime.store.write(count_checked, stored.id)
    if other is not None and (other.page, other.page_outcome) != (read.page, read.page_outcome):
        await _forget(runtime, context, site, stored, f"{answer.url}: {_differences(other, read)}")
    elif not places <= stored.frame.usual:
        lines = await runtime.workers.run(learn_places, cut, reading) if stored.frame.lines else None
        await _widen(runtime, site, stored, places, lines)
    return other or read


async def _widen(
    runtime: Runtime, site: Site, stored: StoredFrame, places: frozenset[str], lines: LinePlaces | None
) -> None:
    """Add places to those that are usual on the site's pages.

    Where nearly every page needs that, its pages are read whole again: the frame spares nothing there.
    """
    if site.stored is None or site.stored.id != stored.id:
        return
    site.odd_count += 1
    if site.odd_count > _MOST_ODD:
        site.stored, site.rest = None, _REST_AFTER_MISTAKE
        return
    now = site.stored.frame  # another page may have widened it meanwhile
    lines = now.lines.widened(lines) if now.lines is not None and lines is not None else now.lines
    site.stored = replace(stored, frame=replace(now, usual=now.usual | places, lines=lines))
    await runtime.store.write(widen_frame, stored.id, site.stored.frame)


def _miss(site: Site) -> None:
    """Count a page that is read whole; after several in a row the site has changed, and its next pages are samples."""
    if site.stored is None:
        site.rest = max(0, site.rest - 1)
        return
    site.misses += 1
    if site.misses >= SAMPLES:
        site.stored, site.misses = None, 0


def is_odd(read: ExtractedRelease, frame: Frame) -> bool:
    """Whether a record looks as if something were missing."""
    page = read.page
    is_page = read.page_outcome == "ok" and page.text_from == "page"
    return not is_page or not page.title or bool(page.problems) or 2 * len(page.text) < frame.shortest


def _differences(whole: ExtractedRelease, read: ExtractedRelease) -> str:
    """Which parts of a record are others without the frame, in words."""
    if whole.page_outcome != read.page_outcome:
        return f"{whole.page_outcome} as a whole and {read.page_outcome} without the site's frame"
    names = (one.name for one in fields(whole.page) if getattr(whole.page, one.name) != getattr(read.page, one.name))
    return f"without the site's frame these are others: {', '.join(names)}"


async def _forget(runtime: Runtime, context: FeedContext, site: Site, stored: StoredFrame, why: str) -> None:
    """Stop using a frame, and read the site's next pages whole; nothing where another page has done so already."""
    if site.stored is None or site.stored.id != stored.id:
        return
    site.stored, site.rest = None, _REST_AFTER_MISTAKE
    log.warning("%s: the pages of %s are read whole again: %s", context.feed.name, site.name, why)
    now = clock.now()
    await runtime.store.write(forget_frame, stored.id, context.feed.id, why, now, doubtful=CHECKED_EACH)
