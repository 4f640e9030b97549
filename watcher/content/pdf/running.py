"""Running heads and feet: what stands at the same place on several pages, apart from the page's number.

A line repeats where its words are the same and its numbers either the same or as far apart as the pages are: `Page 3
of 9` runs on, a table's `Killed 3` does not.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

from watcher.content.pdf.lines import joined, rows_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from watcher.content.pdf.lines import Piece


Role = Literal["head", "foot"]
_DIGITS = re.compile(r"\d+")
_LINES = 4  # rows from the top and from the bottom that may run
_LINE_NUMBER = re.compile(r"\d{1,4}")
_NUMBERED_LINES, _LINE_TEXT = 4, 30  # how many lines, and how long, are numbered at least
_TITLE = 10  # characters of a title that no line repeats by chance
_ZONE = 0.3  # of the height in which anything stands
_SAME_HEIGHT = 4.0  # points
# The white strip that sets them off: in parts of the letters' size, and of the page's usual distance of rows.
_WHITE, _WIDER = 1.8, 1.3
# "3", "- 3 -", "3/9", "Page 3 of 9"; a word and one number may be a count of the dead.
_PAGE_NUMBER = re.compile(
    r"\W*(?P<page>\d{1,4})(?:\s*/\s*(?P<of>\d{1,4}))?\W*|[^\W\d]+ (?P<p>\d{1,4})(?: [^\W\d]+ | ?/ ?)(?P<o>\d{1,4})"
)
_NEAR = (1, 2)  # pages further on: odd and even ones may differ


def running_lines(pages: Sequence[Sequence[Piece]]) -> list[dict[int, Role]]:
    """For each page which of its pieces, by identity, belong to a running head or foot.

    A head's first appearance is left where it stands: it may be the letterhead with number and date.
    """
    heights = [piece.y for page in pages for piece in page]
    low, high = min(heights, default=0), max(heights, default=0)
    edges = [_edges(page, low, high) for page in pages]
    tops, bottoms = [top for top, _ in edges], [bottom for _, bottom in edges]
    title = joined(next(iter(rows_of(pages[0])), [])) if pages else ""
    found: list[dict[int, Role]] = [{} for _ in pages]
    for number, page in enumerate(pages):
        for row in tops[number]:
            is_head = _is_counted(row, number, tops) or _repeats(row, number, tops, is_later=True)
            if is_head or (number and _names(row, title)):
                found[number] |= {id(piece): "head" for piece in row}
        for row in bottoms[number]:
            is_foot = _is_counted(row, number, bottoms) or _repeats(row, number, bottoms)
            if is_foot or _is_only_number(row, number, len(pages), page):
                found[number] |= {id(piece): "foot" for piece in row}
    return found


def line_numbers(page: Sequence[Piece]) -> set[int]:
    """The pieces, by identity, that number the lines of a page in its margin: `5 The board`, `6 soldiers were`."""
    rows = rows_of(page)
    counted = [(int(row[0].text), row) for row in rows if len(row) > 1 and _LINE_NUMBER.fullmatch(row[0].text)]
    steps = {after[0] - before[0] for before, after in pairwise(counted)}
    if len(counted) < _NUMBERED_LINES or steps not in ({1}, {5}):
        return set()
    margin = max(row[0].end for _, row in counted)
    are_lines = all(len(row[1].text) >= _LINE_TEXT and row[1].x > margin for _, row in counted[:-1])
    return {id(row[0]) for _, row in counted} if are_lines else set()


def _edges(page: Sequence[Piece], low: float, high: float) -> tuple[list[list[Piece]], list[list[Piece]]]:
    """The rows at the top and at the bottom of a page, in the outer parts of its height, before the first white."""
    rows = rows_of(page)
    zone = _ZONE * (high - low)
    top = [row for row in _until_white(rows) if row[0].y >= high - zone]
    bottom = [row for row in _until_white(rows[::-1]) if row[0].y <= low + zone]
    return top, bottom


def _until_white(rows: Sequence[list[Piece]]) -> list[list[Piece]]:
    """The first rows, as far as a white strip that is wider than the page's others; none where there is none."""
    steps = [abs(row[0].y - after[0].y) for row, after in pairwise(rows)]
    usual = sorted(steps)[(len(steps) - 1) // 3] if len(steps) > 1 else 0.0
    for place, (row, step) in enumerate(zip(rows[:_LINES], steps, strict=False), start=1):
        if step >= max(_WHITE * row[0].size, _WIDER * usual):
            return list(rows[:place])
    return []


def _names(row: Sequence[Piece], title: str) -> bool:
    """Whether a line at the top of a later page says the document's title again."""
    return len(title) >= _TITLE and title in joined(row)


def _repeats(
    row: Sequence[Piece], number: int, edges: Sequence[Sequence[Sequence[Piece]]], *, is_later: bool = False
) -> bool:
    """Whether the same line stands at its place on a page nearby, or on an earlier one."""
    return any(joined(row) == joined(other) for step, other in _nearby(row, number, edges) if step < 0 or not is_later)


def _is_counted(row: Sequence[Piece], number: int, edges: Sequence[Sequence[Sequence[Piece]]]) -> bool:
    """Whether a line counts the pages: it says the same as one nearby but for numbers that differ as the pages do."""
    like = [step for step, other in _nearby(row, number, edges) if _counts_on(joined(row), joined(other), step)]
    is_own = str(number + 1) in _DIGITS.findall(joined(row))
    return bool(like) and (is_own or len(like) > 1)


def _nearby(
    row: Sequence[Piece], number: int, edges: Sequence[Sequence[Sequence[Piece]]]
) -> list[tuple[int, Sequence[Piece]]]:
    """Lines at the same height and of the same size on the pages around, each with how many pages further it stands."""
    steps = [step for near in _NEAR for step in (-near, near) if 0 <= number + step < len(edges)]
    return [
        (step, other)
        for step in steps
        for other in edges[number + step]
        if abs(row[0].y - other[0].y) <= _SAME_HEIGHT and abs(row[0].size - other[0].size) <= 1
    ]


def _counts_on(here: str, there: str, step: int) -> bool:
    numbers = list(zip(_DIGITS.findall(here), _DIGITS.findall(there), strict=False))
    is_same = here != there and _DIGITS.sub("0", here) == _DIGITS.sub("0", there)
    return is_same and all(one == two or int(two) - int(one) == step for one, two in numbers)


def _is_only_number(row: Sequence[Piece], number: int, count: int, page: Sequence[Piece]) -> bool:
    """Whether the last line of a page is nothing but its number: on a document of one page none repeats."""
    found = _PAGE_NUMBER.fullmatch(joined(row))
    if found is None or row[0].y > min(piece.y for piece in page):
        return False
    stated, of = found["page"] or found["p"], found["of"] or found["o"]
    return int(stated) == number + 1 and (not of or int(of) == count)
