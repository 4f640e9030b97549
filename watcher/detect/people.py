"""The dead and injured who are named: name, rank, age, unit and home town as stated.

A name is a run of capitalised words behind a rank, before an age, or in the place of the harm's own people.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from watcher.detect.lexicon import ROLES
from watcher.detect.reading import PREPOSITION, RANK, STRUCTURAL
from watcher.models import Person

if TYPE_CHECKING:
    from watcher.detect.drafts import Draft
    from watcher.detect.reading import Reading
    from watcher.models import Harm

_SPEECH, _NOT_NAMES, _HOME = ROLES["speech"], ROLES["not_names"], ROLES["home"]
_ASSIGNED, _AGED, _MONTH = ROLES["assigned"], ROLES["aged"], ROLES["month"]
_PARTICLES = frozenset(
    {"al", "bin", "ibn", "abu", "de", "del", "da", "van", "von", "el", "ul", "la", "ben", "-", "jr", "sr"}
)
_LONGEST = 7  # words of a name
_LONG_UNIT = 14  # words of a unit or a town
_OLDEST = 120
_NOBODY = frozenset({"mr", "mrs", "ms", "dr"})


@dataclass(frozen=True, slots=True)
class Name:
    """A name in tokens `first` to `last`, with its rank before it in `rank_first` to `first - 1`."""

    rank_first: int
    first: int
    last: int


def people_of(reading: Reading, names: list[Name], draft: Draft, harm: Harm) -> tuple[Person, ...]:
    """The people named as those of a claim; empty where the claim counts none or nobody is named."""
    group = draft.group
    if group is None or not names or group.low == 0:
        return ()
    begin, end = min(group.first, draft.at), max(group.last, draft.at)
    found = []
    for name in names:
        is_own = group.is_name and group.first <= name.first <= group.last
        is_beside = begin <= name.rank_first <= end or 0 <= name.rank_first - group.last <= 2
        is_identified = name.rank_first > end and reading.low[name.rank_first - 1] == "as"
        if (is_own or is_beside or is_identified) and not _is_speaker(reading, name):
            found.append(_person(reading, name, harm))
    return tuple(found)


def listed_people(reading: Reading, harm: Harm) -> tuple[Person, ...]:
    """The people of a line that does nothing but name them: rank, name, age."""
    names = [
        name for name in names_in(reading) if name.rank_first == 0 or (name.rank_first <= 2 and not reading.is_word(0))
    ]
    people = [_person(reading, name, harm) for name in names]
    return tuple(person for person in people if person.age is not None)


def names_in(reading: Reading) -> list[Name]:
    """Every name of a sentence; none in a text of capitals, where nothing sets a name apart."""
    if reading.is_capitals:
        return []
    found, at, text, starts = [], 0, reading.text, reading.starts
    while at < reading.size:
        if not text[starts[at]].isupper():
            at += 1
            continue
        name = _name_at(reading, at)
        if name is None:
            at += 1
            continue
        found.append(name)
        at = name.last + 1
    return found


def _name_at(reading: Reading, at: int) -> Name | None:
    first = at
    while (
        first < reading.size
        and reading.is_capital(first)
        and (reading.mask[first] & RANK or (first > at and reading.low[first] in {".", "class"}))
    ):
        first += 1
        if first < reading.size and first > at and reading.low[first] == ".":
            first += 1
        if first + 2 < reading.size and reading.low[first].isdigit() and reading.low[first + 2] == "class":
            first += 3
    if first >= reading.size or not _is_part(reading, first):
        return None
    last = first
    while (
        last + 1 < reading.size
        and last - first < _LONGEST
        and (_is_part(reading, last + 1) or _is_joint(reading, last + 1))
    ):
        last += 1
    if first == at and not _is_person(reading, first, last):
        return None
    return Name(at, first, last)


def _is_part(reading: Reading, at: int) -> bool:
    if not reading.is_word(at) or reading.mask[at] & (STRUCTURAL | _NOT_NAMES | _MONTH | _SPEECH):
        return False
    word = reading.words[at]
    if reading.words[at].is_numeric:
        return False
    is_capital = reading.is_capital(at) or (
        "-" in reading.low[at] and any(char.isupper() for char in reading.raw(at, at))
    )
    return is_capital and word.harm is None and not word.cues and (word.people is None or bool(reading.mask[at] & RANK))


def _is_joint(reading: Reading, at: int) -> bool:
    """A particle, an initial's stop or a hyphen inside a name."""
    if at + 1 >= reading.size:
        return False
    if reading.low[at] == ".":
        return len(reading.low[at - 1]) == 1 and _is_part(reading, at + 1)
    return reading.low[at] in _PARTICLES and _is_part(reading, at + 1)


