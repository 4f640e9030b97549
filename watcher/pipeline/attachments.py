"""The PDFs of a release: fetched with its page, parsed where their bytes are new, and searched for claims."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from watcher.archive.canonical_form import digest
from watcher.content.urls import is_web_address
from watcher.errors import ExtractError, Failed, Killed
from watcher.fetch.validators import Validators
from watcher.model.claim import Detection
from watcher.model.poll import ReadDocument
from watcher.model.release import Problem
from watcher.model.revision import KeptDocument
from watcher.pipeline.ask import ask_for
from watcher.pipeline.ocr import with_recognised
from watcher.pipeline.workers import Task

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from watcher.model.feed import Entry
    from watcher.model.release import Attachment, PageText, StatedDate
    from watcher.pipeline.ask import Asked
    from watcher.pipeline.context import FeedContext
    from watcher.pipeline.release_tasks import detect_attachment, extract_attachment
    from watcher.pipeline.runtime import Runtime
    from watcher.pipeline.task_values import ReadingContext
else:
    detect_attachment = Task("watcher.pipeline.release_tasks", "detect_attachment")
    extract_attachment = Task("watcher.pipeline.release_tasks", "extract_attachment")


# A release with more documents than this is a library; the first ones are read, all are listed.
MOST_DOCUMENTS = 10
_NONE: Mapping[str, Asked] = {}
# The page's outcomes after which its documents are asked for; a host in trouble is not asked for more.
_FINE = frozenset({"ok", "not_modified", "no_page"})


async def read_attachments(
    runtime: Runtime,
    context: FeedContext,
    entry: Entry,
    page: PageText,
    kept: Sequence[KeptDocument],
    page_outcome: str,
    brought: Mapping[str, Asked] = _NONE,
) -> tuple[ReadDocument, ...]:
    """Fetch the PDFs of a release, the known ones with their validators, and parse what is new or has changed.

    They are those of the feed's entry and those that the page links to; a page that could not be fetched counts
    as linking to what it linked to before, which is then not fetched. `brought` are those that came with a message, by
    address.
    """
    if not context.configured.fetch_pages and not brought:
        return ()
    known = {one.attachment.url: one for one in kept}
    linked = (*entry.attachments, *page.attachments)
    before = () if page_outcome == "ok" else tuple(one.attachment for one in kept)
    every = {one.url: one for one in (*linked, *before) if is_document(one)}
    every.pop(entry.url or "", None)  # that one was read as the release itself
    if not every:
        return ()
    is_asking = page_outcome in _FINE
    reads = [
        _read(runtime, context, page.language, one, known.get(one.url), brought.get(one.url), is_asking=is_asking)
        for one in list(every.values())[:MOST_DOCUMENTS]
    ]
    return tuple(await asyncio.gather(*reads))


def is_document(attachment: Attachment) -> bool:
    """Whether it is said to be a PDF or its address ends like one."""
    is_named = attachment.media_type.partition(";")[0].strip().lower() == "application/pdf"
    return is_named or urlsplit(attachment.url).path.lower().endswith(".pdf")


async def _read(
    runtime: Runtime,
    context: FeedContext,
    language: str,
    attachment: Attachment,
    kept: KeptDocument | None,
    brought: Asked | None,
    *,
    is_asking: bool,
) -> ReadDocument:
    """Fetch one document, and parse it where its bytes are new. Where this fails, what was read before stays."""
    if kept is None:
        kept = KeptDocument(attachment)
    elif not is_asking:
        return ReadDocument(attachment, "not_fetched", page=kept.page, text_id=kept.text_id)
    if brought is None and not is_web_address(attachment.url):
        return ReadDocument(attachment, "not_fetched", page=kept.page, text_id=kept.text_id)
    validators = Validators(kept.etag, kept.last_modified)
    asked = brought or await ask_for(runtime, context, attachment.url, "attachment", validators)
    found = ReadDocument(
        attachment,
        asked.outcome,
        asked.capture,
        kept.page,
        kept.text_id,
        asked.validators.etag,
        asked.validators.last_modified,
    )
    if asked.page is None or digest(asked.page.body) == kept.body_sha256:
        return found
    try:
        answer = await with_recognised(runtime.workers, asked.page, runtime.configuration.settings.ocr)
        page = await runtime.workers.run(extract_attachment, answer, context.reading(language))
    except (ExtractError, Killed, Failed) as error:
        capture = replace(asked.capture, outcome=error.outcome, error=str(error)) if asked.capture else None
        return replace(found, outcome=error.outcome, capture=capture)
    is_same = kept.page is not None and kept.page.text == page.text
    return found if is_same else replace(found, page=page, text_id=None)


async def detect_attachments(
    runtime: Runtime, context: FeedContext, documents: Sequence[ReadDocument], page: PageText
) -> tuple[ReadDocument, ...]:
    """The documents with the claims in their texts; one that kills the worker or breaks the detector is `unread`."""
    if not documents:
        return ()
    reading = context.reading(page.language)
    return tuple(await asyncio.gather(*(_detect(runtime, one, reading, page.published) for one in documents)))


async def _detect(
    runtime: Runtime, document: ReadDocument, reading: ReadingContext, published: StatedDate | None
) -> ReadDocument:
    if document.page is None:
        return document
    try:
        found = await runtime.workers.run(detect_attachment, document.page, document.attachment, reading, published)
    except (Killed, Failed) as error:
        found = Detection((), problems=(Problem("unread", f"{document.attachment.url}: {error}"),))
    return replace(document, detection=found)
