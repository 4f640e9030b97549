"""Whose figures they are by the label before them: "ANA 1 x KIA, 3 x WIA; INS 9 x KIA"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.detect.words.lexicon import ROLES
from watcher.detect.words.tokens import CONJUNCTION
from watcher.detect.words.whose import class_at

if TYPE_CHECKING:
    from watcher.detect.words.annotations import HarmEvent
    from watcher.detect.words.tokens import Sentence
    from watcher.model.claim import Victim


_NUMERIC = ROLES["numeric"]
_LABEL = 14  # words between a label and the last figure after it
_STOPS = frozenset(".;:")
_CLOSING = frozenset(".;")


def of_figures(sentence: Sentence, event: HarmEvent, own: frozenset[str]) -> Victim | None:
    """As in "ANA 1 x KIA, 3 x WIA; INS 9 x KIA": the label before figures, of their own clause and without a verb."""
    group, words = event.group, sentence.rule_words
    is_number = group is not None and (group.is_bare or sentence.low[group.head] in words.beside_figures)
    if group is None or not is_number or group.is_pronoun or event.at < group.first:
        return None
    # "Residents: three dead" says who tells it, "INS: 3 x KIA" does not.
    closing = _CLOSING if sentence.low[event.at] in words.service_harms else _STOPS
    for at in range(group.first - 1, max(-1, group.first - _LABEL), -1):
        named = "military" if sentence.low[at] in words.force_initials else class_at(sentence, at, own)
        if named is not None and named != "unknown":
            return named if _opens_figures(sentence, at, own) else None
        if sentence.low[at] in closing or not (_is_figure(sentence, at) or sentence.low[at] in words.beside_figures):
            return None
    return None


def _opens_figures(sentence: Sentence, at: int, own: frozenset[str]) -> bool:
    """Whether the words of a label begin a clause: as in "LN CIV 2 WIA"; not "four of them children, and 26 hurt"."""
    initials = sentence.rule_words.force_initials
    while at >= 0 and (sentence.low[at] in initials or class_at(sentence, at, own) is not None):
        at -= 1
    if at >= 0 and sentence.mask[at] & _NUMERIC:
        return False  # "including two children, and nine injured"
    return at < 0 or not sentence.is_word(at) or bool(sentence.mask[at] & CONJUNCTION)


def _is_figure(sentence: Sentence, at: int) -> bool:
    """Whether a token is a number, the harm right after one ("3 x WIA"), or a sign."""
    if sentence.words[at].harm is not None:
        before, words = at - 1, sentence.rule_words
        return at > 0 and bool(sentence.mask[before] & _NUMERIC or sentence.low[before] in words.beside_figures)
    return bool(sentence.mask[at] & _NUMERIC) or not sentence.is_word(at)
