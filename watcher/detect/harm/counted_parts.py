"""Numbers after a total that are together as many: "hurt 12, seven in the hall and five in the yard".

So are people who are named as its object once more: "killed three people, a teacher and two of her pupils".
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from watcher.detect.harm.breakdowns import in_brackets
from watcher.detect.harm.ellipsis import has_verb
from watcher.detect.words.annotations import HarmEvent
from watcher.detect.words.tokens import CONJUNCTION

if TYPE_CHECKING:
    from watcher.detect.harm.grammar import Clauses
    from watcher.detect.words.annotations import Group
    from watcher.detect.words.tokens import Sentence


_SEVERAL = 4  # people whose parts can have a verb of their own
_SIGNS = frozenset({";", ":"})
_LEAST = 2  # people who can be broken down


def break_down(clauses: Clauses, events: list[HarmEvent]) -> None:
    """As in "hurt 12, seven in the hall and five in the yard", "(Upper Dara ten, Lower Dara nine)": parts of the 12.

    Numbers that follow and together are as many name the parts; where all have a class, the total is of it, or mixed.
    """
    for total in [one for one in events if one.part_of is None and one.group is not None]:
        whole = total.group
        if whole is None or whole.low != whole.high or (whole.low or 0) < _LEAST:
            continue
        if any(event.part_of is total for event in events):
            _class_all(events, total)
            continue
        begin = max(total.at, whole.last, total.last)
        after = [one for one in clauses.groups if one.first > begin]
        parts = _as_many(clauses, events, total, after) if after else []
        parts = parts or in_brackets(clauses.sentence, whole, begin + 1)
        if not parts:
            continue
        if len(parts) == 1:  # a family
            events[:] = [one for one in events if one.group is not parts[0]]
            total.group = replace(whole, victim=parts[0].victim, children=parts[0].all_children)
            continue
        for part in parts:
            _part_from(events, total, part)
        _class_all(events, total)


def _class_all(events: list[HarmEvent], total: HarmEvent) -> None:
    """Give a total without a class that of its parts, if they are all of it; mixed where they are of several."""
    groups = [event.group for event in events if event.part_of is total and event.entry.harm == total.entry.harm]
    parts = [group for group in groups if group is not None]
    classes = {part.victim for part in parts}
    people = total.group.low if total.group is not None else None
    if total.group is None or total.group.victim != "unknown" or "unknown" in classes or len(parts) < _LEAST:
        return
    if sum(part.low or 0 for part in parts) == people:
        total.group = replace(total.group, victim=classes.pop() if len(classes) == 1 else "mixed")


def _as_many(clauses: Clauses, events: list[HarmEvent], total: HarmEvent, groups: list[Group]) -> list[Group]:
    """The first of some groups that are together as many as a total, if no other verb is theirs."""
    found: list[Group] = []
    is_family = False
    people = total.group.low if total.group is not None else 0
    is_apart = (people or 0) >= _SEVERAL and not _SIGNS.isdisjoint(clauses.sentence.low[total.last + 1 :])
    for group in groups:
        if group.is_guess or group.is_pronoun:
            continue
        is_family = is_family or _is_family(clauses.sentence, total.group, group)
        if not (group.is_counted or is_family or _is_described_by(clauses.sentence, events, total, group)):
            continue
        other = any(_is_of_other_verb(event, total, group, is_apart=is_apart) for event in events)
        if other or group.low != group.high or not group.low:
            return []
        found.append(group)
        if sum(one.low or 0 for one in found) >= (people or 0):
            break
    is_whole = (len(found) > 1 or is_family) and sum(one.low or 0 for one in found) == people
    if not is_whole:
        return []
    last = max((one.at for one in events if one.group is found[-1] and one.voice == "noun"), default=found[-1].last)
    return found if not has_verb(clauses.sentence, last + 1) else []


def _is_described_by(sentence: Sentence, events: list[HarmEvent], total: HarmEvent, group: Group) -> bool:
    """As in "killed three people, a nurse and two pupils", where the pupils are no further people of their verb."""
    whole = total.group
    if whole is None or not any(one.group is group and one.at == total.at for one in events):
        return False
    if sentence.low[whole.head] in sentence.rule_words.general_people:
        return True
    is_other_age = group.is_child or group.is_woman or whole.is_child or whole.is_woman
    return group.victim == whole.victim != "unknown" and not is_other_age


def _is_family(sentence: Sentence, whole: Group | None, group: Group) -> bool:
    """As in "killed two climbers, a father and his son": who they are, and no further two."""
    if whole is None or group.first != whole.last + 2 or sentence.low[group.first - 1] != ",":
        return False
    return any(sentence.mask[at] & CONJUNCTION for at in range(group.first, group.last))


def _is_of_other_verb(event: HarmEvent, total: HarmEvent, group: Group, *, is_apart: bool) -> bool:
    """Whether a number has a harm of its own; wounds are none: "15 were injured, ten with cuts and five with burns".

    Nor is the same harm after a sign (`is_apart`): "nine were killed; five died at Torsk and four at Lusk".
    """
    is_its = event.group is not None and event.group.first == group.first
    is_wound = group.is_bare and event.entry.harm == total.entry.harm and (event.voice == "noun" or is_apart)
    return is_its and event.at != total.at and event.entry is not total.entry and not is_wound


def _part_from(events: list[HarmEvent], total: HarmEvent, part: Group) -> None:
    """Make a part of the event of a group, or a new one where it has none."""
    known = [event for event in events if event.group is not None and event.group.first == part.first]
    victim = part.victim if part.victim != "unknown" or total.group is None else total.group.victim
    for event in known:
        event.part_of, event.at, event.first = total, part.first, part.first
    if not known:
        group = replace(part, victim="unknown" if victim == "mixed" else victim)
        rules = [total.entry.name, "part", *part.rules]
        events.append(
            HarmEvent(total.entry, part.first, group, part.first, part.last, total.voice, rules=rules, part_of=total)
        )
