"""Pages and documents are asked for within the host's manners; the PDFs of a release are read page by page."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

from watcher import captures, clock
from watcher.errors import Disallowed, ExtractError, FetchError, Killed, Unreachable
from watcher.fetch import NotModified, Validators, ask, judge
from watcher.models import Detection, Problem
from watcher.records import KeptDocument, ReadDocument
from watcher.requests import PAGE_ACCEPT, feed_of, request_for, secret_headers
from watcher.store.rows import sha256
from watcher.tasks import PageAnswer, outcome_of, read_attachment, search_document

if TYPE_CHECKING:
    from collections.abc import Sequence

    from watcher.models import Attachment, Entry, PageText, StatedDate
    from watcher.net import Request, Response
    from watcher.records import Capture, FeedState
    from watcher.shell import Shell
    from watcher.tasks import Context

# A release with more documents than this is a library; the first ones are read, all are listed.
MOST_DOCUMENTS = 10
_NO_VALIDATORS = Validators()
# What may have become of the page for its documents to be asked for again; a host in trouble is not asked for more.
_WELL = frozenset({"ok", "not_modified", "no_page"})


@dataclass(frozen=True, slots=True)
class Asked:
    """What became of asking for a page or document: an answer where `outcome` is "ok"."""

    outcome: str
    answer: PageAnswer | None = None
    capture: Capture | None = None
    validators: Validators = _NO_VALIDATORS


async def ask_document(
    shell: Shell,
    feed: FeedState,
    url: str,
    kind: Literal["feed", "page", "attachment"],
    validators: Validators = _NO_VALIDATORS,
) -> Asked:
    """Ask for a page, attachment or list of this feed's publisher; a FetchError becomes the outcome.

    Asked with validators, the outcome is "not_modified" where the server holds on to what it gave with them.
    """
    publisher, configured = feed_of(shell.configuration, feed.name)
    request = request_for(shell.configuration.settings.http, publisher, configured, url, accept=PAGE_ACCEPT)
    hidden = secret_headers(publisher, configured)
    started_at = clock.now()
    try:
        response = await ask(
            shell.client, shell.hosts, request, validators, check=partial(_heed_robots, shell, request)
        )
    except FetchError as error:
        ended_at = clock.now()
        failed = captures.of_failure(kind, request, error, started_at=started_at, ended_at=ended_at, hidden=hidden)
        return Asked(outcome_of(error), capture=failed)
    outcome, detail, known = _judged(response, validators)
    keeps_body = outcome != "not_modified"
    capture = captures.of_response(
        kind, request, response, outcome=outcome, error=detail, keeps_body=keeps_body, hidden=hidden
    )
    content_type = response.header("content-type") or ""
    answer = PageAnswer(response.body, response.url, content_type, response.ended_at) if outcome == "ok" else None
    return Asked(outcome, answer, capture, known)


def _judged(response: Response, validators: Validators) -> tuple[str, str | None, Validators]:
    """The outcome of an answer, why it is none, and what to ask with next time."""
    try:
        answer = judge(response, validators)
    except FetchError as error:
        return outcome_of(error), error.reason, validators
    return "not_modified" if isinstance(answer, NotModified) else "ok", None, answer.validators


async def _heed_robots(shell: Shell, request: Request, url: str) -> None:
    """Raise Disallowed where robots.txt forbids the page and the operator has not decided otherwise (RFC 9309).

    `url` is the page's, or where it redirects to: that site has its own rules.
    """
    if not shell.configuration.settings.http.robots:
        return
    verdict = await shell.robots.judge(shell.client, shell.hosts, replace(request, url=url))
    if not verdict.is_allowed and verdict.is_passing:
        raise Unreachable(url, verdict.why)  # the page is asked for again, as after any failure that may pass
    if not verdict.is_allowed:
        raise Disallowed(url, f"robots.txt: {verdict.why}")


async def read_documents(
    shell: Shell, feed: FeedState, entry: Entry, page: PageText, kept: Sequence[KeptDocument], page_outcome: str
) -> tuple[ReadDocument, ...]:
    """Ask for the PDFs of a release, the known ones with their validators, and read what is new or has changed.

    They are those of the feed's entry and those that the page links to; a page that could not be had links to what it
    linked to before, which is then left in peace.
    """
    publisher, configured = feed_of(shell.configuration, feed.name)
    if not configured.fetch_pages:
        return ()
    known = {one.attachment.url: one for one in kept}
    linked = (*entry.attachments, *page.attachments)
    before = () if page_outcome == "ok" else tuple(one.attachment for one in kept)
    every = {one.url: one for one in (*linked, *before) if is_document(one)}
    every.pop(entry.url or "", None)  # that one was read as the release itself
    context = shell.context(publisher, page.language)
    is_asking = page_outcome in _WELL
    looks = [
        _look(shell, feed, context, one, known.get(one.url), is_asking=is_asking)
        for one in list(every.values())[:MOST_DOCUMENTS]
    ]
    return tuple(await asyncio.gather(*looks))


def is_document(attachment: Attachment) -> bool:
    """Whether it is said to be a PDF or its address ends like one."""
    is_named = attachment.media_type.partition(";")[0].strip().lower() == "application/pdf"
    return is_named or urlsplit(attachment.url).path.lower().endswith(".pdf")


async def _look(
    shell: Shell,
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
    asked = await ask_document(shell, feed, attachment.url, "attachment", Validators(kept.etag, kept.last_modified))
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
        page = await shell.workers.run(read_attachment, asked.answer, context)
    except (ExtractError, Killed) as error:
        capture = replace(asked.capture, outcome=error.outcome, error=str(error)) if asked.capture else None
        return replace(found, outcome=error.outcome, capture=capture)
    is_same = kept.page is not None and kept.page.text == page.text
    return found if is_same else replace(found, page=page, text_id=None)


async def search_documents(
    shell: Shell, feed: FeedState, documents: Sequence[ReadDocument], page: PageText
) -> tuple[ReadDocument, ...]:
    """The documents with the claims in their texts; one that kills the worker is `unread`."""
    publisher, _ = feed_of(shell.configuration, feed.name)
    context = shell.context(publisher, page.language)
    return tuple(await asyncio.gather(*(_search(shell, one, context, page.published) for one in documents)))


async def _search(shell: Shell, document: ReadDocument, context: Context, published: StatedDate | None) -> ReadDocument:
    if document.page is None:
        return document
    try:
        found = await shell.workers.run(search_document, document.page, document.attachment, context, published)
    except Killed as error:
        found = Detection((), problems=(Problem("unread", f"{document.attachment.url}: {error}"),))
    return replace(document, detection=found)
