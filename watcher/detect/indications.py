"""What speaks for or against a claim, each by a name that a reader of an explanation understands.

Yes or no each: the form of words, how the people are named and counted, where in the text it stands, what the title and
the rest of the text say. `confidence` weighs them.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from watcher.detect.structure import is_quoted, kind_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from watcher.detect.annotations import HarmEvent
    from watcher.detect.document import Document
    from watcher.model.claim import Claim


_NEAR = 31  # days between an event and the publication
_FAR_DOWN = 12  # sentences
_LONG = 5_000  # characters
_STORY = 0.002  # words of a person's own life by character: one in eighty words
_KINDS = {"heading": "in a heading", "list_item": "in a list", "recognised": "read from a picture"}
_VERBS = frozenset({"passive", "active", "intransitive", "participle", "gerund", "reduced", "joined", "lives"})


def indications(document: Document) -> list[tuple[str, ...]]:
    """The names of what speaks for or against each claim of a text."""
    if not document.claims:
        return []
    events = [event for event in document.events if not event.repeats]
    of_text = tuple(_of_text(document))
    return [
        (*of_text, *_of_words(event), *_of_claim(claim), *_of_place(document, event, claim), *_beside(claim))
        for event, claim in zip(events, document.claims, strict=True)
    ]


def _of_text(document: Document) -> Iterator[str]:
    """What the text as a whole is."""
    low = document.low
    if document.life_words > _STORY * len(low) + 1:
        yield "told as a story"
    if document.lexicon.ceremony.starts(document.low):
        yield "a ceremony in the text"
    if len(low) > _LONG:
        yield "a long text"


def _of_words(event: HarmEvent) -> Iterator[str]:
    """How the harm and its people are said."""
    yield _said_by(event)
    if not event.entry.explicit:
        yield "a euphemism"
    if event.entry.needs_people:
        yield "a word that can mean things"
    if event.group is not None and event.group.is_pronoun:
        yield "a pronoun"
    elif event.group is not None and event.group.is_guess:
        yield "an unknown noun for people"


def _said_by(event: HarmEvent) -> str:
    if event.is_cell:
        return "in a table"
    if event.entry.form == "intransitive":
        return "said by a verb of dying"
    if event.voice in _VERBS:
        return "said by a verb"
    return "said by an adjective" if event.voice in {"adjective", "attribute"} else "said by a noun"


def _of_claim(claim: Claim) -> Iterator[str]:
    """What is claimed."""
    yield claim.stance
    if claim.victim == "unknown":
        yield "class unknown"
    if claim.is_background:
        yield "another event"
    if claim.count_min == claim.count_max == 0:
        yield "nobody harmed"
    elif claim.count_min is None and claim.count_max is None:
        yield "no number"
    else:
        yield "a vague number" if claim.count_kind == "vague" else "a number"
    if claim.speaker:
        yield "somebody quoted"


def _of_place(document: Document, event: HarmEvent, claim: Claim) -> Iterator[str]:
    """Where in the text it stands, and when and where it happened."""
    kind = kind_of(document, event.sentence)
    if kind != "paragraph":
        yield _KINDS.get(kind, "in a quotation")
    if is_quoted(document.text, claim.start):
        yield "in quotation marks"
    if event.sentence > _FAR_DOWN:
        yield "far down"
    yield "with a place" if claim.place_raw else "without a place"
    yield _dated(document, claim)


def _dated(document: Document, claim: Claim) -> str:
    published = document.context.published
    if not claim.event_to or published is None:
        return "with a date" if claim.date_raw else "without a date"
    days = (published.date() - date.fromisoformat(claim.event_to)).days
    return "dated near" if days <= _NEAR else "dated old"


def _beside(claim: Claim) -> Iterator[str]:
    """What else in the release agrees with it."""
    if not claim.also:
        return
    parts = {place.part for place in claim.also}
    if "title" in parts:
        yield "the title agrees"
    if parts - {"title"}:
        yield "said again"
