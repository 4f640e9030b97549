"""Of which class people are who are somebody's: "the captain and two of his men", "three of my men", said the major."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.detect.people.governed import QUOTES
from watcher.detect.people.ranks import words_around
from watcher.detect.words.lexicon import ROLES
from watcher.detect.words.tokens import RANK
from watcher.detect.words.whose import class_at, forces_named

if TYPE_CHECKING:
    from watcher.detect.words.annotations import Group
    from watcher.detect.words.tokens import Sentence
    from watcher.model.claim import Victim


_TITLE = ROLES["titles"]
_ARMED: frozenset[Victim] = frozenset({"military", "police", "combatant"})


def owner_class(sentence: Sentence, group: Group) -> Victim:
    """As in "the captain and two of his men": they are of the class of him whose they are."""
    for at in range(group.first - 1, -1, -1):
        entry = sentence.words[at].people
        named = entry.victim if entry is not None else class_at(sentence, at, frozenset())
        is_owner = entry is not None and not (entry.is_modifier or entry.is_weak or sentence.words[at].is_plural)
        if is_owner and named not in _ARMED:
            return "unknown"  # "gunmen killed a district chief and wounded three of his guards"
        if named in _ARMED:
            is_open = named == "military" and entry is not None and entry.is_weak  # "an officer and his colleagues"
            return "police" if is_open and speaks_of_police(sentence, group) else named
        if sentence.mask[at] & RANK and not sentence.mask[at] & _TITLE and entry is None:
            return "military"
        is_civil = entry is not None and entry.is_modifier and entry.victim == "civilian"  # "the fire brigade"
        if is_civil or sentence.low[at] in sentence.rule_words.civil_bodies:
            return "civilian"  # "the charity has buried three of its staff"
    return _commander(sentence, group)


def _commander(sentence: Sentence, group: Group) -> Victim:
    """As in "two of my men are dead", said the colonel: of the class of whoever speaks of them as theirs."""
    return speaker_class(sentence, group.last + 1) if sentence.mask[group.head - 1] & ROLES["own"] else "unknown"


def speaker_class(sentence: Sentence, begin: int) -> Victim:
    """The class of whoever is named after what he says."""
    begin = next((at for at in range(begin, sentence.size) if sentence.low[at] in QUOTES), begin)
    for at in range(begin, sentence.size):
        entry = sentence.words[at].people
        if entry is not None and entry.victim in {"military", "police"}:
            return entry.victim
        if sentence.mask[at] & RANK and not sentence.mask[at] & _TITLE:
            return "military"
        is_civil = entry is not None and entry.victim == "civilian" and sentence.low[begin] in QUOTES
        if is_civil or sentence.low[at] in sentence.rule_words.civil_speakers:
            return "civilian"  # "said the fire chief"
    return "unknown"


def speaks_of_police(sentence: Sentence, group: Group) -> bool:
    """Whether the words around the sentence are of police and of no soldiers, or of neither."""
    classes = {entry.victim for word in sentence.words if (entry := word.people) is not None and not entry.is_weak}
    if "police" in classes or "military" in classes:
        return "police" in classes
    around, words = words_around(sentence, group), sentence.rule_words
    near = forces_named(sentence.lexicon, around - words.police_ranks)  # a sergeant may be of either
    if near:
        return "military" not in near
    around -= words.own_services
    return all(around.isdisjoint(of_war) for of_war in (words.war_craft, words.plain_formations, words.troop_bodies))
