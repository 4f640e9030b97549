"""Characters from left to right as they stand on the page ─► in the order in which they are read.

The inverse of what Unicode Annex 9 does for display: letters of Arabic and Hebrew are turned round, numbers and Latin
words are not, and brackets among turned letters change sides.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


_MIRRORED = str.maketrans("()[]{}<>«»", ")(][}{><»«")
_RIGHT_TO_LEFT = frozenset({"R", "AL"})
# Signs that join two numbers (rule W4 of the annex): "-" and "+" only European digits that follow no Arabic letter.
_JOINS = {"EN": ("CS", "ES"), "AN": ("CS",)}


def has_right_to_left(text: str) -> bool:
    """Whether a text holds any letter of a script that runs from right to left."""
    return any(char > "\u0590" and unicodedata.bidirectional(char) in _RIGHT_TO_LEFT for char in text)


def is_right_to_left(text: str) -> bool:
    """Whether most letters of a text are of such a script."""
    classes = [unicodedata.bidirectional(char) for char in text]
    return sum(one in _RIGHT_TO_LEFT for one in classes) > sum(one == "L" for one in classes)


def in_reading_order(signs: Sequence[str], *, is_turned: bool) -> list[tuple[int, bool]]:
    """The places of `signs`, which stand from left to right, in reading order, each with whether it was turned round.

    `is_turned` says that the line as a whole runs from right to left.
    """
    kinds = _kinds(signs, is_turned=is_turned)
    if is_turned:
        return list(_line_turned(kinds))
    return list(_line_with_turned_parts(kinds))


def turned_round(sign: str) -> str:
    """A sign as it is written among letters that run from right to left: a bracket changes its side."""
    return sign.translate(_MIRRORED)


def _kinds(signs: Sequence[str], *, is_turned: bool) -> list[str]:
    """Each sign as "L", "R", "N" (of a number, with the signs inside and about it), or "" where it has no direction."""
    classes = [unicodedata.bidirectional(sign[0]) if sign else "ON" for sign in signs]
    order = range(len(classes) - 1, -1, -1) if is_turned else range(len(classes))
    is_arabic = False
    for place in order:
        if classes[place] in ("L", "R", "AL"):
            is_arabic = classes[place] == "AL"
        elif classes[place] == "EN" and is_arabic:
            classes[place] = "AN"
    for place in range(1, len(classes) - 1):
        before, after = classes[place - 1], classes[place + 1]
        if before == after and classes[place] in _JOINS.get(before, ()):
            classes[place] = before
    for order in (range(1, len(classes)), range(len(classes) - 2, -1, -1)):
        for place in order:
            if classes[place] == "ET" and classes[place - order.step] == "EN":
                classes[place] = "EN"
    named = {"L": "L", "R": "R", "AL": "R", "EN": "N", "AN": "N"}
    return [named.get(one, "") for one in classes]


def _line_turned(kinds: Sequence[str]) -> Iterator[tuple[int, bool]]:
    """From the right to the left, Latin words and numbers as they stand."""
    place = len(kinds) - 1
    spans = {end: start for start, end in _spans_as_they_stand(kinds)}
    while place >= 0:
        start = spans.get(place)
        if start is None:
            yield place, True
            place -= 1
        else:
            yield from ((one, False) for one in range(start, place + 1))
            place = start - 1


def _spans_as_they_stand(kinds: Sequence[str]) -> Iterator[tuple[int, int]]:
    """First and last place of every run of Latin words with the numbers after them, and of every other number."""
    start = end = -1
    for place, kind in enumerate(kinds):
        if kind not in ("L", "N"):
            if kind == "R" and start >= 0:
                yield start, end
                start = -1
            continue
        goes_on = start >= 0 and (place == end + 1 or kinds[end] == "L" or (kind == "L" and "L" in kinds[start:end]))
        if start >= 0 and not goes_on:
            yield start, end
        if not goes_on:
            start = place
        end = place
    if start >= 0:
        yield start, end


def _line_with_turned_parts(kinds: Sequence[str]) -> Iterator[tuple[int, bool]]:
    """From the left to the right, each run of turned letters (with the numbers between them) turned back."""
    place = 0
    while place < len(kinds):
        if kinds[place] != "R":
            yield place, False
            place += 1
            continue
        end = place
        for later in range(place, len(kinds)):
            if kinds[later] == "L":
                break
            if kinds[later] == "R":
                end = later
        yield from ((place + one, is_round) for one, is_round in _line_turned(kinds[place : end + 1]))
        place = end + 1
