"""What is said of a thing and of nobody: "six were killed and their vehicle was burnt", "a horse of the guard"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.detect.words.tokens import BARRIER, CONJUNCTION, DETERMINER, PREPOSITION, STRUCTURAL, THING

if TYPE_CHECKING:
    from watcher.detect.words.annotations import Group
    from watcher.detect.words.tokens import Sentence


_NOUNS = frozenset({"noun", "lives", "toll"})


def is_thing_subject(sentence: Sentence, left: int) -> bool:
    """As in "the driver said the battery was dead": a thing of its own is what the verb after it speaks of."""
    if left < 1 or not sentence.mask[left] & THING:
        return False
    if sentence.low[left] in sentence.rule_words.publisher_pronouns:  # "rescuers freed the calf, but it died"
        return bool(sentence.mask[left - 1] & (CONJUNCTION | BARRIER)) or not sentence.is_word(left - 1)
    marks, at = sentence.rule_words.possessive_marks, left
    while at > 0 and not (sentence.mask[at - 1] & DETERMINER or at - 1 in sentence.numeric):
        at -= 1
        is_joined = sentence.mask[at] & STRUCTURAL and not sentence.mask[at] & PREPOSITION  # "a store of fuel"
        if is_joined or sentence.words[at].people or not (sentence.is_word(at) or sentence.low[at] in marks):
            return False
    opener, words = at - 2, sentence.rule_words
    if opener < 0:
        return False
    low = sentence.low[opener].rpartition(" ")[2]
    if sentence.mask[opener] & CONJUNCTION and sentence.harms[0] < opener:
        return _is_told(sentence, sentence.harms[0])  # "six were killed and their vehicle was burnt"
    return sentence.low[opener] in words.saying or low in words.content_clause_openers or low in {";", ":"}


def is_of_thing(sentence: Sentence, group: Group) -> bool:
    """As in "a horse of the guard was injured": people who only own what the verb is said of."""
    opener = group.first - 1
    if opener < 1 or sentence.low[opener] not in sentence.rule_words.genitive:
        return False
    return bool(sentence.mask[opener - 1] & THING) and sentence.words[opener - 1].people is None


def _is_told(sentence: Sentence, harm: int) -> bool:
    """Whether a word of harm is a verb or what stands for one: not "nine lives and one ship were lost"."""
    entry = sentence.words[harm].harm
    return entry is not None and entry.form not in _NOUNS
