"""What opens a sentence: "On Monday, in Abria,", "3 May:", and what begins another incident, "Elsewhere,".

Whom an incident elsewhere harms are none of those told of before, and not of their class.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.detect.words.lexicon import ROLES
from watcher.detect.words.tokens import AUXILIARY, BARRIER, BE, HAVE, PREPOSITION, RELATIVE

if TYPE_CHECKING:
    from watcher.detect.words.tokens import Sentence


_OPENING = 4  # words that open another incident: "and in a separate"
_SIGNS = frozenset(",:–—-")
_LONGEST = 8  # words before a sign
_GOVERNING = PREPOSITION | ROLES["according"]
_TELLING = AUXILIARY | BE | HAVE | RELATIVE | BARRIER


def is_elsewhere(sentence: Sentence) -> bool:
    """As in "In a separate incident in Luna", "Elsewhere, …", "In another attack, …": of nobody told of before."""
    words, opening = sentence.rule_words, sentence.low[:_OPENING]
    if not sentence.number:
        return False
    if not words.separating.isdisjoint(opening):
        return True
    at = next((at for at, low in enumerate(opening) if low in words.one_more), 0)
    is_governed = at > 0 and bool(sentence.mask[at - 1] & PREPOSITION)  # not "Another blast killed two"
    return is_governed and not words.events.isdisjoint(sentence.low[at + 1 : at + _OPENING])


def spoken_of_before(sentence: Sentence, reach: int, *, with_own: bool = False) -> range:
    """The sentences in which those can stand of whom this one speaks, the nearest first; none of another incident."""
    first = sentence.number if with_own else sentence.number - 1
    back = 0 if is_elsewhere(sentence) else reach
    return range(first, max(-1, sentence.number - back - 1), -1)


def opens_telling(sentence: Sentence, at: int) -> bool:
    """Whether nothing but places, times and sources stands between a token and where a statement begins."""
    end = at
    while not sentence.opens_statement(end):
        if sentence.low[end - 1] != ",":
            return False
        begin = end - 1
        while begin > 0 and sentence.low[begin - 1] not in _SIGNS:
            begin -= 1
        if end - begin > _LONGEST or not _is_adverbial(sentence, begin, end - 1):
            return False
        end = begin
    return True


def _is_adverbial(sentence: Sentence, begin: int, end: int) -> bool:
    """As in "on Monday", "overnight": no verb and no harm, and people only after a preposition."""
    if any(sentence.mask[at] & _TELLING or sentence.is_harm(at) for at in range(begin, end)):
        return False
    has_people = any(begin <= one.first < end and not one.is_guess for one in sentence.groups)
    return not has_people or bool(sentence.mask[begin] & _GOVERNING)
