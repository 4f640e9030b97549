"""A PDF to its record: text by page, the dates that the file gives of itself."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

import pypdfium2

from watcher.content import heading
from watcher.content.characters import squeeze
from watcher.content.date_order import ANYWHERE, DateLocale
from watcher.content.language import detect_language
from watcher.content.language_parts import language_parts
from watcher.content.pdf.glyphs import PageGlyphs, is_cut_off, open_pdf, read_page, stated, stated_date
from watcher.content.pdf.layout import lay_out
from watcher.content.pdf.repair import repaired
from watcher.content.release_dates import ChosenDate, DateContext, choose_date
from watcher.errors import Encrypted, NoText, Scan
from watcher.model.release import PageText, Problem, StatedDate
from watcher.model.text_context import Line

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from collections.abc import Set as AbstractSet
    from datetime import datetime

    from watcher.content.pdf.layout import LaidOut, Layout
    from watcher.model.text_context import LineKind


# What is read of a document: beyond it a problem says how much was left out.
MOST_PAGES, MOST_GLYPHS = 500, 400_000
NOTHING: Mapping[int, PageGlyphs] = MappingProxyType({})
_KINDS: dict[str, LineKind] = {
    "table_row": "table_row",
    "list_item": "list_item",
    "heading": "heading",
    "recognised": "recognised",
}
_PICTURED = 0.5  # share of a page without text that its pictures cover where it is a scan


def extract_pdf(
    body: bytes,
    *,
    url: str,
    fetched_at: datetime,
    locale: DateLocale = ANYWHERE,
    language_hint: str = "",
    kept_hyphens: AbstractSet[str] = frozenset(),
    recognised: Mapping[int, PageGlyphs] = NOTHING,
) -> PageText:
    """The record of a PDF at `url`: one line of text per paragraph or table row, `page_starts` each page's offset.

    `published` and `updated` are the file's own creation and modification dates, which say when it was written, not
    when it was released. `kept_hyphens` are first halves of compounds that a line's end does not make one word of.
    `recognised` are the words of scanned pages by their number from 0. Raises Scan, Encrypted, or NoText for an
    unreadable file.
    """
    document, damage = _opened(body, url)
    pages, unread = _pages(document, recognised)
    if not any(glyph.char.isalnum() for page in pages for glyph in page.glyphs):
        raise (
            Scan(f"{len(document)} scanned pages, no text ({url})")
            if _scanned(pages)
            else NoText(f"no text in the document ({url})")
        )
    problems = (*damage, *_recognised_problems(recognised), *unread, *_page_problems(pages))
    layout, dates = lay_out(pages, kept_hyphens), DateContext(locale, (), fetched_at)
    return _record(document, layout, len(pages), dates, language_hint, problems)


def _record(
    document: pypdfium2.PdfDocument,
    layout: Layout,
    page_count: int,
    dates: DateContext,
    language_hint: str,
    problems: tuple[Problem, ...],
) -> PageText:
    text, starts = text_of(layout, page_count)
    every_line = text.split("\n")
    created, modified = (_date(stated(document, name), dates) for name in ("CreationDate", "ModDate"))
    dateline = heading.find_dateline(every_line)
    language = detect_language(text, language_hint)
    return PageText(
        title=_title(stated(document, "Title")) or every_line[0],
        text=text,
        dateline=dateline,
        release_number=heading.find_release_number(every_line),
        contact=heading.find_contact(every_line),
        language=language,
        languages=language_parts(every_line, language),
        published=created.date,
        updated=modified.date,
        problems=(*problems, *created.problems, *modified.problems),
        page_starts=starts,
        lines=_lines(layout),
    )


def _lines(layout: Layout) -> tuple[Line, ...]:
    """The lines of the text that are no paragraph, with their offsets."""
    found: list[Line] = []
    start = 0
    for paragraph, kind in zip(layout.paragraphs, layout.kinds(), strict=True):
        if kind in _KINDS:
            found.append(Line(start, start + len(paragraph.text), _KINDS[kind]))
        start += len(paragraph.text) + 1
    return tuple(found)


def laid_out(
    body: bytes,
    *,
    url: str,
    kept_hyphens: AbstractSet[str] = frozenset(),
    recognised: Mapping[int, PageGlyphs] = NOTHING,
) -> tuple[LaidOut, ...]:
    """What each part of a PDF was taken for. Raises Encrypted or NoText."""
    pages, _ = _pages(_opened(body, url)[0], recognised)
    return lay_out(pages, kept_hyphens).parts()


def _opened(body: bytes, url: str) -> tuple[pypdfium2.PdfDocument, list[Problem]]:
    """The document, one that ends too early with what is left of it. Raises Encrypted, NoText."""
    is_cut = is_cut_off(body)
    try:
        document = open_pdf(body, url)
    except Encrypted:
        raise
    except NoText:
        rest = repaired(body) if is_cut else None
        if rest is None:
            raise
        document = open_pdf(rest, url)
    return document, [Problem("cut_off", f"{len(document)} pages are left")] if is_cut else []


def page_of(offset: int, starts: Sequence[int]) -> int:
    """The number of the page, from 1, that holds the character at `offset` of the text."""
    return max(1, sum(start <= offset for start in starts))


def _pages(
    document: pypdfium2.PdfDocument, recognised: Mapping[int, PageGlyphs] = NOTHING
) -> tuple[list[PageGlyphs], list[Problem]]:
    """The pages of a document, those with recognised words with these instead of their own.

    One that cannot be read is empty, and a problem says so.
    """
    pages: list[PageGlyphs] = []
    problems: list[Problem] = []
    count, glyphs = len(document), 0
    for number in range(min(count, MOST_PAGES)):
        if glyphs > MOST_GLYPHS:
            break
        try:
            pages.append(read_page(document, number))
        except pypdfium2.PdfiumError as error:
            pages.append(PageGlyphs(0, 0, ()))
            problems.append(Problem("page_unreadable", f"page {number + 1}: {error}"))
        glyphs += len(pages[-1].glyphs)
    if len(pages) < count:
        problems.append(Problem("pages_left_out", f"{count} pages, {len(pages)} read"))
    return [recognised.get(number, page) for number, page in enumerate(pages)], problems


def text_of(layout: Layout, count: int) -> tuple[str, tuple[int, ...]]:
    """All lines, and the offset at which each page begins; an empty page begins where the next one does."""
    firsts: dict[int, int] = {}
    length = 0
    for paragraph in layout.paragraphs:
        for line, start in zip(paragraph.lines, paragraph.starts, strict=True):
            firsts.setdefault(line.page, length + start)
        length += len(paragraph.text) + 1
    starts, after = [], max(0, length - 1)
    for number in range(count - 1, -1, -1):
        after = min(after, firsts.get(number, after))
        starts.append(after)
    return "\n".join(paragraph.text for paragraph in layout.paragraphs), tuple(reversed(starts))


def _scanned(pages: Sequence[PageGlyphs]) -> list[int]:
    """The numbers, from 1, of the pages that are pictures of text."""
    return [
        number
        for number, page in enumerate(pages, start=1)
        if page.pictured >= _PICTURED and not any(glyph.char.isalnum() for glyph in page.glyphs)
    ]


def _page_problems(pages: Sequence[PageGlyphs]) -> list[Problem]:
    problems = []
    if scanned := _scanned(pages):
        problems.append(Problem("scan", f"{len(scanned)} of {len(pages)} pages: {', '.join(map(str, scanned))}"))
    if unreadable := sum(page.unreadable for page in pages):
        problems.append(Problem("letters_unknown", f"{unreadable} characters whose letters the file does not name"))
    return problems


def scanned_pages(body: bytes, url: str) -> tuple[int, ...]:
    """The numbers, from 0, of the pages that are pictures of text. Raises Encrypted, NoText."""
    return tuple(number - 1 for number in _scanned(_pages(_opened(body, url)[0])[0]))


def _recognised_problems(recognised: Mapping[int, PageGlyphs]) -> list[Problem]:
    pages = ", ".join(str(number + 1) for number, page in recognised.items() if page.glyphs)
    return [Problem("recognised", f"read from pictures by OCR, any word may be wrong: pages {pages}")] if pages else []


def _title(raw: str) -> str:
    title = squeeze(raw)
    return "" if title.lower().startswith("microsoft word") or title.lower() == "untitled" else title


def _date(raw: str, context: DateContext) -> ChosenDate:
    """A date of the file, or none where it is no date."""
    iso = stated_date(raw)
    if not iso:
        return ChosenDate(StatedDate(None, raw, "meta") if raw else None, ())
    return choose_date((("meta", iso),), context)
