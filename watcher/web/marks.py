"""A text with its claims marked in place: lines, in them sentences that links lead to, in them marked words. Pure.

The pieces in a row are the text again, whatever overlaps: where the words of two claims overlap, a piece belongs to
both.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from watcher.model.claim import Stance
    from watcher.model.text_context import Line, LineKind


@dataclass(frozen=True, slots=True)
class Mark:
    """The words of a claim: offsets into the text of them and of their sentence, the claim's number on the page.

    `anchor` is the id that links lead to.
    """

    start: int
    end: int
    sentence_start: int
    sentence_end: int
    number: int
    stance: Stance
    words: str
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text within the words of `marks`, or of none; `ends` are the marks whose words end with it."""

    text: str
    marks: tuple[Mark, ...] = ()
    ends: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of a line: sentences with claims, with the anchors that lead there, or what stands between them."""

    pieces: tuple[Piece, ...]
    is_quoted: bool = False
    anchors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MarkedLine:
    """One line of the text, what it is, and the page of a document that begins with it, 0 where none does."""

    kind: LineKind
    passages: tuple[Passage, ...]
    page: int = 0


def mark_of(
    text: str, start: int, end: int, sentence: str, *, number: int, stance: Stance, words: str, anchor: str = ""
) -> Mark:
    """A mark with its sentence found around it; where it is not there, the words alone are the sentence."""
    found = text.find(sentence, max(0, start - len(sentence))) if sentence else -1
    is_there = 0 <= found <= start and found + len(sentence) >= end
    around = (found, found + len(sentence)) if is_there else (start, end)
    return Mark(start, end, *around, number, stance, words, anchor)


def marked_lines(
    text: str, marks: Sequence[Mark], lines: Sequence[Line] = (), page_starts: Sequence[int] = ()
) -> tuple[MarkedLine, ...]:
    """The lines of a text with the marks in them; empty lines are left out, a mark over several lines is in each."""
    kinds = {line.start: line.kind for line in lines}
    pages = sorted(page_starts)
    starts = list(accumulate((len(line) + 1 for line in text.split("\n")), initial=0))
    by_line = _by_line(starts, marks)
    found: list[MarkedLine] = []
    page = 0
    for number, line in enumerate(text.split("\n")):
        start = starts[number]
        if line.strip():
            begun = bisect_right(pages, start + len(line) - len(line.lstrip()))
            passages = tuple(_passages(text, start, start + len(line), by_line.get(number, ())))
            found.append(MarkedLine(kinds.get(start, "paragraph"), passages, begun if begun > page else 0))
            page = begun
    return tuple(found)


def _by_line(starts: Sequence[int], marks: Sequence[Mark]) -> dict[int, list[Mark]]:
    """The marks of each line by its number: a long text has many lines and most have none."""
    found: dict[int, list[Mark]] = {}
    for mark in marks:
        first = bisect_right(starts, mark.sentence_start) - 1
        for number in range(first, bisect_right(starts, max(mark.sentence_start, mark.sentence_end - 1))):
            found.setdefault(number, []).append(mark)
    return found


def marked_words(text: str, marks: Sequence[Mark]) -> tuple[Passage, ...]:
    """A title or caption with the marks in it."""
    return tuple(_passages(text, 0, len(text), marks))


def _passages(text: str, start: int, end: int, marks: Sequence[Mark]) -> Iterator[Passage]:
    inside = [mark for mark in marks if mark.sentence_start < end and mark.sentence_end > start]
    at = start
    for first, last in _joined((max(start, one.sentence_start), min(end, one.sentence_end)) for one in inside):
        if at < first:
            yield Passage((Piece(text[at:first]),))
        own = [one for one in inside if first <= max(start, one.sentence_start) < last]
        anchors = tuple(one.anchor for one in own if one.anchor and one.sentence_start >= start)
        yield Passage(tuple(_pieces(text, first, last, own)), is_quoted=True, anchors=anchors)
        at = last
    if at < end:
        yield Passage((Piece(text[at:end]),))


def _joined(ranges: Iterator[tuple[int, int]]) -> list[tuple[int, int]]:
    """Ranges in order, those that overlap as one."""
    joined: list[tuple[int, int]] = []
    for first, last in sorted(ranges):
        if joined and first < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(last, joined[-1][1]))
        else:
            joined.append((first, last))
    return joined


def _pieces(text: str, start: int, end: int, marks: Sequence[Mark]) -> Iterator[Piece]:
    cuts = {start, end} | {at for mark in marks for at in (mark.start, mark.end) if start < at < end}
    edges = sorted(cuts)
    for first, last in pairwise(edges):
        over = tuple(mark for mark in marks if mark.start < last and mark.end > first)
        yield Piece(text[first:last], over, tuple(mark for mark in over if mark.end == last))
