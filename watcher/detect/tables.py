"""Tables in a text: which lines are rows, and which of their cells count people harmed.

A row names its columns itself ("Site: Bridge; Killed: 2"), one pair a line counting as a row of its own, or stands
under a line of heads, its cells parted by bars, tabs, or by blanks alone as in a PDF. Only a table with a column of
harm is one. Linear in the text.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING

from watcher.detect.lexicon import ROLES, once_per_vocabulary, spelled

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from watcher.config.words import HarmWords, Vocabulary
    from watcher.detect.lexicon import Lexicon, Word
    from watcher.model.claim import Harm, Victim


_THING = ROLES["thing"]
_NAMED = re.compile(r":[ \t]*(?:\d|\w+[ \t]*(?:[;|\n]|\Z))")
_MARK = re.compile(r"\s*(?:[-–—•*·▪►]\s+)?")
_PARTED = re.compile(r"[ \t]*(?:[;|,\t]|[ \t][-–—•·][ \t])[ \t]*")
_BARS = re.compile(r"[ \t]*\|[ \t]*|[ ]*\t[ ]*|[ ]{3,}")
_WIDE = re.compile(r"[ \t]*\|[ \t]*|[ ]*\t[ \t]*|[ ]{3,}")  # several tabs as one: they only set the columns
_COLON = re.compile(r":(?=[ \t]|\d|$)")
_NUMBER = re.compile(r"\d{1,3}(?:[,.\u00a0\u202f]\d{3})+(?!\d)|\d{1,7}(?![\d.,]*\d)")
_NUMBERS_LAST = re.compile(r"(?P<label>[^\d\n]*?)(?P<numbers>(?:[ \t]+(?:\d[\d,]*|[-–—]))+)[ \t]*$")
_AFTER_NUMBER = re.compile(r"\s*\+?\s*(?:\([^()]*\)|\[[^\]]*\])?[\s.,]*")
_KEY_WORDS, _VALUE_WORDS, _HEAD_LETTERS = 6, 5, 60  # a longer key, value or line of heads is prose
_PAIR = 2  # rows: where two say the same, neither holds the sum of the other


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell that counts people: what its column says of them, and its offsets; `first` is where its claim begins."""

    entry: HarmWords
    is_joint: bool
    victim: Victim
    first: int
    start: int
    end: int
    people: int


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table, by its offsets; `table` is the table's number in the text.

    `is_total` says that it holds the sums of the others, `is_of_period` that the line above the table names a period.
    """

    start: int
    end: int
    label: str
    cells: tuple[Cell, ...]
    table: int = 0
    is_total: bool = False
    is_of_period: bool = False


@dataclass(frozen=True, slots=True)
class _Pair:
    key: str
    first: int
    value: str
    start: int


@dataclass(frozen=True, slots=True)
class _Head:
    """What the head of a column says: a harm, perhaps two at once, and of whom."""

    entry: HarmWords
    is_joint: bool
    victim: Victim


Span = tuple[int, int]


def find_tables(text: str, lexicon: Lexicon) -> tuple[list[Row], list[Span]]:
    """The rows of all tables that count people harmed, and the offsets of the lines that only name the columns."""
    is_parted = "|" in text or "\t" in text or _NAMED.search(text) is not None
    if not is_parted and not any(line.rstrip(" \t")[-1:].isdecimal() for line in text.split("\n")):
        return [], []
    lines = list(_lines(text))
    rows: list[Row] = []
    heads: list[Span] = []
    at, table = 0, 0
    while at < len(lines):
        if not _can_open(text, lines, at):
            at += 1
            continue
        for read in (_named_rows, _listed_rows, _rows_under_heads):
            found, taken = read(text, lines, at, lexicon)
            if found:
                heading = _heading(text, lines, at)
                rows += _finished(found, table, heading, lexicon)
                heads += [lines[at]] if read is _rows_under_heads else []
                at, table = at + taken, table + 1
                break
        else:
            at += 1
    return rows, heads


def _can_open(text: str, lines: Sequence[Span], at: int) -> bool:
    """Whether a line can begin a table: most lines of a text hold no sign of one."""
    start, end = lines[at]
    if any(text.find(sign, start, end) >= 0 for sign in ":|\t"):
        return True
    following = lines[at + 1] if at + 1 < len(lines) else (0, 0)
    return end - start <= _HEAD_LETTERS and text[following[0] : following[1]].rstrip()[-1:].isdigit()


def _lines(text: str) -> Iterator[Span]:
    start = 0
    for line in text.split("\n"):
        yield start, start + len(line)
        start += len(line) + 1


def _heading(text: str, lines: Sequence[Span], at: int) -> str:
    """The line right above a table, where it is short enough to be one."""
    start, end = lines[at - 1] if at else (0, 0)
    return text[start:end].strip() if end - start <= 2 * _HEAD_LETTERS else ""


def _named_rows(text: str, lines: Sequence[Span], at: int, lexicon: Lexicon) -> tuple[list[Row], int]:
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


def _listed_rows(text: str, lines: Sequence[Span], at: int, lexicon: Lexicon) -> tuple[list[Row], int]:
    """Lines of one name and one number each: "Civilians killed: 4", "Police killed: 1"."""
    rows: list[Row] = []
    last = at
    while last < len(lines):
        pairs = _pairs(text, *lines[last])
        if len(pairs) != 1 or len(pairs[0].value.split()) > _VALUE_WORDS or not _NUMBER.search(pairs[0].value):
            break
        if _is_prose(pairs[0], lexicon):
            break
        rows.append(_named_row(pairs, lexicon))
        last += 1
    is_table = len(rows) > 1 and any(row.cells for row in rows)
    return (rows, last - at) if is_table else ([], 0)


def _pairs(text: str, start: int, end: int) -> list[_Pair]:
    """The names and values of a line, in order; none where it is prose."""
    found: list[_Pair] = []
    mark = _MARK.match(text, start, end)
    key = mark.end() if mark is not None else start
    colons = [match.start() for match in _COLON.finditer(text, key, end)]
    for number, colon in enumerate(colons):
        is_last = number + 1 == len(colons)
        value = (end, end) if is_last else _split(text, colon + 1, colons[number + 1])
        words = text[key:colon].strip()
        if value is None or not words or len(words.split()) > _KEY_WORDS or not words[0].isalpha():
            return []
        after, following = value
        found.append(_Pair(words, key, text[colon + 1 : after], colon + 1))
        key = following
    return found


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
    head = _head(pair.key, lexicon)
    if head is None or _NUMBER.search(pair.value) is None:
        return False
    return _cell(head, pair.value, pair.start, pair.first, lexicon) is None


def _named_row(pairs: Sequence[_Pair], lexicon: Lexicon) -> Row:
    cells = []
    labels = []
    for pair in pairs:
        head = _head(_PARTED.split(pair.key)[-1], lexicon)  # "Enemy losses; Tanks: 4" counts tanks
        cell = _cell(head, pair.value, pair.start, pair.first, lexicon) if head is not None else None
        if cell is not None:
            cells.append(cell)
        elif head is None:
            labels.append(pair.value.strip())
    end = pairs[-1].start + len(pairs[-1].value.rstrip())
    return Row(pairs[0].first, end, labels[0] if labels else pairs[0].key, tuple(cells))


def _crossed_row(pairs: Sequence[_Pair], lexicon: Lexicon) -> Row | None:
    """A row named by its harm, its columns by who was harmed, or where: "Killed; Soldiers: 4; Civilians: 3"."""
    sign = _PARTED.search(pairs[0].key)
    head = _head(pairs[0].key[: sign.start()], lexicon) if sign is not None else None
    if sign is None or head is None or not all(_NUMBER.search(pair.value) for pair in pairs):
        return None
    first = replace(pairs[0], key=pairs[0].key[sign.end() :], first=pairs[0].first + sign.end())
    columns = [first, *pairs[1:]]
    heads = [replace(head, victim=_class_in(pair.key, lexicon)) for pair in columns]
    is_of_people = head.entry.harm != "casualty" or all(one.victim != "unknown" for one in heads)
    if not is_of_people or any(_head(pair.key, lexicon) is not None for pair in columns):
        return None
    cells = [
        (_is_total_label(pair.key, lexicon), _cell(one, pair.value, pair.start, pair.first, lexicon))
        for pair, one in zip(columns, heads, strict=True)
    ]
    parts = [cell for is_total, cell in cells if cell is not None and not is_total]
    total = next((cell for is_total, cell in cells if cell is not None and is_total), None)
    if total is not None and total.people != sum(cell.people for cell in parts):
        parts = [total]
    label = pairs[0].key[: sign.start()]
    return Row(pairs[0].first, pairs[-1].start + len(pairs[-1].value.rstrip()), label, tuple(parts))


def _rows_under_heads(text: str, lines: Sequence[Span], at: int, lexicon: Lexicon) -> tuple[list[Row], int]:
    """The rows under a line of heads, their cells parted as its own are."""
    title = text[slice(*lines[at])]
    if not title.strip() or any(letter.isdigit() for letter in title) or title.rstrip()[-1] in ".:;!?":
        return [], 0
    if len(_BARS.split(title.strip())) > 1:
        return _barred_rows(text, lines, at, lexicon)
    return _blank_rows(text, lines, at, lexicon) if len(title) <= _HEAD_LETTERS else ([], 0)


def _barred_rows(text: str, lines: Sequence[Span], at: int, lexicon: Lexicon) -> tuple[list[Row], int]:
    heads = [_head(text[slice(*cell)], lexicon) for cell in _cells(text, *lines[at])]
    rows: list[Row] = []
    for start, end in lines[at + 1 :]:
        cells = _cells(text, start, end)
        cells = cells if len(cells) == len(heads) else _cells(text, start, end, _WIDE)
        if len(cells) != len(heads):
            break
        counted = [
            _cell(head, text[first:last], first, first, lexicon)
            for head, (first, last) in zip(heads, cells, strict=True)
            if head is not None
        ]
        rows.append(Row(start, end, text[slice(*cells[0])], tuple(cell for cell in counted if cell is not None)))
    return (rows, len(rows) + 1) if any(row.cells for row in rows) else ([], 0)


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
    heads = [one for word in text[slice(*lines[at])].split() if (one := _head(word, lexicon)) is not None]
    rows: list[Row] = []
    for start, end in lines[at + 1 :] if heads else ():
        match = _NUMBERS_LAST.match(text, start, end)
        numbers = [] if match is None else list(re.finditer(r"\S+", match["numbers"]))
        if match is None or len(numbers) != len(heads):
            break
        base = match.start("numbers")
        cells = [
            _cell(head, number.group(), base + number.start(), base + number.start(), lexicon)
            for head, number in zip(heads, numbers, strict=True)
        ]
        rows.append(Row(start, end, match["label"].strip(), tuple(cell for cell in cells if cell is not None)))
    is_table = len(rows) > 1 and any(row.cells for row in rows)
    return (rows, len(rows) + 1) if is_table else ([], 0)


def _head(words: str, lexicon: Lexicon) -> _Head | None:
    """What the head of a column counts; None where it names no harm."""
    low = words.lower()
    if not lexicon.harms.starts(low):
        return None
    known = list(_known(re.findall(r"[^\W_]+", low), lexicon))
    harms = [word.harm for word in known if word.harm is not None and not word.harm.tail]
    tolls = (entry for phrase, entry in _tolls(lexicon.vocabulary) if phrase in low)
    harms = list(islice(tolls, 1)) or harms
    if not harms or _is_of_things(known, harms[0]):
        return None
    is_joint = len({entry.harm for entry in harms}) > 1
    return _Head(harms[0], is_joint, _class_in(words, lexicon))


def _known(lows: Sequence[str], lexicon: Lexicon) -> Iterator[Word]:
    """What the vocabulary knows of the words of a head, a phrase as one: "not yet traced"."""
    at = 0
    while at < len(lows):
        word, length = lexicon.words.get(lows[at]), 1
        phrases = word.phrases.get(lows[at + 1], ()) if word is not None and at + 1 < len(lows) else ()
        for tail, phrase in phrases:
            if tuple(lows[at + 1 : at + 1 + len(tail)]) == tail:
                word, length = phrase, 1 + len(tail)
                break
        if word is not None:
            yield word
        at += length


def _is_of_things(known: Sequence[Word], entry: HarmWords) -> bool:
    """As in "Vehicles lost", "Houses destroyed": a column that counts no people, though its verb can be of them."""
    if any(word.people is not None for word in known):
        return False
    return (entry.needs_count and not entry.is_found) or any(word.mask & _THING for word in known)


@once_per_vocabulary
def _tolls(vocabulary: Vocabulary) -> list[tuple[str, HarmWords]]:
    """The phrases of a head that count the harmed, each with its entry: "Death toll"."""
    return [(phrase, entry) for entry in vocabulary.harms if entry.form == "toll" for phrase in spelled(entry.words)]


def _class_in(words: str, lexicon: Lexicon, *, is_place: bool = False) -> Victim:
    """The class that a head or a label names: "Civilian deaths", "Police"; a label such as "School" is a place."""
    weak: Victim = "unknown"
    for low in re.findall(r"[^\W_]+", words.lower()):
        entry = lexicon.words[low].people if low in lexicon.words else None
        if entry is not None and is_place and entry.is_modifier:
            continue
        if entry is not None and not entry.is_weak:
            return entry.victim
        weak = entry.victim if entry is not None else _side(low, lexicon) or weak
    return weak


def _side(low: str, lexicon: Lexicon) -> Victim | None:
    """As in "Our dead", "Own casualties", "3rd Bn": a word for a side or a unit."""
    words = lexicon.rule_words
    if low in words.enemy_words:
        return "combatant"
    return "military" if low in words.own_words or low in words.plain_formations else None


def _cell(head: _Head, words: str, start: int, first: int, lexicon: Lexicon) -> Cell | None:
    """A cell with its number; None where it has none."""
    match = _NUMBER.search(words)
    if match is not None and _AFTER_NUMBER.fullmatch(words, match.end()) and len(words.split()) <= _VALUE_WORDS:
        people = int("".join(filter(str.isdecimal, match.group())))
        begin, end = start + match.start(), start + match.end()
    elif words.strip().casefold() in lexicon.rule_words.empty_cells:
        begin = start + len(words) - len(words.lstrip())
        people, end = 0, begin + len(words.strip())
    else:
        return None
    return Cell(head.entry, head.is_joint, head.victim, min(first, begin), begin, end, people)


def _finished(rows: list[Row], table: int, heading: str, lexicon: Lexicon) -> list[Row]:
    """The rows with what only the whole table shows: its total row, the classes, and zeros that deny nothing."""
    has_people = len(rows) > 1 and any(cell.people for row in rows for cell in row.cells)
    above, is_of_period = _class_in(heading, lexicon), _is_of_period(heading, lexicon)
    found = []
    sums = _people_by_harm(rows)
    for row in rows:
        label = _class_in(row.label, lexicon, is_place=True)
        cells = (
            replace(cell, victim=next((one for one in (cell.victim, label) if one != "unknown"), above))
            for cell in row.cells
            if cell.people or not has_people
        )
        is_sum = len(rows) > _PAIR and _adds_up(row, sums)
        is_total = len(rows) > 1 and (_is_total_label(row.label, lexicon) or is_sum)
        found.append(replace(row, cells=tuple(cells), table=table, is_total=is_total, is_of_period=is_of_period))
    return found


def _is_of_period(heading: str, lexicon: Lexicon) -> bool:
    """As in "Losses from 24 February to 6 March": sums of a campaign, not of one event."""
    words = re.findall(r"[^\W\d_]+", heading.lower())
    first = next((at for at, word in enumerate(words) if word in lexicon.rule_words.period_openers), len(words))
    return any(word in lexicon.vocabulary.calendar.months for word in words[first:])


def _is_total_label(label: str, lexicon: Lexicon) -> bool:
    words = set(re.findall(r"[^\W\d_]+", label.lower()))
    return not words.isdisjoint(lexicon.rule_words.total_labels)


def _people_by_harm(rows: Sequence[Row]) -> Counter[Harm]:
    sums: Counter[Harm] = Counter()
    for row in rows:
        for cell in row.cells:
            sums[cell.entry.harm] += cell.people
    return sums


def _adds_up(row: Row, sums: Mapping[Harm, int]) -> bool:
    """Whether a row holds the sums of all the others; `sums` are those of all rows together."""
    own = _people_by_harm([row])
    return bool(own) and all(
        cell.people and cell.people == sums[cell.entry.harm] - own[cell.entry.harm] for cell in row.cells
    )
