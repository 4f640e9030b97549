"""Figures parted by slashes under harms parted alike: "Killed/wounded: civilians 3/8, soldiers 1/4", "KIA/WIA: 2/9"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from watcher.detect.text.table_cells import class_in, head_of
from watcher.detect.words.annotations import Cell, Row

if TYPE_CHECKING:
    from collections.abc import Sequence

    from watcher.detect.text.table_cells import Head
    from watcher.detect.words.lexicon import Lexicon


# "4/17", from its slash on: the rarest sign comes first, a search over a whole text runs to it at once.
_BEFORE = "|".join(rf"(?<=(?<![\d/])\d{{{digits}}}{blank}/)" for digits in range(1, 6) for blank in ("", "[ ]"))
SLASHED = re.compile(rf"/(?:{_BEFORE})[ ]?\d{{1,5}}(?![\d/]*\d{{3}})")
_HEADS = re.compile(
    r"(?<![\w/])([^\W\d_]+(?:[ ]?/[ ]?[^\W\d_]+){1,3})"
    r"(?:[ \t]*(?:\)?[ \t]*[:=–—-]|\)|(?=\d))|[ \t]+[^\n:;/.()=]{1,60}[:=])[ \t]*"  # "killed/wounded this week: 4/17"
)
_ITEM = re.compile(r"[ \t]*(?:[,;&][ \t]*)?([^\W\d_][^\d,;:/.()]{0,40}?)?[ \t:=–—-]*(\d{1,5}(?:[ ]?/[ ]?\d{1,5})+)")
_NUMBER = re.compile(r"\d+")


def slashed_rows(text: str, lines: Sequence[tuple[int, int]], at: int, lexicon: Lexicon) -> tuple[list[Row], int]:
    """The rows of one line, an item each, and that one line is taken; nothing where no heads stand before figures."""
    start, end = lines[at]
    rows: list[Row] = []
    if SLASHED.search(text, start, end) is None:
        return rows, 0
    for names in _HEADS.finditer(text, start, end):
        heads = [head_of(name, lexicon) for name in names[1].split("/")]
        known = [head for head in heads if head is not None]
        if len(known) == len(heads):
            before = text[rows[-1].end if rows else start : names.start(1)]
            rows += _items(text, names, end, known, before, lexicon)
    return rows, int(bool(rows))


def _items(
    text: str, names: re.Match[str], end: int, heads: Sequence[Head], before: str, lexicon: Lexicon
) -> list[Row]:
    """The items right after some heads; the words before the heads say of whom they all are."""
    rows: list[Row] = []
    above, first, at = class_in(before, lexicon), names.start(1), names.end()
    while (item := _ITEM.match(text, at, end)) is not None:
        numbers = list(_NUMBER.finditer(text, item.start(2), item.end(2)))
        if len(numbers) != len(heads):
            break
        victim = class_in(item[1] or "", lexicon)
        victim = above if victim == "unknown" else victim
        cells = (
            Cell(head.entry, head.is_joint, victim, number.start(), number.start(), number.end(), int(number.group()))
            for head, number in zip(heads, numbers, strict=True)
        )
        rows.append(Row(first, item.end(2), item[1] or "", tuple(cells)))
        first = at = item.end(2)
    return rows
