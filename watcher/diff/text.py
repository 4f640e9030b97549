"""Two texts to what stayed, what was taken out and what was put in, word by word. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Literal

from watcher.diff.matching import matching

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from watcher.diff.matching import Pair

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
# A word and where it begins.
Word = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Run:
    """Words in a row that share a fate. Of the same words the newer text's spelling of white space is kept."""

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
    """What became of each word. White space alone never makes a change.

    The texts of the same and inserted runs in a row are `new`; those of the same and deleted ones are `old` apart
    from white space. A deleted run stands before the inserted one that took its place.
    """
    before, after = _words(old), _words(new)
    pairs = _by_sentences(matching([word for word, _ in before], [word for word, _ in after]), before, after)
    return tuple(_runs(old, before, new, after, _without_islands(pairs, after, len(before))))


def passages(runs: Sequence[Run], *, context: int = 60) -> tuple[Passage, ...]:
    """The changes one by one, each with up to `context` characters around it, cut between words."""
    found = []
    for is_same, group in groupby(enumerate(runs), key=lambda pair: pair[1].kind == "same"):
        changed = list(group)
        if is_same:
            continue
        (first, _), (last, _) = changed[0], changed[-1]
        said = {kind: "".join(run.text for _, run in changed if run.kind == kind) for kind in ("deleted", "inserted")}
        before = _tail(runs[first - 1].text, context) if first else ""
        after = _head(runs[last + 1].text, context) if last + 1 < len(runs) else ""
        found.append(Passage(before, said["deleted"].strip(), said["inserted"].strip(), after))
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
