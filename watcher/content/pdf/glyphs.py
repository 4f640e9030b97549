"""What stands where in a PDF: the characters of each page with their boxes, its ruled lines, its pictures.

PDFium, the reader of Chromium, by pypdfium2. Every character has the origin and advance of its glyph, which neither
kerning nor the order of drawing can falsify; the spaces and line ends that PDFium adds by itself are left out.
"""

from __future__ import annotations

import ctypes
import math
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pypdfium2 as pdfium
import pypdfium2.raw as api

from watcher.content.pdf.direction import turned_round
from watcher.errors import Encrypted, NoText

if TYPE_CHECKING:
    from collections.abc import Iterator


# What a page may hold; one with more is a drawing, or made to stall a reader.
MOST_GLYPHS, MOST_OBJECTS, MOST_RULES = 60_000, 20_000, 4_000
_DEEPEST_FORM = 4
_END_WITHIN = 1024  # bytes before the end in which readers look for the mark
# In parts of the size: from where on a digit is a raised form, and what stands for its height and size then.
_RAISED_FROM, _RAISED_BY, _RAISED_SIZE = 0.2, 0.35, 0.6
_THINNEST = 3.0  # points: a filled box no thicker than this is a ruled line
_HIDDEN_MODE = 3  # ISO 32000-1, table 106: neither fill nor stroke
_HYPHEN_OF_PDFIUM = 2  # what PDFium gives for a hyphen at the end of a line
_TURNED_LIGATURES = frozenset(f"{alef}ل" for alef in "اأإآ")
_SPACE, _SURROGATES = 32, range(0xD800, 0xE000)
_DATE = re.compile(r"D?:?(\d{4})(\d\d)?(\d\d)?(\d\d)?(\d\d)?(\d\d)?(?:([+-]\d\d)'?(\d\d)?|Z)?")


@dataclass(slots=True)
class Glyph:
    """One character: its baseline from `x` to `end` at height `y`, in points, in a frame in which it stands upright.

    `source` numbers the piece of text that drew it, `turn` is the angle of its frame in degrees. `has_space` says that
    the file writes a space before it.
    """

    char: str
    x: float
    end: float
    y: float
    size: float
    source: int = 0
    turn: int = 0
    is_hidden: bool = False
    has_space: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """A ruled line, level or upright, from one corner to the other."""

    x: float
    y: float
    end: float
    top: float

    @property
    def is_level(self) -> bool:
        """Whether it runs from left to right."""
        return self.end - self.x >= self.top - self.y


@dataclass(frozen=True, slots=True)
class PageGlyphs:
    """One page: its size in points, its characters, ruled lines, and the share of it that pictures cover."""

    width: float
    height: float
    glyphs: tuple[Glyph, ...]
    rules: tuple[Rule, ...] = ()
    pictured: float = 0.0
    unreadable: int = 0


@dataclass(slots=True)
class _Contents:
    """What the objects of a page are, while they are counted."""

    rules: list[Rule] = field(default_factory=list)
    pictured: float = 0.0
    left: int = MOST_OBJECTS


def open_pdf(body: bytes, url: str) -> pdfium.PdfDocument:
    """The document. Raises Encrypted where it asks for a password, NoText where it is no PDF."""
    try:
        return pdfium.PdfDocument(body)
    except pdfium.PdfiumError as error:
        if error.err_code == api.FPDF_ERR_PASSWORD:
            raise Encrypted(f"the document asks for a password ({url})") from error
        raise NoText(f"no readable PDF: {error} ({url})") from error


def is_cut_off(body: bytes) -> bool:
    """Whether the mark at the end of every PDF is missing."""
    return b"%%EOF" not in body[-_END_WITHIN:]


def stated(document: pdfium.PdfDocument, name: str) -> str:
    """A value of the information dictionary, such as Title."""
    return str(document.get_metadata_value(name))


def stated_date(raw: str) -> str:
    """A date as PDFs write it (ISO 32000-1, 7.9.4), in ISO 8601; empty where it is none."""
    found = _DATE.match(raw.strip())
    if found is None:
        return ""
    year, month, day, hour, minute, second, zone, more = found.groups()
    offset = f"{zone}:{more or '00'}" if zone else "+00:00"
    return f"{year}-{month or '01'}-{day or '01'}T{hour or '00'}:{minute or '00'}:{second or '00'}{offset}"


def read_page(document: pdfium.PdfDocument, number: int) -> PageGlyphs:
    """The page at `number`, from 0. Raises PdfiumError where PDFium cannot load it."""
    page = _with_fields(document, number)
    try:
        width, height = page.get_size()
        contents = _Contents()
        _look_at(page, contents, width * height or 1)
        glyphs, unreadable = _glyphs(page)
        return PageGlyphs(width, height, tuple(glyphs), tuple(contents.rules), contents.pictured, unreadable)
    finally:
        page.close()


