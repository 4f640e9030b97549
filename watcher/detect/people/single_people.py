"""Whom "he", "her" and "him" mean: the only person of the sentences before, and nobody of those who hit him."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.detect.people.clause_classes import forces_of_units
from watcher.detect.people.name_groups import group_of_name
from watcher.detect.people.names import is_rank
from watcher.detect.people.openings import spoken_of_before
from watcher.detect.people.ranks import class_of_name

if TYPE_CHECKING:
    from watcher.detect.text.document import Document
    from watcher.detect.words.annotations import Group, HarmEvent
    from watcher.detect.words.tokens import Sentence
    from watcher.model.claim import Victim


_ACTIVE = frozenset({"active", "base", "present"})
_SERVICES: frozenset[Victim] = frozenset({"military", "police"})
_BACK = 2  # sentences that a reference reaches back


def class_of_one(document: Document, sentence: Sentence, event: HarmEvent, group: Group) -> Victim:
    """As in "The mayor was on his way home. He died in hospital": of the only one who can be meant."""
    is_man = sentence.low[group.first] in sentence.rule_words.masculine
    for back in spoken_of_before(sentence, _BACK, with_own=True):
        other = document.sentence(back)
        end = group.first if other is sentence else other.size
        ranked = _ranked_subject(other) if other is not sentence else None
        if ranked is not None:
            return class_of_name(other, ranked)
        people = [one for one in other.groups if one.last < end and one.head >= 0 and not one.is_guess]
        people = [one for one in people if not (is_man and one.is_woman)]
        single = [one for one in people if one.low == one.high == 1]
        single = _not_of_doers(sentence, event, single)
        named = [one for one in single if not one.is_owned and one.victim != "unknown"]  # not "his friend"
        # As in "attempts at revival failed", "the mayor came under fire: a bullet grazed his ear".
        is_object = group.first > event.at or sentence.low[group.first] in sentence.rule_words.person_objects
        is_of_noun = other is sentence and (sentence.is_harm(group.first) or (is_object and not document.events))
        classes = {one.victim for one in named or ([] if is_of_noun else single)}
        if classes:
            is_clear = other is not sentence or is_of_noun  # not "the guide saw that he died"
            return classes.pop() if len(classes) == 1 and is_clear else "unknown"
    return "unknown"


def _not_of_doers(sentence: Sentence, event: HarmEvent, people: list[Group]) -> list[Group]:
    """As in "A man stabbed an officer. The police shot him": whom a force hits is none of its own."""
    if not is_hit_by_force(sentence, event):
        return people
    doers = {one.victim for one in sentence.groups if one.last < event.at} & _SERVICES or forces_of_units(sentence)
    return [one for one in people if one.victim not in doers]


def is_hit_by_force(sentence: Sentence, event: HarmEvent) -> bool:
    """As in "officers shot back and killed him": one person is the object of what police or soldiers alone did."""
    if event.voice not in _ACTIVE or event.group is None or event.group.first < event.at:
        return False
    if not sentence.rule_words.curt_negators.isdisjoint(sentence.low[event.at].split(" ")):
        return False  # "medics could not save him"
    doers = [one for one in sentence.groups if one.last < event.at and one.head >= 0 and not one.is_guess]
    return all(one.victim in _SERVICES for one in doers) if doers else bool(forces_of_units(sentence))


def _ranked_subject(sentence: Sentence) -> Group | None:
    """As in "Sgt. Ana Roe, 29, leaves a husband and a son": the rank and the name that open a sentence."""
    if sentence.size < 2 or not is_rank(sentence, 0) or not (sentence.is_word(1) and sentence.is_capital(1)):
        return None
    return group_of_name(0, 1)
