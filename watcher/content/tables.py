"""Tables of figures as lines: each cell with its column's header, so that a count keeps its row."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from watcher.content.markup import Tag, attribute, inside
from watcher.content.visibility import is_hidden

if TYPE_CHECKING:
    from collections.abc import Callable


_LONGEST_CELL = 200
_WIDEST = 40
_BLOCKS_IN_CELLS = frozenset(
    {"table", "ul", "ol", "h1", "h2", "h3", "h4", "article", "section", "form", "iframe", "blockquote"}
)
_DIGIT = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its cells from left to right, and whether it is written as a header."""

    cells: tuple[Tag, ...]
    is_header: bool


_ROLES = frozenset({"table", "grid", "treegrid"})
_CELL_ROLES = frozenset({"cell", "gridcell", "columnheader", "rowheader"})


def is_table(tag: Tag) -> bool:
    """Whether an element is a table by its name, or by the role that it is said to have (WAI-ARIA 1.2)."""
    return tag.name == "table" or ("role" in tag.attrs and attribute(tag, "role") in _ROLES)


def rows_of(table: Tag) -> list[Row]:
    """The rows of a table of figures, in order; none where the table lays out a page."""
    # Asked first, and no further than the first such element: pages nest tables thousands deep.
    if any(isinstance(tag, Tag) and tag.name in _BLOCKS_IN_CELLS for tag in inside(table)):
        return []
    rows = [Row(cells, _is_header(tag, cells)) for tag in table.find_all(_is_row) if (cells := _cells(tag))]
    if len(rows) <= 1 or max(len(row.cells) for row in rows) <= 1:
        return []
    sizes = sorted(_size(cell) for row in rows for cell in row.cells)
    is_short = sizes[-1] <= _LONGEST_CELL * 3 and sizes[len(sizes) // 2] <= _LONGEST_CELL
    return rows if is_short and not _has_stray_text(table) else []


def _is_row(tag: Tag) -> bool:
    return tag.name == "tr" or attribute(tag, "role") == "row"


def _is_cell(tag: Tag) -> bool:
    return tag.name in ("td", "th") or attribute(tag, "role") in _CELL_ROLES


def _cells(row: Tag) -> tuple[Tag, ...]:
    if is_hidden(row):
        return ()
    cells = (cell for cell in row.contents if isinstance(cell, Tag) and _is_cell(cell))
    return tuple(cell for cell in cells if not is_hidden(cell))


def _size(tag: Tag) -> int:
    return sum(len(words) for words in tag.stripped_strings)


def _has_stray_text(table: Tag) -> bool:
    """Whether words stand outside the cells, as broken markup leaves them; they must not be lost."""
    return _size(table) != sum(_size(tag) for tag in table.find_all(lambda tag: _is_cell(tag) or tag.name == "caption"))


def _is_header(row: Tag, cells: tuple[Tag, ...]) -> bool:
    heads = (cell.name == "th" or attribute(cell, "role") == "columnheader" for cell in cells)
    return all(heads) or (row.parent is not None and row.parent.name == "thead")


def definition_lines(found: Tag, read: Callable[[Tag], str]) -> list[str]:
    """One line a term of a definition list, `Soldiers – Killed: 4; Injured: 11`; none where it holds paragraphs."""
    parts = [tag for tag in found.find_all(["dt", "dd"]) if not is_hidden(tag)]
    if not parts or any(tag.name in _BLOCKS_IN_CELLS | {"p", "dl"} for tag in found.find_all()):
        return []
    lines: list[tuple[str, list[str]]] = []
    for tag in parts:
        words = read(tag)
        if len(words) > _LONGEST_CELL:
            return []
        if tag.name == "dt" or not lines:
            lines.append((words, []))
        else:
            lines[-1][1].append(words)
    return [_defined(term.rstrip(" :–—-"), [words for words in texts if words]) for term, texts in lines if term]


def _defined(term: str, texts: list[str]) -> str:
    """A term and its texts, of which some may have labels of their own."""
    if not texts:
        return term
    return f"{term}{' –' if any(':' in words for words in texts) else ':'} {'; '.join(texts)}"


def table_lines(rows: list[Row], read: Callable[[Tag], str]) -> list[str]:
    """One line a row, `header: cell; header: cell`; `read` gives a cell's words."""
    grid = _grid(rows, read)
    return grid_lines(grid, _header_count(rows, grid))


def grid_lines(grid: list[list[str]], header_rows: int) -> list[str]:
    """One line a row of cells under the first `header_rows` of them; a table of headers alone is lines of words."""
    if header_rows == len(grid):
        return [" | ".join(filter(None, line)) for line in grid]
    headers = _headers(grid[:header_rows])
    return [_line(headers, cells) for cells in grid[header_rows:]]


def _grid(rows: list[Row], read: Callable[[Tag], str]) -> list[list[str]]:
    """The words of every cell at its place, spans filled: a label serves all its rows, a number is written once."""
    grid: list[list[str]] = []
    spanning: dict[int, tuple[int, str]] = {}
    for row in rows:
        line: list[str] = []
        for cell in row.cells:
            _fill(line, spanning)
            words = read(cell)
            for repeat in range(_span(cell, "colspan")):
                if (deep := _span(cell, "rowspan")) > 1:
                    spanning[len(line)] = (deep, "" if _DIGIT.search(words) else words)
                line.append(words if row.is_header or not repeat else "")
        _fill(line, spanning)
        spanning = {place: (left - 1, words) for place, (left, words) in spanning.items() if left > 1}
        grid.append(line)
    return grid


def _fill(line: list[str], spanning: dict[int, tuple[int, str]]) -> None:
    while len(line) in spanning and len(line) < _WIDEST:
        line.append(spanning[len(line)][1])


def _span(cell: Tag, name: str) -> int:
    stated = attribute(cell, name)
    return min(int(stated), _WIDEST) if stated.isdecimal() and int(stated) > 0 else 1


def _header_count(rows: list[Row], grid: list[list[str]]) -> int:
    """How many rows at the top are headers: those marked so, or one row of words above rows with numbers."""
    marked = next((place for place, row in enumerate(rows) if not row.is_header), len(rows))
    if marked:
        return marked
    first, others = grid[0], grid[1:]
    # The corner above the rows' own names may be empty.
    is_words = any(first[1:]) and all(cell and not _DIGIT.search(cell) for cell in (first if first[0] else first[1:]))
    return 1 if is_words and all(any(_DIGIT.search(cell) for cell in line[1:]) for line in others) else 0


def _headers(grid: list[list[str]]) -> list[str]:
    """One header a column, from the rows above it: `Civilians killed` for Civilians over killed."""
    columns = max((len(line) for line in grid), default=0)
    stacked = ([line[place] for line in grid if place < len(line) and line[place]] for place in range(columns))
    return [" ".join(dict.fromkeys(words)) for words in stacked]


def _line(headers: list[str], cells: list[str]) -> str:
    if not any(headers):
        return _labelled([words for words in cells if words])
    named = ((headers[place] if place < len(headers) else "", words) for place, words in enumerate(cells) if words)
    return "; ".join(f"{header.rstrip(':')}: {words}" if header else words for header, words in named)


def _labelled(cells: list[str]) -> str:
    """A row under no header: its labels in words, and the figures that they stand before: `Soldiers; Killed: 4`."""
    figures = next((place for place, words in enumerate(cells) if _DIGIT.search(words)), 0)
    is_label = figures > 0 and all(map(_DIGIT.search, cells[figures:]))
    labels, numbers = "; ".join(cells[:figures]), "; ".join(cells[figures:])
    return f"{labels.rstrip(':')}: {numbers}" if is_label else "; ".join(cells)
