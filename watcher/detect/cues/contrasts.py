"""A "not … but" that says how, where or when it happened, and not that it did: "did not die of wounds but of cold"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.detect.words.tokens import AUXILIARY, BE, DETERMINER, PREPOSITION, RELATIVE

if TYPE_CHECKING:
    from watcher.config.words import CueWords
    from watcher.detect.words.annotations import HarmEvent
    from watcher.detect.words.tokens import Sentence


_REACH = 14  # words from the harm to its "but"
_CLOSED = frozenset({",", ";", ".", ":"})


def corrects_circumstance(sentence: Sentence, event: HarmEvent, at: int, cue: CueWords) -> bool:
    """Whether a "not" before a harm only says that something else was its cause, its place or its time."""
    words = sentence.rule_words
    is_not = cue.effect == "denied" and at < event.at and sentence.low[at] in words.verbal_negators
    if not is_not or words.excepting.isdisjoint(sentence.present):
        return False
    if event.group is not None and event.group.is_nobody:
        return False
    begin = max(event.at, event.last) + 1
    but = next((one for one in range(begin, min(sentence.size - 1, begin + _REACH)) if _is_but(sentence, one)), -1)
    if but < 0 or sentence.is_cut_off(begin, but):
        return False
    if sentence.is_harm(but + 1) and _is_preposition(sentence, begin):  # "not killed in the crash but died later"
        entry = sentence.words[but + 1].harm
        return entry is not None and entry.harm == event.entry.harm
    if _has_clause(sentence, but + 1):
        return False
    if any(sentence.mask[one] & RELATIVE for one in range(at, event.at)):  # "it was not a shell that killed them but"
        return at > 0 and bool(sentence.mask[at - 1] & BE) and bool(sentence.mask[but + 1] & DETERMINER)
    return _is_preposition(sentence, begin) and _is_preposition(sentence, but + 1)


def _is_preposition(sentence: Sentence, at: int) -> bool:
    """Whether a token is a preposition or begins with one: "in hospital" is one word."""
    first = sentence.low[at].partition(" ")[0]
    return bool((sentence.mask[at] | sentence.lexicon.lookup[first].mask) & PREPOSITION)


def _is_but(sentence: Sentence, at: int) -> bool:
    return sentence.low[at] in sentence.rule_words.excepting


def _has_clause(sentence: Sentence, at: int) -> bool:
    """Whether a verb or a harm follows up to the next sign: "not hurt in the crash but in the panic two died"."""
    for probe in range(at, sentence.size):
        if sentence.low[probe] in _CLOSED:
            return False
        if sentence.mask[probe] & (AUXILIARY | RELATIVE) or sentence.is_harm(probe):
            return True
    return False
