"""Two texts to what stayed, what was taken out and what was put in, word by word.

Words that stand once in both texts are the anchors; between them the shortest edit script decides, in bounded time.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


Kind = Literal["same", "deleted", "inserted"]
# A word with what joins it (3,000; Hayes's; co-operation), a sign by itself, or one letter of a script without spaces.
_WORD = re.compile(
    r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff]"
    r"|[^\W\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff]+(?:[.,:'’\-–][^\W\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff]+)*"
    r"|[^\w\s]"
)
# A stretch of so few words between two changes is read as a part of them: "two [soldiers] were hurt" helps nobody.
_ISLAND = 2
_SENTENCE_ENDS = frozenset(".!?;:")
# Longest edit script between two anchors, in words; the time for it grows with its square.
_MOST_EDITS = 200
_DEEPEST = 12
# The places of a word that stayed, in the old words and in the new ones.
Pair = tuple[int, int]
# A stretch of both sides: first and past-the-end place in the old words, then in the new ones.
_Stretch = tuple[int, int, int, int]
# A word and where it begins.
Word = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Run:
    """Words in a row of one kind. Of the same words the newer text's white space is kept."""

    kind: Kind
    text: str


@dataclass(frozen=True, slots=True)
class Passage:
    """One change with a few words around it; `deleted` or `inserted` may be empty."""

    before: str
    deleted: str
    inserted: str
    after: str


def diff_words(old: str, new: str) -> tuple[Run, ...]:
    """The runs of words that stayed, were deleted or inserted. White space alone never makes a change.

    The texts of the same and inserted runs in a row are `new`; those of the same and deleted ones are `old` apart
    from white space. A deleted run stands before the inserted one that took its place.
    """
    before, after = _words(old), _words(new)
    pairs = _by_sentences(match_words([word for word, _ in before], [word for word, _ in after]), before, after)
    return tuple(_runs(old, before, new, after, _without_islands(pairs, after, len(before))))


def passages(runs: Sequence[Run], *, context: int = 60) -> tuple[Passage, ...]:
    """The changes one by one, each with up to `context` characters around it, cut between words."""
    found = []
    for is_same, group in groupby(enumerate(runs), key=lambda pair: pair[1].kind == "same"):
        changed = list(group)
        if is_same:
            continue
        (first, _), (last, _) = changed[0], changed[-1]
        words = {kind: "".join(run.text for _, run in changed if run.kind == kind) for kind in ("deleted", "inserted")}
        before = _tail(runs[first - 1].text, context) if first else ""
        after = _head(runs[last + 1].text, context) if last + 1 < len(runs) else ""
        found.append(Passage(before, words["deleted"].strip(), words["inserted"].strip(), after))
    return tuple(found)


def _words(text: str) -> list[Word]:
    return [(found[0], found.start()) for found in _WORD.finditer(text)]


def _by_sentences(pairs: Sequence[Pair], before: Sequence[Word], after: Sequence[Word]) -> list[Pair]:
    """The same pairs, but a sentence that came or went takes its own full stop along and not that of the one before."""
    moved: list[Pair] = []
    row, column = 0, 0  # where the next words would stand if nothing were changed
    for one, other in pairs:
        if other == column and one > row and before[row][0] == before[one][0] in _SENTENCE_ENDS:
            pair = (row, other)
        elif one == row and other > column and after[column][0] == after[other][0] in _SENTENCE_ENDS:
            pair = (one, column)
        else:
            pair = (one, other)
        moved.append(pair)
        row, column = pair[0] + 1, pair[1] + 1
    return moved


def _without_islands(pairs: Sequence[Pair], after: Sequence[Word], length: int) -> list[Pair]:
    """The pairs without short stretches that stand between two replacements within a sentence."""
    rows: list[list[Pair]] = []
    for pair in pairs:
        if rows and (rows[-1][-1][0] + 1, rows[-1][-1][1] + 1) == pair:
            rows[-1].append(pair)
        else:
            rows.append([pair])
    ends = [(-1, -1), *(row[-1] for row in rows)]
    begins = [*(row[0] for row in rows), (length, len(after))]
    is_replaced = [begin[0] > end[0] + 1 and begin[1] > end[1] + 1 for end, begin in zip(ends, begins, strict=True)]
    kept = [
        row
        for number, row in enumerate(rows)
        if not (is_replaced[number] and is_replaced[number + 1] and _is_island(row, after))
    ]
    return [pair for row in kept for pair in row]


def _is_island(row: Sequence[Pair], after: Sequence[Word]) -> bool:
    return len(row) <= _ISLAND and not any(after[place][0] in _SENTENCE_ENDS for _, place in row)


def _runs(
    old: str,
    before: Sequence[Word],
    new: str,
    after: Sequence[Word],
    pairs: Sequence[Pair],
) -> Iterator[Run]:
    """Cut both texts where a word stops being shared; white space belongs to the word before it."""
    starts = [0, *(place for _, place in before[1:]), len(old)]
    begins = [0, *(place for _, place in after[1:]), len(new)]
    row = column = shared = 0
    for one, other in (*pairs, (len(before), len(after))):
        if one > row or other > column:
            if column > shared:
                yield Run("same", new[begins[shared] : begins[column]])
            if one > row:
                yield Run("deleted", old[starts[row] : starts[one]])
            if other > column:
                yield Run("inserted", new[begins[column] : begins[other]])
            shared = other
        row, column = one + 1, other + 1
    if len(after) > shared:
        yield Run("same", new[begins[shared] :])


def _tail(text: str, most: int) -> str:
    words = " ".join(text.split())
    return words if len(words) <= most else "…" + words[-most:].partition(" ")[2]


def _head(text: str, most: int) -> str:
    words = " ".join(text.split())
    return words if len(words) <= most else words[:most].rpartition(" ")[0] + "…"


def match_words(old: Sequence[str], new: Sequence[str]) -> list[Pair]:
    """Places of the words that stayed, as (place in old, place in new), both rising."""
    return sorted(_matched(old, new, (0, len(old), 0, len(new)), 0))


def _matched(old: Sequence[str], new: Sequence[str], stretch: _Stretch, depth: int) -> Iterator[Pair]:
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


def _anchors(old: Sequence[str], new: Sequence[str], stretch: _Stretch) -> list[Pair]:
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


def _least_edits(old: Sequence[str], new: Sequence[str], stretch: _Stretch) -> Iterator[Pair]:
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
    return furthest[diagonal + 1] if _is_insertion(furthest, diagonal, edits) else furthest[diagonal - 1] + 1


def _is_insertion(furthest: dict[int, int], diagonal: int, edits: int) -> bool:
    """Whether the last edit on the way to this diagonal put a word in, else it took one out."""
    return diagonal == -edits or (diagonal != edits and furthest.get(diagonal - 1, -1) < furthest.get(diagonal + 1, -1))


def _kept(trail: Sequence[dict[int, int]], row: int, column: int) -> Iterator[Pair]:
    """Walk back from the end and name the words that both sides share."""
    for edits in range(len(trail) - 1, -1, -1):
        furthest, diagonal = trail[edits], row - column
        entered = _step(furthest, diagonal, edits)
        while row > entered:
            row, column = row - 1, column - 1
            yield row, column
        if edits:
            row, column = (row, column - 1) if _is_insertion(furthest, diagonal, edits) else (row - 1, column)
