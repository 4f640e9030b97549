"""A release says something else than before: what was changed, and what it means."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher import clock
from watcher.compare import said_of
from watcher.diff import RevisionText
from watcher.errors import Killed
from watcher.requests import feed_of
from watcher.store.revisions import before_text
from watcher.tasks import compare_texts

if TYPE_CHECKING:
    from datetime import datetime

    from watcher.diff import RevisionDiff
    from watcher.records import EventKind, FeedState, StoredRevision
    from watcher.shell import Shell
    from watcher.tasks import Reading

_LONGEST = 1_000


async def compare_with(
    shell: Shell, feed: FeedState, previous: StoredRevision, reading: Reading, body_sha256: str, now: datetime
) -> RevisionDiff | None:
    """What a new text changed in the one before; None where the comparison was killed: then it is told without.

    `body_sha256` is the hash of the page's bytes, empty where the text is the feed's.
    """
    publisher, _ = feed_of(shell.configuration, feed.name)
    before = await shell.store.read(before_text, previous)
    after = RevisionText(
        number=previous.number + 1,
        title=reading.page.title,
        text=reading.page.text,
        text_sha256=reading.text_sha256,
        observed_at=clock.to_text(now),
        body_sha256=body_sha256,
        text_from=reading.text_from,
        claims=tuple(said_of(claim) for claim in reading.detection.claims),
    )
    try:
        return await shell.workers.run(compare_texts, before, previous.page, after, shell.context(publisher))
    except Killed:
        return None


def events_of(diff: RevisionDiff | None, *, has_alert: bool) -> tuple[tuple[EventKind, str], ...]:
    """The event of a revision, in words: `withdrawn` where claims are gone and nobody was alerted, else `revised`.

    Where the page could be read at last, or no more, the publisher has changed nothing: that is no event.
    """
    if diff is None:
        return (("revised", "it was not compared with the revision before"),)
    lost = [change.words for change in diff.claims if change.kind == "lost"]
    if lost and not has_alert:
        return (("withdrawn", "; ".join(lost)[:_LONGEST]),)
    if diff.old.text_from != diff.new.text_from and not diff.claims:
        return ()
    deleted, inserted = diff.words
    counted = f"words taken out: {deleted}, put in: {inserted}"
    return (("revised", "; ".join([counted, *(change.words for change in diff.claims)])[:_LONGEST]),)
