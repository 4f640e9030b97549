"""Sentences whose people are not those counted next: who is thanked, who lives there, who denies or tells something."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.detect.words.lexicon import ROLES

if TYPE_CHECKING:
    from watcher.detect.words.tokens import Sentence


_MOURNING = ROLES["mourning"]
_OPEN = frozenset({"under_review", "denied"})
_PLAYED = frozenset({"excluded", "rehearsed"})
_HEAD = 2  # words up to the noun that opens a sentence: "the army"


def only_mentions(sentence: Sentence) -> bool:
    """As in "The commander thanked the troops.", "The district has 40,000 inhabitants.", "The army denied it."."""
    words, present = sentence.rule_words, sentence.present
    if not words.thanking.isdisjoint(present) or _is_wish(sentence) or _tells_or_takes(sentence):
        return True
    is_played = any(cue.effect in _PLAYED for _, cue in sentence.cues)
    return is_played or (not words.present_have.isdisjoint(present) and not words.populations.isdisjoint(present))


def _is_wish(sentence: Sentence) -> bool:
    """As in "Our thoughts are with the families": theirs are the dead, who are not they."""
    is_said = sentence.roles & _MOURNING or not sentence.rule_words.well_wishes.isdisjoint(sentence.present)
    return bool(is_said) and not sentence.rule_words.relations.isdisjoint(sentence.present)


def _tells_or_takes(sentence: Sentence) -> bool:
    """As in "The army denied using drones", "Soldiers seized rifles", "Residents claimed that": what they do or say."""
    words, size = sentence.rule_words, sentence.size
    head = next((at for at in range(min(_HEAD, size)) if sentence.words[at].people is not None), size)
    if head + 1 >= size:
        return False
    verb, cues = sentence.low[head + 1], sentence.words[head + 1].cues
    is_told = verb in words.saying and not words.content_clause_openers.isdisjoint(sentence.low[head + 2 : head + 3])
    is_told |= verb.endswith(words.content_clause_endings)  # "claimed that"
    is_open = any(cue.effect in _OPEN for cue in cues)
    return is_told or is_open or verb in words.seizing
