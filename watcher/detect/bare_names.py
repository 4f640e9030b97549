"""Names without a noun for people beside them: the capitalised words before or behind a verb of harm."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.detect.groups import Group
from watcher.detect.lexicon import ROLES
from watcher.detect.phrases import is_formation
from watcher.detect.reading import DEFINITE, INDEFINITE, PREPOSITION, RANK, STRUCTURAL, THING

if TYPE_CHECKING:
    from watcher.detect.reading import Reading

_NOT_NAMES = ROLES["not_names"]
_ORDINAL = frozenset({"st", "nd", "rd", "th"})
_PARTICLES = frozenset({"al", "bin", "ibn", "abu", "de", "del", "da", "van", "von", "der", "el", "ul", "la", "ben"})
_STOPS = frozenset('.!?"”’')
OWNERS = frozenset({"a", "an", "his", "her", "their"})
_OWNED = frozenset({"his", "her"})
_LONG_NAME = 8


def name_right(reading: Reading, at: int) -> Group | None:
    """A name, or in capitals a noun without an article, right behind an active verb."""
    if at >= reading.size or not reading.is_word(at) or not reading.is_capital(at):
        return None
    if reading.mask[at] & (STRUCTURAL | THING | _NOT_NAMES) or reading.words[at].cues:
        return None
    last = at
    while last + 1 < reading.size and last < at + _LONG_NAME and _is_name_part(reading, last + 1):
        last += 1
    return Group(at, last, last, 1, 1, "exact", "unknown", is_name=True, rules=("name",))


def _is_name_part(reading: Reading, at: int) -> bool:
    if reading.low[at] == "-" or (reading.low[at] == "." and len(reading.low[at - 1]) <= 4):
        return at + 1 < reading.size and reading.is_capital(at + 1)
    if reading.low[at] in _PARTICLES and at + 1 < reading.size:
        return reading.is_capital(at + 1)
    is_capital = reading.is_capital(at) or (
        "-" in reading.low[at] and any(char.isupper() for char in reading.raw(at, at))
    )
    return reading.is_word(at) and is_capital and not reading.mask[at] & STRUCTURAL and not reading.words[at].harm


def count_owned(reading: Reading, groups: list[Group]) -> None:
    """As in "X, his driver and two guards": in a list he is one more, nobody spoken of before."""
    for group in groups:
        group.is_definite &= reading.low[group.first] not in _OWNED


def take_names(reading: Reading, groups: list[Group]) -> None:
    """As in "police chief Haji Nazar", "journalist Ana Ruz": the name behind a noun belongs to its group."""
    if reading.is_capitals:
        return
    for group in groups:
        at = group.last + 1
        is_one = group.head == group.last and group.low == group.high == 1
        if not is_one or group.is_definite or group.is_guess or at >= reading.size or not _begins_name(reading, at):
            continue
        last = at
        while last + 1 < reading.size and last < at + _LONG_NAME and _is_name_part(reading, last + 1):
            last += 1
        is_running = not reading.is_capital(group.head) or reading.text[reading.end - 1] in _STOPS  # no headline
        if last > at and is_running and not reading.mask[group.head] & RANK:
            group.last = last


def _begins_name(reading: Reading, at: int) -> bool:
    is_open = not reading.mask[at] & (STRUCTURAL | THING | _NOT_NAMES | RANK) and reading.words[at].people is None
    return is_open and reading.is_word(at) and reading.is_capital(at) and reading.words[at].harm is None


def sums_up(reading: Reading, names: list[Group], following: Group, end: int, at: int) -> bool:
    """As in "killed Omar Hadi and Nur Jan, two facilitators": a number behind as many names says who they are."""
    is_number = following.is_counted and following.low == len(names) > 1
    return is_number and at == end + 1 and reading.low[end] == "," and all(one.is_name for one in names)


def name_left(reading: Reading, left: int, *, is_owner: bool = False) -> Group | None:
    """A name or an unknown noun that ends at `left`, not governed by a preposition unless it owns what follows."""
    if (
        not reading.is_word(left)
        or reading.mask[left] & (STRUCTURAL | THING)
        or reading.words[left].harm
        or reading.words[left].cues
        or is_formation(reading, left)
    ):
        return None
    first = left
    while first > 0 and left - first < _LONG_NAME and _is_name_before(reading, first - 1, left):
        first -= 1
    before = reading.mask[first - 1] if first else 0
    while first < left and reading.low[first] in {".", "-"}:
        first += 1
    outer = first - 1
    while outer >= 0 and (
        reading.mask[outer] & (DEFINITE | INDEFINITE)
        or reading.low[outer][0].isdecimal()
        or reading.low[outer] in _ORDINAL
    ):
        outer -= 1
    is_described = outer > 0 and reading.is_word(outer) and not reading.mask[outer] & STRUCTURAL
    if is_described and not reading.is_capital(outer) and reading.mask[outer - 1] & PREPOSITION:
        outer -= 1  # "in southern Gaza"
    if outer >= 0 and reading.mask[outer] & PREPOSITION and not is_owner:
        return _of_origin(reading, outer)
    if _is_end_of_place(reading, first):
        return None
    if not reading.is_capital(left) and not before & (DEFINITE | INDEFINITE):
        return None
    return Group(first, left, left, 1, 1, "exact", "unknown", is_name=True, rules=("name",))


def _is_end_of_place(reading: Reading, first: int) -> bool:
    """As in "at Fort Bliss, Texas, died": the second part of a place that a preposition governs."""
    comma = first - 1
    if comma < 2 or reading.low[comma] != "," or not reading.is_capital(comma - 1) or reading.is_capitals:
        return False
    begin = comma - 1
    while begin > 0 and comma - begin < _LONG_NAME and reading.is_word(begin - 1) and reading.is_capital(begin - 1):
        begin -= 1
    return begin > 0 and bool(reading.mask[begin - 1] & PREPOSITION) and reading.low[begin - 1] not in {"as", "by"}


def _of_origin(reading: Reading, preposition: int) -> Group | None:
    """As in "Cpl. Ida Holm of Leeds was …": the ranked name before "of" and the place it comes from."""
    left = preposition - 1
    if left < 0 or reading.low[preposition] not in {"of", "from"} or not reading.is_capital(left):
        return None
    group = name_left(reading, left)
    is_ranked = group is not None and any(
        reading.mask[at] & RANK and reading.is_capital(at) for at in range(group.first, group.last)
    )
    return group if is_ranked else None


def _is_name_before(reading: Reading, at: int, left: int) -> bool:
    if reading.low[at] in {".", "-"}:
        return reading.touches_left(at) and (reading.low[at] == "." or reading.touches_right(at))
    if len(reading.low[at]) == 1 and reading.low[at + 1] == "." and reading.is_capital(at):
        return True
    if not reading.is_word(at) or reading.mask[at] & STRUCTURAL or reading.words[at].harm or reading.words[at].cues:
        return False
    return reading.is_capital(at) or not reading.is_capital(left)
