"""Characters with their boxes ─► pieces of lines: words, raised and lowered signs apart, in reading order.

A piece is what stands on one baseline without a wide gap. Nothing here depends on the order in which a file draws.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from itertools import groupby, pairwise
from statistics import median
from typing import TYPE_CHECKING

from watcher.content.characters import RAISED_NUMBER, note, squeeze
from watcher.content.pdf.direction import has_right_to_left, in_reading_order, is_right_to_left, turned_round

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from watcher.content.pdf.glyphs import Glyph, Rule


# In parts of the size of the letters: the least gap between two words, the gap that divides two pieces, how far two
# characters of one baseline may differ in height, how far a note is raised or lowered at most, and how near it stands.
# A gap in which the file itself writes a space may be narrower.
WORD_GAP, PIECE_GAP, _WRITTEN_GAP = 0.17, 0.9, 0.04
_LEVEL, _RAISED, _NEAR = 0.12, 0.75, 0.45
# A note is at most this large beside its line, or stands at least so high.
_SMALL, _HIGH = 0.86, 0.2
# Two prints of one letter, to make it bold, lie closer than this.
_SAME_PLACE = 0.25
_SPACED_LETTERS, _LONGEST_NOTE = 6, 12
_EVEN = 0.22  # how much the gaps of letters that are set wide may differ, in parts of their size
_MOST_NEAR = 400  # pieces around one that are looked at; where there are more the page is a drawing


@dataclass(slots=True, eq=False)
class Piece:
    """Characters of one baseline from left to right, with the notes that stand among them, and their text."""

    glyphs: list[Glyph]
    y: float
    size: float
    x: float = 0.0
    end: float = 0.0
    word_gap: float = 0.0
    notes: list[Piece] = field(default_factory=list)
    text: str = ""
    is_hidden: bool = False


def pieces_of(glyphs: Iterable[Glyph], rules: Sequence[Rule] = ()) -> list[Piece]:
    """The pieces of one frame, each with its text, from top to bottom and left to right.

    An upright one of the ruled lines divides a piece however close the words stand: it is the side of a cell.
    """
    sides = [rule for rule in rules if not rule.is_level]
    pieces = [piece for row in _baselines(glyphs) for piece in _divided(row, sides)]
    pieces = _with_notes(pieces)
    for piece in pieces:
        piece.text = _text(piece)
        piece.x, piece.end = (
            min([piece.x, *(one.x for one in piece.notes)]),
            max([piece.end, *(one.end for one in piece.notes)]),
        )
        piece.is_hidden = all(glyph.is_hidden for glyph in piece.glyphs)
        piece.glyphs, piece.notes = [], []  # a document has millions
    return sorted((piece for piece in pieces if piece.text), key=lambda piece: (-piece.y, piece.x))


def _baselines(glyphs: Iterable[Glyph]) -> list[list[Glyph]]:
    """Characters of one height and size together, from left to right, without the second print of any."""
    rows: list[list[Glyph]] = []
    for glyph in sorted(glyphs, key=lambda one: (-one.y, one.x)):
        if rows and rows[-1][0].y - glyph.y <= _LEVEL * max(glyph.size, rows[-1][0].size):
            rows[-1].append(glyph)
        else:
            rows.append([glyph])
    return [_once(sorted(row, key=lambda one: one.x)) for row in rows]


def _once(row: list[Glyph]) -> list[Glyph]:
    """A row without letters that were printed twice at nearly the same place."""
    kept: list[Glyph] = []
    for glyph in row:
        near = (one for one in kept[-3:] if abs(one.x - glyph.x) < _SAME_PLACE * (glyph.end - glyph.x))
        if not any(one.char == glyph.char and one.source != glyph.source for one in near):
            kept.append(glyph)
    return kept


def _divided(row: list[Glyph], sides: Sequence[Rule]) -> list[Piece]:
    """The row at its wide gaps, at the sides of cells, and where the size of its letters changes much."""
    height = row[0].y + row[0].size / 3
    places = sorted((rule.x + rule.end) / 2 for rule in sides if rule.y <= height <= rule.top)
    for one, other in pairwise(row):
        other.has_space = one.char.isspace()
    pieces: list[list[Glyph]] = []
    printed = [one for one in row if not one.char.isspace()]
    for glyph in printed:
        before = pieces[-1][-1] if pieces else None
        is_near = before is not None and glyph.x - before.end <= PIECE_GAP * max(glyph.size, before.size)
        if before is not None and is_near and _are_alike(before, glyph) and not _is_between(places, before, glyph):
            pieces[-1].append(glyph)
        else:
            pieces.append([glyph])
    word_gap = _least_word_gap(printed) if printed else 0.0
    return [
        Piece(some, some[0].y, max(one.size for one in some), some[0].x, max(one.end for one in some), word_gap)
        for some in pieces
    ]


def _is_between(places: Sequence[float], one: Glyph, other: Glyph) -> bool:
    """Whether one of the places lies in the gap between two characters."""
    middle = bisect_left(places, one.end - 1)
    return middle < len(places) and places[middle] <= other.x + 1 and other.x - one.end > _WRITTEN_GAP * other.size


def _are_alike(one: Glyph, other: Glyph) -> bool:
    return min(one.size, other.size) > _SMALL * max(one.size, other.size)


def _with_notes(pieces: list[Piece]) -> list[Piece]:
    """The pieces, with small and raised ones beside a line made its notes."""
    by_height = sorted(pieces, key=lambda piece: piece.y)
    heights = [piece.y for piece in by_height]
    tallest = max((piece.size for piece in pieces), default=0)
    hosts: dict[int, Piece] = {}
    for piece in pieces:
        if len(piece.glyphs) > _LONGEST_NOTE:
            continue
        reach = _RAISED * tallest
        near = by_height[bisect_left(heights, piece.y - reach) : bisect_right(heights, piece.y + reach)]
        fitting = [other for other in near[:_MOST_NEAR] if other is not piece and _is_note_of(piece, other)]
        if fitting:
            hosts[id(piece)] = min(fitting, key=lambda other: _gap(piece, other))
    for piece in pieces:
        host = hosts.get(id(piece))
        if host is not None and id(host) not in hosts:
            host.notes.append(piece)
        elif host is not None:
            hosts.pop(id(piece))
    return [piece for piece in pieces if id(piece) not in hosts]


def _is_note_of(piece: Piece, line: Piece) -> bool:
    """Whether a piece is raised or lowered beside a line, rather than a line of its own."""
    offset, reach = abs(piece.y - line.y), _NEAR * line.size
    is_small = piece.size <= _SMALL * line.size
    is_far = piece.x > line.end + reach or piece.end < line.x - reach or offset > _RAISED * line.size
    if is_far or piece.size > 1.02 * line.size or _gap(piece, line) > reach:
        return False
    if is_small:
        return offset > 0.02 * line.size or RAISED_NUMBER.fullmatch("".join(one.char for one in piece.glyphs)) is None
    is_shorter = 2 * len(piece.glyphs) < len(line.glyphs) or len(piece.glyphs) == 1
    return offset >= _HIGH * line.size and is_shorter


def _gap(piece: Piece, line: Piece) -> float:
    """How far a piece stands from the nearest character of a line."""
    ends = [glyph.end for glyph in line.glyphs]
    starts = [glyph.x for glyph in line.glyphs]
    before = bisect_right(starts, piece.glyphs[0].x + 0.3 * line.size)
    left = piece.glyphs[0].x - ends[before - 1] if before else float("inf")
    right = starts[before] - piece.glyphs[-1].end if before < len(starts) else float("inf")
    return max(0.0, min(left if left > -line.size else float("inf"), right if right > -line.size else float("inf")))


def _text(piece: Piece) -> str:
    """The words of a piece, its notes set apart, in reading order."""
    words = _spaced(piece)
    marks = [(one.glyphs[0].x, _raw(one)) for one in piece.notes]
    out: list[str] = []
    for glyph, has_space in words:
        while marks and min(marks)[0] <= glyph.x + 0.3 * (glyph.end - glyph.x):
            first = min(marks)
            marks.remove(first)
            _add_note(out, first[1])
        if has_space:
            out.append(" ")
        out.append(glyph.char)
    for _, raised in sorted(marks):
        _add_note(out, raised)
    return squeeze(in_order(out))


def _add_note(out: list[str], raised: str) -> None:
    """Write what is raised or lowered: a number apart (`4 [2]`), the ending of an ordinal (`4th`) with its number."""
    found = RAISED_NUMBER.fullmatch(raised)
    before = "".join(out[-8:])
    if found:
        is_formula = before[-1:].isalpha() and before[-1:].isupper() and len(found[1]) == 1
        out.append(found[1] if is_formula else note(before, found[1]))
    elif len(raised) == 1 and raised.isalpha() and raised not in "eoªº" and before[-1:].isalnum():
        out.append(f" [{raised}] ")
    else:
        out.append(raised)


def _raw(piece: Piece) -> str:
    return "".join(f" {glyph.char}" if has_space else glyph.char for glyph, has_space in _spaced(piece))


def in_order(signs: Sequence[str]) -> str:
    """Signs from left to right as a text in reading order."""
    text = "".join(signs)
    if not has_right_to_left(text):
        return text
    order = in_reading_order(signs, is_turned=is_right_to_left(text))
    return "".join(
        turned_round(signs[place]) if is_round and len(signs[place]) == 1 else signs[place] for place, is_round in order
    )


def _spaced(piece: Piece) -> list[tuple[Glyph, bool]]:
    """Each character with whether a space stands before it."""
    gaps = [0.0, *(after.x - before.end for before, after in pairwise(piece.glyphs))]
    least = max(piece.word_gap, _least_word_gap(piece.glyphs))
    written = _WRITTEN_GAP * piece.size
    return [
        (glyph, gap > least or (glyph.has_space and gap > written))
        for glyph, gap in zip(piece.glyphs, gaps, strict=True)
    ]


def _least_word_gap(glyphs: Sequence[Glyph]) -> float:
    """The least gap that is a space: wider where a line is set with wide gaps between all its letters."""
    size = glyphs[0].size
    usual = WORD_GAP * size
    gaps = [after.x - before.end for before, after in pairwise(glyphs)]
    gaps = [gap for gap in gaps if gap <= PIECE_GAP * size]
    if len(gaps) < _SPACED_LETTERS or sum(glyph.char.isalpha() for glyph in glyphs) < _SPACED_LETTERS:
        return usual
    middle = median(gaps)
    if middle <= usual:
        return usual
    narrow = sorted(gaps)[: max(1, int(len(gaps) * 0.6))]
    is_even = narrow[-1] - narrow[0] < _EVEN * size
    return 1.6 * middle if is_even else usual


def rows_of(pieces: Iterable[Piece], level: float = 0.3) -> list[list[Piece]]:
    """Pieces that share a baseline, each row from left to right, from top to bottom."""
    rows: list[list[Piece]] = []
    for piece in sorted(pieces, key=lambda one: -one.y):
        if rows and rows[-1][0].y - piece.y <= level * min(piece.size, rows[-1][0].size):
            rows[-1].append(piece)
        else:
            rows.append([piece])
    return [sorted(row, key=lambda piece: piece.x) for row in rows]


def joined(row: Sequence[Piece]) -> str:
    """The text of pieces that stand side by side, in reading order."""
    texts = [piece.text for piece in row]
    is_turned = is_right_to_left("".join(texts))
    return " ".join(reversed(texts) if is_turned else texts)


def frames(glyphs: Iterable[Glyph]) -> list[list[Glyph]]:
    """Characters by the direction in which they run, the direction of most first."""
    ordered = sorted(glyphs, key=lambda glyph: glyph.turn)
    found = [list(some) for _, some in groupby(ordered, key=lambda glyph: glyph.turn)]
    return sorted(found, key=lambda some: -sum(not glyph.char.isspace() for glyph in some))
