"""Whom something leaves dead or hurt: "left two traders, Omar Hadi and Nur Jan, dead"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.detect.people.governed import is_of_them
from watcher.detect.people.predicates import leaving
from watcher.detect.words.lexicon import ROLES
from watcher.detect.words.tokens import CONJUNCTION, DETERMINER

if TYPE_CHECKING:
    from watcher.detect.harm.grammar import Clauses
    from watcher.detect.words.annotations import Group
    from watcher.detect.words.tokens import Sentence


_PART = ROLES["part_openers"]
_NEXT = 2  # words from "left" to the people


def left_behind(clauses: Clauses, at: int) -> list[Group]:
    """All whom a verb leaves dead, missing or hurt: whoever stands right after it, with those joined to them."""
    verb = leaving(clauses.sentence, at)
    first = clauses.by_first.get(clauses.skip_right(verb + 1)) if verb >= 0 else None
    if verb < 0 or (first is not None and (first.is_guess or first.is_pronoun)):
        return []
    found = [one for one in clauses.object_at(verb + 1) if one.last < at]
    found = [*found[:1], *(one for one in found[1:] if not one.is_bare or one.is_other)]  # not "two guards, 33 and 41,"
    if not found or found[0].first > verb + _NEXT or _others_between(clauses, found[-1], at):
        return []
    return found if _only_tells(clauses.sentence, found[-1].last + 1, at) else []


def _others_between(clauses: Clauses, last: Group, at: int) -> bool:
    """As in "pulled nine people from the rubble, four of them dead": whether the state is said of some only."""
    between = [one for one in clauses.groups if last.last + _NEXT < one.first < at]
    return any(is_of_them(clauses.sentence, one) for one in between)


def _only_tells(sentence: Sentence, begin: int, end: int) -> bool:
    """Whether nothing stands before the state but names, ages, where people are from, and who is among them."""
    words = sentence.rule_words
    for at in range(begin, end):
        if sentence.mask[at] & _PART:
            return True
        is_name = sentence.is_capital(at) or sentence.mask[at] & (CONJUNCTION | DETERMINER)
        is_sign = not sentence.is_word(at) or sentence.low[at] in words.attribute_openers
        if not (is_name or is_sign or sentence.words[at].people is not None or at in sentence.quantities):
            return sentence.low[begin] in words.attribute_openers or sentence.low[begin] == ","
    return True
