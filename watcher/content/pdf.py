"""A PDF to its record: text by page, the dates that the file gives of itself.

pypdf, because it is Python alone: a document from outside is read by code that cannot corrupt memory, in a worker with
limits of time and memory.
"""

from __future__ import annotations

import io
import logging
import re
from typing import TYPE_CHECKING

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from watcher.content import heading
from watcher.content.characters import clean_lines, squeeze
from watcher.content.date_order import ANYWHERE, DateLocale
from watcher.content.language import detect_language
from watcher.content.release_dates import ChosenDate, DateContext, choose_date, dateline_day
from watcher.errors import NoText
from watcher.model.release import PageText, Problem, StatedDate

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime


MOST_PAGES = 500
_HYPHEN = re.compile(r"(?<=[^\W\d_])-\n(?=[a-zà-öø-ÿ])")
_FAILURES = (
    PyPdfError,
    ValueError,
    TypeError,
    KeyError,
    AttributeError,
    IndexError,
    RecursionError,
    OverflowError,
    AssertionError,
)
_log = logging.getLogger("pypdf")
_log.setLevel(logging.CRITICAL)  # oddities of a document are recorded as its problems


def extract_pdf(
    body: bytes, *, url: str, fetched_at: datetime, locale: DateLocale = ANYWHERE, language_hint: str = ""
) -> PageText:
    """The record of a PDF at `url`: one line of text per line of the document, `page_starts` the offset of each page.

    `published` and `updated` are the file's own creation and modification dates, which say when it was written, not
    when it was released. Raises NoText for a scan, an encrypted or an unreadable file.
    """
    reader = _open(body, url)
    pages, problems = _pages(reader)
    if not any(character.isalnum() for page in pages for line in page for character in line):
        raise NoText(f"no text in the document, a scan perhaps ({url})")
    text, starts = _joined(pages)
    every_line = text.split("\n")
    context = DateContext(locale, (), fetched_at)
    created = _date(reader, "creation_date", "/CreationDate", context)
    modified = _date(reader, "modification_date", "/ModDate", context)
    dateline = heading.find_dateline(every_line)
    return PageText(
        title=_title(reader) or every_line[0],
        text=text,
        dateline=dateline,
        release_number=heading.find_release_number(every_line),
        contact=heading.find_contact(every_line),
        language=detect_language(text, language_hint),
        published=created.date,
        updated=modified.date,
        problems=(*problems, *created.problems, *modified.problems),
        datelined=dateline_day(dateline, created.date, context),
        page_starts=starts,
    )


def page_of(offset: int, starts: Sequence[int]) -> int:
    """The number of the page, from 1, that holds the character at `offset` of the text."""
    return max(1, sum(start <= offset for start in starts))


def _open(body: bytes, url: str) -> PdfReader:
    try:
        reader = PdfReader(io.BytesIO(body))
        if reader.is_encrypted and not reader.decrypt(""):
            raise NoText(f"the document is encrypted ({url})")
        len(reader.pages)
    except _FAILURES as error:
        raise NoText(f"no readable PDF: {type(error).__name__} ({url})") from error
    return reader


def _pages(reader: PdfReader) -> tuple[list[list[str]], tuple[Problem, ...]]:
    """The lines of each page; a page that cannot be read is empty, and a problem says so."""
    pages: list[list[str]] = []
    problems: list[Problem] = []
    for number in range(min(len(reader.pages), MOST_PAGES)):
        try:
            pages.append(clean_lines(_HYPHEN.sub("", reader.pages[number].extract_text())))
        except _FAILURES as error:
            pages.append([])
            problems.append(Problem("page_unreadable", f"page {number + 1}: {type(error).__name__}"))
    if len(reader.pages) > MOST_PAGES:
        problems.append(Problem("pages_left_out", f"{len(reader.pages)} pages, {MOST_PAGES} read"))
    return pages, tuple(problems)


def _joined(pages: Sequence[Sequence[str]]) -> tuple[str, tuple[int, ...]]:
    """All lines, and the offset at which each page begins; an empty page begins where the next one does."""
    starts: list[int] = []
    kept: list[str] = []
    length = 0
    for page in pages:
        starts.append(length)
        kept += page
        length += sum(len(line) + 1 for line in page)
    return "\n".join(kept), tuple(starts)


def _title(reader: PdfReader) -> str:
    try:
        stated = reader.metadata.title if reader.metadata else None
    except _FAILURES:
        return ""
    title = squeeze(stated) if isinstance(stated, str) else ""
    return "" if title.lower().startswith("microsoft word") or title.lower() == "untitled" else title


def _date(reader: PdfReader, name: str, key: str, context: DateContext) -> ChosenDate:
    """A date of the file (PDF 32000-1, 7.9.4), or none where it is no date."""
    try:
        at = getattr(reader.metadata, name, None)
        raw = str(reader.metadata.get(key, "")) if reader.metadata else ""
    except _FAILURES:
        return ChosenDate(None, ())
    if at is None:
        return ChosenDate(StatedDate(None, raw, "meta") if raw else None, ())
    return choose_date((("meta", at.isoformat()),), context)
