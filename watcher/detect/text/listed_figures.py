"""Figures in lists, each with its name: "Site: Bridge; Killed: 2", "Civilians killed: 4", "Soldiers …… 4".

Lines that name one number each are a table where one of them counts people harmed, or the line above says whom.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from watcher.detect.text.table_cells import (
    NUMBER,
    VALUE_WORDS,
    WORD,
    Head,
    cell_of,
    class_in,
    head_of,
    is_total_label,
    known_words,
    words_of,
)
from watcher.detect.words.annotations import Row
from watcher.detect.words.tokens import AUXILIARY, BE, DO, HAVE, LABEL, MODAL, MONTH, PREPOSITION, THING, UNIT

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from watcher.detect.words.lexicon import Lexicon

    Span = tuple[int, int]


# It begins with its rarest sign, which a search over a whole text runs to at once; what stands before it follows.
DASH = re.compile(r"[-–—‒](?<=[ \t].)[ \t]+(?=(?:[a-z]+[ \t])?\d)")
# Between a name and its number in a list that a page or a PDF lays out: "Soldiers …… 4", "Killed | 0".
_LED = re.compile(r"[ \t]*(?:\|[ \t]*|\.{3,}|…+|\t|_{3,})[ .…_\t]*(?=(?:\d[\d,.]*|[-–—])[ \t|]*$)")
_VERBS = BE | HAVE | MODAL | DO
_ENDING = frozenset((*".;!?", ""))  # what ends a line that is no title
KEY_WORDS, HEAD_LETTERS = 6, 60  # a longer key, value or line of heads is prose
MARK = re.compile(r"\s*(?:[-–—•*·▪►]\s+)?")
_PARTED = re.compile(r"[ \t]*(?:[;|,\t]|[ \t][-–—•·/][ \t])[ \t]*")
_BARRED = re.compile(r"[^|\t\n]+")
_NAME_NUMBER = re.compile(r"[ ]*([A-Za-z][A-Za-z -]*?)[ ]+(\d[\d,]*)[ ]*")
_FIGURE = re.compile(r":[ \t]*\d")
_COLON = re.compile(r":(?=[ \t]|$|(?<!\d:)\d)")


@dataclass(frozen=True, slots=True)
class _Pair:
    key: str
    first: int
    value: str
    start: int


def heading_above(text: str, lines: Sequence[Span], at: int) -> str:
    """The line right above a table, where it is short enough and no figure itself: "Injured: 40 (6 badly)"."""
    start, end = lines[at - 1] if at else (0, 0)
    is_figure = _FIGURE.search(text, start, end) is not None
    return text[start:end].strip() if end - start <= 2 * HEAD_LETTERS and not is_figure else ""


def named_rows(text: str, lines: Sequence[Span], at: int, lexicon: Lexicon) -> tuple[list[Row], int]:
    """Rows whose cells each name their column; several can stand in one line: "Killed: 2; Injured: 3 Site: Mill"."""
    rows: list[Row] = []
    last = at
    while last < len(lines):
        pairs = _pairs(text, *lines[last])
        found = _rows_of_line(pairs, lexicon) if len(pairs) > 1 else []
        if not any(row.cells for row in found) or any(_is_prose(pair, lexicon) for pair in pairs):
            break
        rows += found
        last += 1
    return rows, last - at


def _rows_of_line(pairs: Sequence[_Pair], lexicon: Lexicon) -> list[Row]:
    crossed = _crossed_row(pairs, lexicon)
    return [crossed] if crossed is not None else [_named_row(part, lexicon) for part in _parted(pairs)]


def listed_rows(text: str, lines: Sequence[Span], at: int, lexicon: Lexicon) -> tuple[list[Row], int]:
    """Lines of one name and one number each: "Civilians killed: 4"; no rows where none of them counts anybody."""
    rows: list[Row] = []
    last, losses = at, None
    title = titled(heading_above(text, lines, at), lexicon)
    while last < len(lines):
        pairs = _pairs(text, *lines[last], has_figures=title is not None)
        if len(pairs) != 1 or len(pairs[0].value.split()) > VALUE_WORDS or not NUMBER.search(pairs[0].value):
            break
        if _is_prose(pairs[0], lexicon):
            break
        losses = losses if rows else title
        rows.append(_sum_row(pairs, rows, lexicon) or _named_row(pairs, lexicon, losses))
        last += 1
    is_table = len(rows) > 1 and any(row.cells for row in rows)
    return (rows if is_table else [], last - at)


def _sum_row(pairs: Sequence[_Pair], rows: Sequence[Row], lexicon: Lexicon) -> Row | None:
    """As in "Total: 15" under "Soldiers killed: 12", "Civilians killed: 3": of the one harm that the rows count."""
    entries = {cell.entry.name: cell.entry for row in rows for cell in row.cells}
    pair = pairs[0]
    if len(entries) != 1 or not is_total_label(pair.key, lexicon) or head_of(pair.key, lexicon) is not None:
        return None
    head = Head(next(iter(entries.values())), is_joint=False, victim="unknown")
    cell = cell_of(head, pair.value, pair.start, pair.first, lexicon)
    return Row(pair.first, pair.start + len(pair.value.rstrip()), pair.key, (cell,)) if cell is not None else None


def titled(heading: str, lexicon: Lexicon) -> Head | None:
    """What a line above a list says that it counts, and of whom: "Wounded on 2 June", "Dead by district"; no prose."""
    if heading[-1:] in _ENDING or not lexicon.harms.starts(heading.lower()):
        return None
    before, comma, after = heading.partition(",")
    if comma and not lexicon.harms.starts(before.lower()):
        return titled(after.strip(), lexicon)  # "City Clinic, wounded admitted since noon"
    lows = words_of(heading)
    masks = [lexicon.lookup[low].mask for low in lows]
    if any(mask & AUXILIARY and not mask & MONTH for mask in masks):
        return None
    where = next((at for at, mask in enumerate(masks) if at and mask & PREPOSITION), len(lows))
    head = head_of(" ".join(lows[:where]), lexicon)
    is_by = where < len(lows) and lows[where] in lexicon.rule_words.step_openers
    return replace(head, victim=class_in(heading, lexicon)) if head is not None and not is_by else head


def is_title(heading: str, lexicon: Lexicon) -> bool:
    """As in "Harm to civilians" over a table: a line that counts nobody, and that the figures below it spell out."""
    if heading[-1:] in _ENDING or not lexicon.harms.starts(heading.lower()):
        return False
    words = [lexicon.lookup[low] for low in words_of(heading)]
    is_counted = any(map(str.isdecimal, heading)) or any(word.number is not None for word in words)
    return not is_counted and not any(word.mask & _VERBS and not word.mask & (MONTH | PREPOSITION) for word in words)


def _pairs(text: str, start: int, end: int, *, has_figures: bool = False) -> list[_Pair]:
    """The names and values of a line, in order; none where it is prose.

    `has_figures`: a name may begin with a figure, as the times and ages under a title do: "08:00: 11", "18-59: 21".
    """
    found: list[_Pair] = []
    mark = MARK.match(text, start, end)
    key = mark.end() if mark is not None else start
    colons = [match.start() for match in _COLON.finditer(text, key, end)]
    dash = (DASH.search(text, key, end) or _LED.search(text, key, end)) if not colons else None
    if dash is not None:  # "personnel killed - about 61,200"
        words = text[key : dash.start()].strip()
        is_key = 0 < len(words.split()) <= KEY_WORDS and words[0].isalpha() and "|" not in words
        return [_Pair(words, key, text[dash.end() : end], dash.end())] if is_key else _barred_pairs(text, key, end)
    if not colons:
        return _barred_pairs(text, key, end)
    for number, colon in enumerate(colons):
        is_last = number + 1 == len(colons)
        value = (end, end) if is_last else _split(text, colon + 1, colons[number + 1])
        words = text[key:colon].strip()
        length = len(_PARTED.split(words)[-1].split())  # of "Mon 3 June (market) - killed" the last name is of the cell
        if value is None or not 0 < length <= KEY_WORDS or len(words) > HEAD_LETTERS:
            return []
        if not words[0].isalpha() and not (has_figures and words[0].isdecimal()):
            return []
        after, following = value
        found.append(_Pair(words, key, text[colon + 1 : after], colon + 1))
        key = following
    return found


def _barred_pairs(text: str, start: int, end: int) -> list[_Pair]:
    """As in "Own losses in May | killed 12 | wounded 47": after whose they are, cells of a name and its number."""
    if text.find("|", start, end) < 0 and text.find("\t", start, end) < 0:
        return []
    label, *cells = [match.span() for match in _BARRED.finditer(text, start, end)]
    found = [_Pair("", label[0], text[slice(*label)], label[0])]
    for first, last in cells:
        cell = _NAME_NUMBER.fullmatch(text, first, last)
        if cell is None:
            return []
        found.append(_Pair(cell[1], first, cell[2], cell.start(2)))
    return found if cells else []


def _split(text: str, start: int, end: int) -> Span | None:
    """Where a value ends and the next name begins between two colons: at a sign, else at the last capital."""
    signs = list(_PARTED.finditer(text, start, end))
    if signs:
        return signs[-1].span()
    capitals = [at for at in range(start + 1, end) if text[at].isupper() and text[at - 1].isspace()]
    if not capitals or not text[start : capitals[-1]].strip():
        return None
    return capitals[-1], capitals[-1]


def _parted(pairs: Sequence[_Pair]) -> Iterator[Sequence[_Pair]]:
    """The pairs of each row of a line: a row begins where the first name comes again."""
    begin = 0
    for at in range(1, len(pairs)):
        if pairs[at].key.casefold() == pairs[begin].key.casefold():
            yield pairs[begin:at]
            begin = at
    if pairs:
        yield pairs[begin:]


def _is_prose(pair: _Pair, lexicon: Lexicon) -> bool:
    """As in "Killed: 4 soldiers of the engineers": a number with its noun is left to the grammar of sentences."""
    head = head_of(pair.key, lexicon)
    if not _holds_number(pair.value, lexicon):
        return False
    if head is None:  # "Serious accidents: 2, with three injured", "Enemy: 3 killed"
        return bool(lexicon.harms.starts(pair.value.lower()))
    return cell_of(head, pair.value, pair.start, pair.first, lexicon) is None


def _holds_number(value: str, lexicon: Lexicon) -> bool:
    """As in "4", "two injured"; not "unknown"."""
    words = WORD.findall(value.lower())
    return NUMBER.search(value) is not None or any(word in lexicon.numbers.ones for word in words)


def _named_row(pairs: Sequence[_Pair], lexicon: Lexicon, losses: Head | None = None) -> Row:
    """A row that names its columns; under a heading of `losses` "personnel" is a column of harm as well."""
    cells = []
    labels = []
    for pair in pairs:
        key = _PARTED.split(pair.key)[-1]  # "Enemy losses; Tanks: 4" counts tanks
        head = head_of(key, lexicon) or (losses if losses is not None and _is_under(losses, key, lexicon) else None)
        cell = cell_of(head, pair.value, pair.start, pair.first, lexicon) if head is not None else None
        if cell is not None:
            cells.append(cell)
        elif head is None:
            labels.append(pair.value.strip())
    end = pairs[-1].start + len(pairs[-1].value.rstrip())
    return Row(pairs[0].first, end, labels[0] if labels else pairs[0].key, tuple(cells))


def _is_under(losses: Head, key: str, lexicon: Lexicon) -> bool:
    """Whether a line of a list counts what its title says: under "Injured, by hospital" whatever names no things.

    One thing is where they were: "North gate: 2".
    """
    if losses.entry.harm == "casualty" or losses.entry.needs_count:
        return _is_of_people(key, lexicon)
    lows, endings = words_of(key), lexicon.rule_words.plural_endings
    is_label = LABEL if len(lows) == 1 else 0
    return not any(
        word.mask & (UNIT | MONTH | is_label) or (word.mask & THING and word.text.endswith(endings))
        for word in known_words(lows, lexicon)
    )


def _is_of_people(key: str, lexicon: Lexicon) -> bool:
    """As in "personnel - about 800": a line of a list of losses that counts people."""
    lows = words_of(key)
    known = list(known_words(lows, lexicon))
    last = known[-1].people if known and all(low in lexicon.words for low in lows) else None
    return last is not None and not last.is_modifier and all(word.people is not None for word in known)


def _crossed_row(pairs: Sequence[_Pair], lexicon: Lexicon) -> Row | None:
    """A row named by its harm, its columns by who was harmed, or where: "Killed; Soldiers: 4; Civilians: 3"."""
    sign = _PARTED.search(pairs[0].key)
    head = head_of(pairs[0].key[: sign.start()], lexicon) if sign is not None else None
    if sign is None or head is None or not all(NUMBER.search(pair.value) for pair in pairs):
        return None
    first = replace(pairs[0], key=pairs[0].key[sign.end() :], first=pairs[0].first + sign.end())
    columns = [first, *pairs[1:]]
    heads = [replace(head, victim=class_in(pair.key, lexicon)) for pair in columns]
    is_of_people = head.entry.harm != "casualty" or all(one.victim != "unknown" for one in heads)
    if not is_of_people or any(head_of(pair.key, lexicon) is not None for pair in columns):
        return None
    cells = [
        (is_total_label(pair.key, lexicon), cell_of(one, pair.value, pair.start, pair.first, lexicon))
        for pair, one in zip(columns, heads, strict=True)
    ]
    parts = [cell for is_total, cell in cells if cell is not None and not is_total]
    total = next((cell for is_total, cell in cells if cell is not None and is_total), None)
    if total is not None and total.people != sum(cell.people for cell in parts):
        parts = [total]
    label = pairs[0].key[: sign.start()]
    return Row(pairs[0].first, pairs[-1].start + len(pairs[-1].value.rstrip()), label, tuple(parts))
