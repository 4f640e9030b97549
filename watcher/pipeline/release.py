"""One release: its page is fetched, its text extracted and searched for claims, and the rules decide on an alert.

page ─► text ─► attachments ─► (where the text is new) claims ─► comparison with the stored revision ─► alert
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from watcher import clock
from watcher.archive.canonical_form import digest
from watcher.content.notices import refresh_target
from watcher.errors import Failed, Killed, StoreError, WorkersFailed, unforeseen
from watcher.feeds.identity import unread_release
from watcher.fetch.back_off import growing_pause
from watcher.fetch.validators import Validators
from watcher.model.claim import Detection
from watcher.model.mail import is_message
from watcher.model.poll import ExtractedRelease, Observation
from watcher.model.release import OwnWord, Problem
from watcher.pipeline.ask import Asked, ask_for
from watcher.pipeline.attachments import detect_attachments, read_attachments
from watcher.pipeline.frames import read_page
from watcher.pipeline.ocr import with_recognised
from watcher.pipeline.removal import next_page_state, stated_changes
from watcher.pipeline.revision_alert import decide_alert, follow_revision
from watcher.pipeline.workers import Task
from watcher.store.attachments import kept_documents
from watcher.store.events import event_details
from watcher.store.revisions import newest_revision, same_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from watcher.model.alert import AlertRecord, EventKind
    from watcher.model.feed import Entry, ParsedEntry
    from watcher.model.poll import ReadDocument
    from watcher.model.release import Copy
    from watcher.model.revision import StoredRevision
    from watcher.pipeline.context import FeedContext
    from watcher.pipeline.copies import ReadCopy
    from watcher.pipeline.release_tasks import detect_release, extract_release, read_gone
    from watcher.pipeline.runtime import Runtime
else:
    detect_release = Task("watcher.pipeline.release_tasks", "detect_release")
    extract_release = Task("watcher.pipeline.release_tasks", "extract_release")
    read_gone = Task("watcher.pipeline.release_tasks", "read_gone")


# Failures that may pass, also our own: a newer version may read the page. Everything else stays as it is until the
# page is checked again.
_PASSING = frozenset(
    {"http_status", "timed_out", "unreachable", "truncated", "blocked", "tls", "held", "killed", "failed", "notice"}
)
_FIRST_RETRY = timedelta(minutes=10)
_LAST_RETRY = timedelta(hours=24)
_MOST_RETRIES = 12
_GONE = 410


async def read_release(
    runtime: Runtime,
    context: FeedContext,
    parsed: ParsedEntry,
    release_id: int | None,
    *,
    is_recheck: bool = False,
    given: Asked | None = None,
) -> Observation:
    """Read one release as it is now, stored before or not. Whatever happens is an outcome of its page.

    `given` is a page that its entry brought with it.
    `is_recheck`: only time has passed. Then the page is asked for conditionally, and the same bytes are not read again.
    Raises StoreError where the database cannot be read, WorkersFailed where no worker can be started.
    """
    try:
        return await _read(runtime, context, parsed, release_id, is_recheck=is_recheck, given=given)
    except (StoreError, WorkersFailed):
        raise
    except Exception as error:  # noqa: BLE001 - one bad release must not lose the others of its poll
        failure = unforeseen(f"{context.feed.name}: {parsed.entry.url or parsed.identity}", error)
        return await _left_unread(runtime, context, parsed, release_id, failure, given)


@dataclass(frozen=True, slots=True)
class _PageRead:
    """A release's page as it answered and was read, beside what is stored of the release.

    Where somebody's copy was read in its place, `read` is of that; the page is still owed.
    """

    release_id: int | None
    stored: StoredRevision | None
    asked: Asked
    read: ExtractedRelease
    copied: ReadCopy | None

    @property
    def shown(self) -> Asked:
        """The answer that the text was read from."""
        return self.asked if self.copied is None else self.copied.asked

    @property
    def copy(self) -> Copy | None:
        """The copy that the text was read from."""
        return None if self.copied is None else self.copied.page.copy


async def _read(
    runtime: Runtime,
    context: FeedContext,
    parsed: ParsedEntry,
    release_id: int | None,
    *,
    is_recheck: bool,
    given: Asked | None,
) -> Observation:
    page = await _read_page(runtime, context, parsed, release_id, is_recheck=is_recheck, given=given)
    stored, read, now = page.stored, page.read, clock.now()
    documents = await _documents(runtime, context, parsed, read, page.asked, page.release_id)
    is_revision = stored is None or _is_other(read, documents, stored)
    alert: AlertRecord | None = None
    revised: tuple[tuple[EventKind, str], ...] = ()
    if is_revision:
        read, documents = await _detect(runtime, context, page.shown, read, documents)
        alert, revised = await follow_revision(runtime, context, parsed, page.shown, read, stored, page.copy, now)
    failures, retry_at = _page_retry(read.page_outcome, stored, now)
    read = await _with_own_word(runtime, context, parsed, page.asked, read)
    page_state, happened = next_page_state(context.recheck_plan, stored, page.asked, read, now)
    happened += await _stated_changes(runtime, read, stored)
    happened += await _confirmed(runtime, read, stored, is_revision=is_revision)
    return Observation(
        parsed=parsed,
        release_id=page.release_id,
        read=read,
        observed_at=now,
        is_revision=is_revision,
        page_failure_count=failures,
        page_due_at=retry_at,
        capture=page.asked.capture,
        alert=alert,
        documents=documents,
        events=(*happened, *revised),
        page_state=page_state,
        copied=page.copied.page if page.copied is not None else None,
    )


async def _read_page(
    runtime: Runtime,
    context: FeedContext,
    parsed: ParsedEntry,
    release_id: int | None,
    *,
    is_recheck: bool,
    given: Asked | None,
) -> _PageRead:
    """Ask for the page and read it, or a copy of it; then find the release that it is."""
    stored = await _stored(runtime, release_id)
    asked = given or await _ask_page(runtime, context, parsed, stored, is_recheck=is_recheck)
    read = await _extract(runtime, context, parsed, asked, stored)
    copied = await _copied(runtime, context, parsed, read, stored)
    if copied is not None:
        read = replace(copied.read, page_outcome=read.page_outcome)
    if release_id is None:
        # The publisher may say this word for word under another guid and address.
        release_id = await runtime.store.read(same_text, context.feed.publisher_id, read)
        stored = await _stored(runtime, release_id)
    return _PageRead(release_id, stored, asked, read, copied)


async def _copied(
    runtime: Runtime, context: FeedContext, parsed: ParsedEntry, read: ExtractedRelease, stored: StoredRevision | None
) -> ReadCopy | None:
    """Somebody's copy of a page that is a wall, where the operator allows it and neither was read before."""
    is_first = stored is None or not stored.is_from_page
    if read.page_outcome != "blocked" or not context.publisher.fallback or not is_first:
        return None
    from watcher.pipeline.copies import read_copy

    return await read_copy(runtime, context, parsed)


