"""What the publisher said before and takes back: "an earlier version of this release", "our statement of Tuesday"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.detect.words.lexicon import ROLES
from watcher.detect.words.tokens import BARRIER, RELATIVE

if TYPE_CHECKING:
    from watcher.detect.words.tokens import Sentence


_POSSESSIVE = ROLES["possessives"]
_OWNER = 2  # words between "our" and its statement
_STOPS = frozenset(',;:."“”')


def is_own_statement(sentence: Sentence, first: int, verb: int) -> bool:
    """As in "an earlier version of this release", "our statement of Tuesday", "this text first"; `first` to `verb`."""
    words = sentence.rule_words
    end = next((at for at in range(first, verb) if sentence.mask[at] & BARRIER), verb)  # "a post shared since Sunday"
    lows = [low for at in range(first, end) for low in sentence.low[at].split(" ")]
    if words.own_statements.isdisjoint(lows):
        return False
    if not words.superseding.isdisjoint(lows) or not words.correcting.isdisjoint(sentence.present):
        return True
    if lows[-1] in words.publisher_pronouns and any(sentence.mask[at] & _POSSESSIVE for at in range(first, verb)):
        return True  # "in our bulletin of this morning we wrote"
    is_second = first > 0 and sentence.low[first - 1] in _STOPS and any(at < first for at in sentence.harms)
    return is_second and sentence.low[verb] in words.giving  # "the number is four; the release gave seven"


def is_taken_back(sentence: Sentence, at: int) -> bool:
    """As in "this replaces our statement, in which four deaths were reported"; not "…, correcting our statement".

    So does "this statement replaces that of Sunday, in which four deaths were reported".
    """
    words, low = sentence.rule_words, sentence.low
    if not sentence.harms or sentence.harms[0] < at or _says_new_number(sentence):
        return False
    if not words.conceding.isdisjoint(low[at + 1 : sentence.harms[0]]):
        return False  # "which had withdrawn its first figure, now confirms that"
    if not words.correcting.isdisjoint(low[:at]):
        return True
    verb = next((probe for probe in range(at + 1, sentence.harms[0]) if low[probe] in words.correcting), 0)
    return bool(verb) and any(roles & (RELATIVE | BARRIER) for roles in sentence.mask[verb : sentence.harms[0]])


def _says_new_number(sentence: Sentence) -> bool:
    """As in "revised its figure for the wounded from 12 to 15", "to 15": the number that holds stands there too."""
    words, last = sentence.rule_words, sentence.harms[0]
    openers = words.start_openers | words.infinitive_markers
    return any(first > last and sentence.low[first - 1] in openers for first in sentence.quantities)


def is_publishers(sentence: Sentence, at: int) -> bool:
    """As in "our statement that", "the army's first figure of", and not "the figure of": whose statement it is."""
    words, before = sentence.rule_words, range(max(0, at - _OWNER), at)
    own = words.own_words | words.insiders | words.superseding
    return any(sentence.mask[probe] & _POSSESSIVE or sentence.low[probe] in own for probe in before)


def is_early(sentence: Sentence, subject: range) -> bool:
    """As in "first reports had spoken of two dead": what was said before it was known, and is not so."""
    words, lows = sentence.rule_words, {sentence.low[at] for at in subject}
    is_past = any(sentence.low[at] in words.pluperfect for at in subject)
    return is_past and not words.early_reports.isdisjoint(lows) and not words.superseding.isdisjoint(lows)


def is_withdrawn(sentence: Sentence, at: int) -> bool:
    """As in "our statement that the raid killed a farmer was wrong"."""
    return any(after > at and cue.effect == "denied" and cue.direction == "backward" for after, cue in sentence.cues)
