"""A scanned page to its words, by Tesseract where the operator has it: a program of its own, given a picture.

What it reads stands like all other words of a page, each marked as recognised: it takes an 8 for a 3, and nobody sees.
"""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from watcher.content.pdf.glyphs import Glyph, PageGlyphs, open_pdf
from watcher.errors import NoText

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pypdfium2


_COMMAND = "tesseract"
_LISTING_SECONDS = 10.0
_DOTS = 200 / 72  # to a point: with 300 a page takes twice as long and no number of the tests is read better
_MOST_DOTS = 4_200  # along one side of the picture
_COLUMNS = 12  # of a row of its table
_WORD_LEVEL, _LINE_LEVEL = 5, 4  # of its table: 1 page, 2 block, 3 paragraph, 4 line, 5 word
_LEAST_SURE = 30  # per cent; below this Tesseract sees letters in dirt


@dataclass(frozen=True, slots=True)
class _Box:
    """A line of Tesseract's table: its level and place in dots from the upper left corner."""

    level: int
    block: int
    left: int
    top: int
    width: int
    height: int
    sure: float
    text: str


def missing_languages(languages: Sequence[str]) -> tuple[str, ...]:
    """Those of these languages that Tesseract cannot read here: all of them where it is not installed."""
    try:
        listed = _told(["--list-langs"], b"", _LISTING_SECONDS).split()
    except (OSError, subprocess.SubprocessError):
        listed = []
    return tuple(language for language in languages if language not in listed)


def recognise_page(body: bytes, number: int, languages: Sequence[str], seconds: float) -> PageGlyphs:
    """The words of the page at `number`, from 0, as one glyph a word. `languages` are Tesseract's codes (ISO 639-2).

    Raises NoText where the document cannot be read, where there is no Tesseract, or where it fails or takes longer than
    `seconds`.
    """
    page = open_pdf(body, "")[number]
    width, height = page.get_size()
    scale = min(_DOTS, _MOST_DOTS / max(width, height, 1))
    try:
        table = _asked(_picture(page, scale), languages, seconds)
    except (OSError, subprocess.SubprocessError) as error:
        raise NoText(f"{_COMMAND} on page {number + 1}: {error}") from error
    return PageGlyphs(width, height, tuple(_words(table, scale, height)))


def _picture(page: pypdfium2.PdfPage, scale: float) -> bytes:
    """The page in grey, as a portable grey map."""
    bitmap = page.render(scale=scale, grayscale=True)
    rows = memoryview(bitmap.buffer).cast("B")
    packed = b"".join(rows[at : at + bitmap.width] for at in range(0, bitmap.stride * bitmap.height, bitmap.stride))
    return b"P5 %d %d 255\n" % (bitmap.width, bitmap.height) + packed


def _asked(picture: bytes, languages: Sequence[str], seconds: float) -> str:
    """Tesseract's table of what it sees. One thread: the daemon's other workers need the other cores."""
    return _told(["stdin", "stdout", "-l", "+".join(languages), "tsv"], picture, seconds)


def _told(arguments: Sequence[str], given: bytes, seconds: float) -> str:
    """What Tesseract prints. Raises OSError where it is not installed, SubprocessError where it fails."""
    done = subprocess.run(  # noqa: S603 - a fixed command, codes of languages that the configuration checked
        [_COMMAND, *arguments],
        input=given,
        capture_output=True,
        check=True,
        timeout=seconds,
        env={name: os.environ[name] for name in ("PATH", "TESSDATA_PREFIX") if name in os.environ}
        | {"OMP_THREAD_LIMIT": "1"},
    )
    return done.stdout.decode("utf-8", "replace")


def _words(table: str, scale: float, height: float) -> Iterator[Glyph]:
    """Every word, a space before it, with the baseline of its line and the usual size of its block."""
    boxes = list(_boxes(table))
    heights: dict[int, list[int]] = {}
    for box in boxes:
        if box.level == _LINE_LEVEL:
            heights.setdefault(box.block, []).append(box.height)
    bottom = 0.0
    for box in boxes:
        left, right = box.left / scale, (box.left + box.width) / scale
        if box.level == _LINE_LEVEL:
            bottom = height - (box.top + box.height) / scale
        elif box.level == _WORD_LEVEL and box.sure >= _LEAST_SURE and box.text.strip():
            size = median(heights[box.block]) / scale
            yield Glyph(" ", left - 0.1, left - 0.1, bottom, size, is_hidden=True)
            yield Glyph(box.text, left, right, bottom, size, is_hidden=True)


def _boxes(table: str) -> Iterator[_Box]:
    for line in table.split("\n")[1:]:
        cells = line.split("\t")
        if len(cells) == _COLUMNS:
            level, block, left, top, width, height = (int(cells[place]) for place in (0, 2, 6, 7, 8, 9))
            yield _Box(level, block, left, top, width, height, float(cells[10]), cells[11])
