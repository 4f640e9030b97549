"""Of which class a bare number is, by the people of the clause before it in its sentence.

As in "the squad walked into a minefield, and three were wounded", "guards fired on the crowd, killing four". Who
attacked is not who was hit; who is told of after a gerund is whom its verb was done to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.detect.people.joined_lists import joined_lists
from watcher.detect.people.partitives import last_attack
from watcher.detect.people.struck_craft import class_of_struck
from watcher.detect.words.phrases import is_unit
from watcher.detect.words.tokens import BARRIER, CONJUNCTION, PREPOSITION
from watcher.detect.words.whose import class_at

if TYPE_CHECKING:
    from watcher.detect.words.annotations import Group, HarmEvent
    from watcher.detect.words.tokens import Sentence
    from watcher.model.claim import Victim


_SIGNS = frozenset(",;:")
_OPENING = 3  # words from the sign to a number that opens its clause
_RUN = 3  # words from "into" to the mine
_DONE_TO = frozenset({"gerund", "active"})
_ONE = 1


def class_of_clause_before(sentence: Sentence, event: HarmEvent, group: Group) -> Victim:
    """The one class of people of whom the clause before a number speaks; unknown where several could be meant."""
    end = _end_of_clause(sentence, group.first)
    if end < 0 or not sentence.rule_words.them.isdisjoint(sentence.low[:end]):
        return "unknown"  # "Troops found them in a ditch; one was dead": one of those
    if any(one.at < end for one in sentence.events if one is not event):
        return "unknown"
    people = joined_lists(sentence, [one for one in sentence.groups if one.last < end])
    people = [one for one in people if one.head >= 0 and not one.is_guess]
    is_object = event.voice in _DONE_TO and not _runs_into(sentence, end)
    if is_object:
        people = [one for one in people if not _is_subject(sentence, one)]
    several = [one for one in people if one.low != _ONE or _names_several(sentence, one)]
    classes: set[Victim] = {one.victim for one in several}
    if not people and not is_object and any(is_unit(sentence, at) for at in range(end)):
        classes = {"military"}
    is_attack = not is_object and last_attack(sentence, 0, end) >= 0
    return classes.pop() if len(classes) == 1 and len(several) == len(people) and not is_attack else "unknown"


def _runs_into(sentence: Sentence, end: int) -> bool:
    """As in "the patrol drove into a mine, killing four": those who did so were hit; not "they laid a mine"."""
    words = sentence.rule_words
    at = next((at for at in range(end - 1, 0, -1) if sentence.low[at] in words.obstacles), 0)
    before = {low.rpartition(" ")[2] for low in sentence.low[max(0, at - _RUN) : at]}
    return at > 0 and not words.ways_into.isdisjoint(before)


def _names_several(sentence: Sentence, group: Group) -> bool:
    """As in "a family", "a police patrol": one that is several people."""
    after, words = group.last + 1, sentence.rule_words
    is_body = after < sentence.size and sentence.low[after] in words.hostile_bodies
    return is_body or sentence.low[group.head] in words.families


def _end_of_clause(sentence: Sentence, first: int) -> int:
    """The sign right before the clause that a number opens: "…; three were", "…, and three", "…, killing three"."""
    before = range(first - 1, max(0, first - 1 - _OPENING), -1)
    return next((at for at in before if sentence.low[at] in _SIGNS and not _is_in_list(sentence, at)), -1)


def _is_in_list(sentence: Sentence, at: int) -> bool:
    """Whether a comma parts two nouns without a verb or a conjunction after it."""
    return sentence.low[at] == "," and bool(sentence.mask[at + 1] & (PREPOSITION | BARRIER))


def _is_subject(sentence: Sentence, group: Group) -> bool:
    """Whether people open their sentence or clause."""
    before = group.first - 1
    is_opening = before < 0 or sentence.low[before] in _SIGNS
    return is_opening or bool(sentence.mask[before] & (CONJUNCTION | BARRIER))


def forces_of_units(sentence: Sentence) -> set[Victim]:
    """As in "A column of the Special Police was crossing the ford": the classes of the bodies that are named."""
    words = sentence.rule_words
    bodies = [at for at in range(1, sentence.size) if sentence.low[at] in words.hostile_bodies]
    if any(class_at(sentence, at - 1, frozenset()) == "combatant" for at in bodies):
        return {"combatant"}  # "an insurgent column", "a rebel camp"
    named = {word.people.victim for word in sentence.words if word.people is not None}
    if "police" not in named and any(is_unit(sentence, at) for at in range(sentence.size)):
        named.add("military")
    return (named & {"military", "police"}) or class_of_struck(sentence)
