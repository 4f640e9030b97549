"""The scanned pages of a PDF, read by Tesseract where the operator turned that on: one task of a worker a page."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from watcher.errors import ExtractError, Failed, Killed
from watcher.pipeline.task_values import is_pdf

if TYPE_CHECKING:
    from watcher.config.settings import Ocr
    from watcher.content.pdf.glyphs import PageGlyphs
    from watcher.pipeline.task_values import PageAnswer
    from watcher.pipeline.workers import Workers


# Less than a task may take, so that Tesseract is ended by its own worker and not left behind.
_PAGE_SECONDS = 8.0


def unread_languages(ocr: Ocr) -> tuple[str, ...]:
    """The languages that scanned pages are to be read in, and that Tesseract has no data for here."""
    if not ocr.enabled:
        return ()
    from watcher.content.pdf.ocr import missing_languages

    return missing_languages(ocr.languages)


async def with_recognised(workers: Workers, answer: PageAnswer, ocr: Ocr) -> PageAnswer:
    """The answer with the words of its scanned pages, where it is a PDF that has some.

    A page that Tesseract cannot read in time, or at all, stays a scanned page, which the record's problems name.
    """
    if not ocr.enabled:
        return answer
    from watcher.content.pdf.ocr import recognise_page
    from watcher.content.pdf.record import scanned_pages

    if not is_pdf(answer.body, answer.content_type):
        return answer
    try:
        numbers = await workers.run(scanned_pages, answer.body, answer.url)
    except (ExtractError, Killed, Failed):
        return answer  # the extraction will say why
    found: dict[int, PageGlyphs] = {}
    for number in numbers[: ocr.most_pages]:
        try:
            found[number] = await workers.run(recognise_page, answer.body, number, ocr.languages, _PAGE_SECONDS)
        except (ExtractError, Killed, Failed):
            continue
    return replace(answer, recognised=found)
