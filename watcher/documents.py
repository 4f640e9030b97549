"""Pages and documents are asked for within the host's manners; the PDFs of a release are read page by page."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

from watcher import captures, clock
from watcher.errors import Disallowed, ExtractError, FetchError, Killed
from watcher.fetch import ask, judge
from watcher.records import ReadDocument
from watcher.requests import PAGE_ACCEPT, feed_of, request_for, secret_headers
from watcher.tasks import PageAnswer, outcome_of, read_attachment

if TYPE_CHECKING:
    from watcher.models import Attachment, Entry, PageText
    from watcher.net import Request
    from watcher.records import Capture, FeedState
    from watcher.shell import Shell
    from watcher.tasks import Context

# A release with more documents than this is a library; the first ones are read, all are listed.
MOST_DOCUMENTS = 10


@dataclass(frozen=True, slots=True)
class Asked:
    """What became of asking for a page or document: an answer where `outcome` is "ok"."""

    outcome: str
    answer: PageAnswer | None = None
    capture: Capture | None = None


async def ask_document(shell: Shell, feed: FeedState, url: str, kind: Literal["feed", "page", "attachment"]) -> Asked:
    """Ask for a page, attachment or list of this feed's publisher; a FetchError becomes the outcome."""
    publisher, configured = feed_of(shell.configuration, feed.name)
    request = request_for(shell.configuration.settings.http, publisher, configured, url, accept=PAGE_ACCEPT)
    hidden = secret_headers(publisher, configured)
    started_at = clock.now()
    try:
        await _heed_robots(shell, request)
        response = await ask(shell.client, shell.hosts, request)
    except FetchError as error:
        ended_at = clock.now()
        failed = captures.of_failure(kind, request, error, started_at=started_at, ended_at=ended_at, hidden=hidden)
        return Asked(outcome_of(error), capture=failed)
    outcome, detail = "ok", None
    try:
        judge(response)
    except FetchError as error:
        outcome, detail = outcome_of(error), error.reason
    capture = captures.of_response(
        kind, request, response, outcome=outcome, error=detail, keeps_body=True, hidden=hidden
    )
    content_type = response.header("content-type") or ""
    answer = PageAnswer(response.body, response.url, content_type, response.ended_at) if outcome == "ok" else None
    return Asked(outcome, answer, capture)


async def _heed_robots(shell: Shell, request: Request) -> None:
    """Raise Disallowed where robots.txt forbids the page and the operator has not decided otherwise (RFC 9309)."""
    if not shell.configuration.settings.http.robots:
        return
    verdict = await shell.robots.judge(shell.client, shell.hosts, request)
    if not verdict.is_allowed:
        raise Disallowed(request.url, f"robots.txt: {verdict.why}")


async def read_documents(shell: Shell, feed: FeedState, entry: Entry, page: PageText) -> tuple[ReadDocument, ...]:
    """Fetch and read the PDFs of a release: those of the feed's entry and those that its page links to."""
    publisher, configured = feed_of(shell.configuration, feed.name)
    if not configured.fetch_pages:
        return ()
    every = {one.url: one for one in (*entry.attachments, *page.attachments) if is_document(one)}
    every.pop(entry.url or "", None)  # that one was read as the release itself
    context = shell.context(publisher, page.language)
    wanted = list(every.values())[:MOST_DOCUMENTS]
    return tuple(await asyncio.gather(*(_read_one(shell, feed, one, page, context) for one in wanted)))


def is_document(attachment: Attachment) -> bool:
    """Whether it is said to be a PDF or its address ends like one."""
    is_named = attachment.media_type.partition(";")[0].strip().lower() == "application/pdf"
    return is_named or urlsplit(attachment.url).path.lower().endswith(".pdf")


async def _read_one(
    shell: Shell, feed: FeedState, attachment: Attachment, page: PageText, context: Context
) -> ReadDocument:
    asked = await ask_document(shell, feed, attachment.url, "attachment")
    if asked.answer is None:
        return ReadDocument(attachment, asked.outcome, asked.capture)
    published = page.published.at if page.published else None
    try:
        text, detection = await shell.workers.run(read_attachment, asked.answer, context, published)
    except (ExtractError, Killed) as error:
        capture = replace(asked.capture, outcome=error.outcome, error=str(error)) if asked.capture else None
        return ReadDocument(attachment, error.outcome, capture)
    return ReadDocument(attachment, "ok", asked.capture, text, detection)
