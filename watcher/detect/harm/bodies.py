"""Bodies of those who are named by an ordinal or after "that of": "the body of the third", "those of the other two"."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from watcher.detect.people.sides import lost_by_side
from watcher.detect.words.annotations import REMAINING, Group, HarmEvent
from watcher.detect.words.lexicon import ROLES
from watcher.detect.words.tokens import AUXILIARY, BE, DEFINITE, PREPOSITION

if TYPE_CHECKING:
    from watcher.detect.words.tokens import Sentence


_LEAVE = ROLES["leave"]
_OTHER = 4  # words of "those of the other two"


def bodies(sentence: Sentence, events: list[HarmEvent]) -> list[HarmEvent]:
    """The events of bodies that no other rule has seen."""
    found = _found_as_well(sentence, events) if sentence.roles & _LEAVE else []
    if sentence.rule_words.later_ones.isdisjoint(sentence.present):
        return found
    return [*found, *_of_ordinals(sentence, events), *_in_place_of(sentence, events)]


def _found_as_well(sentence: Sentence, events: list[HarmEvent]) -> list[HarmEvent]:
    """As in "left seven bodies on the road; another three were found in the scrub": bodies by a bare number."""
    first = next((one for one in events if one.entry.is_found and one.voice == "noun" and one.group is not None), None)
    if first is None or first.group is None or not first.group.is_counted:
        return []
    taken = {one.group.first for one in events if one.group is not None}
    side = lost_by_side(sentence, first.group, sentence.rule_words.own_words) or first.group.victim
    entry = replace(first.entry, is_state=False)  # others than those
    found: list[HarmEvent] = []
    for group in sentence.groups:
        verb = group.last + 1
        is_number = group.is_bare and group.is_counted and bool(group.low) and group.first > first.at
        if is_number and group.first not in taken and _are_found(sentence, verb):
            own = group if side == "unknown" else replace(group, victim=side)
            found.append(HarmEvent(entry, verb + 1, own, group.first, verb + 1, "passive", rules=[entry.name]))
    return found


def _are_found(sentence: Sentence, at: int) -> bool:
    """As in "were found", "was recovered"; not "were found alive"."""
    if at + 2 >= sentence.size or not sentence.mask[at] & BE or not sentence.mask[at + 1] & _LEAVE:
        return False
    return not sentence.words[at + 2].cues and not sentence.is_harm(at + 2)


def _of_ordinals(sentence: Sentence, events: list[HarmEvent]) -> list[HarmEvent]:
    """As in "the body of the third was found": one of those who were counted before."""
    found: list[HarmEvent] = []
    for at in sentence.harms:
        entry = sentence.words[at].harm
        if entry is None or not (entry.is_found and entry.needs_people) or any(one.at == at for one in events):
            continue
        group = _remaining(sentence, at + 1)
        if group is not None:
            found.append(HarmEvent(entry, at, group, at, group.last, "noun", rules=[entry.name, *group.rules]))
    return found


def _remaining(sentence: Sentence, at: int) -> Group | None:
    """The one of "the third", "the last", before a verb or a sign; the number of "the other two"."""
    if at + 1 >= sentence.size or not sentence.mask[at] & DEFINITE:
        return None
    rules = (REMAINING,)
    number = next((sentence.quantities[one] for one in range(at + 1, at + _OTHER) if one in sentence.quantities), None)
    if number is not None and number.low and number.low == number.high:
        return Group(
            at, number.last, number.low, number.high, "exact", is_bare=True, is_counted=True, is_other=True, rules=rules
        )
    after = at + 2
    is_alone = after >= sentence.size or not sentence.is_word(after) or sentence.mask[after] & (AUXILIARY | PREPOSITION)
    if sentence.low[at + 1] not in sentence.rule_words.later_ones or not is_alone:
        return None
    return Group(at, at + 1, 1, 1, "exact", is_bare=True, is_counted=True, is_other=True, rules=("number",))


def _in_place_of(sentence: Sentence, events: list[HarmEvent]) -> list[HarmEvent]:
    """As in "the body of one was found on Sunday, those of the other two on Monday"."""
    first = next((one for one in events if one.entry.is_found and one.entry.needs_people and one.voice == "noun"), None)
    words = sentence.rule_words
    if first is None or words.of_bodies.isdisjoint(sentence.present):
        return []
    found: list[HarmEvent] = []
    for at in range(first.last + 1, sentence.size - 2):
        if sentence.low[at] not in words.of_bodies or sentence.low[at + 1] not in words.genitive:
            continue
        group = _remaining(sentence, at + 2)
        if group is not None:
            rules = [first.entry.name, REMAINING]
            own = replace(group, rules=(*group.rules, REMAINING))
            found.append(HarmEvent(first.entry, at, own, at, group.last, "noun", rules=rules))
    return found
