"""What the publisher accepts of what others say: "confirmed reports that", "The report was right."."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.detect.cues.hearsay import is_outsider, is_unable, subject_of_saying
from watcher.detect.words.lexicon import ROLES
from watcher.detect.words.tokens import ADVERB, AUXILIARY, BE, MODAL

if TYPE_CHECKING:
    from watcher.detect.words.annotations import HarmEvent
    from watcher.detect.words.tokens import Sentence


_NEGATOR = ROLES["negators"]
_OBJECT = 3  # words of what is confirmed: "the villagers' account"
_ACCEPTED = 8  # words between "confirmed" and "reports"
_STOPS = frozenset(',;:."“”')


def is_accepted(sentence: Sentence, event: HarmEvent, at: int) -> bool:
    """Whether the publisher confirms what a cue at a token reports: "confirmed reports that", "is now confirmed"."""
    words = sentence.rule_words
    verbs = [probe for probe, low in enumerate(sentence.low) if low in words.accepting_reports]
    return any(
        _is_confirmed_before(sentence, probe, at) if probe < at else _is_confirmed_after(sentence, event, probe)
        for probe in verbs
        if not is_unable(sentence, probe) and not sentence.mask[max(0, probe - 1)] & MODAL
    )


def confirms(sentence: Sentence) -> bool:
    """As in "The army confirmed this.", "The army has confirmed the account.": what was told before is accepted."""
    words = sentence.rule_words
    if sentence.harms or words.accepting_reports.isdisjoint(sentence.present):
        return False
    for verb, low in enumerate(sentence.low):
        if low not in words.accepting_reports or is_unable(sentence, verb) or sentence.mask[verb - 1] & MODAL:
            continue
        after = sentence.low[verb + 1 : verb + 1 + _OBJECT]
        end = next((at for at, one in enumerate(after) if one in _STOPS or one in words.content_clause_openers), None)
        is_object = not words.pointing_back.isdisjoint(after[:end])
        if is_object and not is_outsider(sentence, subject_of_saying(sentence, verb)):
            return True
    return False


def upholds(sentence: Sentence) -> bool:
    """As in "The report was right.", "It now accepts that the allegations were true.": what was doubted holds."""
    words = sentence.rule_words
    if words.right.isdisjoint(sentence.present) or words.pointing_back.isdisjoint(sentence.present):
        return False
    for at in (at for at, low in enumerate(sentence.low) if low in words.right):
        verb = at - 1
        while verb > 0 and sentence.mask[verb] & ADVERB and not sentence.mask[verb] & _NEGATOR:
            verb -= 1
        if sentence.mask[verb] & BE and verb and sentence.low[verb - 1] in words.pointing_back:
            return not any(sentence.mask[one] & (_NEGATOR | MODAL) for one in range(verb))
    return False


def _is_confirmed_before(sentence: Sentence, verb: int, at: int) -> bool:
    """As in "confirmed reports that", "confirms what villagers had said"; not "confirmed that it looks into claims"."""
    words, between = sentence.rule_words, range(verb + 1, at)
    if len(between) > _ACCEPTED or not words.content_clause_openers.isdisjoint(sentence.low[verb + 1 : at]):
        return False
    is_told = not words.manner_openers.isdisjoint(sentence.low[verb + 1 : at])
    return is_told or not any(sentence.mask[probe] & AUXILIARY or sentence.is_harm(probe) for probe in between)


def _is_confirmed_after(sentence: Sentence, event: HarmEvent, verb: int) -> bool:
    """As in "the report of two dead has since been confirmed", "… two are dead, the governor confirmed."."""
    between = range(event.at + 1, verb)
    if verb <= event.at or any(sentence.low[probe] in {";", ":"} or sentence.is_harm(probe) for probe in between):
        return False
    last = verb - 1
    while last > event.at and sentence.mask[last] & ADVERB:
        last -= 1
    is_closing = "," in sentence.low[event.at + 1 : verb] and verb + 2 >= sentence.size
    return bool(sentence.mask[last] & BE) or is_closing
