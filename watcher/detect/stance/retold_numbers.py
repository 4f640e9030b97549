"""What the publisher's own release had said before, told again: "In our bulletin of 9 a.m. we gave the dead as 12".

Where the text then states another number of the same harm, the earlier one is no news: no claim where the release says
that it was wrong, background otherwise. "Two more" are added to it, so it stays.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from watcher.detect.stance.earlier_statements import is_reported
from watcher.detect.words.annotations import CORRECTED, Dismissed
from watcher.detect.words.lexicon import either, once_per_vocabulary
from watcher.detect.words.whole_words import Sought
from watcher.model.claim import REPORTED

if TYPE_CHECKING:
    from watcher.config.words import Vocabulary
    from watcher.detect.text.document import Document
    from watcher.detect.words.annotations import HarmEvent


_NEXT = 3  # sentences from what was said to what is said now


def set_apart_retold(document: Document) -> None:
    """Take the numbers that the publisher had given in an earlier release out of today's, where it gives others."""
    patterns = _patterns(document.lexicon.vocabulary)
    if not document.says(patterns.any):
        return
    for event in list(document.events):
        is_figure = _is_figure_of_before(document, event, patterns)
        if event.claim.stance in REPORTED and _is_called_wrong_next(document, event, patterns):
            _take_back(document, event)
            continue
        if not _is_stated(event) or not (is_figure or _is_retold(document, event, patterns)):
            continue
        if _is_withdrawn_next(document, event, patterns):
            _take_back(document, event)
            continue
        later = _stated_later(document, event) or _stated_before(document, event)
        later = later or _stated_beside(document, event, patterns, is_figure=is_figure)
        if later is None:
            continue
        if _is_wrong(document, event, later, patterns):
            _take_back(document, event)
        else:
            event.claim = replace(event.claim, is_background=True, rules=(*event.claim.rules, "earlier statement"))


def _take_back(document: Document, event: HarmEvent) -> None:
    document.events.remove(event)
    document.dismissed.append(Dismissed(event.claim.start, event.claim.end, CORRECTED))


def _is_withdrawn_next(document: Document, event: HarmEvent, patterns: _Patterns) -> bool:
    """As in "Yesterday we reported the death of a guard. We withdraw that.": and no number of that harm beside it."""
    number = event.sentence + 1
    if number >= len(document.spans) or not patterns.withdrawn.search(document.low, *document.spans[number]):
        return False
    return not any(
        one.sentence == number and one.claim.harm == event.claim.harm and _is_stated(one) for one in document.events
    )


def _is_called_wrong_next(document: Document, event: HarmEvent, patterns: _Patterns) -> bool:
    """As in "We said that 12 were missing. That was wrong.": whatever the number is instead, or if nobody is."""
    number, begin = event.sentence + 1, document.spans[event.sentence][0]
    if number >= len(document.spans) or patterns.we_said.search(document.low, begin, event.claim.start) is None:
        return False
    return patterns.that_is_wrong.match(document.low, *document.spans[number]) is not None


def _is_wrong(document: Document, event: HarmEvent, later: HarmEvent, patterns: _Patterns) -> bool:
    """Whether the two sentences, or the first one, say that the earlier number was wrong: "CORRECTION"."""
    both = document.spans[event.sentence][0], document.spans[later.sentence][1]
    return any(patterns.wrong.search(document.low, *span) for span in (both, document.spans[0]))


def _is_stated(event: HarmEvent) -> bool:
    return is_reported(event) and not event.is_cell


def _stated_later(document: Document, event: HarmEvent) -> HarmEvent | None:
    """The next number of the same harm in a later sentence; none where it counts others beside those before."""
    for one in document.events:
        is_next = 0 < one.sentence - event.sentence <= _NEXT and one.claim.harm == event.claim.harm
        if is_next and _is_stated(one):
            is_more = one.group is not None and one.group.is_other
            return None if is_more or one.claim.bounds == event.claim.bounds else one
    return None