def _with_fields(document: pdfium.PdfDocument, number: int) -> pdfium.PdfPage:
    """The page with what stands in the fields of a form and in notes as a part of it, as a reader shows it."""
    page = document[number]
    if api.FPDFPage_GetAnnotCount(page.raw) > 0:
        api.FPDFPage_Flatten(page.raw, api.FLAT_NORMALDISPLAY)
        page.close()
        page = document[number]
    return page


def _glyphs(page: pdfium.PdfPage) -> tuple[list[Glyph], int]:
    """The characters of a page, and how many have no meaning: the file does not say which letters they show."""
    text = page.get_textpage()
    try:
        every = list(_characters(text.raw, min(text.count_chars(), MOST_GLYPHS)))
    finally:
        text.close()
    known = [glyph for glyph in every if glyph.char != "\ufffd"]
    return known, len(every) - len(known)


def _characters(text: api.FPDF_TEXTPAGE, count: int) -> Iterator[Glyph]:
    """Each glyph once: one that stands for several letters (fi, لا) has all of them."""
    before = None
    for glyph in _letters(text, count):
        if before is not None and _is_same_glyph(before, glyph):
            before.char += glyph.char
            before.end = max(before.end, glyph.end)
            continue
        if before is not None:
            yield _in_order(before)
        before = glyph
    if before is not None:
        yield _in_order(before)


def _in_order(glyph: Glyph) -> Glyph:
    """A glyph of lam and alef with the lam first: PDFium turns some of them round, and no font joins alef and lam."""
    if glyph.char in _TURNED_LIGATURES:
        glyph.char = glyph.char[::-1]
    return glyph


def _is_same_glyph(one: Glyph, other: Glyph) -> bool:
    is_letter = not (other.char.isspace() or one.char.isspace() or "\ufffd" in (one.char, other.char))
    return is_letter and (one.x, one.y, one.source, one.turn) == (other.x, other.y, other.source, other.turn)


def _letters(text: api.FPDF_TEXTPAGE, count: int) -> Iterator[Glyph]:
    box, x, y = api.FS_RECTF(), ctypes.c_double(), ctypes.c_double()
    pieces: dict[int, _Piece] = {}
    before = (math.inf, 0.0)
    for place in range(count):
        code = api.FPDFText_GetUnicode(text, place)
        if code in (0, 10, 13) or (code == _SPACE and api.FPDFText_IsGenerated(text, place)):
            continue
        api.FPDFText_GetLooseCharBox(text, place, box)
        api.FPDFText_GetCharOrigin(text, place, x, y)
        handle = ctypes.cast(api.FPDFText_GetTextObject(text, place), ctypes.c_void_p).value or 0
        piece = pieces.get(handle) or pieces.setdefault(handle, _Piece.of(text, place, len(pieces)))
        char = _char(text, place, code)
        if piece.turn == 0 and before[0] > x.value and abs(before[1] - y.value) < piece.size:
            char = turned_round(char)  # as PDFium turned it: the line runs from right to left
        before = (x.value, y.value)
        glyph = piece.glyph(char, x.value, y.value, box)
        if char.isdecimal() and piece.turn == 0 and _is_raised_form(text, place, glyph):
            glyph.y, glyph.size = glyph.y + _RAISED_BY * glyph.size, _RAISED_SIZE * glyph.size
        yield glyph


def _is_raised_form(text: api.FPDF_TEXTPAGE, place: int, glyph: Glyph) -> bool:
    """Whether a digit is drawn high above its baseline, by a raised form that the font has of it."""
    sides = [ctypes.c_double() for _ in range(4)]
    api.FPDFText_GetCharBox(text, place, *sides)
    return sides[2].value - glyph.y > _RAISED_FROM * glyph.size


def _char(text: api.FPDF_TEXTPAGE, place: int, code: int) -> str:
    if code == _HYPHEN_OF_PDFIUM:
        return "-"
    if code < _SPACE or code in _SURROGATES or api.FPDFText_HasUnicodeMapError(text, place) > 0:
        return "\ufffd"
    return chr(code)


