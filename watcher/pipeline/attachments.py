"""Pages and documents are asked for within the host's manners; the PDFs of a release are read page by page."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from watcher.errors import ExtractError, Killed
from watcher.fetch.caching import Validators
from watcher.fetch.request import feed_of
from watcher.model.claim import Detection
from watcher.model.poll import ReadDocument
from watcher.model.release import Problem
from watcher.model.revision import KeptDocument
from watcher.pipeline.ask import ask_document
from watcher.pipeline.parse import read_attachment, search_document
from watcher.store.rows import sha256

if TYPE_CHECKING:
    from collections.abc import Sequence

    from watcher.model.feed import Entry, FeedState
    from watcher.model.release import Attachment, PageText, StatedDate
    from watcher.pipeline.parse import Context
    from watcher.pipeline.runtime import Runtime


# A release with more documents than this is a library; the first ones are read, all are listed.
MOST_DOCUMENTS = 10
# What may have become of the page for its documents to be asked for again; a host in trouble is not asked for more.
_WELL = frozenset({"ok", "not_modified", "no_page"})


async def read_documents(
    runtime: Runtime, feed: FeedState, entry: Entry, page: PageText, kept: Sequence[KeptDocument], page_outcome: str
) -> tuple[ReadDocument, ...]:
    """Ask for the PDFs of a release, the known ones with their validators, and read what is new or has changed.

    They are those of the feed's entry and those that the page links to; a page that could not be had links to what it
    linked to before, which is then left in peace.
    """
    publisher, configured = feed_of(runtime.configuration, feed.name)
    if not configured.fetch_pages:
        return ()
    known = {one.attachment.url: one for one in kept}
    linked = (*entry.attachments, *page.attachments)
    before = () if page_outcome == "ok" else tuple(one.attachment for one in kept)
    every = {one.url: one for one in (*linked, *before) if is_document(one)}
    every.pop(entry.url or "", None)  # that one was read as the release itself
    context = runtime.context(publisher, page.language)
    is_asking = page_outcome in _WELL
    looks = [
        _look(runtime, feed, context, one, known.get(one.url), is_asking=is_asking)
        for one in list(every.values())[:MOST_DOCUMENTS]
    ]
    return tuple(await asyncio.gather(*looks))


def is_document(attachment: Attachment) -> bool:
    """Whether it is said to be a PDF or its address ends like one."""
    is_named = attachment.media_type.partition(";")[0].strip().lower() == "application/pdf"
    return is_named or urlsplit(attachment.url).path.lower().endswith(".pdf")


async def _look(
    runtime: Runtime,
    feed: FeedState,
    context: Context,
    attachment: Attachment,
    kept: KeptDocument | None,
    *,
    is_asking: bool,
) -> ReadDocument:
    """One document: asked for, and read where its bytes are new. What was read before holds where this look fails."""
    if kept is None:
        kept = KeptDocument(attachment)
    elif not is_asking:
        return ReadDocument(attachment, "unasked", page=kept.page, text_id=kept.text_id)
    asked = await ask_document(runtime, feed, attachment.url, "attachment", Validators(kept.etag, kept.last_modified))
    found = ReadDocument(
        attachment,
        asked.outcome,
        asked.capture,
        kept.page,
        kept.text_id,
        asked.validators.etag,
        asked.validators.last_modified,
    )
    if asked.answer is None or sha256(asked.answer.body) == kept.body_sha256:
        return found
    try:
        page = await runtime.workers.run(read_attachment, asked.answer, context)
    except (ExtractError, Killed) as error:
        capture = replace(asked.capture, outcome=error.outcome, error=str(error)) if asked.capture else None
        return replace(found, outcome=error.outcome, capture=capture)
    is_same = kept.page is not None and kept.page.text == page.text
    return found if is_same else replace(found, page=page, text_id=None)


async def search_documents(
    runtime: Runtime, feed: FeedState, documents: Sequence[ReadDocument], page: PageText
) -> tuple[ReadDocument, ...]:
    """The documents with the claims in their texts; one that kills the worker is `unread`."""
    publisher, _ = feed_of(runtime.configuration, feed.name)
    context = runtime.context(publisher, page.language)
    return tuple(await asyncio.gather(*(_search(runtime, one, context, page.published) for one in documents)))


async def _search(
    runtime: Runtime, document: ReadDocument, context: Context, published: StatedDate | None
) -> ReadDocument:
    if document.page is None:
        return document
    try:
        found = await runtime.workers.run(search_document, document.page, document.attachment, context, published)
    except Killed as error:
        found = Detection((), problems=(Problem("unread", f"{document.attachment.url}: {error}"),))
    return replace(document, detection=found)
