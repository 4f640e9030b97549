"""Lines of a label and figures that each name their harm: "Tower A / deaths 3 / injuries 8", "Mill; killed 2"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from watcher.detect.text.listed_figures import KEY_WORDS, MARK
from watcher.detect.text.table_cells import cell_of, head_of
from watcher.detect.words.annotations import Row

if TYPE_CHECKING:
    from collections.abc import Sequence

    from watcher.detect.text.table_cells import Head
    from watcher.detect.words.lexicon import Lexicon

    Span = tuple[int, int]


_PART = re.compile(r"[ \t]*(?:[/;,|:]|[ \t][-–—])[ \t]*")
_NAMED = re.compile(r"([A-Za-z][A-Za-z ]*?)[ ]+(\d{1,6})")
_PAIR = 2  # lines: one alone is prose


def labelled_rows(text: str, lines: Sequence[Span], at: int, lexicon: Lexicon) -> tuple[list[Row], int]:
    """A row for each line of a label and its figures, from two such lines on."""
    rows: list[Row] = []
    for start, end in lines[at:]:
        row = _labelled_row(text, start, end, lexicon)
        if row is None:
            break
        rows.append(row)
    return (rows, len(rows)) if len(rows) >= _PAIR else ([], 0)


def _labelled_row(text: str, start: int, end: int, lexicon: Lexicon) -> Row | None:
    """A line of which all parts but the first name a harm and a number."""
    mark = MARK.match(text, start, end)
    first = mark.end() if mark is not None else start
    sign = _PART.search(text, first, end)
    label = text[first : sign.start()] if sign is not None else ""
    if sign is None or not 0 < len(label.split()) <= KEY_WORDS or _names_harm(label, lexicon):
        return None
    figures = _figures(text, sign.end(), end, lexicon)
    cells = [cell_of(head, text[slice(*span)], span[0], span[0], lexicon) for head, span in figures]
    known = tuple(cell for cell in cells if cell is not None)
    return Row(first, end, label, known) if known and len(known) == len(cells) else None


def _names_harm(label: str, lexicon: Lexicon) -> bool:
    """As in "Dead / men 3 / women 8": a row of one harm; not "Own losses, killed 1", where the figures say which."""
    head = head_of(label, lexicon)
    return head is not None and head.entry.harm != "casualty"


def _figures(text: str, start: int, end: int, lexicon: Lexicon) -> list[tuple[Head, Span]]:
    """The harm and the place of the number of each part; none where a part is anything else."""
    found: list[tuple[Head, Span]] = []
    while start < end:
        named = _NAMED.match(text, start, end)
        head = head_of(named[1], lexicon) if named is not None else None
        part = _PART.match(text, named.end(), end) if named is not None else None
        if named is None or head is None or (part is None and named.end() < end):
            return []
        found.append((head, named.span(2)))
        start = part.end() if part is not None else end
    return found
