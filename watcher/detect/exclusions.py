"""Claims that are not of this release's own events: those of other releases, and what an exercise plays."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.detect.annotations import Dismissed
from watcher.detect.sentences import announces_exercise, foreign_sentences

if TYPE_CHECKING:
    from collections.abc import Callable

    from watcher.detect.annotations import HarmEvent
    from watcher.detect.document import Document


def leave_out_others(document: Document) -> None:
    """Dismiss the claims of other releases' headings, of simulations, and of those who play victims in an exercise."""
    text, low, spans, lexicon = document.text, document.low, document.spans, document.lexicon
    foreign = foreign_sentences(text, low, spans, lexicon)
    _dismiss(document, lambda event: foreign.get(event.sentence, ""))
    if document.events and document.events[0].sentence > 0 and announces_exercise(low, spans, lexicon):
        _dismiss(document, lambda event: "played in an exercise" if _is_played(document, event) else "")


def _dismiss(document: Document, why: Callable[[HarmEvent], str]) -> None:
    """Take out the events for which there is a reason."""
    kept: list[HarmEvent] = []
    for event in document.events:
        reason = why(event)
        if reason:
            document.dismissed.append(Dismissed(event.claim.start, event.claim.end, reason))
        else:
            kept.append(event)
    document.events = kept


def _is_played(document: Document, event: HarmEvent) -> bool:
    words = document.low[event.claim.start : event.claim.end].split()
    return any(word in document.lexicon.vocabulary.ignored.played for word in words)
