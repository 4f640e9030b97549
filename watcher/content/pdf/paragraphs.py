"""Lines that a page's width has broken ─► paragraphs, over the ends of columns and pages too.

A line goes on where the first word of the next one would not have fitted into it. Divided words become whole; a number
is put together only where both halves are one number.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from watcher.content.date_words import month_number
from watcher.content.pdf.direction import is_right_to_left

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from collections.abc import Set as AbstractSet


# In parts of the letters' size or of the usual distance of lines.
_INDENT, _APART, _USUAL_PITCH = 0.8, 1.3, 1.45
_SAME_SIZE = 0.08
# A column narrower than this, or one whose edge fewer lines reach, does not show where it ends.
_NARROW, _EDGE_LINES = 12.0, 3
# How many paragraphs of notes may stand below the last line of a page, and how much smaller they are set.
_NOTES_BELOW, _SMALLER = 6, 0.92
_ENDED = re.compile(r"[.!?:;…。！？؟۔][\"'”’»)\]]*(?:\s*\[\d+\])*$")
BULLET = re.compile(r"(?:[•▪◦‣·●○■□*]|[–—-]\s|\(?(?:\d{1,2}|[a-zA-Z])[.)]\s)")
# Kinds of lines that go on in the next one.
WRAPPED = frozenset({"text", "recognised"})
# Dots that lead to a figure end a line, however full it is.
_LEADERS = re.compile(r"(?:[.…_]\s?){4,}")
_HYPHENS = "-\u2010\u00ad"
_LAST_PART = re.compile(r"(\d[\d.,'’\u00a0 ]*)[-\u2010\u00ad]?$")
_GROUPED = re.compile(r"\d{1,3}(?:([.,'’])\d{3})(?:\1\d{3})*(?:[.,]\d+)?|\d{1,3}")
_WORD_BEFORE = re.compile(r"([^\W\d]+)\.?\s+\d+,$")
_LETTERS = re.compile(r"[^\W\d_]+")


@dataclass(slots=True)
class Line:
    """A line of text with its place: page from 0, column (0 is none), and the edges of that column."""

    text: str
    page: int
    x: float
    end: float
    y: float
    size: float
    column: int = 0
    left: float = 0.0
    right: float = 0.0
    kind: str = "text"


@dataclass(slots=True)
class Paragraph:
    """Lines put together, with the offset in `text` at which each begins."""

    lines: list[Line]
    text: str
    starts: list[int]


def paragraphs_of(lines: Sequence[Line], kept_hyphens: AbstractSet[str]) -> list[Paragraph]:
    """The paragraphs of a document; `kept_hyphens` are first halves of words that are written with a hyphen."""
    words = frozenset(word.lower() for line in lines for word in _LETTERS.findall(line.text))
    compounds = frozenset(word.lower() for line in lines for word in re.findall(r"[^\W\d_]+-[^\W\d_]+", line.text))
    pitch = _pitch(lines)
    done: list[Paragraph] = []
    hyphens = _Hyphens(words, compounds, kept_hyphens)
    for line in lines:
        before = next((one for one in _before(done, line) if _goes_on(one.lines[-1], line, pitch)), None)
        if before is not None:
            _append(before, line, hyphens)
        else:
            done.append(Paragraph([line], line.text, [0]))
    return done


def _before(done: Sequence[Paragraph], line: Line) -> list[Paragraph]:
    """The paragraphs that a line may go on: the last one, on a new page also one with smaller notes after it."""
    found = list(done[-1:])
    if found and line.page == found[0].lines[-1].page + 1:
        for place in range(2, min(_NOTES_BELOW, len(done)) + 1):
            if done[1 - place].lines[-1].size > _SMALLER * line.size:
                break
            found.append(done[-place])
    return found


def _pitch(lines: Sequence[Line]) -> float:
    """The usual distance of two lines of one paragraph, in parts of the letters' size."""
    steps = sorted(
        (above.y - below.y) / above.size
        for above, below in pairwise(lines)
        if above.page == below.page and above.column == below.column and 0 < above.y - below.y < 3 * above.size
    )
    return steps[int(len(steps) * 0.3)] if len(steps) >= _EDGE_LINES else _USUAL_PITCH


def _goes_on(line: Line, after: Line, pitch: float) -> bool:
    """Whether a line is the next one of a paragraph, in its column or at the beginning of another."""
    is_text = line.kind == after.kind and line.kind in WRAPPED and not BULLET.match(after.text)
    is_text = is_text and not _LEADERS.search(line.text)
    if not is_text or abs(line.size - after.size) > _SAME_SIZE * line.size:
        return False
    is_unended = after.text[:1].islower() and not _ENDED.search(line.text)
    if (line.page, line.column) != (after.page, after.column) or after.y >= line.y:
        return is_unended or not (_ENDED.search(line.text) or _fits(line, after))
    if line.y - after.y > _APART * pitch * line.size:
        return False
    if _is_divided(line.text):
        return True
    return not _is_indented(line, after) and (is_unended or not _fits(line, after))


def _is_divided(text: str) -> bool:
    """Whether a line ends in the middle of a word or number."""
    return text[-1:] in _HYPHENS and text[-2:-1].isalnum()


