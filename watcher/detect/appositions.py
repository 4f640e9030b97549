"""What stands beside people and is no one else: a description, a name, a place, between commas or behind "of"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.detect.name_groups import is_one_more
from watcher.detect.tokens import BARRIER, BE, CONJUNCTION, HAVE, INDEFINITE, RELATIVE, STRUCTURAL, THING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from watcher.detect.annotations import Group
    from watcher.detect.tokens import Reading


_INSERTION = frozenset({",", "-", "–", "—"})


def over_name(reading: Reading, by_first: Mapping[int, Group], end: int) -> int:
    """As in "killed a leader, Qari Basir, along with two others": over a name between commas."""
    at = end + 1
    if end + 2 >= reading.size or reading.low[end] != "," or reading.is_capitals:
        return end
    while at < reading.size and at < end + 7 and at not in by_first and reading.is_capital(at):
        at += 1
    is_closed = end + 1 < at < reading.size and reading.low[at] == ","
    return at if is_closed and at + 1 < reading.size and reading.mask[at + 1] & CONJUNCTION else end


def is_apposition(reading: Reading, group: Group, following: Group, end: int, at: int) -> bool:
    """As in "a facilitator, a man known for …": one comma and a second description of the same person."""
    only_comma = at == end + 1 and reading.low[end] == ","
    if not only_comma:
        return False
    if group.is_name and not following.is_counted and not following.is_name:
        return True
    if following.is_counted or (
        following.head >= 0 and is_one_more(reading, following) and _list_goes_on(reading, following)
    ):
        return False
    return group.low == 1 or following.is_definite or following.is_guess


def _list_goes_on(reading: Reading, following: Group) -> bool:
    after = following.last + 1
    return after < reading.size and (bool(reading.mask[after] & CONJUNCTION) or reading.low[after] == ",")


def after_modifiers(reading: Reading, by_first: Mapping[int, Group], group: Group) -> int:
    """The first token behind a group and a short "of …", "from …" or name that belongs to it."""
    at = group.last + 1
    if at < reading.size and reading.low[at] in reading.rule_words.attribute_openers and not group.is_bare:
        limit = min(at + 7, reading.size)
        probe = at + 1
        while (
            probe < limit
            and not reading.mask[probe] & (CONJUNCTION | BE | HAVE | RELATIVE | BARRIER)
            and reading.low[probe] != ","
            and not reading.words[probe].harm
        ):
            if probe in by_first and by_first[probe].is_counted:
                return at
            probe += 1
        if probe < limit and (reading.mask[probe] & CONJUNCTION or reading.low[probe] == ","):
            return probe
        return at
    while (
        at < reading.size
        and at < group.last + 5
        and reading.is_word(at)
        and reading.is_capital(at)
        and not reading.is_capitals
        and not reading.mask[at] & STRUCTURAL
    ):
        at += 1
    return at


def is_animal(reading: Reading, group: Group, comma: int) -> bool:
    """As in "Theo, a springer spaniel, was killed": the name is a thing's or an animal's."""
    if not group.is_name or comma + 1 >= reading.size or not reading.mask[comma + 1] & INDEFINITE:
        return False
    for at in range(comma + 2, min(comma + 7, reading.size)):
        if reading.low[at] in _INSERTION:
            return bool(reading.mask[at - 1] & THING)
    return False
