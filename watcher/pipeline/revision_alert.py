"""What a new text means: what it changed in the stored revision, the alert that the rules decide on, its events."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from watcher import clock
from watcher.alerts import message, releases
from watcher.content.revision_diff import RevisionText
from watcher.errors import Failed, Killed
from watcher.model.alert import NO_MUTES
from watcher.pipeline.workers import Task
from watcher.store.alerts import active_mutes
from watcher.store.revisions import text_to_compare
from watcher.store.syndication import find_copies

if TYPE_CHECKING:
    from datetime import datetime

    from watcher.content.revision_diff import RevisionDiff
    from watcher.model.alert import AlertRecord, EventKind
    from watcher.model.feed import ParsedEntry
    from watcher.model.poll import ExtractedRelease
    from watcher.model.release import Copy
    from watcher.model.revision import StoredRevision
    from watcher.pipeline.ask import Asked
    from watcher.pipeline.context import FeedContext
    from watcher.pipeline.release_tasks import compare_revisions
    from watcher.pipeline.runtime import Runtime
else:
    compare_revisions = Task("watcher.pipeline.release_tasks", "compare_revisions")


# The longest detail of an event, in characters.
_LONGEST = 1_000


async def follow_revision(
    runtime: Runtime,
    context: FeedContext,
    parsed: ParsedEntry,
    shown: Asked,
    read: ExtractedRelease,
    stored: StoredRevision | None,
    copy: Copy | None,
    now: datetime,
) -> tuple[AlertRecord | None, tuple[tuple[EventKind, str], ...]]:
    """The alert about a new text, and the events of what it changes in the stored one."""
    body = _body_sha256(shown, read)
    diff = await _compare(runtime, context, stored, read, body, now) if stored is not None else None
    alert = await decide_alert(runtime, context, parsed, read, body, stored, diff, now, copy)
    return alert, _revision_events(diff, alert) if stored is not None else ()


async def decide_alert(
    runtime: Runtime,
    context: FeedContext,
    parsed: ParsedEntry,
    read: ExtractedRelease,
    body_sha256: str,
    stored: StoredRevision | None,
    diff: RevisionDiff | None,
    now: datetime,
    copy: Copy | None = None,
) -> AlertRecord | None:
    """The alert that the rules raise about a new text, which names other publishers' copies of it.

    Most texts raise none, so what only a message says is looked up where there is one; and most of those that do have
    no copies, and nothing is muted: then the alert is what it was.
    """
    about = replace(_about(context, parsed, read, now), body_sha256=body_sha256, diff=diff, copy=copy)
    decide = partial(releases.decide_by_settings, context.settings, read.page, read.detection, previous=stored)
    alert = decide(about)
    if alert is None:
        return None
    publisher_id = context.feed.publisher_id
    copies = await runtime.store.read(find_copies, read.min_hash, read.page.text, publisher_id=publisher_id, now=now)
    mutes = await runtime.store.read(active_mutes, now)
    if not copies and mutes == NO_MUTES:
        return alert
    return decide(replace(about, syndicated_copies=copies), mutes=mutes)


def _body_sha256(asked: Asked, read: ExtractedRelease) -> str:
    """The hash of the bytes that the text was read from, where it is the page's; empty where it is the feed's."""
    capture = asked.capture if read.is_from_page else None
    return capture.response.body_sha256 if capture is not None and capture.body is not None else ""


async def _compare(
    runtime: Runtime,
    context: FeedContext,
    stored: StoredRevision,
    read: ExtractedRelease,
    body_sha256: str,
    now: datetime,
) -> RevisionDiff | None:
    """What a new text changed in the stored one; None where it was killed or failed: the alert is sent without it."""
    before = await runtime.store.read(text_to_compare, stored, only_documents=True)
    after = RevisionText(
        number=stored.number + 1,
        title=read.page.title,
        text=read.page.text,
        text_sha256=read.text_sha256,
        observed_at=clock.to_text(now),
        body_sha256=body_sha256,
        text_from=read.text_from,
        claims=read.detection.claims,
    )
    try:
        return await runtime.workers.run(compare_revisions, before, stored.page, after, context.reading())
    except (Killed, Failed):
        return None


def _about(context: FeedContext, parsed: ParsedEntry, read: ExtractedRelease, now: datetime) -> message.ReleaseContext:
    """What an alert about this text says beside its claims."""
    feed, publisher, settings = context.feed, context.publisher, context.settings
    return message.ReleaseContext(
        publisher=publisher.code,
        publisher_name=publisher.name,
        feed=feed.name,
        url=read.page.canonical_url or parsed.entry.url,
        observed_at=now,
        text_from=read.text_from,
        page_outcome=read.page_outcome,
        installation=settings.name,
        # An address that was changed by hand starts over: it may be an archive.
        is_first_poll=feed.succeeded_at is None or feed.body_sha256 is None,
        alert_max_age=timedelta(seconds=settings.alert_max_age),
    )


def _revision_events(diff: RevisionDiff | None, alert: AlertRecord | None) -> tuple[tuple[EventKind, str], ...]:
    """The event of a revision, in words: `withdrawn` where claims are gone and nobody was alerted, else `revised`.

    Where the page became readable or unreadable, the publisher has changed nothing: that is no event.
    """
    if diff is None:
        return (("revised", "it was not compared with the previous revision"),)
    lost = [change.words for change in diff.claims if change.kind == "lost"]
    if lost and (alert is None or alert.event == "withdrawn"):
        return (("withdrawn", "; ".join(lost)[:_LONGEST]),)
    if diff.old.text_from != diff.new.text_from and not diff.claims:
        return ()
    deleted, inserted = diff.words
    counted = f"words removed: {deleted}, added: {inserted}"
    return (("revised", "; ".join([counted, *(change.words for change in diff.claims)])[:_LONGEST]),)
