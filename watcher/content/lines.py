"""Our own walk over a tree: the words a reader sees, one line per block, no number ever changed.

Inline elements separate nothing (`1<span>,200</span>` is 1,200); blocks, list entries, table cells and `<br>` always
do; hidden elements do not count; a raised number stands apart. What counts as block, inline and hidden follows the
default style sheet of the HTML standard (section 15.3, "Rendering").
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from bs4.element import NavigableString, Tag

from watcher.content.markup import attribute, inside

if TYPE_CHECKING:
    from collections.abc import Callable

    from bs4.element import PageElement


BLOCKS = frozenset(
    (  # noqa: SIM905 - a list of one word a line is not read
        "address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption "
        "figure footer form frameset h1 h2 h3 h4 h5 h6 header hgroup hr html legend li listing main menu nav ol "
        "optgroup option p pre search section summary table tbody td tfoot th thead tr ul xmp "
    ).split()
)
_SPACE = re.compile(r"[ \t\n\r\f]+")
_RAISED = re.compile(r"[\[(]?\s*(\d{1,3}(?:\s*[,;–-]\s*\d{1,3})*)\s*[\])]?")
_DISPLAY = re.compile(r"(?:^|;)\s*display\s*:\s*([\w-]+)", re.IGNORECASE)
_IN_LINE = frozenset({"inline", "inline-block", "contents", "ruby"})
_BREAK = "\n"
# Elements and texts in a raised number; a larger element is no note.
_NOTE_NODES = 40
# Signs of our own, which Unicode promises never to be characters; what a page holds of them goes.
_NO_SIGNS = {0xFDD0: None, 0xFDD1: None}
_MARK = re.compile("\ufdd0(\\d+)\ufdd1")


def is_block(tag: Tag) -> bool:
    """Whether an element begins and ends a line: by its name, unless its own style says otherwise."""
    stated = _DISPLAY.search(str(tag.attrs["style"])) if "style" in tag.attrs else None
    return stated[1].lower() not in _IN_LINE if stated else tag.name in BLOCKS


def block_lines(root: Tag) -> list[str]:
    """The visible text of `root`, one string per block or line, none empty."""
    return lines("".join(_pieces(root)))


def block_lines_with_parents(root: Tag) -> list[tuple[str, tuple[tuple[Tag, int], ...]]]:
    """The lines of `block_lines`, each with the elements that its text stands in and how many characters of it.

    Made by writing the number of its element before every text; the numbers are then taken out of the lines.
    """
    parents: list[Tag] = []
    marked = lines("".join(_pieces(root, parents)))
    plain = block_lines(root)
    if len(plain) != len(marked):
        plain = [squeeze(_MARK.sub("", line)) for line in marked]
    return [(line, _owners(origin, parents)) for line, origin in zip(plain, marked, strict=True)]


def _owners(marked: str, parents: list[Tag]) -> tuple[tuple[Tag, int], ...]:
    parts = _MARK.split(marked)
    return tuple((parents[int(number)], len(words)) for number, words in zip(parts[1::2], parts[2::2], strict=True))


def one_line(root: Tag) -> str:
    """The visible text of `root` as one line."""
    return squeeze(" ".join(block_lines(root)))


def _pieces(root: Tag, parents: list[Tag] | None = None) -> list[str]:
    """Every piece of text and break in the order of the page; a stack of our own, for pages nest thousands deep.

    With `parents`, each text is preceded by the number under which its element is added there.
    """
    pieces: list[str] = []
    waiting: list[PageElement | str] = [root]
    while waiting:
        node = waiting.pop()
        if isinstance(node, str):
            words = _string(node)
            if parents is not None and isinstance(node, NavigableString) and node.parent is not None and squeeze(words):
                pieces.append(_mark(node.parent, parents))
                words = words.translate(_NO_SIGNS)
            pieces.append(words)
        elif isinstance(node, Tag) and (node is root or not is_hidden(node)):
            _open(node, pieces, waiting, parents)
    return pieces


def _mark(tag: Tag, parents: list[Tag] | None) -> str:
    """The number under which an element is now in `parents`, between two signs that no text has."""
    if parents is None:
        return ""
    parents.append(tag)
    return f"\ufdd0{len(parents) - 1}\ufdd1"


def _string(node: str) -> str:
    """A text node with its runs of space as one; a break of ours as it is; comments and declarations as nothing."""
    if type(node) is str:
        return node
    if type(node) is not NavigableString:
        return ""
    return str(node) if _is_preformatted(node) else _SPACE.sub(" ", node)


def _is_preformatted(node: NavigableString) -> bool:
    return "\n" in node and any(parent.name in ("pre", "listing", "xmp") for parent in node.parents)


def _open(tag: Tag, pieces: list[str], waiting: list[PageElement | str], parents: list[Tag] | None) -> None:
    """Write what the start of an element writes, and let its children wait, with what its end writes behind them."""
    name = tag.name
    if name in ("br", "hr"):
        pieces.append(_BREAK)
    elif name in ("sup", "sub") or is_note(tag):
        _open_raised(tag, pieces, waiting)
    elif name in ("del", "s", "strike"):
        pieces.append(" ")  # struck out by the publisher: no longer said
    elif name == "table" and (rows := rows_of(tag)):
        titles = [one_line(title) for title in tag.find_all("caption")]
        mark = _mark(tag, parents)
        pieces += [_BREAK, *(f"{mark}{line}{_BREAK}" for line in (*titles, *table_lines(rows, one_line)))]
    elif is_block(tag):
        pieces.append(_BREAK)
        waiting.append(_BREAK)
        waiting.extend(reversed(tag.contents))
    else:
        if name == "q":
            pieces.append("“")
            waiting.append("”")
        waiting.extend(reversed(tag.contents))


def _open_raised(tag: Tag, pieces: list[str], waiting: list[PageElement | str]) -> None:
    found = _RAISED.fullmatch(squeeze(_start_of(tag)))
    if not found:
        waiting.extend(reversed(tag.contents))
        return
    before = _MARK.sub("", "".join(pieces[-3:]))[-8:]
    is_formula = tag.name == "sub" and before[-1:].isalpha()  # CO2, H2O
    pieces.append(found[1] if is_formula else note(before, found[1]))


def _start_of(tag: Tag) -> str:
    """The text of a small element, or a mark for a larger one, which is no note."""
    nodes = list(islice(inside(tag), _NOTE_NODES))
    is_whole = len(nodes) < _NOTE_NODES
    return "".join(str(node) for node in nodes if type(node) is NavigableString) if is_whole else "…"


def struck_out(root: Tag) -> tuple[str, ...]:
    """What the publisher struck out and yet left to be read; it is no part of the text."""
    return tuple(words for tag in root.find_all(["del", "s", "strike"]) if (words := squeeze(tag.get_text())))


# What a browser shows of an element, as far as the element itself says (HTML standard, section 15.3, "Rendering").

UNSEEN = frozenset(
    (  # noqa: SIM905 - a list of one word a line is not read
        "annotation annotation-xml applet area audio base basefont bgsound button canvas datalist embed head "
        "iframe input link map meta noembed noframes noscript object option param picture rp rt script select "
        "source style svg template textarea title track video "
    ).split()
)
_UNSEEN_STYLE = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|(?:font-size|opacity)\s*:\s*0(?!\.?[\d])"
    r"|(?:left|top|text-indent)\s*:\s*-\d{3,}|clip\s*:\s*rect\(\s*0",
    re.IGNORECASE,
)
# A raised number that is no `sup`: by its own style, or as the common editors mark the sign of a foot note.
_RAISED_STYLE = re.compile(r"vertical-align\s*:\s*(?:super|sub)\b", re.IGNORECASE)
_NOTE_CLASS = re.compile(
    r"(?:^|[\s_-])(?:foot-?note|end-?note|fn|note|cite)-?(?:ref|reference|mark|link|number|anchor)?(?:$|\s)|superscript",
    re.IGNORECASE,
)
_NOTE_LINK = re.compile(r"#_?(?:f(?:oot)?n|ftn|fn|edn|en|endnote|footnote|note|cite)[\w-]*\d", re.IGNORECASE)
_IN_LINE_TAGS = frozenset({"a", "span", "font", "small", "b", "strong", "i", "em"})
# Read aloud or printed but not shown: the class names of the common frameworks.
_UNSEEN_CLASS = re.compile(
    r"(?:^|[\s-])(?:sr-only|visually-?hidden|screen-?reader(?:-text|-only)?|element-invisible|show-for-sr|a11y-hidden|wb-inv|print-only)(?:$|\s)",
    re.IGNORECASE,
)


def is_hidden(tag: Tag) -> bool:
    """Whether a browser would show nothing of this element, as far as the element itself says."""
    if tag.name in UNSEEN:
        return True
    attrs = tag.attrs
    if not attrs:
        return False
    if "hidden" in attrs or (tag.name == "dialog" and "open" not in attrs):
        return True
    style, classes = attrs.get("style"), attrs.get("class")
    return bool((style and _UNSEEN_STYLE.search(str(style))) or (classes and _UNSEEN_CLASS.search(str(classes))))


def is_note(tag: Tag) -> bool:
    """Whether an element in the line is the sign of a foot note though it is no `sup`: so styled, named or linked."""
    if tag.name not in _IN_LINE_TAGS or not tag.attrs:
        return False
    style, classes, link, role = (str(tag.attrs.get(name, "")) for name in ("style", "class", "href", "role"))
    return bool(
        (style and _RAISED_STYLE.search(style))
        or (classes and _NOTE_CLASS.search(classes))
        or (link and _NOTE_LINK.match(link))
        or role == "doc-noteref"
    )


# Tables of figures as lines: each cell with its column's header, so that a count keeps its row.

LONGEST_CELL = 200
WIDEST = 40
_BLOCKS_IN_CELLS = frozenset(
    {"table", "ul", "ol", "h1", "h2", "h3", "h4", "article", "section", "form", "iframe", "blockquote"}
)
_DIGIT = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its cells from left to right, and whether it is written as a header."""

    cells: tuple[Tag, ...]
    is_header: bool