async def _confirmed(
    runtime: Runtime, read: ExtractedRelease, stored: StoredRevision | None, *, is_revision: bool
) -> tuple[tuple[EventKind, str], ...]:
    """The event `confirmed`: the page answers again, and says the same as the copy that was read in its place.

    Raised once for each copy.
    """
    if stored is None or stored.copy is None or is_revision or read.page_outcome != "ok":
        return ()
    said = f"the page itself says the same as {stored.copy.url}"
    known = await runtime.store.read(event_details, stored.release_id, "confirmed")
    return () if said in known else (("confirmed", said),)


async def _left_unread(
    runtime: Runtime,
    context: FeedContext,
    parsed: ParsedEntry,
    release_id: int | None,
    failure: Failed,
    given: Asked | None,
) -> Observation:
    """A release at which our own steps failed: what is stored stays, a new one is `unread`, its page is due again."""
    stored, now, asked = await _stored(runtime, release_id), clock.now(), Asked(failure.outcome)
    read, alert = unread_release(parsed, failure), None
    if stored is None:
        alert = await decide_alert(runtime, context, parsed, read, "", None, None, now)
    else:
        read = replace(read, page=stored.page, text_from=stored.text_from, text_sha256=stored.text_sha256)
    failures, retry_at = _page_retry(read.page_outcome, stored, now)
    page_state, _ = next_page_state(context.recheck_plan, stored, asked, read, now)
    return Observation(
        parsed=parsed,
        release_id=release_id,
        read=read,
        observed_at=now,
        is_revision=stored is None,
        page_failure_count=failures,
        page_due_at=retry_at,
        capture=given.capture if given is not None else None,
        alert=alert,
        page_state=page_state,
    )


