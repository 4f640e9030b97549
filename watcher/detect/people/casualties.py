"""Casualties and victims of whom the text says elsewhere what happened to them: they are no people of their own."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from watcher.detect.people.victims import may_be_same
from watcher.model.claim import REPORTED

if TYPE_CHECKING:
    from watcher.detect.words.annotations import HarmEvent


_NEXT = 2  # sentences from a number of casualties to what happened to them
_KNOWN = frozenset({"killed", "injured", "missing"})


def explain_casualties(found: list[HarmEvent]) -> None:
    """As in "Casualties: 3. A shell killed a clerk and wounded two": what happened to the three is said beside it."""
    known = [one for one in found if one.claim.harm in _KNOWN and least_people(one) and one.part_of is None]
    for total in found:
        if total.claim.harm != "casualty" or total.part_of is not None or not least_people(total):
            continue
        near = [one for one in known if _is_near(total, one) and may_be_same(total.claim.victim, one.claim.victim)]
        same = [one for one in near if one.claim.bounds == total.claim.bounds]
        if same or (len(near) > 1 and sum(map(least_people, near)) == least_people(total)):
            total.part_of, total.repeats = (same or near)[0], True


def _is_near(total: HarmEvent, one: HarmEvent) -> bool:
    """Whether casualties can be of the people of another claim; "the arms of the killed" are of known ones."""
    is_summary = total.sentence == 0 or abs(total.sentence - one.sentence) <= _NEXT
    is_known = total.voice == "attribute" and total.group is not None and total.group.is_definite
    is_told_alike = is_known or total.claim.stance == one.claim.stance
    return is_summary and is_told_alike and total.incident in {0, one.incident}


def name_victims_once(found: list[HarmEvent]) -> None:
    """As in "condolences to the families of the victims", "two of the victims were boys" after a count: of the same."""
    counted: list[HarmEvent] = []
    for one in found:
        if one.entry.needs_licence and counted and _are_of_those(counted[0], one):
            one.part_of, one.repeats = counted[0], one.group is None or one.group.high is None
            if {other.claim.harm for other in counted} == {counted[0].claim.harm}:
                one.claim = replace(one.claim, harm=counted[0].claim.harm)
        elif one.claim.stance in REPORTED and not one.claim.is_background and least_people(one):
            counted.append(one)


def _are_of_those(counted: HarmEvent, one: HarmEvent) -> bool:
    """Whether victims are those counted before, or some of them: as many at most, and told by the same voice."""
    is_same = one.claim.stance == counted.claim.stance and one.claim.is_background == counted.claim.is_background
    return one.group is None or (is_same and least_people(one) <= least_people(counted))


def least_people(one: HarmEvent) -> int:
    """How many people an event counts at least; the upper bound where it has no other."""
    claim = one.claim
    return claim.count_min if claim.count_min is not None else (claim.count_max or 0)