def _is_indented(line: Line, after: Line) -> bool:
    """Whether a line begins further in than the one above it, which is no bullet: a paragraph's first line."""
    if is_right_to_left(after.text):
        is_left_aligned = abs(line.x - after.x) < after.size
        return line.end - after.end > _INDENT * after.size and not is_left_aligned and not BULLET.match(line.text)
    is_centred = abs((line.x + line.end) - (after.x + after.end)) < after.size
    return after.x - line.x > _INDENT * after.size and not is_centred and not BULLET.match(line.text)


def _fits(line: Line, after: Line) -> bool:
    """Whether the first word of the next line would have had room in this one, which was ended on purpose then."""
    first = after.text.split(" ", 1)[0]
    wide = (after.end - after.x) * (len(first) + 1) / max(len(after.text), 1)
    left, right = line.x - line.left, line.right - line.end
    is_centred = min(left, right) > line.size and abs(left - right) < line.size
    room = left + right if is_centred or is_right_to_left(line.text) else right
    return room > wide + 0.1 * line.size


@dataclass(frozen=True, slots=True)
class _Hyphens:
    """What decides on a hyphen at the end of a line: the document's words, its compounds, first halves to keep."""

    words: AbstractSet[str]
    compounds: AbstractSet[str]
    kept: AbstractSet[str]

    def keeps(self, before: str, after: str) -> bool:
        """Whether `before-after` is written with its hyphen also in the middle of a line."""
        one, other = before.lower(), after.lower()
        if f"{one}-{other}" in self.compounds or one in self.kept:
            return True
        return one + other not in self.words and not after.islower()


def _append(paragraph: Paragraph, line: Line, hyphens: _Hyphens) -> None:
    before, space = _joint(paragraph.text, line.text, hyphens)
    paragraph.starts.append(len(before) + len(space))
    paragraph.text = f"{before}{space}{line.text}"
    paragraph.lines.append(line)


def _joint(text: str, after: str, hyphens: _Hyphens) -> tuple[str, str]:
    """The text before the next line, and what stands between."""
    if text[-1:] not in _HYPHENS:
        return text, "" if _is_number_divided(text, after) or _has_no_spaces(text, after) else " "
    before = text[:-1]
    if before[-1:].isdecimal() and after[:1].isdecimal():
        return (before, "") if _is_one_number(before, after) else (text, "")
    one, other = re.search(r"[^\W\d_]+$", before), _LETTERS.match(after)
    if one is None or other is None:
        return text, "" if before[-1:].isalnum() and other else " "
    if text[-1] == "-" and hyphens.keeps(one[0], other[0]):
        return text, ""
    return before, ""


def _is_one_number(before: str, after: str) -> bool:
    """Whether the digits before a hyphen are no number by themselves, but one with those after it: `1,2-` and `00`."""
    one, other = _LAST_PART.search(before), re.match(r"[\d.,'’]*\d", after)
    if one is None or other is None:
        return False
    half, whole = one[1].strip(), one[1].strip() + other[0]
    return _GROUPED.fullmatch(whole) is not None and _GROUPED.fullmatch(half) is None


def _is_number_divided(text: str, after: str) -> bool:
    """Whether a group of thousands goes on in the next line: `1,` and `200 people`; never a date, a list or a year."""
    one, other = re.search(r"(?<![\d.,'’])\d{1,3}(?:([,.'’])\d{3})*[,.'’]$", text), re.match(r"\d{3}(?!\d)", after)
    if one is None or other is None or not re.match(r"\d{3}(?:[.,]\d+)*\)?\s+[^\W\d]", after):
        return False
    if one[1] and one[0][-1] != one[1]:
        return False
    named = _WORD_BEFORE.search(text)
    is_listed = re.search(r"\d,?\s+\d{1,3},$", text) is not None
    return not is_listed and not (named and month_number(named[1]))


def _has_no_spaces(text: str, after: str) -> bool:
    """Whether the script is written without spaces, as Chinese, Japanese and Thai are."""
    return all(
        "\u0e00" <= sign <= "\u0e7f" or "\u2e80" <= sign <= "\u9fff" or "\uff00" <= sign <= "\uffef"
        for sign in (text[-1:], after[:1])
        if sign
    )


def with_edges(lines: Iterable[Line], width: float) -> None:
    """Give each line of a page the edges of its column: where few or short lines reach it, the margins decide.

    Lines of another size, such as a head or a note, may be set wider.
    """
    columns: dict[int, list[Line]] = {}
    for line in lines:
        columns.setdefault(line.column, []).append(line)
    for column, some in columns.items():
        edges = {size: _edges(some, size, column, width) for size in {line.size for line in some}}
        for line in some:
            line.left, line.right = edges[line.size]


def _edges(lines: Sequence[Line], size: float, column: int, width: float) -> tuple[float, float]:
    """Where the lines of a column that are set in letters of about this size begin and end."""
    alike = [line for line in lines if abs(line.size - size) <= _SAME_SIZE * size]
    left, right = min(one.x for one in alike), max(one.end for one in alike)
    near = 0.06 * (right - left)
    is_narrow = right - left < _NARROW * size
    if column == 0 and (is_narrow or sum(one.end > right - near for one in alike) < _EDGE_LINES):
        right = max(right, width - left)
    if column == 0 and (is_narrow or sum(one.x < left + near for one in alike) < _EDGE_LINES):
        left = min(left, width - right)
    return left, right