def _stated_before(document: Document, event: HarmEvent) -> HarmEvent | None:
    """As in "12 are dead. Yesterday's report gave 9 dead.": the last number of the same harm in a sentence before."""
    for one in reversed(document.events):
        is_before = 0 < event.sentence - one.sentence <= _NEXT and one.claim.harm == event.claim.harm
        if is_before and _is_stated(one):
            return None if one.claim.bounds == event.claim.bounds else one
    return None


def _stated_beside(document: Document, event: HarmEvent, patterns: _Patterns, *, is_figure: bool) -> HarmEvent | None:
    """As in "Last night's toll of 14 dead was too low; 17 people died": the next number of the same sentence.

    Of a verb of saying only after a word that the first was wrong: "our bulletin spoke of nine; in fact seven died".
    """
    for one in document.events:
        is_next = one.sentence == event.sentence and one.at > event.last and one.claim.harm == event.claim.harm
        is_next &= is_figure or patterns.wrong.search(document.low, event.claim.end, one.claim.start) is not None
        if is_next and _is_stated(one) and one.claim.bounds != event.claim.bounds:
            return one
    return None


def _is_figure_of_before(document: Document, event: HarmEvent, patterns: _Patterns) -> bool:
    """As in "this morning's figure of 20 missing", "Monday's count of 30 wounded"."""
    begin = document.spans[event.sentence][0]
    return patterns.figure.search(document.low, begin, event.claim.start) is not None


def _is_retold(document: Document, event: HarmEvent, patterns: _Patterns) -> bool:
    """Whether the publisher's own earlier release, and a verb of saying, stand before a number in its sentence."""
    begin, end = document.spans[event.sentence][0], event.claim.end
    return any(pattern.search(document.low, begin, end) is not None for pattern in (patterns.release, patterns.we))


class _Patterns(NamedTuple):
    """What finds a release of one's own with its verb, "we said earlier", and the word that something was wrong."""

    any: Sought
    release: re.Pattern[str]
    we: re.Pattern[str]
    wrong: re.Pattern[str]
    figure: re.Pattern[str]
    withdrawn: re.Pattern[str]
    we_said: re.Pattern[str]
    that_is_wrong: re.Pattern[str]


@once_per_vocabulary
def _patterns(vocabulary: Vocabulary) -> _Patterns:
    words = vocabulary.rule_words
    verbs, we = either(words.announcing_verbs), either(words.first_persons)
    own = either(words.own_statements | words.returns)
    before, early = either(words.retelling), either(words.earlier_adverbs)
    days, marks = either((*words.days_before, *vocabulary.calendar.weekdays)), either(words.possessive_marks)
    figure = rf"\b(?:{days})(?:{marks})\s+(?:\w+\s+)?(?:{either(words.recounters)})\s+(?:{either(words.genitive)})\b"
    numbered = rf"\b(?:{own})\s+(?:\w{{2}}\.?\s+)?\d{{1,3}}\s+(?:{verbs})\b"  # "situation report 3 gave"
    return _Patterns(
        Sought(
            rf"\b(?:{we}|{before})\s+(?:\w+\s+)?(?:{own}|{verbs}|{early})\b|{figure}|{numbered}",
            (*words.first_persons, *words.retelling, *words.recounters, *words.own_statements, *words.returns),
        ),
        re.compile(rf"\b(?:{before})\s+(?:\w+\s+){{0,2}}(?:{own})\b.*?\b(?:{verbs})\b|{numbered}", re.DOTALL),
        re.compile(
            rf"\b(?:{we})\s+(?:(?:{early})\s+(?:{verbs})|(?:{verbs})\s+(?:\w+\s+)?(?:{early}|{days}))\b"
            rf"|\b(?:{days}),?\s+(?:{we})\s+(?:{verbs})\b"
        ),
        re.compile(rf"\b(?:{either(words.correcting | words.mistakes)}|{either(words.facts)})\b"),
        re.compile(figure + r"\s+$"),
        re.compile(rf"\b(?:{either(words.withdrawing)})\b"),
        re.compile(rf"\b(?:{we})\s+(?:\w+\s+)?(?:{verbs}|{either(words.saying)})\b"),
        re.compile(rf"(?:{either(words.pointing_words)})\s+(?:{either(words.withdrawing)})\b"),
    )
