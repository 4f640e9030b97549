"""The characters of all pages ─► the document's paragraphs and table rows in reading order, with what was set apart.

pieces ─► running heads and feet out ─► ruled tables ─► columns ─► lines ─► paragraphs
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from watcher.content.pdf.columns import blocks_of
from watcher.content.pdf.lines import Piece, frames, joined, pieces_of, rows_of
from watcher.content.pdf.paragraphs import BULLET, WRAPPED, Line, Paragraph, paragraphs_of, with_edges
from watcher.content.pdf.running import line_numbers, running_lines
from watcher.content.pdf.tables import grid_of, lines_of, ruled_tables

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from collections.abc import Set as AbstractSet

    from watcher.content.pdf.glyphs import PageGlyphs
    from watcher.content.pdf.tables import Grid, RuledTable


# With more ruled lines than this a page is a drawing.
_MOST_TABLE_RULES = 1_500
# Letters so much larger than most, in a paragraph of at most so many, are a heading.
_HEADING, _LONGEST_HEADING = 1.15, 200
_WORDS_OF_A_FOOT = 10  # letters of a foot that says more than the page


@dataclass(frozen=True, slots=True)
class LaidOut:
    """A part of a document for a person to look at: its page from 1, its column (0 is none), what it was taken for."""

    page: int
    column: int
    kind: str
    text: str


@dataclass(slots=True)
class Layout:
    """A document as it was understood: its paragraphs and rows in order, and the heads and feet that were left out."""

    paragraphs: list[Paragraph] = field(default_factory=list)
    apart: list[LaidOut] = field(default_factory=list)

    def parts(self) -> tuple[LaidOut, ...]:
        """All of it, page by page: what is read in its order, then what was left out."""
        kinds = self.kinds()
        read = [
            LaidOut(one.lines[0].page + 1, one.lines[0].column, kind, one.text)
            for one, kind in zip(self.paragraphs, kinds, strict=True)
        ]
        return tuple(sorted([*read, *self.apart], key=lambda part: part.page))

    def kinds(self) -> list[str]:
        """What each paragraph was taken for."""
        sizes: Counter[float] = Counter()
        for one in self.paragraphs:
            sizes[round(one.lines[0].size, 1)] += len(one.text)
        body = sizes.most_common(1)[0][0] if sizes else 0.0
        return [_kind(one, body) for one in self.paragraphs]


def _kind(paragraph: Paragraph, body: float) -> str:
    first = paragraph.lines[0]
    if first.kind == "table":
        return "table_row"
    if first.kind != "text":
        return first.kind
    if BULLET.match(paragraph.text):
        return "list_item"
    is_heading = first.size >= _HEADING * body and len(paragraph.text) <= _LONGEST_HEADING
    return "heading" if is_heading else "paragraph"


@dataclass(slots=True)
class _Page:
    """A page while it is laid out: its upright pieces, and those of every other direction."""

    width: float
    upright: list[Piece]
    turned: list[list[Piece]]
    tables: list[RuledTable]


def lay_out(pages: Sequence[PageGlyphs], kept_hyphens: AbstractSet[str] = frozenset()) -> Layout:
    """The layout of a document. Pure; linear in the characters but for sorting them."""
    found = Layout()
    read = [_page(page) for page in pages]
    running = running_lines([page.upright for page in read])
    lines: list[Line] = []
    feet: dict[str, Line] = {}
    headers: Grid = []
    for number, (page, roles) in enumerate(zip(read, running, strict=True)):
        for row in rows_of([piece for piece in page.upright if id(piece) in roles]):
            role, text = roles[id(row[0])], joined(row)
            found.apart.append(LaidOut(number + 1, 0, role, text))
            if role == "foot" and text not in feet:
                feet[text] = _line(row, number, 0, role)
        numbers = line_numbers([piece for piece in page.upright if id(piece) not in roles])
        page.upright = [piece for piece in page.upright if id(piece) not in roles and id(piece) not in numbers]
        of_page, headers = _lines(page, number, headers)
        lines += of_page
    found.paragraphs = paragraphs_of([*lines, *_telling(feet.values())], kept_hyphens)
    return found


def _telling(feet: Iterable[Line]) -> list[Line]:
    """The feet that say more than a page's number."""
    return [line for line in feet if sum(map(str.isalpha, line.text)) > _WORDS_OF_A_FOOT]


def _page(page: PageGlyphs) -> _Page:
    directions = frames(page.glyphs)
    is_level = not directions or directions[0][0].turn == 0
    rules = page.rules if is_level and len(page.rules) <= _MOST_TABLE_RULES else ()
    upright = pieces_of(directions[0], rules) if directions else []
    tables = ruled_tables(rules)
    turned = [pieces_of(some) for some in directions[1:]]
    is_on_its_side = bool(directions) and directions[0][0].turn in (90, 270)
    return _Page(page.height if is_on_its_side else page.width, upright, turned, tables)


def _lines(page: _Page, number: int, headers: Grid) -> tuple[list[Line], Grid]:
    """The lines of a page in reading order, and the header rows of the table that it ends with."""
    lines: list[Line] = []
    pieces, tables = _with_tables(page)
    for block in blocks_of(pieces):
        if block.kind == "table":
            some, headers = _table_lines(grid_of(block), block.rows[0], number, block.column, headers)
            lines += some
            continue
        for row in block.rows:
            for piece in row:
                if id(piece) in tables:
                    grid = tables[id(piece)].grid()
                    some, headers = _table_lines(grid, [piece], number, block.column, headers)
                    lines += some
            if plain := [piece for piece in row if id(piece) not in tables]:
                kind = "recognised" if all(piece.is_hidden for piece in plain) else "text"
                lines.append(_line(plain, number, block.column, kind))
    with_edges((line for line in lines if line.kind in WRAPPED), page.width)
    for some_turned in page.turned:
        lines += [_line(row, number, 0, "turned") for row in rows_of(some_turned)]
    return lines, headers


def _table_lines(grid: Grid, row: Sequence[Piece], number: int, column: int, headers: Grid) -> tuple[list[Line], Grid]:
    if not grid:
        return [], headers
    texts, own = lines_of(grid, headers)
    place = _line(row, number, column, "table")
    return [Line(text, number, place.x, place.end, place.y, place.size, column, kind="table") for text in texts], own


def _line(row: Sequence[Piece], number: int, column: int, kind: str) -> Line:
    size = max(row, key=lambda piece: len(piece.text)).size
    return Line(
        joined(row), number, min(one.x for one in row), max(one.end for one in row), row[0].y, size, column, kind=kind
    )


def _with_tables(page: _Page) -> tuple[list[Piece], dict[int, RuledTable]]:
    """The pieces of a page, those of each ruled table replaced by one as wide as the table, at its top.

    The tables are given by the identity of the piece in their place.
    """
    left = page.upright
    placed: list[Piece] = []
    tables: dict[int, RuledTable] = {}
    for table in page.tables:
        table.pieces = [piece for piece in left if table.holds(piece)]
        if len(table.pieces) <= 1:
            continue
        left = [piece for piece in left if not table.holds(piece)]
        size = table.pieces[0].size
        placed.append(Piece([], table.tops[-1] - size, size, table.lefts[0], table.lefts[-1]))
        tables[id(placed[-1])] = table
    return [*left, *placed], tables