@dataclass(frozen=True, slots=True)
class _Piece:
    """A piece of text that was drawn at once: all its characters share size and direction."""

    number: int
    size: float
    turn: int
    cos: float
    sin: float
    is_hidden: bool

    @classmethod
    def of(cls, text: api.FPDF_TEXTPAGE, place: int, number: int) -> _Piece:
        """The piece that the character at a place belongs to."""
        matrix = api.FS_MATRIX()
        api.FPDFText_GetMatrix(text, place, matrix)
        angle = math.atan2(matrix.b, matrix.a)
        size = api.FPDFText_GetFontSize(text, place) * (math.hypot(matrix.c, matrix.d) or 1)
        mode = api.FPDFTextObj_GetTextRenderMode(api.FPDFText_GetTextObject(text, place))
        turn = round(math.degrees(angle)) % 360
        return cls(number, abs(size) or 1, turn, math.cos(angle), math.sin(angle), mode == _HIDDEN_MODE)

    def glyph(self, char: str, x: float, y: float, box: api.FS_RECTF) -> Glyph:
        """The character in the frame in which this piece stands upright."""
        if self.turn == 0:
            return Glyph(char, x, max(box.right, x), y, self.size, self.number, 0, self.is_hidden)
        level, height = x * self.cos + y * self.sin, y * self.cos - x * self.sin
        wide = box.top - box.bottom if self.turn in (90, 270) else box.right - box.left
        if self.turn not in (90, 180, 270):
            wide = self.size / 2
        return Glyph(char, level, level + wide, height, self.size, self.number, self.turn, self.is_hidden)


def _look_at(page: pdfium.PdfPage, contents: _Contents, area: float) -> None:
    """Count the objects of a page, those of its forms too."""
    for place in range(api.FPDFPage_CountObjects(page.raw)):
        if contents.left <= 0:
            return
        _look_at_object(api.FPDFPage_GetObject(page.raw, place), contents, area, 0)


def _look_at_object(thing: api.FPDF_PAGEOBJECT, contents: _Contents, area: float, depth: int) -> None:
    contents.left -= 1
    kind = api.FPDFPageObj_GetType(thing)
    if kind == api.FPDF_PAGEOBJ_IMAGE:
        left, bottom, right, top = _bounds(thing)
        contents.pictured = min(1.0, contents.pictured + abs((right - left) * (top - bottom)) / area)
    elif kind == api.FPDF_PAGEOBJ_PATH and len(contents.rules) < MOST_RULES:
        contents.rules += _rules(thing)
    elif kind == api.FPDF_PAGEOBJ_FORM and depth < _DEEPEST_FORM:
        for place in range(api.FPDFFormObj_CountObjects(thing)):
            if contents.left > 0:
                _look_at_object(api.FPDFFormObj_GetObject(thing, place), contents, area, depth + 1)


def _bounds(thing: api.FPDF_PAGEOBJECT) -> tuple[float, float, float, float]:
    sides = [ctypes.c_float() for _ in range(4)]
    api.FPDFPageObj_GetBounds(thing, *sides)
    left, bottom, right, top = (side.value for side in sides)
    return left, bottom, right, top


def _rules(path: api.FPDF_PAGEOBJECT) -> list[Rule]:
    """The ruled lines of a path: itself where it is thin, else the level and upright ones of its strokes."""
    left, bottom, right, top = _bounds(path)
    if min(right - left, top - bottom) <= _THINNEST:
        return [Rule(left, bottom, right, top)]
    mode, is_stroked = ctypes.c_int(), ctypes.c_int()
    api.FPDFPath_GetDrawMode(path, mode, is_stroked)
    return [rule for rule in _sides(path) if is_stroked.value or mode.value][:MOST_RULES]


def _sides(path: api.FPDF_PAGEOBJECT) -> Iterator[Rule]:
    """The straight sides of a path that are level or upright, in points of the page."""
    matrix = api.FS_MATRIX()
    api.FPDFPageObj_GetMatrix(path, matrix)
    x, y = ctypes.c_float(), ctypes.c_float()
    before = start = (0.0, 0.0)
    for place in range(min(api.FPDFPath_CountSegments(path), MOST_RULES)):
        segment = api.FPDFPath_GetPathSegment(path, place)
        api.FPDFPathSegment_GetPoint(segment, x, y)
        here = (matrix.a * x.value + matrix.c * y.value + matrix.e, matrix.b * x.value + matrix.d * y.value + matrix.f)
        kind = api.FPDFPathSegment_GetType(segment)
        if kind == api.FPDF_SEGMENT_MOVETO:
            start = here
        else:
            ends = [(before, here)] if kind == api.FPDF_SEGMENT_LINETO else []
            if api.FPDFPathSegment_GetClose(segment):
                ends.append((here, start))
            yield from (_rule(*one) for one in ends if _is_straight(*one))
        before = here


def _is_straight(one: tuple[float, float], other: tuple[float, float]) -> bool:
    return min(abs(one[0] - other[0]), abs(one[1] - other[1])) <= 1


def _rule(one: tuple[float, float], other: tuple[float, float]) -> Rule:
    (left, right), (bottom, top) = sorted((one[0], other[0])), sorted((one[1], other[1]))
    return Rule(left, bottom, right, top)
