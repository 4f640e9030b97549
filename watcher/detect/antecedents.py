"""Whom a pronoun or "the insurgents" points back to: number and class of people named before without a harm.

As in "Two men were seen laying a bomb. They were killed." The people stand in the same sentence before the reference or
in one of the two before it. Sentences are read again only where something points back.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from watcher.detect.groups import Group, read_groups
from watcher.detect.numbers import read_quantities
from watcher.detect.reading import BE, Reading

if TYPE_CHECKING:
    from watcher.detect.drafts import Draft
    from watcher.detect.lexicon import Lexicon

_BACK = 2  # sentences that a reference reaches back
_NOT_THEM = frozenset({"others", "everyone", "everybody", "those", "these"})
_ABOARD = frozenset({"aboard", "on board", "onboard"})
_EVERYBODY = frozenset({"all", "everyone", "everybody", "no survivors"})


class Antecedents:
    """The groups of the sentences of one text, read when asked for."""

    def __init__(self, text: str, spans: list[tuple[int, int]], lexicon: Lexicon) -> None:
        """Keep where to look; nothing is read yet."""
        self.text, self.spans, self.lexicon = text, spans, lexicon
        self.known: dict[int, Reading] = {}

    def resolve(self, reading: Reading, drafts: list[Draft], number: int, *, is_first: bool) -> None:
        """Give references of sentence `number` the class of whom they mean and, with `is_first`, their number."""
        self.known[number] = reading
        for draft in drafts:
            group = draft.group
            if _means_everybody(reading, draft):
                self._count_aboard(draft, number)
            elif group is not None and _points_back(reading, group):
                found = self._referent(reading, group, number)
                if found is not None:
                    draft.group = _joined(group, found, has_number=is_first)

    def _read(self, number: int) -> Reading:
        """A sentence with its groups; those with a harm word have been read before."""
        if number not in self.known:
            reading = Reading(self.text, *self.spans[number], self.lexicon)
            reading.quantities = read_quantities(reading)
            reading.groups = read_groups(reading)
            self.known[number] = reading
        return self.known[number]

    def _referent(self, reading: Reading, group: Group, number: int) -> Group | None:
        for back in range(number, max(-1, number - _BACK - 1), -1):
            other = self._read(back)
            end = group.first if back == number else other.size
            earlier = [one for one in other.groups if one.last < end and one.head >= 0 and not one.is_guess]
            found = _named(reading, group, other, earlier) if group.head >= 0 else _only(earlier, group)
            if found is not None:
                return found
        return None

    def _count_aboard(self, draft: Draft, number: int) -> None:
        """As in "with nine on board … there were no survivors", "all aboard died"."""
        for back in range(number, max(-1, number - _BACK - 1), -1):
            reading = self._read(back)
            for group in reading.groups:
                after = group.last + 1
                if after < reading.size and reading.mask[after] & BE:
                    after += 1
                words = {" ".join(reading.low[after : after + length]) for length in (1, 2)}
                is_crew = group.first > 1 and reading.low[group.first - 2 : group.first] == ["crew", "of"]
                if group.is_counted and (group.low or 0) > 1 and (words & _ABOARD or is_crew):
                    first = draft.group.first if draft.group is not None else draft.at
                    last = draft.group.last if draft.group is not None else draft.at
                    draft.group = replace(group, first=first, last=last, head=-1, is_bare=True)
                    draft.rules.append("all aboard")
                    return


def _means_everybody(reading: Reading, draft: Draft) -> bool:
    group = draft.group
    if group is None:
        return reading.low[draft.at] in _EVERYBODY
    after = group.last + 1
    return (
        group.low is None
        and reading.low[group.first] in _EVERYBODY
        and after < reading.size
        and (reading.low[after] in _ABOARD or reading.low[after] == "on")
    )


def _points_back(reading: Reading, group: Group) -> bool:
    """Whether a group is a pronoun for people, "both", or a plural with "the" and no number."""
    if group.is_pronoun:
        return group.low != 0 and reading.low[group.first] not in _NOT_THEM and (group.low or 2) > 1
    return group.is_definite and group.head >= 0 and group.kind == "vague" and not group.is_counted


def _named(reading: Reading, group: Group, other: Reading, earlier: list[Group]) -> Group | None:
    """The last people with a number and the same noun."""
    noun = reading.low[group.head]
    for one in reversed(earlier):
        if other.low[one.head] == noun and one.is_counted and (one.low or 0) > 1 and not one.is_definite:
            return one
    return None


def _only(earlier: list[Group], group: Group) -> Group | None:
    """The people of a sentence where it names only one group that a plural can mean."""
    several = [one for one in earlier if one.low is None or one.low > 1]
    if len(several) != 1 or (group.low == group.high and several[0].low != group.low):
        return None
    return several[0]


def _joined(group: Group, found: Group, *, has_number: bool) -> Group:
    victim = found.victim if group.victim == "unknown" else group.victim
    if not has_number or not found.is_counted:
        return replace(group, victim=victim)
    rules = (*group.rules, "said before")
    return replace(group, victim=victim, low=found.low, high=found.high, kind=found.kind, rules=rules)
