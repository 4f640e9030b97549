"""Names that stand for a group of people by themselves: the capitalised words before or behind a verb of harm.

Nothing beside them need say that they are people: the verb does. A name behind a noun ("journalist Ana Ruz") belongs to
the noun's group.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.detect.annotations import Group
from watcher.detect.lexicon import ROLES
from watcher.detect.phrases import is_formation
from watcher.detect.tokens import DEFINITE, INDEFINITE, PREPOSITION, RANK, STRUCTURAL, THING

if TYPE_CHECKING:
    from watcher.detect.tokens import Reading


_NOT_NAMES, _HOME = ROLES["not_names"], ROLES["home"]
_STOPS = frozenset('.!?"”’')
_LONGEST = 8  # words of a name


def take_names(reading: Reading) -> None:
    """As in "police chief Haji Nazar", "journalist Ana Ruz": the name behind a noun belongs to its group."""
    if reading.is_capitals:
        return
    is_headline = reading.text[reading.end - 1] not in _STOPS
    for group in reading.groups:
        at = group.last + 1
        is_one = group.head == group.last and group.low == group.high == 1
        if not is_one or group.is_definite or group.is_guess or at >= reading.size or not _begins_name(reading, at):
            continue
        last = _end_of_name(reading, at)
        is_title = reading.mask[group.head] & RANK or (is_headline and reading.is_capital(group.head))
        if last > at and not is_title:
            group.last = last


def _begins_name(reading: Reading, at: int) -> bool:
    is_open = not reading.mask[at] & (STRUCTURAL | THING | _NOT_NAMES | RANK) and reading.words[at].people is None
    return is_open and reading.is_word(at) and reading.is_capital(at) and reading.words[at].harm is None


def name_right(reading: Reading, at: int) -> Group | None:
    """A name, or in capitals a noun without an article, right behind an active verb."""
    if at >= reading.size or not reading.is_word(at) or not reading.is_capital(at):
        return None
    if reading.mask[at] & (STRUCTURAL | THING | _NOT_NAMES) or reading.words[at].cues:
        return None
    return _named(at, _end_of_name(reading, at))


def _named(first: int, last: int) -> Group:
    return Group(first, last, last, 1, 1, "exact", "unknown", is_name=True, rules=("name",))


def _end_of_name(reading: Reading, at: int) -> int:
    """The last token of the name that begins at a token."""
    last = at
    while last + 1 < reading.size and last < at + _LONGEST and _is_name_part(reading, last + 1):
        last += 1
    return last


def _is_name_part(reading: Reading, at: int) -> bool:
    """Whether a token goes on with a name: a capitalised word, an initial, a hyphen or a particle before one."""
    low = reading.low[at]
    if low == "-" or (low == "." and len(reading.low[at - 1]) <= 4):
        return at + 1 < reading.size and reading.is_capital(at + 1)
    if low in reading.rule_words.bare_name_particles and at + 1 < reading.size:
        return reading.is_capital(at + 1)
    is_capital = reading.is_capital(at) or ("-" in low and any(char.isupper() for char in reading.raw(at, at)))
    return reading.is_word(at) and is_capital and not reading.mask[at] & STRUCTURAL and not reading.words[at].harm


def name_left(reading: Reading, left: int, *, is_owner: bool = False) -> Group | None:
    """A name or an unknown noun that ends at `left`, not governed by a preposition unless it owns what follows."""
    word, mask = reading.words[left], reading.mask[left]
    is_open = reading.is_word(left) and not mask & (STRUCTURAL | THING) and not word.harm and not word.cues
    if not is_open or is_formation(reading, left):
        return None
    first = left
    while first > 0 and left - first < _LONGEST and _is_name_before(reading, first - 1, left):
        first -= 1
    has_article = first > 0 and bool(reading.mask[first - 1] & (DEFINITE | INDEFINITE))
    while first < left and reading.low[first] in {".", "-"}:
        first += 1
    governor = _governor(reading, first)
    if governor >= 0 and not is_owner:
        return _of_origin(reading, governor)
    if _is_end_of_place(reading, first) or not (reading.is_capital(left) or has_article):
        return None
    return _named(first, left)


def _governor(reading: Reading, first: int) -> int:
    """The preposition before a name, over its articles, a number and an adjective ("in southern Gaza"); else -1."""
    at = first - 1
    while at >= 0 and _is_determiner(reading, at):
        at -= 1
    is_described = at > 0 and reading.is_word(at) and not reading.mask[at] & STRUCTURAL
    if is_described and not reading.is_capital(at) and reading.mask[at - 1] & PREPOSITION:
        at -= 1
    return at if at >= 0 and reading.mask[at] & PREPOSITION else -1


def _is_determiner(reading: Reading, at: int) -> bool:
    """Whether a token is an article, a number or the ending of an ordinal."""
    low = reading.low[at]
    is_number = low[0].isdecimal() or low in reading.rule_words.ordinal_endings
    return is_number or bool(reading.mask[at] & (DEFINITE | INDEFINITE))


def _is_end_of_place(reading: Reading, first: int) -> bool:
    """As in "at Fort Bliss, Texas, died": the second part of a place that a preposition governs."""
    comma = first - 1
    if comma < 2 or reading.low[comma] != "," or not reading.is_capital(comma - 1) or reading.is_capitals:
        return False
    begin, no_place = comma - 1, reading.rule_words.no_place_openers
    while begin > 0 and comma - begin < _LONGEST and reading.is_word(begin - 1) and reading.is_capital(begin - 1):
        begin -= 1
    return begin > 0 and bool(reading.mask[begin - 1] & PREPOSITION) and reading.low[begin - 1] not in no_place


def _of_origin(reading: Reading, preposition: int) -> Group | None:
    """As in "Cpl. Ida Holm of Leeds was …": the ranked name before "of" and the place it comes from."""
    left = preposition - 1
    if left < 0 or not reading.mask[preposition] & _HOME or not reading.is_capital(left):
        return None
    group = name_left(reading, left)
    is_ranked = group is not None and any(
        reading.mask[at] & RANK and reading.is_capital(at) for at in range(group.first, group.last)
    )
    return group if is_ranked else None


def _is_name_before(reading: Reading, at: int, left: int) -> bool:
    """Whether a token belongs to the name that ends at `left`, going backwards."""
    if reading.low[at] in {".", "-"}:
        return reading.touches_left(at) and (reading.low[at] == "." or reading.touches_right(at))
    if len(reading.low[at]) == 1 and reading.low[at + 1] == "." and reading.is_capital(at):
        return True
    if not reading.is_word(at) or reading.mask[at] & STRUCTURAL or reading.words[at].harm or reading.words[at].cues:
        return False
    return reading.is_capital(at) or not reading.is_capital(left)


def is_one_more(reading: Reading, group: Group) -> bool:
    """As in "a clerk", "his driver": in a list it is one more person, nobody spoken of before."""
    return reading.low[group.first] in reading.rule_words.list_openers


def count_owned(reading: Reading, groups: list[Group]) -> None:
    """As in "X, his driver and two guards": in a list he is one more, nobody spoken of before."""
    for group in groups:
        group.is_definite &= reading.low[group.first] not in reading.rule_words.singular_possessives


def sums_up(reading: Reading, names: list[Group], following: Group, end: int, at: int) -> bool:
    """As in "killed Omar Hadi and Nur Jan, two facilitators": a number behind as many names says who they are."""
    is_number = following.is_counted and following.low == len(names) > 1
    return is_number and at == end + 1 and reading.low[end] == "," and all(one.is_name for one in names)
