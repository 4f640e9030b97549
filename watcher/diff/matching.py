"""Which words of two texts are the same words: anchors first, then the least edits between them. Pure.

difflib takes time that grows with the square or the cube of the length where words repeat (a table of zeros). Here
words that stand once on each side are anchors (patience diff, Bram Cohen), found in linear time; between two anchors
the shortest edit script is looked for (E. W. Myers, An O(ND) Difference Algorithm, 1986) up to a bound on its length.
Past that bound the stretch counts as replaced as a whole: nothing is ever missed, only shown more coarsely.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# Longest edit script between two anchors, in words; the time for it grows with its square.
_MOST_EDITS = 200
_DEEPEST = 12

Pair = tuple[int, int]
# A stretch of both sides: first and past-the-end place in the old words, then in the new ones.
Stretch = tuple[int, int, int, int]


def matching(old: Sequence[str], new: Sequence[str]) -> list[Pair]:
    """Places of the words that stayed, as (place in old, place in new), both rising."""
    return sorted(_matched(old, new, (0, len(old), 0, len(new)), 0))


def _matched(old: Sequence[str], new: Sequence[str], stretch: Stretch, depth: int) -> Iterator[Pair]:
    first, last, start, end = stretch
    while first < last and start < end and old[first] == new[start]:
        yield first, start
        first, start = first + 1, start + 1
    while first < last and start < end and old[last - 1] == new[end - 1]:
        last, end = last - 1, end - 1
        yield last, end
    if first == last or start == end:
        return
    rest = (first, last, start, end)
    anchors = _anchors(old, new, rest) if depth < _DEEPEST else []
    if not anchors:
        yield from _least_edits(old, new, rest)
        return
    yield from anchors
    for before, after in zip([(first - 1, start - 1), *anchors], [*anchors, (last, end)], strict=True):
        yield from _matched(old, new, (before[0] + 1, after[0], before[1] + 1, after[1]), depth + 1)


def _anchors(old: Sequence[str], new: Sequence[str], stretch: Stretch) -> list[Pair]:
    """Words that stand once on each side of this stretch, as many as keep their order."""
    first, last, start, end = stretch
    in_old, in_new = Counter(old[first:last]), Counter(new[start:end])
    once = {word for word, count in in_new.items() if count == 1 == in_old[word]}
    places = {new[place]: place for place in range(start, end) if new[place] in once}
    return _rising([(place, places[old[place]]) for place in range(first, last) if old[place] in once])


def _rising(pairs: Sequence[Pair]) -> list[Pair]:
    """The longest part of these pairs whose second places rise too (patience sorting)."""
    tops: list[int] = []
    piles: list[int] = []
    before: list[int] = []
    for number, (_, place) in enumerate(pairs):
        pile = bisect_left(tops, place)
        before.append(piles[pile - 1] if pile else -1)
        tops[pile : pile + 1] = [place]
        piles[pile : pile + 1] = [number]
    kept: list[Pair] = []
    number = piles[-1] if piles else -1
    while number >= 0:
        kept.append(pairs[number])
        number = before[number]
    return kept[::-1]


def _least_edits(old: Sequence[str], new: Sequence[str], stretch: Stretch) -> Iterator[Pair]:
    """The words that the shortest edit script keeps; none where it is longer than the bound."""
    first, last, start, end = stretch
    height, width = last - first, end - start
    furthest = {1: 0}
    trail: list[dict[int, int]] = []
    for edits in range(min(height + width, _MOST_EDITS) + 1):
        trail.append(dict(furthest))
        for diagonal in range(-edits, edits + 1, 2):
            row = _step(furthest, diagonal, edits)
            while row < height and row - diagonal < width and old[first + row] == new[start + row - diagonal]:
                row += 1
            furthest[diagonal] = row
            if row >= height and row - diagonal >= width:
                yield from ((first + one, start + other) for one, other in _kept(trail, height, width))
                return


def _step(furthest: dict[int, int], diagonal: int, edits: int) -> int:
    """The old place from which this diagonal goes on: one word was inserted, or one was deleted."""
    is_inserted = diagonal == -edits or (
        diagonal != edits and furthest.get(diagonal - 1, -1) < furthest.get(diagonal + 1, -1)
    )
    return furthest[diagonal + 1] if is_inserted else furthest[diagonal - 1] + 1


def _kept(trail: Sequence[dict[int, int]], row: int, column: int) -> Iterator[Pair]:
    """Walk back from the end and name the words that both sides share."""
    for edits in range(len(trail) - 1, -1, -1):
        furthest, diagonal = trail[edits], row - column
        entered = _step(furthest, diagonal, edits)
        while row > entered:
            row, column = row - 1, column - 1
            yield row, column
        if edits:
            is_inserted = diagonal == -edits or (
                diagonal != edits and furthest.get(diagonal - 1, -1) < furthest.get(diagonal + 1, -1)
            )
            row, column = (row, column - 1) if is_inserted else (row - 1, column)
