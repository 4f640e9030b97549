"""What stands beside people and is no one else: a description, a name, a place, between commas or behind "of"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.detect.bare_names import OWNERS
from watcher.detect.reading import BARRIER, BE, CONJUNCTION, HAVE, INDEFINITE, RELATIVE, STRUCTURAL, THING

if TYPE_CHECKING:
    from watcher.detect.clauses import Clauses
    from watcher.detect.groups import Group

_INSERTION = frozenset({",", "-", "–", "—"})


def over_name(clauses: Clauses, end: int) -> int:
    """As in "killed a leader, Qari Basir, along with two others": over a name between commas."""
    reading, at = clauses.reading, end + 1
    if end + 2 >= reading.size or reading.low[end] != "," or reading.is_capitals:
        return end
    while at < reading.size and at < end + 7 and at not in clauses.by_first and reading.is_capital(at):
        at += 1
    is_closed = end + 1 < at < reading.size and reading.low[at] == ","
    return at if is_closed and at + 1 < reading.size and reading.mask[at + 1] & CONJUNCTION else end


def is_apposition(clauses: Clauses, group: Group, following: Group, end: int, at: int) -> bool:
    """As in "a facilitator, a man known for …": one comma and a second description of the same person."""
    reading = clauses.reading
    only_comma = at == end + 1 and reading.low[end] == ","
    if not only_comma:
        return False
    if group.is_name and not following.is_counted and not following.is_name:
        return True
    if group.is_name and not following.is_counted and not following.is_name:
        return True
    if following.is_counted or (
        following.head >= 0 and reading.low[following.first] in OWNERS and _list_goes_on(clauses, following)
    ):
        return False
    return group.low == 1 or following.is_definite or following.is_guess


def _list_goes_on(clauses: Clauses, following: Group) -> bool:
    reading, after = clauses.reading, following.last + 1
    return after < reading.size and (bool(reading.mask[after] & CONJUNCTION) or reading.low[after] == ",")


def after_modifiers(clauses: Clauses, group: Group) -> int:
    """The first token behind a group and a short "of …", "from …" or name that belongs to it."""
    reading, at = clauses.reading, group.last + 1
    if at < reading.size and reading.low[at] in {"of", "from", "in", "with", "to"} and not group.is_bare:
        limit = min(at + 7, reading.size)
        probe = at + 1
        while (
            probe < limit
            and not reading.mask[probe] & (CONJUNCTION | BE | HAVE | RELATIVE | BARRIER)
            and reading.low[probe] != ","
            and not reading.words[probe].harm
        ):
            if probe in clauses.by_first and clauses.by_first[probe].is_counted:
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


def is_animal(clauses: Clauses, group: Group, comma: int) -> bool:
    """As in "Theo, a springer spaniel, was killed": the name is a thing's or an animal's."""
    if not group.is_name or comma + 1 >= clauses.reading.size or not clauses.reading.mask[comma + 1] & INDEFINITE:
        return False
    for at in range(comma + 2, min(comma + 7, clauses.reading.size)):
        if clauses.reading.low[at] in _INSERTION:
            return bool(clauses.reading.mask[at - 1] & THING)
    return False