async def _stored(runtime: Runtime, release_id: int | None) -> StoredRevision | None:
    return await runtime.store.read(newest_revision, release_id) if release_id is not None else None


async def _documents(
    runtime: Runtime,
    context: FeedContext,
    parsed: ParsedEntry,
    read: ExtractedRelease,
    asked: Asked,
    release_id: int | None,
) -> tuple[ReadDocument, ...]:
    """The documents of a release: those kept of it, those that its page names, those that its message brought."""
    kept = await runtime.store.read(kept_documents, release_id) if release_id is not None else ()
    brought = await _documents_of_mail(runtime, asked)
    return await read_attachments(runtime, context, parsed.entry, read.page, kept, asked.outcome, brought)


async def _documents_of_mail(runtime: Runtime, asked: Asked) -> Mapping[str, Asked]:
    """The documents that a message of a press list brought with it; none for a page of the web."""
    page = asked.page
    if page is None or not is_message(page.content_type):
        return {}
    from watcher.pipeline.mailbox import documents_of

    return await documents_of(runtime, page, asked.capture)


async def _ask_page(
    runtime: Runtime, context: FeedContext, parsed: ParsedEntry, stored: StoredRevision | None, *, is_recheck: bool
) -> Asked:
    """Ask for the page, or the API's own document; at a recheck the same bytes count as not modified.

    A message is read again as it is kept.
    """
    entry = parsed.entry
    if context.feed.kind == "mail":
        from watcher.pipeline.mailbox import kept_message

        return await kept_message(runtime, stored)
    known = stored if is_recheck else None
    if (entry.url is None and not entry.document) or not context.configured.fetch_pages:
        return Asked("no_page")
    ask = (
        partial(_ask_document, runtime, context, entry)
        if entry.document
        else partial(_ask_url, runtime, context, entry)
    )
    if known is None or not known.release.has_page or known.release.page_state.page_sha256 is None:
        return await ask(Validators())
    state = known.release.page_state
    asked = await ask(Validators(state.etag, state.last_modified))
    is_same = asked.page is not None and digest(asked.page.body) == state.page_sha256
    return replace(asked, outcome="not_modified") if is_same else asked


async def _ask_document(runtime: Runtime, context: FeedContext, entry: Entry, validators: Validators) -> Asked:
    """The API's document of a release; robots.txt is for crawlers, and an API is there to be asked by programs."""
    return await ask_for(
        runtime, context, entry.document, "page", validators, accept=context.accept, obeys_robots=False
    )


async def _ask_url(runtime: Runtime, context: FeedContext, entry: Entry, validators: Validators) -> Asked:
    return await _sent_on(runtime, context, await ask_for(runtime, context, entry.url or "", "page", validators))


async def _with_own_word(
    runtime: Runtime, context: FeedContext, parsed: ParsedEntry, asked: Asked, read: ExtractedRelease
) -> ExtractedRelease:
    """With what the publisher says of the release: in its document, by the answer 410 to that, or in the feed."""
    entry, rule = parsed.entry, context.configured.api
    if read.page_outcome != "ok" or asked.outcome == "not_modified":
        read = replace(read, own=OwnWord(entry.withdrawn, entry.changes))
    answer = asked.capture.response if asked.capture is not None else None
    if rule is None or not entry.document or answer is None or answer.status != _GONE:
        return read
    try:
        words = await runtime.workers.run(read_gone, answer.body, rule)
    except (Killed, Failed):
        words = "410 (gone)"
    return replace(read, own=replace(read.own, withdrawn=words))


