"""Copies of a page that turns programs away: read where the operator allows it, and labelled as what they are.

Who keeps them, in which order, stands in the publisher's file (`fallback`). A copy counts only if it was made after the
publication by its keeper's own time. The page stays owed: it is asked for again as before, and what it says then is
compared with the copy. Nothing here pretends to be another program.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from watcher.config.publishers import ApiKey, Feed, Publisher
from watcher.errors import Failed, Killed, ParseError
from watcher.feeds.copies import dvids_copies, dvids_query, replayed_at, wayback_copies, wayback_query
from watcher.model.api import ApiParts, ApiRule
from watcher.model.poll import CopiedPage
from watcher.pipeline.ask import ask_for
from watcher.pipeline.reading import reading_context
from watcher.pipeline.workers import Task

if TYPE_CHECKING:
    from datetime import datetime

    from watcher.model.feed import ParsedEntry
    from watcher.model.poll import Capture, ExtractedRelease
    from watcher.model.release import Copy, CopySource
    from watcher.pipeline.ask import Asked
    from watcher.pipeline.context import FeedContext
    from watcher.pipeline.release_tasks import extract_release
    from watcher.pipeline.runtime import Runtime
    from watcher.pipeline.task_values import PageAnswer, ReadingContext
else:
    extract_release = Task("watcher.pipeline.release_tasks", "extract_release")

# A web page or a document; an archive holds everything else too.
_PAGES = frozenset({"text/html", "application/xhtml+xml", "application/pdf"})


@dataclass(frozen=True, slots=True)
class ReadCopy:
    """A copy with its text, and every exchange that led to it."""

    page: CopiedPage
    asked: Asked
    read: ExtractedRelease


async def read_copy(runtime: Runtime, context: FeedContext, parsed: ParsedEntry) -> ReadCopy | None:
    """The first copy that can be read, from the keepers that the publisher's file names; None where there is none.

    What fails is left out and asked for again with the page.
    """
    if parsed.entry.url is None:
        return None
    exchanges: list[Capture] = []
    for source in context.publisher.fallback:
        keeper = _keeper(context, source)
        for copy in await _copies(runtime, context, keeper, source, parsed, exchanges):
            asked = await ask_for(runtime, keeper, copy.url, "page", obeys_robots=source != "wayback")
            made = _as_made(copy, asked, parsed)
            read = await _read(runtime, context, parsed, asked, source) if made is not None else None
            if read is not None and made is not None and asked.capture is not None:
                return ReadCopy(CopiedPage(made, asked.capture, tuple(exchanges)), asked, read)
            exchanges += [asked.capture] if asked.capture is not None else []
    return None


def _keeper(context: FeedContext, source: CopySource) -> FeedContext:
    """How a keeper is asked: with our own agent string and limits, and with nothing that is meant for the publisher."""
    fallback = context.settings.fallback
    publisher = Publisher(code=context.publisher.code, name=context.publisher.name, headers={})
    if source == "wayback" or fallback.dvids_key is None:
        feed = Feed(
            code=source, url=fallback.wayback if source == "wayback" else fallback.dvids, headers={}, parameters={}
        )
        return replace(context, publisher=publisher, configured=feed)
    secret = fallback.dvids_key
    key = ApiKey(env=secret.env, file=secret.file, query="api_key")
    rule = ApiRule(ApiParts())
    feed = Feed(code=source, url=fallback.dvids, kind="json", api=rule, api_key=key, headers={}, parameters={})
    return replace(context, publisher=publisher, configured=feed)


async def _copies(
    runtime: Runtime,
    context: FeedContext,
    keeper: FeedContext,
    source: CopySource,
    parsed: ParsedEntry,
    exchanges: list[Capture],
) -> tuple[Copy, ...]:
    """The copies that a keeper names; none where it cannot be asked or answers something else."""
    published, title, fallback = _published(parsed), parsed.entry.title, context.settings.fallback
    if source == "wayback":
        query = wayback_query(fallback.wayback, parsed.entry.url or "", published)
    elif published is not None and title and fallback.dvids_key is not None:
        query = dvids_query(fallback.dvids, title, published)
    else:
        return ()
    # The operator named this archive, and its index is there to be asked by programs.
    asked = await ask_for(runtime, keeper, query, "page", accept="application/json", obeys_robots=False)
    exchanges += [asked.capture] if asked.capture is not None else []
    if asked.page is None:
        return ()
    try:
        if source == "wayback":
            return wayback_copies(asked.page.body, fallback.wayback, published)
        return dvids_copies(asked.page.body, title, published) if published is not None else ()
    except ParseError:
        return ()


def _published(parsed: ParsedEntry) -> datetime | None:
    return parsed.entry.published.at if parsed.entry.published else None


def _as_made(copy: Copy, asked: Asked, parsed: ParsedEntry) -> Copy | None:
    """The copy with the address and time of the page that was given; None where that is older than the release.

    An archive redirects to its nearest copy, which need not be the one that was asked for.
    """
    if asked.page is None or asked.page.content_type.partition(";")[0].strip().lower() not in _PAGES:
        return None
    if copy.source != "wayback":
        return replace(copy, url=asked.page.url)
    made_at, published = replayed_at(asked.page.url), _published(parsed)
    if made_at is None or (published is not None and made_at < published):
        return None
    return replace(copy, url=asked.page.url, made_at=made_at)


async def _read(
    runtime: Runtime, context: FeedContext, parsed: ParsedEntry, asked: Asked, source: CopySource
) -> ExtractedRelease | None:
    """What the copy says, None where it is a wall itself, or another page."""
    assert asked.page is not None  # noqa: S101 - looked at before
    # The archive's page is the publisher's own: its links lead from where it was.
    answer: PageAnswer = replace(asked.page, url=parsed.entry.url or "") if source == "wayback" else asked.page
    try:
        read = await runtime.workers.run(extract_release, parsed, answer, "ok", _reading(runtime, context, source), "")
    except (Killed, Failed):
        return None
    if read.page_outcome != "ok" or not read.is_from_page:
        return None
    return replace(read, page=replace(read.page, canonical_url=parsed.entry.url))


def _reading(runtime: Runtime, context: FeedContext, source: CopySource) -> ReadingContext:
    """By whose page rules it is read: the publisher's, or the relay's where that is configured."""
    relay = runtime.configuration.publisher(source) if source == "dvids" else None
    if source == "wayback":
        return context.reading()
    rules = relay.page if relay is not None else None
    own = context.publisher.with_changes(page=rules) if rules is not None else context.publisher
    return reading_context(context.words, own, context.settings)