def rows_of(table: Tag) -> list[Row]:
    """The rows of a table of figures, in order; none where the table lays out a page."""
    # Asked first, and no further than the first such element: pages nest tables thousands deep.
    if any(isinstance(tag, Tag) and tag.name in _BLOCKS_IN_CELLS for tag in inside(table)):
        return []
    rows = [Row(cells, _is_header(tag, cells)) for tag in table.find_all("tr") if (cells := _cells(tag))]
    if len(rows) <= 1 or max(len(row.cells) for row in rows) <= 1:
        return []
    sizes = sorted(_size(cell) for row in rows for cell in row.cells)
    is_short = sizes[-1] <= LONGEST_CELL * 3 and sizes[len(sizes) // 2] <= LONGEST_CELL
    return rows if is_short and not _has_stray_text(table) else []


def _cells(row: Tag) -> tuple[Tag, ...]:
    if is_hidden(row):
        return ()
    cells = (cell for cell in row.contents if isinstance(cell, Tag) and cell.name in ("td", "th"))
    return tuple(cell for cell in cells if not is_hidden(cell))


def _size(tag: Tag) -> int:
    return sum(len(words) for words in tag.stripped_strings)


def _has_stray_text(table: Tag) -> bool:
    """Whether words stand outside the cells, as broken markup leaves them; they must not be lost."""
    return _size(table) != sum(_size(tag) for tag in table.find_all(["td", "th", "caption"]))


def _is_header(row: Tag, cells: tuple[Tag, ...]) -> bool:
    return all(cell.name == "th" for cell in cells) or (row.parent is not None and row.parent.name == "thead")


def table_lines(rows: list[Row], read: Callable[[Tag], str]) -> list[str]:
    """One line a row, `header: cell; header: cell`; `read` gives a cell's words."""
    grid = _grid(rows, read)
    header_rows = _header_count(rows, grid)
    if header_rows == len(rows):
        return [" | ".join(filter(None, line)) for line in grid]
    headers = _headers(grid[:header_rows])
    return [_line(headers, cells) for cells in grid[header_rows:]]


def _grid(rows: list[Row], read: Callable[[Tag], str]) -> list[list[str]]:
    """The words of every cell at its place, spans filled: a label serves all its rows, a number is written once."""
    grid: list[list[str]] = []
    hanging: dict[int, tuple[int, str]] = {}
    for row in rows:
        line: list[str] = []
        for cell in row.cells:
            _fill(line, hanging)
            words = read(cell)
            for repeat in range(_span(cell, "colspan")):
                if (deep := _span(cell, "rowspan")) > 1:
                    hanging[len(line)] = (deep, "" if _DIGIT.search(words) else words)
                line.append(words if row.is_header or not repeat else "")
        _fill(line, hanging)
        hanging = {place: (left - 1, words) for place, (left, words) in hanging.items() if left > 1}
        grid.append(line)
    return grid


def _fill(line: list[str], hanging: dict[int, tuple[int, str]]) -> None:
    while len(line) in hanging and len(line) < WIDEST:
        line.append(hanging[len(line)][1])


def _span(cell: Tag, name: str) -> int:
    stated = attribute(cell, name)
    return min(int(stated), WIDEST) if stated.isdecimal() and int(stated) > 0 else 1


def _header_count(rows: list[Row], grid: list[list[str]]) -> int:
    """How many rows at the top are headers: those marked so, or one row of words above rows with numbers."""
    marked = next((place for place, row in enumerate(rows) if not row.is_header), len(rows))
    if marked:
        return marked
    first, others = grid[0], grid[1:]
    is_words = all(cell and not _DIGIT.search(cell) for cell in first)
    return 1 if is_words and all(any(_DIGIT.search(cell) for cell in line[1:]) for line in others) else 0


def _headers(grid: list[list[str]]) -> list[str]:
    """One header a column, from the rows above it: `Civilians killed` for Civilians over killed."""
    columns = max((len(line) for line in grid), default=0)
    stacked = ([line[place] for line in grid if place < len(line) and line[place]] for place in range(columns))
    return [" ".join(dict.fromkeys(words)) for words in stacked]


def _line(headers: list[str], cells: list[str]) -> str:
    if not any(headers):
        return _labelled([words for words in cells if words])
    named = ((headers[place] if place < len(headers) else "", words) for place, words in enumerate(cells) if words)
    return "; ".join(f"{header.rstrip(':')}: {words}" if header else words for header, words in named)


def _labelled(cells: list[str]) -> str:
    """A row under no header: a label in words, and the figures that it stands before."""
    is_label = len(cells) > 1 and not _DIGIT.search(cells[0]) and all(map(_DIGIT.search, cells[1:]))
    return f"{cells[0].rstrip(':')}: {'; '.join(cells[1:])}" if is_label else "; ".join(cells)


# Characters as a reader sees them: invisible ones out, look-alike spaces one space, ligatures as letters.

_SPACES = (
    "\t\v\f\r\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000\u0085"
)
_BREAKS = "\n\u2028\u2029"
_LIGATURES = {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
# Soft hyphen, zero-width signs, bidi marks (Unicode Annex 9), byte order mark, object placeholder, fillers.
_INVISIBLE = "\u00ad\u034f\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e"
_INVISIBLE += "\u2060\u2061\u2062\u2063\u2064\u2066\u2067\u2068\u2069\ufeff\ufffc\ufe0e\ufe0f"
_CONTROLS = [chr(code) for code in (*range(32), *range(127, 160)) if chr(code) not in _SPACES + _BREAKS]
_TABLE = str.maketrans(
    {
        **dict.fromkeys(_CONTROLS, ""),
        **dict.fromkeys(_INVISIBLE, ""),
        **dict.fromkeys(_SPACES, " "),
        **dict.fromkeys(_BREAKS, "\n"),
        **_LIGATURES,
    }
)
_RAISED_SIGNS = re.compile(r"([^\W⁰¹²³⁴⁵⁶⁷⁸⁹])([⁰¹²³⁴⁵⁶⁷⁸⁹]+)")
_RAISED_DIGITS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_UNITS = re.compile(r"(?<![^\W\d_])(?:[mkcd]?m|ft|mi|yd|in|nmi?)\s?$")
_RUNS = re.compile(r" {2,}")
_NOTE_AND_STOP = re.compile(r"(?<=\d\]) (?=[.,;:!?)])")
# Persian and Indic letters are spelled with joiners; between any other characters they are noise.
_JOINERS = re.compile(
    "(?<![\u0620-\u064a\u0671-\u06d3\u0900-\u0dff])[\u200c\u200d]|[\u200c\u200d](?![\u0620-\u064a\u0671-\u06d3\u0900-\u0dff])"
)


def clean(text: str) -> str:
    r"""`text` in NFC without invisible characters, every kind of space a plain one, line ends as `\n`."""
    return unicodedata.normalize("NFC", _on_the_line(_JOINERS.sub("", text.translate(_TABLE))))


def squeeze(text: str) -> str:
    """One line: cleaned, with runs of space as one and none at the ends."""
    return _tidy(clean(text).replace("\n", " "))


def lines(text: str) -> list[str]:
    """The lines of `text` that are not empty, cleaned and squeezed."""
    return [line for line in map(_tidy, clean(text).split("\n")) if line]


def note(before: str, raised: str) -> str:
    """How a raised or lowered number is written after `before`: a power of a unit joins, a foot note stands apart.

    So that `30<sup>1</sup> people` reads `30 [1] people`, and no reader, person or program, sees 301.
    """
    return raised if raised in ("2", "3") and _UNITS.search(before[-8:]) else f" [{raised}] "


def _tidy(line: str) -> str:
    return _NOTE_AND_STOP.sub("", _RUNS.sub(" ", line).strip())


def _on_the_line(text: str) -> str:
    """Raised digits of Unicode (³) after a word or number, written as `note` writes them; alone they stay."""

    def replaced(found: re.Match[str]) -> str:
        before = text[max(0, found.start() - 8) : found.end(1)]
        return found[1] + note(before, found[2].translate(_RAISED_DIGITS))

    return _RAISED_SIGNS.sub(replaced, text)