async def _stated_changes(
    runtime: Runtime, read: ExtractedRelease, stored: StoredRevision | None
) -> tuple[tuple[EventKind, str], ...]:
    """The events of what the publisher says it changed and did not say before."""
    if stored is None or not read.own.changes:
        return ()
    known = await runtime.store.read(event_details, stored.release_id, "stated_change")
    return stated_changes(read.own, stored, known)


async def _sent_on(runtime: Runtime, context: FeedContext, asked: Asked) -> Asked:
    """The page to which a browser would go on at once (a refresh), asked for once and within the same guards."""
    page = asked.page
    target = refresh_target(page.body, page.url) if page is not None else None
    followed = await ask_for(runtime, context, target, "page") if target else asked
    return followed if followed.page is not None else asked


async def _extract(
    runtime: Runtime, context: FeedContext, parsed: ParsedEntry, asked: Asked, stored: StoredRevision | None
) -> ExtractedRelease:
    """What the answer says; a page that was not modified says what is stored.

    Read in a worker. A page that kills the worker, or that our code fails at, is left out, and then, if need be, the
    entry's own markup too; `unread` says that the text must not look like "no casualties".
    """
    if asked.outcome == "not_modified" and stored is not None:
        return ExtractedRelease(stored.page, stored.text_from, stored.text_sha256, "ok", Detection(()))
    reading, known = context.reading(), stored.page.text if stored is not None else ""
    page = asked.page
    answer = page and await with_recognised(runtime.workers, page, runtime.configuration.settings.ocr)
    try:
        if answer is not None:
            return await read_page(runtime, context, parsed, answer, known)
        return await runtime.workers.run(extract_release, parsed, None, asked.outcome, reading, known)
    except (Killed, Failed) as failure:
        try:
            read = await runtime.workers.run(extract_release, parsed, None, failure.outcome, reading)
        except (Killed, Failed) as error:
            return unread_release(parsed, error)
        problems = (*read.detection.problems, Problem("unread", str(failure)))
        return replace(read, detection=replace(read.detection, problems=problems))


def _is_other(read: ExtractedRelease, documents: Sequence[ReadDocument], stored: StoredRevision) -> bool:
    """Whether the text or a document says something else now.

    A feed's teaser is never the next revision of a page that could be read before.
    """
    if stored.is_from_page and not read.is_from_page:
        return False
    return read.text_sha256 != stored.text_sha256 or any(one.is_new for one in documents)


async def _detect(
    runtime: Runtime,
    context: FeedContext,
    asked: Asked,
    read: ExtractedRelease,
    documents: tuple[ReadDocument, ...],
) -> tuple[ExtractedRelease, tuple[ReadDocument, ...]]:
    """The text with all its claims, those of its documents too.

    A page that was not modified was not searched when it was read: only a document of it says something else now.
    """
    found = read.detection
    if asked.outcome == "not_modified":
        found = await runtime.workers.run(detect_release, read.page, context.reading())
    documents = await detect_attachments(runtime, context, documents, read.page)
    if any(one.detection is not None for one in documents):
        from watcher.detect.claims.attachment_totals import add_documents

        found = add_documents(found, (one.detection for one in documents if one.detection is not None))
    return replace(read, detection=found), documents


def _page_retry(outcome: str, stored: StoredRevision | None, now: datetime) -> tuple[int, datetime | None]:
    """How often in a row the page failed for a temporary reason, and when it is fetched again."""
    if outcome not in _PASSING:
        return 0, None
    failures = (stored.release.page_failure_count if stored else 0) + 1
    wait = growing_pause(_FIRST_RETRY, _LAST_RETRY, failures - 1)
    return failures, now + wait if failures <= _MOST_RETRIES else None
