"""What speaks for or against a claim, each by a name that a reader of an explanation understands.

Yes or no each: the form of words, how the people are named and counted, where in the text it stands, what the title and
the rest of the text say. `confidence` weighs them.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from watcher.detect.text.structure import is_quoted, kind_of

if TYPE_CHECKING:
    from watcher.detect.text.document import Document
    from watcher.detect.words.annotations import HarmEvent
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
    of_text = _of_text(document)
    found: list[tuple[str, ...]] = []
    for event, claim in zip(events, document.claims, strict=True):
        parts = (*_of_words(event), *_of_claim(claim), *_of_place(document, event, claim), *_beside(claim))
        found.append(tuple(filter(None, (*of_text, *parts))))
    return found


# Each part gives "" for what does not hold.
def _of_text(document: Document) -> tuple[str, ...]:
    """What the text as a whole is."""
    low = document.low
    return (
        "told as a story" if document.life_words > _STORY * len(low) + 1 else "",
        "a ceremony in the text" if document.starts(document.lexicon.ceremony) else "",
        "a long text" if len(low) > _LONG else "",
    )


def _of_words(event: HarmEvent) -> tuple[str, ...]:
    """How the harm and its people are said."""
    group, people = event.group, ""
    if group is not None and (group.is_pronoun or group.is_guess):
        people = "a pronoun" if group.is_pronoun else "an unknown noun for people"
    return (
        _said_by(event),
        "" if event.entry.explicit else "a euphemism",
        "a word that can mean things" if event.entry.needs_people else "",
        people,
    )


def _said_by(event: HarmEvent) -> str:
    if event.is_cell:
        return "in a table"
    if event.entry.form == "intransitive":
        return "said by a verb of dying"
    if event.voice in _VERBS:
        return "said by a verb"
    return "said by an adjective" if event.voice in {"adjective", "attribute"} else "said by a noun"


def _of_claim(claim: Claim) -> tuple[str, ...]:
    """What is claimed."""
    return (
        claim.stance,
        "class unknown" if claim.victim == "unknown" else "",
        "another event" if claim.is_background else "",
        _number(claim),
        "somebody quoted" if claim.speaker else "",
    )


def _number(claim: Claim) -> str:
    if claim.count_min == claim.count_max == 0:
        return "nobody harmed"
    if claim.count_min is None and claim.count_max is None:
        return "no number"
    return "a vague number" if claim.count_kind == "vague" else "a number"


def _of_place(document: Document, event: HarmEvent, claim: Claim) -> tuple[str, ...]:
    """Where in the text it stands, and when and where it happened."""
    kind = kind_of(document, event.sentence)
    return (
        "" if kind == "paragraph" else _KINDS.get(kind, "in a quotation"),
        "in quotation marks" if is_quoted(document.text, claim.start) else "",
        "far down" if event.sentence > _FAR_DOWN else "",
        "with a place" if claim.place_raw else "without a place",
        _dated(document, claim),
    )


def _dated(document: Document, claim: Claim) -> str:
    published = document.context.published
    if not claim.event_to or published is None:
        return "with a date" if claim.date_raw else "without a date"
    days = (published.date() - date.fromisoformat(claim.event_to)).days
    return "dated near" if days <= _NEAR else "dated old"


def _beside(claim: Claim) -> tuple[str, ...]:
    """What else in the release agrees with it."""
    if not claim.also:
        return ()
    parts = {place.part for place in claim.also}
    return "the title agrees" if "title" in parts else "", "said again" if parts - {"title"} else ""
