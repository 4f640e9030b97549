"""Sums of a series of events: "It was the third such attack; eleven have died in them", "nine drowned before him".

They are background, as is "The earlier three took 17 lives": the news is the last event of the series.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from watcher.detect.words.lexicon import ROLES, once_per_vocabulary
from watcher.detect.words.tokens import AUXILIARY, BE, DAY, DEFINITE, HAVE, PREPOSITION
from watcher.detect.words.whole_words import whole_words
from watcher.model.claim import REPORTED

if TYPE_CHECKING:
    from watcher.config.words import Vocabulary
    from watcher.detect.text.document import Document
    from watcher.detect.words.annotations import HarmEvent
    from watcher.detect.words.tokens import Sentence
    from watcher.detect.words.whole_words import Sought


_THEM, _HIM = ROLES["plural_pronouns"], ROLES["singular_pronouns"]
_NOUN = 3  # words from "such" to its event: "such deadly mine blast"
_ORDINAL = 3  # words from "third" to "such"
_SUBJECT = 3  # words of "the earlier three"


def mark_series(document: Document) -> None:
    """Make background of what a series of events has done so far."""
    if not document.says(_hints(document.lexicon.vocabulary)):
        return
    for event in document.events:
        claim = event.claim
        if claim.stance not in REPORTED or claim.is_background or event.group is None:
            continue
        is_sum = _is_sum_of_series(document, event) or _is_of_earlier_ones(document, event)
        if is_sum or _is_before_him(document, event):
            event.claim = replace(claim, is_background=True, rules=(*claim.rules, "a series"))


@once_per_vocabulary
def _hints(vocabulary: Vocabulary) -> Sought:
    """The words without which no text speaks of a series."""
    words = vocabulary.rule_words
    return whole_words(words.such | words.earlier_than | words.earlier_ones)


def _is_sum_of_series(document: Document, event: HarmEvent) -> bool:
    """As in "the third such attack; eleven have died in them", and in the next sentence: "Eleven have died in them"."""
    tokens = document.tokens(event.sentence)
    such = _such(tokens)
    if such:
        return such < event.at and (_is_pointed_at(tokens, event.at) or _is_so_far(document, event))
    is_next = event.sentence > 0 and _such(document.tokens(event.sentence - 1)) > 0
    return is_next and _is_pointed_at(tokens, event.at)


def _is_of_earlier_ones(document: Document, event: HarmEvent) -> bool:
    """As in "This is the fourth raid since May. The earlier three took 17 lives; today a pointsman was grazed"."""
    sentence, words = document.tokens(event.sentence), document.lexicon.rule_words
    if event.sentence == 0 or sentence.size <= _SUBJECT or sentence.low[1] not in words.earlier_ones:
        return False
    is_after = event.group is None or event.group.first < _SUBJECT or ";" in sentence.low[: event.at]
    is_now = any(roles & DAY for roles in sentence.mask[_SUBJECT : event.at])
    is_theirs = bool(sentence.mask[0] & DEFINITE) and not (is_after or is_now) and _is_of_events(sentence)
    return is_theirs and _counts_events(document.tokens(event.sentence - 1))


def _is_of_events(sentence: Sentence) -> bool:
    """As in "the earlier three", "the previous one", "the first, in May,"; not "the first soldiers"."""
    words, low = sentence.rule_words, sentence.low[_SUBJECT - 1]
    is_noun = low in words.events or low in words.one_of_events or low in {",", "("}
    return is_noun or _SUBJECT - 1 in sentence.numeric or bool(sentence.mask[_SUBJECT - 1] & AUXILIARY)


def _counts_events(sentence: Sentence) -> bool:
    """As in "It was the third deadly mine blast this year": one of a series over a long time is the news."""
    words = sentence.rule_words
    parts = {part for low in sentence.low for part in low.split(" ")}
    if words.series_spans.isdisjoint(parts):
        return False
    ordinals = [
        at for at in range(2, sentence.size) if sentence.low[at] in words.ordinals and sentence.mask[at - 2] & BE
    ]
    following = [low.partition(" ")[0] for at in ordinals for low in sentence.low[at + 1 : at + 1 + _NOUN]]
    return not words.events.isdisjoint(following)


def _such(sentence: Sentence) -> int:
    """Where "such" stands in "the third such attack this month"; 0 where no series is counted."""
    words = sentence.rule_words
    if words.such.isdisjoint(sentence.present):
        return 0
    for at in range(1, sentence.size - 1):
        if sentence.low[at] not in words.such:
            continue
        before = sentence.low[max(0, at - _ORDINAL) : at]
        is_counted = not words.sequence_adjectives.isdisjoint(before)
        if is_counted and not words.events.isdisjoint(sentence.low[at + 1 : at + 1 + _NOUN]):
            return at
    return 0


def _is_pointed_at(sentence: Sentence, harm: int) -> bool:
    """As in "eleven have died in them"."""
    return any(
        sentence.mask[at] & PREPOSITION and sentence.mask[at + 1] & _THEM for at in range(harm + 1, sentence.size - 1)
    )


def _is_so_far(document: Document, event: HarmEvent) -> bool:
    """As in "… this year, and 13 have died": a perfect beside the news of the last event."""
    sentence, group = document.tokens(event.sentence), event.group
    if group is None or not any(sentence.mask[at] & HAVE for at in range(group.last + 1, event.at)):
        return False
    return any(
        one.claim.harm == event.claim.harm and one.sentence < event.sentence and one.claim.stance in REPORTED
        for one in document.events
    )


def _is_before_him(document: Document, event: HarmEvent) -> bool:
    """As in "Nine people had drowned in the district before him": others, and earlier."""
    sentence, words = document.tokens(event.sentence), document.lexicon.rule_words
    if words.earlier_than.isdisjoint(sentence.present):
        return False
    return any(
        sentence.low[at] in words.earlier_than and sentence.mask[at + 1] & (_HIM | _THEM)
        for at in range(event.at + 1, sentence.size - 1)
    ) and any(sentence.mask[at] & HAVE for at in range(event.at))
