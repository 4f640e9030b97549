"""Who came to harm in earnest beside words that speak of nobody: of an exercise, a promise, a rate.

The dead and injured of a simulation are nobody's news: those whom a number counts are kept as a possibility. But an
exercise can kill: soldiers and police who come to harm in it, and whoever an accident befalls, are real. "Takes every
precaution to avoid civilian casualties" counts nobody; of the twelve who "died despite all precautions" the same words
take nothing away.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.detect.cues.cases import is_told
from watcher.detect.words.tokens import DAY, INDEFINITE, PREPOSITION, STRUCTURAL

if TYPE_CHECKING:
    from watcher.config.words import CueWords
    from watcher.detect.words.annotations import HarmEvent
    from watcher.detect.words.tokens import Sentence


_PLAYED = frozenset({"simulation", "exercise", "played"})
_OWN = frozenset({"military", "police"})
_UNTENSED = frozenset({"noun", "attribute", "adjective", "reduced"})
_PHRASE = 4  # words between "during" and "simulated"
_BESIDE = 4  # words between a harm and its rate: "were killed each month"


def is_played(event: HarmEvent, cue: CueWords) -> bool:
    """Whether a word of play leaves people whom a number counts as a possibility: "injured 20 role players".

    Not where it counts nobody: "the exercise killed nobody" is no denial.
    """
    group = event.group
    is_counted = group is not None and group.is_counted and group.high != 0
    return cue.effect == "excluded" and cue.role in _PLAYED and is_counted


def is_in_earnest(sentence: Sentence, event: HarmEvent, at: int, cue: CueWords) -> bool:
    """Whether somebody came to harm beside a word of play: by whom it befell, and by an accident."""
    if cue.role not in _PLAYED or event.group is None:
        return False
    if event.voice in _UNTENSED or _is_after_turn(sentence, event):
        return _is_after_turn(sentence, event)
    if _is_accident(sentence, event):
        return True
    if event.group.first <= at <= event.group.last or not _is_own(event):
        return False
    return cue.role == "exercise" or _is_occasion(sentence, event, at)


def is_accident_beside(sentence: Sentence, event: HarmEvent) -> bool:
    """Whether a sentence beside one of a simulation tells of soldiers or police who were hurt, on a day."""
    if event.group is None or event.voice in _UNTENSED:
        return False
    return _is_accident(sentence, event) or (event.claim.victim in _OWN and bool(sentence.roles & DAY))


def _is_own(event: HarmEvent) -> bool:
    return event.group is not None and (event.group.victim in _OWN or event.group.is_name)


def _is_accident(sentence: Sentence, event: HarmEvent) -> bool:
    """As in "when their lorry overturned": what befell them, told after the harm in a clause without a word of play."""
    words = sentence.rule_words
    if words.mishaps.isdisjoint(sentence.present):
        return False
    after = range(event.last + 1, sentence.size)
    mishap = next((at for at in after if sentence.low[at] in words.mishaps), 0)
    opener = max((at for at in range(event.last, mishap) if sentence.low[at] in words.time_openers), default=event.last)
    return mishap > 0 and not any(opener < at < mishap for at, cue in sentence.cues if cue.role in _PLAYED)


def _is_after_turn(sentence: Sentence, event: HarmEvent) -> bool:
    """As in "the rehearsal turned real at noon, and two are on ventilators": it was an exercise no longer."""
    turns = sentence.rule_words.turned_real
    return not turns.isdisjoint(sentence.present) and not turns.isdisjoint(sentence.low[: event.at])


def _is_occasion(sentence: Sentence, event: HarmEvent, at: int) -> bool:
    """As in "drowned during the simulated assault", "taking part in a mock battle": what they were doing."""
    for opener in range(at - 1, max(-1, at - 1 - _PHRASE), -1):
        if sentence.mask[opener] & PREPOSITION:
            return sentence.low[opener] in sentence.rule_words.in_course_of
        if event.at == opener or not (sentence.is_word(opener) or sentence.mask[opener] & STRUCTURAL):
            return False
    return False


def is_beside_standing_words(sentence: Sentence, event: HarmEvent, at: int, cue: CueWords) -> bool:
    """Whether people came to harm, told as what has happened, whatever a programme or a rate says beside it."""
    if cue.role not in {"standing", "rate"} or not _is_counted(sentence, event):
        return False
    if cue.role == "standing":
        return is_told(sentence, event) or (event.voice == "noun" and event.group is not None and event.group.low != 1)
    return is_told(sentence, event) and not event.first - _BESIDE <= at <= event.last + _BESIDE


def _is_counted(sentence: Sentence, event: HarmEvent) -> bool:
    """As in "twelve people", "one gunner", and "a gunner … on Monday"."""
    group = event.group
    if group is None or not group.low:
        return False
    is_one = group.low == group.high == 1 and bool(sentence.roles & DAY)
    return is_one or (group.is_counted and not sentence.mask[group.first] & INDEFINITE)