def _is_person(reading: Reading, first: int, last: int) -> bool:
    """Without a rank: two words at least, and an age behind, a noun for people before, or a description beside it."""
    if last == first and not (first and reading.words[first - 1].people):
        return False
    if first and reading.mask[first - 1] & PREPOSITION and reading.low[first - 1] != "as":
        return False
    before = reading.words[first - 1].people if first else None
    if before is not None and not before.is_modifier:
        return True
    return (
        (last + 1 < reading.size and reading.low[last + 1] in {",", "("})
        or first == 0
        or reading.words[first - 1].harm is not None
    )


def _is_speaker(reading: Reading, name: Name) -> bool:
    after = name.last + 1
    if after < reading.size and reading.mask[after] & _SPEECH:
        return True
    return (
        name.rank_first > 0
        and bool(reading.mask[name.rank_first - 1] & _SPEECH)
        and reading.low[name.rank_first - 1] != "as"
    )


def _person(reading: Reading, name: Name, harm: Harm) -> Person:
    age, after = _age(reading, name.last + 1)
    town = _town(reading, after)
    rank = reading.raw(name.rank_first, name.first - 1) if name.rank_first < name.first else ""
    return Person(
        name=" ".join(reading.raw(name.first, name.last).split()),
        harm=harm,
        start=reading.starts[name.first],
        end=reading.stops[name.last],
        rank="" if rank.lower().rstrip(".") in _NOBODY else " ".join(rank.split()),
        age=age,
        unit=_unit(reading, name.last + 1),
        home_town=town,
    )


def _age(reading: Reading, at: int) -> tuple[int | None, int]:
    """The age behind a name (", 22,", " (22)", ", aged 22") and the token after it."""
    probe = at
    while probe < reading.size and probe < at + 3 and (reading.low[probe] in {",", "("} or reading.mask[probe] & _AGED):
        probe += 1
    if probe == at or probe >= reading.size:
        return None, at
    low = reading.low[probe]
    if (
        low.isdigit()
        and int(low[:4]) <= _OLDEST
        and not (probe + 1 < reading.size and reading.low[probe + 1][0].isalnum())
    ):
        return int(low), probe + 1
    return None, at


def _town(reading: Reading, at: int) -> str:
    """As in "of Dunmore, Ohio": one or two capitalised places behind the age."""
    while at < reading.size and reading.low[at] in {",", ")"}:
        at += 1
    if at + 1 >= reading.size or not reading.mask[at] & _HOME or not reading.is_capital(at + 1):
        return ""
    last = at + 1
    while last + 1 < reading.size and last < at + _LONG_UNIT:
        following = last + 1
        if (
            reading.low[following] == ","
            and following + 1 < reading.size
            and reading.is_capital(following + 1)
            and reading.is_word(following + 1)
        ):
            last = following + 1
        elif reading.is_word(following) and reading.is_capital(following):
            last = following
        else:
            break
    return " ".join(reading.raw(at + 1, last).split())


def _unit(reading: Reading, at: int) -> str:
    """As in "assigned to the 2nd Transport Squadron": up to the next comma or small word."""
    for probe in range(at, min(reading.size, at + 40)):
        is_own = (
            probe == at and reading.mask[probe] & _HOME and probe + 1 < reading.size and reading.low[probe + 1] == "the"
        )
        if not reading.mask[probe] & _ASSIGNED and not is_own:
            continue
        first = probe + 1
        while first < reading.size and reading.low[first] == "the":
            first += 1
        last = first
        while (
            last < reading.size
            and last < first + _LONG_UNIT
            and (
                reading.is_capital(last)
                or reading.low[last][0].isdigit()
                or reading.low[last] in {"st", "nd", "rd", "th", "of", ",", "-"}
            )
        ):
            last += 1
        while last > first and reading.low[last - 1] in {",", "of"}:
            last -= 1
        if last > first:
            return " ".join(reading.raw(first, last - 1).split())
    return ""
