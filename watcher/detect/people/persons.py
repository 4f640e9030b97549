"""The dead and injured who are named in a claim's own sentence.

A name belongs to a claim where it is its group, describes it or follows it; a name of one group is no other group's.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from watcher.detect.people.names import Name, may_be_person
from watcher.detect.people.person_details import person_of
from watcher.detect.words.lexicon import ROLES
from watcher.detect.words.tokens import PREPOSITION

if TYPE_CHECKING:
    from collections.abc import Sequence

    from watcher.detect.words.annotations import Group, HarmEvent
    from watcher.detect.words.tokens import Sentence
    from watcher.model.claim import Harm, Person


_SPEECH = ROLES["speech"]
_BETWEEN = frozenset(',:(-–—"“')


def people_of(sentence: Sentence, names: Sequence[Name], events: Sequence[HarmEvent]) -> dict[int, tuple[Name, ...]]:
    """Which names are those of each event's people, by the event's place; a name of one group is no other group's."""
    owned: dict[int, tuple[Name, ...]] = {}
    for number, event in enumerate(events):
        name = _own(sentence, names, event.group) if event.group is not None else None
        if name is not None:
            owned[number] = (name,)
    taken = {name for group in owned.values() for name in group}
    free = [name for name in names if name not in taken and not is_not_harmed(sentence, name)]
    for number, event in enumerate(events):
        if number not in owned and free and event.group is not None and event.group.low != 0:
            owned[number] = _beside(sentence, free, event, event.group)
    return owned


def persons(sentence: Sentence, chosen: Sequence[Name], every: Sequence[Name], harm: Harm) -> tuple[Person, ...]:
    """The chosen names with what the text states of each before the next one of `every` begins."""
    if not chosen:
        return ()
    begins = [*(name.rank_first for name in every), sentence.size]
    return tuple(person_of(sentence, name, harm, begins[bisect_right(begins, name.last)]) for name in chosen)


def _own(sentence: Sentence, names: Sequence[Name], group: Group) -> Name | None:
    """The name that a group is, or that stands right after the rank that it is: "Captain", "Hela Brandvik"."""
    for name in names:
        if group.is_name and group.first <= name.first <= group.last:
            return name
        if name.is_ranked and name.rank_first <= group.last < name.last and group.first <= name.rank_first:
            return name
        is_inside = group.first <= group.head < name.rank_first and name.last <= group.last
        if is_inside or (name.rank_first == group.last + 1 and group.high == 1 and group.head >= 0):
            return name
    is_name = group.is_name and group.last > group.first and not sentence.is_capitals
    if is_name and may_be_person(sentence, group.first, group.last):
        return Name(group.first, group.first, group.last)
    return None


def _beside(sentence: Sentence, names: Sequence[Name], event: HarmEvent, group: Group) -> tuple[Name, ...]:
    """As in "two soldiers, Sgt. X and Pfc. Y, were killed", "killed four: …", "identified the dead man as …"."""
    end = max(group.last, event.at)
    found: list[Name] = []
    for name in names:
        at = name.rank_first
        is_inside = group.last < at <= end
        is_identified = at > end and sentence.low[at - 1] in sentence.rule_words.name_openers
        is_listed = at > end and bool(found or (at > end + 1 and sentence.low[at - 1] == ":"))
        if is_inside or _is_next(sentence, group.last + 1, at) or is_identified or is_listed:
            found.append(name)
    return tuple(found[: group.high] if group.high is not None else found)


def _is_next(sentence: Sentence, begin: int, at: int) -> bool:
    """Whether only a comma, a bracket or an "identified as" stands between."""
    introductions = sentence.rule_words.name_introductions
    between = sentence.low[begin:at]
    return begin <= at <= begin + 3 and all(low in _BETWEEN or low in introductions for low in between)


def is_not_harmed(sentence: Sentence, name: Name) -> bool:
    """Who speaks, whose the dead are, and whom a preposition governs: "Col. X said", "Capt. X's men", "by Lt. X"."""
    after, before, rule_words = name.last + 1, name.rank_first - 1, sentence.rule_words
    if after < sentence.size and (sentence.mask[after] & _SPEECH or sentence.low[after] in rule_words.possessive_marks):
        return True
    if before < 0 or sentence.low[before] in rule_words.name_openers:
        return False
    return bool(sentence.mask[before] & (_SPEECH | PREPOSITION))
