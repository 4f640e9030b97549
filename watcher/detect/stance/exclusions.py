"""Claims that are not of this release's own events: those of other releases, and what an exercise simulates."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from watcher.detect.people.openings import is_elsewhere
from watcher.detect.stance.in_earnest import is_accident_beside
from watcher.detect.words.annotations import Dismissed
from watcher.detect.words.lexicon import either, once_per_vocabulary
from watcher.model.claim import REPORTED

if TYPE_CHECKING:
    from collections.abc import Callable

    from watcher.config.words import Vocabulary
    from watcher.detect.text.document import Document
    from watcher.detect.words.annotations import HarmEvent


_LEAD = 3  # sentences that say what a release is about
_SHORT = 90  # characters: a line of a list of links is no longer
_CLOSE = frozenset('.!?"”’')


def exclude_other_events(document: Document) -> None:
    """Dismiss the claims of other releases' headings, of simulations, and of casualties simulated in an exercise."""
    if _is_called_exercise(document):
        _play(document)
    others, simulated = _other_releases(document), _simulated(document)
    if others or simulated:
        _dismiss(document, lambda event: others.get(event.sentence, "") or _why_simulated(document, event, simulated))
    if document.events and document.events[0].sentence > 0 and _announces_exercise(document):
        _dismiss(document, lambda event: "simulated in an exercise" if _is_exercise_victim(document, event) else "")


def _why_simulated(document: Document, event: HarmEvent, simulated: dict[int, str]) -> str:
    """The reason of a sentence beside a simulation; that nobody was hurt in it is said in earnest, and an accident."""
    reason = "" if event.claim.is_of_nobody else simulated.get(event.sentence, "")
    return "" if reason and is_accident_beside(document.sentence(event.sentence), event) else reason


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


def _other_releases(document: Document) -> dict[int, str]:
    """From a heading such as "Related stories" on, as long as the lines are short and end without a stop."""
    starts = document.starts(document.lexicon.headings)
    if not starts or {begin for begin, _ in document.spans}.isdisjoint(starts):
        return {}
    found: dict[int, str] = {}
    heading = _headings(document.lexicon.vocabulary)
    is_open = False
    for number, (begin, end) in enumerate(document.spans):
        if heading.match(document.text, begin, end):
            is_open = True
        elif is_open and not _is_listed(document.text, begin, end):
            is_open = False
        if is_open:
            found[number] = "list of other releases"
    return found


def _is_listed(text: str, begin: int, end: int) -> bool:
    """Whether a sentence is a line of a list, or several of them: short, and longer ones without a stop."""
    is_short = all(len(line) <= _SHORT for line in text[begin:end].split("\n"))
    return is_short and not (text[end - 1] in _CLOSE and end - begin > _SHORT // 2)


@once_per_vocabulary
def _headings(vocabulary: Vocabulary) -> re.Pattern[str]:
    """What finds a heading that stands by itself on its line, or before a colon or another sign."""
    heading = either(vocabulary.ignored.headings, " ")
    return re.compile(rf"(?:{heading})(?:\s[^\n:.\"]{{1,40}})?\s*(?:[:»›|•]|(?=\n)|$)", re.IGNORECASE)


def _simulated(document: Document) -> dict[int, str]:
    """The sentences right before and after one that says that all is simulated."""
    numbers = document.holding(document.starts(document.lexicon.simulated))
    earnest = {event.sentence for event in document.events if event.claim.stance == "asserted"}
    near = {one for number in numbers - earnest for one in _beside(document, number)}
    if not near:
        return {}
    real = document.holding([match.start() for match in _real(document.lexicon.vocabulary).finditer(document.low)])
    return dict.fromkeys(near - real, "simulated")


def _beside(document: Document, number: int) -> list[int]:
    """The sentences right before and after one, but for where another incident begins: "Elsewhere, …"."""
    known = [one for one in (number, number + 1) if one < len(document.spans)]
    opening = {one for one in known if is_elsewhere(document.tokens(one))}
    return [one for one, later in ((number - 1, number), (number + 1, number + 1)) if later not in opening]


@once_per_vocabulary
def _real(vocabulary: Vocabulary) -> re.Pattern[str]:
    """What says that something is no exercise: "outside the exercise, a marine broke his leg"."""
    return re.compile(rf"\b(?:{either(vocabulary.rule_words.real_words)})\b")


def _play(document: Document) -> None:
    """Leave what a message of an exercise tells as a possibility."""
    for event in document.events:
        claim = event.claim
        if claim.stance in REPORTED:
            event.claim = replace(claim, stance="hypothetical", rules=(*claim.rules, "exercise"))


def _is_called_exercise(document: Document) -> bool:
    """As in "EXERCISE EXERCISE EXERCISE.", "THIS IS A DRILL.": what opens a message in which nothing is in earnest."""
    vocabulary = document.lexicon.vocabulary
    is_called = bool(document.events) and _exercise_calls(vocabulary).match(document.low) is not None
    return is_called and _real(vocabulary).search(document.low) is None


@once_per_vocabulary
def _exercise_calls(vocabulary: Vocabulary) -> re.Pattern[str]:
    words = vocabulary.rule_words
    calls, headings = either(words.exercise_calls), either(words.exercise_headings)
    return re.compile(rf"\W*(?:({calls})(?:\W+\1)+|(?:{headings}))\s*[.!:\n]")


def _announces_exercise(document: Document) -> bool:
    """Whether the first sentences speak of an exercise: then its victims and patients are simulated."""
    _, end = document.spans[min(_LEAD, len(document.spans)) - 1]
    exercise = document.lexicon.exercise
    return document.may_hold(exercise) and bool(exercise.starts(document.low[:end]))


def _is_exercise_victim(document: Document, event: HarmEvent) -> bool:
    words = document.low[event.claim.start : event.claim.end].split()
    return any(word in document.lexicon.vocabulary.ignored.played for word in words)
