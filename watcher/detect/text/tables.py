"""Tables in a text: which lines are rows, and which of their cells count people harmed.

A row names its columns itself ("Site: Bridge; Killed: 2"), one pair a line counting as a row of its own, or stands
under a line of heads, its cells parted by bars, tabs, or by blanks alone as in a PDF. Only a table with a column of
harm is one. Linear in the text.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import replace
from itertools import islice, pairwise
from typing import TYPE_CHECKING

from watcher.detect.text.labelled_lines import labelled_rows
from watcher.detect.text.listed_figures import (
    DASH,
    HEAD_LETTERS,
    KEY_WORDS,
    MARK,
    heading_above,
    is_title,
    listed_rows,
    named_rows,
    titled,
)
from watcher.detect.text.slashed_figures import SLASHED, slashed_rows
from watcher.detect.text.table_cells import (
    Head,
    cell_of,
    class_in,
    finished,
    head_of,
    is_total_label,
    known_words,
    names_period,
    words_of,
)
from watcher.detect.words.annotations import Cell, Row
from watcher.detect.words.tokens import THING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from watcher.detect.words.lexicon import Lexicon


_NAMED = re.compile(r":[ \t]*(?:\d|\w+[ \t]*(?:[;|\n]|\Z))")
_BARS = re.compile(r"[ \t]*\|[ \t]*|[ ]*\t[ ]*|[ ]{3,}")
_WIDE = re.compile(r"[ \t]*\|[ \t]*|[ ]*\t[ \t]*|[ ]{3,}")  # several tabs as one: they only set the columns
_SEMICOLONS = re.compile(r"[ \t]*;[ \t]*")
_COMMAS = re.compile(r"[ \t]*,[ \t]*")
_SPOKEN = re.compile(r"(?m)\d(?<![\d.,:].)\d{0,4}[ \t]+(?:[a-z-]+[ \t]+){0,2}[a-z-]+[;.,]?[ \t]*$")
_FIGURE = re.compile(
    r"(?<![\w.,:])(\d{1,3}(?:,\d{3})+|\d{1,5})[ \t]+([a-z-]+(?:[ \t]+[a-z-]+){0,2}?)"
    r"(?=[ \t]*(?:[,;.&/+]|[-–—][ ]|\d|[a-z]+[ \t]+\d|$|\n))"
)
_JOINT = re.compile(r"[ \t]*(?:[,;&/+]|(?<=[ ])[-–—](?=[ ]))?[ \t]*")
_STATED = frozenset({"participle", "adjective", "noun"})
_NUMBERS_LAST = re.compile(r"(?P<label>[^\d\n]*?)(?P<values>(?:[ \t]+(?:\d[\d,]*|[-–—]))+)[ \t]*$")
_SIGN = re.compile(r"[:|\t]")
_CLOSING = frozenset((*".:;!?", ""))  # what ends a line that is no line of heads; an empty one is none either
_PAIR = 2  # lines of figures in words: one alone is prose


Span = tuple[int, int]


def find_tables(text: str, lexicon: Lexicon) -> tuple[list[Row], list[Span]]:
    """The rows of all tables that count people harmed, and the offsets of the lines that only name the columns."""
    is_parted = "|" in text or "\t" in text or _NAMED.search(text) is not None
    shapes = [DASH] if _may_hold_dash(text) and DASH.search(text) is not None else []
    if "/" in text and SLASHED.search(text) is not None:
        shapes.append(SLASHED)
    if "\n" in text and len(list(islice(_SPOKEN.finditer(text), _PAIR))) == _PAIR:
        shapes.append(_SPOKEN)
    lines = list(_lines(text))
    if not is_parted and not shapes and not any(_ends_with_figure(text, line) for line in lines):
        return [], []
    rows: list[Row] = []
    heads: list[Span] = []
    done, table, barren = 0, 0, 0
    for at in _openings(text, lines, shapes):
        if at < done:
            continue
        names_harm = bool(lexicon.harms.starts(text[slice(*lines[at])].lower()))
        for read in _READERS if names_harm else _READERS_BELOW:
            if read is listed_rows and at < barren and head_of(heading_above(text, lines, at), lexicon) is None:
                continue  # inside a list that counts nobody
            found, taken = read(text, lines, at, lexicon)
            if read is listed_rows and not found:
                barren = at + taken
            if found:
                heading = heading_above(text, lines, at)
                rows += finished(found, table, heading, lexicon)
                heads += [lines[at]] if read in (_rows_under_heads, _crossed_columns) else []
                is_titled = at and ((read is listed_rows and titled(heading, lexicon)) or is_title(heading, lexicon))
                heads += [lines[at - 1]] if is_titled else []
                done, table = at + taken, table + 1
                break
    return rows, heads


def _may_hold_dash(text: str) -> bool:
    """Whether a dash between blanks may stand in a text: only a text beyond ASCII has other dashes than the hyphen."""
    if " - " in text or "\t-" in text or "-\t" in text:
        return True
    return not text.isascii() and ("–" in text or "—" in text or "‒" in text)


def _openings(text: str, lines: Sequence[Span], shapes: Sequence[re.Pattern[str]]) -> list[int]:
    """The lines that can begin a table, found by searching the whole text: most lines hold no sign of one."""
    begins = [start for start, _ in lines]
    signs = [match.start() for shape in (_SIGN, *shapes) for match in shape.finditer(text)]
    found = {bisect_right(begins, sign) - 1 for sign in signs}
    for above in range(len(lines) - 1):
        if lines[above][1] - lines[above][0] <= HEAD_LETTERS and _ends_with_figure(text, lines[above + 1]):
            found.add(above)
    return sorted(found)


def _ends_with_figure(text: str, line: Span) -> bool:
    """Whether the last sign of a line is a figure; asked of each line, for a pattern would try each letter."""
    return text[slice(*line)].rstrip()[-1:].isdecimal()


def _lines(text: str) -> Iterator[Span]:
    start = 0
    for line in text.split("\n"):
        yield start, start + len(line)
        start += len(line) + 1


def _below(lines: Sequence[Span], at: int) -> Iterator[Span]:
    """The lines below one, without a copy of them: most readers stop at the first."""
    return (lines[below] for below in range(at + 1, len(lines)))


def _rows_under_heads(text: str, lines: Sequence[Span], at: int, lexicon: Lexicon) -> tuple[list[Row], int]:
    """The rows under a line of heads, their cells parted as its own are."""
    title = text[slice(*lines[at])]
    if title.rstrip()[-1:] in _CLOSING or any(map(str.isdigit, title)):
        return [], 0
    sign = _sign_of(title)
    if sign is not None:
        return _barred_rows(text, lines, at, lexicon, sign)
    return _blank_rows(text, lines, at, lexicon) if len(title) <= HEAD_LETTERS else ([], 0)


def _sign_of(title: str) -> re.Pattern[str] | None:
    """What parts the cells of a line of heads: bars, tabs or wide blanks, else semicolons, else commas."""
    for sign in (_BARS, _SEMICOLONS, _COMMAS):
        if len(sign.split(title.strip())) > (1 if sign is _BARS else 2):
            return sign
    return None


def _barred_rows(
    text: str, lines: Sequence[Span], at: int, lexicon: Lexicon, sign: re.Pattern[str]
) -> tuple[list[Row], int]:
    heads = [head_of(text[slice(*cell)], lexicon) for cell in _cells(text, *lines[at], sign)]
    rows: list[Row] = []
    if not any(heads):
        return rows, 0  # no head of a harm, no cell: the rows below need not be read again for each of them
    for start, end in _below(lines, at):
        cells = _cells(text, start, end, sign)
        cells = cells if len(cells) == len(heads) or sign is not _BARS else _cells(text, start, end, _WIDE)
        if len(cells) == len(heads) + 1 and all(heads):
            heads = [None, *heads]  # above the labels of the rows stands nothing
        if len(cells) != len(heads):
            break
        columns = [(head, span) for head, span in zip(heads, cells, strict=True) if head is not None]
        counted = [cell for head, span in columns for cell in _cells_of(text, head, span, lexicon)]
        rows.append(Row(start, end, text[slice(*cells[0])], tuple(counted)))
    return (rows, len(rows) + 1) if any(row.cells for row in rows) else ([], 0)


def _cells_of(text: str, head: Head, span: Span, lexicon: Lexicon) -> list[Cell]:
    """What stands in a cell: its number, or, under "Enemy losses", figures with their words: "12 killed, 20 hurt"."""
    cell = cell_of(head, text[slice(*span)], span[0], span[0], lexicon)
    if cell is not None or head.entry.harm != "casualty":
        return [cell] if cell is not None else []
    spoken = (_spoken_cell(figure, lexicon) for figure in _FIGURE.finditer(text, *span))
    return [replace(one, victim=head.victim) for one in spoken if one is not None]


def _crossed_columns(text: str, lines: Sequence[Span], at: int, lexicon: Lexicon) -> tuple[list[Row], int]:
    """Rows named by their harm under columns of periods or classes: "| Past 24 h | Since 1 May", "Dead | 3 | 41"."""
    title = text[slice(*lines[at])]
    sign = _sign_of(title) if any(mark in title for mark in "|\t;") else None
    columns = [text[slice(*cell)] for cell in _cells(text, *lines[at], sign)] if sign is not None else []
    above = head_of(columns[0], lexicon) if columns else None
    is_above = above is not None and above.entry.harm == "casualty"  # "Enemy losses | last day | since 1 March"
    if sign is None or any(head_of(column, lexicon) is not None for column in columns[int(is_above) :]):
        return [], 0
    rows: list[Row] = []
    for start, end in _below(lines, at):
        cells = _cells(text, start, end, sign)
        head = _only_harm(text[slice(*cells[0])], lexicon)
        if head is not None and above is not None and head.victim == "unknown":
            head = replace(head, victim=above.victim)
        row = _row_of_harm(text, cells, columns[1 - len(cells) :], head, lexicon) if head and len(cells) > 1 else None
        if row is None:
            break
        rows.append(row)
    return (rows, len(rows) + 1) if rows else ([], 0)


def _only_harm(label: str, lexicon: Lexicon) -> Head | None:
    """As in "Dead", "Police killed"; not "Stretcher, casualty" or the ward of the "Burns"."""
    head = head_of(label, lexicon)
    known = [lexicon.words.get(low) for low in words_of(label)]
    is_plain = all(word is not None and (word.harm or word.people or word.is_grammar) for word in known)
    return head if head is not None and is_plain and not head.entry.is_bodily else None


def _row_of_harm(text: str, cells: Sequence[Span], columns: Sequence[str], head: Head, lexicon: Lexicon) -> Row | None:
    """A row whose first cell names the harm; None where another cell holds no number."""
    found = []
    for column, (first, last) in zip(columns, cells[1:], strict=False):
        victim = class_in(column, lexicon)
        own = head if victim == "unknown" else replace(head, victim=victim)
        cell = cell_of(own, text[first:last], first, first, lexicon)
        if cell is None:
            return None
        is_of_period = names_period(column, lexicon)
        is_total = is_total_label(column, lexicon) and not is_of_period
        found.append((is_total, replace(cell, is_of_period=is_of_period)))
    parts = [cell for is_total, cell in found if not is_total]
    total = [cell for is_total, cell in found if is_total]
    if total and total[0].people != sum(cell.people for cell in parts):
        parts = total
    return Row(cells[0][0], cells[-1][1], text[slice(*cells[0])], tuple(parts or total))


def _spoken_rows(text: str, lines: Sequence[Span], at: int, lexicon: Lexicon) -> tuple[list[Row], int]:
    """Lines of a label and figures with their words: "Kharan: 3 dead, 5 injured", "- at Velt, 2 rebels killed"."""
    rows: list[Row] = []
    last = at
    while last < len(lines):
        row = _spoken_row(text, *lines[last], lexicon)
        if row is None:
            break
        rows.append(row)
        last += 1
    return (rows, last - at) if len(rows) > 1 and any(row.cells for row in rows) else ([], 0)


def _spoken_row(text: str, start: int, end: int, lexicon: Lexicon) -> Row | None:
    """A line whose label is no prose and where nothing but figures follows."""
    mark = MARK.match(text, start, end)
    start = mark.end() if mark is not None else start
    figures = list(_FIGURE.finditer(text, start, end)) if _SPOKEN.search(text, start, end) is not None else []
    if not figures:
        return None
    label = text[start : figures[0].start()].strip(" \t:,–—‒-")
    between = [text[one.end() : other.start()] for one, other in pairwise(figures)]
    is_list = all(_JOINT.fullmatch(words) or words.strip().lower() in lexicon.numbers.joining for words in between)
    if not 0 < len(label.split()) <= KEY_WORDS or head_of(label, lexicon) is not None or not is_list:
        return None
    cells = [_spoken_cell(one, lexicon) for one in figures]
    # "0 civilians hurt" is left to grammar: it denies.
    known = tuple(cell for cell in cells if cell is not None and (cell.people or cell.victim == "unknown"))
    return Row(start, end, label, known) if len(known) == len(cells) else None


def _spoken_cell(figure: re.Match[str], lexicon: Lexicon) -> Cell | None:
    """As in "4 insurgents killed"; None where the last word is no harm of people."""
    words = figure[2].split()
    head = head_of(words[-1], lexicon) if head_of(figure[2], lexicon) is not None else None  # "3 vehicles burnt"
    if head is None or head.entry.form not in _STATED or any(head_of(word, lexicon) for word in words[:-1]):
        return None
    people, start = int(figure[1].replace(",", "")), figure.start(1)
    victim = class_in(figure[2], lexicon)
    return Cell(head.entry, head.is_joint, victim, start, start, figure.end(1), people)


def _cells(text: str, start: int, end: int, sign: re.Pattern[str] = _BARS) -> list[Span]:
    """The offsets of the cells of a line."""
    while start < end and text[start] in " |":
        start += 1
    while end > start and text[end - 1] in " |":
        end -= 1
    cells: list[Span] = []
    for match in sign.finditer(text, start, end):
        cells.append((start, match.start()))
        start = match.end()
    return [*cells, (start, end)]


def _blank_rows(text: str, lines: Sequence[Span], at: int, lexicon: Lexicon) -> tuple[list[Row], int]:
    """As a PDF gives them: "District Dead Hurt" over "Nala 6 14", the last words of the heads over the numbers."""
    title = text[slice(*lines[at])]
    heads = [one for word in title.split() if (one := head_of(word, lexicon)) is not None]
    heads = [replace(heads[0], victim=class_in(title, lexicon))] if len(heads) == 1 else heads
    rows: list[Row] = []
    for start, end in _below(lines, at) if heads else ():
        match = _NUMBERS_LAST.match(text, start, end)
        numbers = [] if match is None else list(re.finditer(r"\S+", match["values"]))
        if match is None or len(numbers) != len(heads) or match["label"].rstrip().endswith(":"):
            break
        base = match.start("values")
        counted = _under_losses(match["label"], heads, lexicon)
        cells = [
            cell_of(head, number.group(), base + number.start(), base + number.start(), lexicon)
            for head, number in zip(counted, numbers, strict=bool(counted))
        ]
        rows.append(Row(start, end, match["label"].strip(), tuple(cell for cell in cells if cell is not None)))
    is_table = len(rows) > 1 and any(row.cells for row in rows)
    return (rows, len(rows) + 1) if is_table else ([], 0)


def _under_losses(label: str, heads: Sequence[Head], lexicon: Lexicon) -> Sequence[Head]:
    """As in "Killed 90", "Tanks 3" under "Enemy losses": a label that names a harm counts it, one of things nobody."""
    if len(heads) > 1 or heads[0].entry.harm != "casualty":
        return heads
    own = head_of(label, lexicon)
    if own is not None:
        return [own if own.victim != "unknown" else replace(own, victim=heads[0].victim)]
    return [] if any(word.mask & THING for word in known_words(words_of(label), lexicon)) else heads


# What reads the rows of a table that begins at a line, and what does where that line itself names no harm.
_READERS = (slashed_rows, labelled_rows, named_rows, listed_rows, _rows_under_heads, _crossed_columns, _spoken_rows)
_READERS_BELOW = (listed_rows, _crossed_columns)
