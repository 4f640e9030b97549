"""Pieces of lines ─► blocks in the order in which they are read: columns one after the other, tables across.

A gutter is a strip without any letter that runs through many rows. On both of its sides stands prose, which is read
column by column, or a table, which is read row by row: cells are short, and stand on the same baselines.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING, Literal

from watcher.content.pdf.direction import is_right_to_left
from watcher.content.pdf.lines import rows_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from watcher.content.pdf.lines import Piece


Row = list["Piece"]
Interval = tuple[float, float]
# In parts of the letters' size: the narrowest gutter, and the white strip above a heading between two parts.
_GUTTER, _PART = 0.9, 1.6
_HEADING, _FOOT = 1.1, 0.9
# The white strip that divides a band, in usual distances of its rows; the share of pieces that stand under each other.
_STRIP, _ALIGNED = 1.5, 0.6
# So few rows may have their gaps under each other by chance.
_FEW_ROWS = 4
# Characters of a line of prose at least, and the share of its column's width that it fills.
_PROSE, _FILLED = 18, 0.55
_SHORT_CELL = 12
_DEEPEST = 6
_LABEL = re.compile(r"[^:.]{1,25}:\s")  # "Killed: 4"
_BULLET = re.compile(r"[•▪◦‣·●○■□–—*-]|\(?(?:\d{1,2}|[a-zA-Z]|[ivxIVX]{1,4})[.)]")


@dataclass(slots=True)
class Block:
    """Rows that are read together: `text` line by line, a `table` by cells. `column` counts from 1, 0 is none."""

    kind: Literal["text", "table"]
    rows: list[Row]
    column: int = 0
    gutters: tuple[Interval, ...] = ()


def blocks_of(pieces: Sequence[Piece], column: int = 0, depth: int = 0) -> list[Block]:
    """The blocks of a page or of a column of it, in reading order."""
    rows = [_with_bullets(row) for row in rows_of(pieces)]
    blocks: list[Block] = []
    place, extent = 0, _Extent.of(rows)
    while place < len(rows):
        end, gutters = _band(rows, place, extent) if depth < _DEEPEST else (place, ())
        if gutters:
            blocks += _band_blocks(rows[place:end], gutters, column, depth)
            place = end
        else:
            _add_row(blocks, rows[place], column)
            place += 1
    return blocks


def _add_row(blocks: list[Block], row: Row, column: int) -> None:
    if blocks and blocks[-1].kind == "text" and blocks[-1].column == column:
        blocks[-1].rows.append(row)
    else:
        blocks.append(Block("text", [row], column))


def _with_bullets(row: Row) -> Row:
    """A row in which a bullet or the number of a list is no piece of its own."""
    if len(row) == 1 or not _BULLET.fullmatch(row[0].text):
        return row
    first, second, *others = row
    if second.x - first.end > 4 * second.size:
        return row
    second.x = first.x
    second.text = f"{first.text} {second.text}"
    return [second, *others]


@dataclass(frozen=True, slots=True)
class _Extent:
    """The usual size of the letters in some rows, and from where to where these reach."""

    size: float
    hull: Interval

    @classmethod
    def of(cls, rows: Sequence[Row]) -> _Extent:
        """That of these rows, of which there may be none."""
        pieces = [piece for row in rows for piece in row]
        if not pieces:
            return cls(0.0, (0.0, 0.0))
        hull = (min(piece.x for piece in pieces), max(piece.end for piece in pieces))
        return cls(median(piece.size for piece in pieces), hull)


def _band(rows: Sequence[Row], start: int, extent: _Extent) -> tuple[int, tuple[Interval, ...]]:
    """Where the band that begins with a row ends, and the gutters that run through all of it."""
    size = extent.size
    gutters: tuple[Interval, ...] = (extent.hull,)
    best: tuple[int, tuple[Interval, ...]] = (start, ())
    for end in range(start, len(rows)):
        if end > start and _is_new_part(rows, end, size):
            break
        gutters = _narrowed(gutters, rows[end], _GUTTER * size)
        if not gutters:
            break
        real = tuple(one for one in gutters if _is_between(rows[start : end + 1], one))
        if real:
            best = (end + 1, real)
    is_sure = best[0] - start > _FEW_ROWS or (len(best[1]) > 1 and best[0] - start >= _FEW_ROWS - 1)
    return best if is_sure or _stands_apart(rows, start, best[0]) else (start, ())


def _stands_apart(rows: Sequence[Row], start: int, end: int) -> bool:
    """Whether white stands above and below a band: a few lines of a paragraph are no table."""
    step = max((above[0].y - below[0].y for above, below in pairwise(rows[start:end])), default=0.0)
    near = [rows[at - 1][0].y - rows[at][0].y for at in (start, end) if 0 < at < len(rows)]
    return all(gap > 1.25 * step for gap in near)


def _narrowed(gutters: tuple[Interval, ...], row: Row, least: float) -> tuple[Interval, ...]:
    """What a row leaves free of the gutters, as far as it is wide enough."""
    free: list[Interval] = []
    for left, right in gutters:
        at = left
        for piece in row:
            if piece.end <= at or piece.x >= right:
                continue
            if piece.x - at >= least:
                free.append((at, piece.x))
            at = max(at, piece.end)
        if right - at >= least:
            free.append((at, right))
    return tuple(free)


def _is_between(rows: Sequence[Row], gutter: Interval) -> bool:
    """Whether at least two rows stand on each side of a gutter, those on its right under each other.

    The wide gaps of a justified line meet those of the next one by chance; then what follows begins anywhere.
    """
    left = sum(any(piece.end <= gutter[0] + 0.1 for piece in row) for row in rows)
    right = [next(piece for piece in row if piece.x >= gutter[1] - 0.1) for row in rows if row[-1].x >= gutter[1] - 0.1]
    return left > 1 and len(right) > 1 and _are_aligned(right)


def _are_aligned(pieces: Sequence[Piece]) -> bool:
    """Whether most pieces begin at one place, or are numbers or short words that end or are centred at one place."""
    near = 0.7 * pieces[0].size
    if _share([piece.x for piece in pieces], near) >= _ALIGNED:
        return True
    are_cells = sum(len(piece.text) <= _SHORT_CELL for piece in pieces) > _ALIGNED * len(pieces)
    ends, middles = [piece.end for piece in pieces], [piece.x + piece.end for piece in pieces]
    is_turned = is_right_to_left("".join(piece.text for piece in pieces))
    return (are_cells or is_turned) and max(_share(ends, near), _share(middles, near)) >= _ALIGNED


def _share(places: Sequence[float], near: float) -> float:
    """The share of the places that lie near the commonest one."""
    ordered = sorted(places)
    best = max(bisect_right(ordered, place + near) - at for at, place in enumerate(ordered))
    return best / len(ordered)


def _is_new_part(rows: Sequence[Row], at: int, size: float) -> bool:
    """Whether another part begins after a white strip: a heading on the left alone, or a foot in small letters."""
    row, above = rows[at], rows[at - 1]
    if above[0].y - row[0].y < _PART * size:
        return False
    is_heading = len(row) == 1 and row[0].size >= _HEADING * size
    return is_heading or all(piece.size <= _FOOT * size for piece in row)


def _band_blocks(rows: Sequence[Row], gutters: tuple[Interval, ...], column: int, depth: int) -> list[Block]:
    """A band as tables and columns: its parts between white strips, prose that follows prose as one part."""
    parts: list[tuple[tuple[Interval, ...], list[Row]]] = []
    for part in _parts(rows):
        end, own = _band(part, 0, _Extent.of(part))
        cells = own if end == len(part) and _is_table(_columns(part, own), part) else ()
        if parts and not cells and not parts[-1][0]:
            parts[-1][1].extend(part)
        else:
            parts.append((cells, part))
    blocks: list[Block] = []
    for cells, part in parts:
        if cells:
            blocks += _table_blocks(part, column, cells)
        else:
            blocks += _column_blocks(_columns(part, gutters), column, depth)
    return blocks


def _table_blocks(rows: list[Row], column: int, gutters: tuple[Interval, ...]) -> list[Block]:
    """A table, and as text the rows of one piece above and below it."""
    first = next(place for place, row in enumerate(rows) if len(row) > 1)
    last = len(rows) - next(place for place, row in enumerate(reversed(rows)) if len(row) > 1)
    table = rows[first:last]
    end, own = _band(table, 0, _Extent.of(table))
    blocks = [Block("text", rows[:first], column)] if first else []
    blocks.append(Block("table", table, column, own if end == len(table) else gutters))
    return [*blocks, Block("text", rows[last:], column)] if last < len(rows) else blocks


def _parts(rows: Sequence[Row]) -> list[list[Row]]:
    """The rows of a band, divided where the white between two of them is much wider than usual."""
    steps = [above[0].y - below[0].y for above, below in pairwise(rows)]
    usual = median(steps) if steps else 0.0
    parts = [[rows[0]]]
    for row, step in zip(rows[1:], steps, strict=True):
        if step >= _STRIP * usual:
            parts.append([])
        parts[-1].append(row)
    return parts


def _column_blocks(columns: list[list[Piece]], column: int, depth: int) -> list[Block]:
    if is_right_to_left("".join(piece.text for pieces in columns for piece in pieces)):
        columns.reverse()
    return [
        block
        for number, pieces in enumerate(columns, start=1)
        for block in blocks_of(pieces, 10 * column + number, depth + 1)
    ]


def _columns(rows: Sequence[Row], gutters: tuple[Interval, ...]) -> list[list[Piece]]:
    columns: list[list[Piece]] = [[] for _ in range(len(gutters) + 1)]
    for row in rows:
        for piece in row:
            columns[column_of(piece, gutters)].append(piece)
    return columns


def column_of(piece: Piece, gutters: Sequence[Interval]) -> int:
    """The number of the column, from 0, in which a piece stands."""
    return sum(piece.x >= left + 0.1 for left, _ in gutters)


def _is_table(columns: Sequence[Sequence[Piece]], rows: Sequence[Row]) -> bool:
    """Whether a band is read across: short cells that share baselines; prose in two columns is not."""
    filled = [column for column in columns if column]
    if len(filled) <= 1:
        return False
    prose = [column for column in filled if _is_prose(column)]
    if len(prose) == len(filled) or (len(prose) > 1 and not any(_is_short(column) for column in filled)):
        return False
    sparse = min(len(column) for column in filled)
    shared = sum(len(row) > 1 for row in rows)
    return shared * 2 > sparse


def _is_prose(column: Sequence[Piece]) -> bool:
    """Whether most of a column's lines are long and fill it."""
    left, right = min(piece.x for piece in column), max(piece.end for piece in column)
    lines = rows_of(column)
    lengths = sorted(sum(len(piece.text) + 1 for piece in line) for line in lines)
    full = sorted((line[-1].end - line[0].x) / (right - left or 1) for line in lines)
    if sum(_LABEL.match(line[0].text) is not None for line in lines) * 2 > len(lines):
        return False
    return lengths[len(lengths) // 2] >= _PROSE and full[len(full) // 2] >= _FILLED and len(lines) > 1


def _is_short(column: Sequence[Piece]) -> bool:
    return median(len(piece.text) for piece in column) <= _SHORT_CELL
