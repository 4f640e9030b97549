"""Tables of a PDF to lines, in the form that tables of pages have: each cell with its column's header.

Ruled lines say where cells are; without them, the gutters between the columns and the baselines of the rows do.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import pairwise
from typing import TYPE_CHECKING

from watcher.content.pdf.columns import column_of
from watcher.content.pdf.direction import is_right_to_left
from watcher.content.pdf.lines import joined, rows_of
from watcher.content.tables import grid_lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from watcher.content.pdf.columns import Block
    from watcher.content.pdf.glyphs import Rule
    from watcher.content.pdf.lines import Piece


_DIGIT = re.compile(r"\d")
_TOUCHING = 4.0  # points: ruled lines nearer than this are one
_MOST_HEADERS = 3
_EDGES = 3  # of two columns, or of two rows
_WIDEST = 40
# Rows of one cell follow each other within so much of the letters' size.
_SAME_CELL = 1.45
Grid = list[list[str]]


class RuledTable:
    """A grid of ruled lines, and the pieces that stand in it."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        """A grid of rules that touch each other."""
        self._level = [rule for rule in rules if rule.is_level]
        self._upright = [rule for rule in rules if not rule.is_level]
        self.lefts = _merged(rule.x for rule in self._upright)
        self.tops = _merged(rule.y for rule in self._level)
        self.pieces: list[Piece] = []

    @property
    def is_table(self) -> bool:
        """Whether there are at least two columns and two rows."""
        return len(self.lefts) >= _EDGES and len(self.tops) >= _EDGES

    def holds(self, piece: Piece) -> bool:
        """Whether a piece stands inside the outermost lines."""
        middle, height = (piece.x + piece.end) / 2, piece.y + piece.size / 3
        return self.lefts[0] <= middle <= self.lefts[-1] and self.tops[0] <= height <= self.tops[-1]

    def grid(self) -> Grid:
        """The words of every cell, from top to bottom; a cell over several columns stands in the first of them."""
        cells: dict[tuple[int, int], list[Piece]] = {}
        for piece in self.pieces:
            cells.setdefault(self._cell(piece), []).append(piece)
        columns = len(self.lefts) - 1
        grid = [["" for _ in range(columns)] for _ in range(len(self.tops) - 1)]
        for (row, column), pieces in cells.items():
            grid[row][column] = " ".join(joined(line) for line in rows_of(pieces))
        return [row for row in grid if any(row)]

    def _cell(self, piece: Piece) -> tuple[int, int]:
        """Row from the top and column of a piece; where a line between two cells is missing they are one."""
        height = piece.y + piece.size / 3
        row = self._upper_row(bisect_right(self.tops, height) - 1, (piece.x + piece.end) / 2)
        column = max(0, bisect_right(self.lefts, piece.x + 1) - 1)
        while column and not self._has_upright(self.lefts[column], height):
            column -= 1
        return max(0, len(self.tops) - 2 - row), min(column, len(self.lefts) - 2)

    def _upper_row(self, row: int, x: float) -> int:
        while row + 1 < len(self.tops) - 1 and not self._has_level(self.tops[row + 1], x):
            row += 1
        return row

    def _has_upright(self, x: float, height: float) -> bool:
        return any(abs(rule.x - x) <= _TOUCHING and rule.y - 1 <= height <= rule.top + 1 for rule in self._upright)

    def _has_level(self, y: float, x: float) -> bool:
        return any(abs(rule.y - y) <= _TOUCHING and rule.x - 1 <= x <= rule.end + 1 for rule in self._level)


def _merged(places: Iterable[float]) -> list[float]:
    """Places in order, those that touch as one."""
    kept: list[float] = []
    for place in sorted(places):
        if not kept or place - kept[-1] > _TOUCHING:
            kept.append(place)
    return kept


def ruled_tables(rules: Sequence[Rule]) -> list[RuledTable]:
    """The tables that ruled lines draw: lines that touch each other belong together."""
    groups: list[list[Rule]] = []
    for rule in sorted(rules, key=lambda one: -one.top):
        touching = [group for group in groups if any(_touch(rule, other) for other in group)]
        groups = [group for group in groups if not any(group is one for one in touching)]
        groups.append([rule, *(other for group in touching for other in group)])
    tables = (RuledTable(group) for group in groups if len(group) > _EDGES)
    return [table for table in tables if table.is_table]


def _touch(one: Rule, other: Rule) -> bool:
    return (
        one.x <= other.end + _TOUCHING
        and other.x <= one.end + _TOUCHING
        and one.y <= other.top + _TOUCHING
        and other.y <= one.top + _TOUCHING
    )


def grid_of(block: Block) -> Grid:
    """The words of every cell of a table without ruled lines; lines of one cell are put together."""
    pitch = _row_pitch(block)
    grid: Grid = []
    last = None
    for row in block.rows:
        cells = ["" for _ in range(len(block.gutters) + 1)]
        for column in range(len(cells)):
            cells[column] = joined([piece for piece in row if column_of(piece, block.gutters) == column])
        if last is not None and _goes_on(grid[-1], cells, last - row[0].y, pitch):
            grid[-1] = [f"{before} {words}".strip() for before, words in zip(grid[-1], cells, strict=True)]
        else:
            grid.append(cells)
        last = row[0].y
    return grid


def _row_pitch(block: Block) -> float:
    """The usual distance between two rows."""
    steps = sorted(above[0].y - below[0].y for above, below in pairwise(block.rows))
    return steps[len(steps) // 2] if steps else 0.0


def _goes_on(before: Sequence[str], cells: Sequence[str], step: float, pitch: float) -> bool:
    """Whether a row is the next line of cells above it: it has fewer cells, no number, and stands close."""
    filled = sum(map(bool, cells))
    if filled >= sum(map(bool, before)) or any(_DIGIT.search(words) for words in cells) or step > pitch * 1.05:
        return False
    return all(before[place] for place, words in enumerate(cells) if words)


def lines_of(grid: Grid, headers: Grid) -> tuple[list[str], Grid]:
    """The lines of a table, and its header rows; `headers` are those of the table that it continues, if any."""
    if is_right_to_left("".join(words for row in grid for words in row)):
        grid = [list(reversed(row)) for row in grid]
    count = header_count(grid)
    own = grid[:count]
    if not own and headers and len(headers[-1]) == len(grid[0]):
        own = headers
    body = grid[count:]
    if not own:
        body = [_label_joined(row) for row in body]
    return (grid_lines([*own, *body], len(own)) if body else grid_lines(grid, 0)), own


def _label_joined(row: list[str]) -> list[str]:
    """A row whose first cell is a label with a colon, as one cell with the next."""
    words = [cell for cell in row if cell]
    return [f"{words[0]} {words[1]}", *words[2:]] if len(words) > 1 and words[0].endswith(":") else row


def header_count(grid: Grid) -> int:
    """How many rows at the top are headers: rows of words above rows that all hold numbers."""
    count = next((place for place, row in enumerate(grid) if any(_DIGIT.search(words) for words in row)), len(grid))
    if not 0 < count <= _MOST_HEADERS or count == len(grid):
        return _years_count(grid)
    filled = sum(map(bool, grid[count - 1]))
    with_numbers = sum(any(_DIGIT.search(words) for words in row) for row in grid[count:])
    return count if filled > 1 and with_numbers * 2 > len(grid) - count else 0


def _years_count(grid: Grid) -> int:
    """One header row where its numbers are only years, as in `2023 | 2024`."""
    if len(grid) == 1 or not grid[0] or grid[0][0]:
        return 0
    return int(all(re.fullmatch(r"(?:19|20)\d\d", words) for words in grid[0][1:] if words))
