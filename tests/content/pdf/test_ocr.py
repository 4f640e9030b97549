"""Scanned pages by a real Tesseract, where one is installed, and what is said where there is none."""

from __future__ import annotations

import pytest

from tests.support.pdf import scanned_pdf
from watcher.content.pdf.ocr import missing_languages, recognise_page
from watcher.content.pdf.record import scanned_pages
from watcher.errors import NoText

SECONDS = 30.0
needs_tesseract = pytest.mark.skipif(bool(missing_languages(("eng",))), reason="there is no Tesseract")
SCAN = scanned_pdf("Three soldiers were killed.", "Eleven were injured.")


def test_page_of_a_picture_is_a_scanned_page() -> None:
    """Only such pages are given to a program that may misread them."""
    assert scanned_pages(SCAN, "") == (0,)


@needs_tesseract
def test_words_of_a_scanned_page_are_marked() -> None:
    """Every word that a program read from a picture says so."""
    page = recognise_page(SCAN, 0, ("eng",), SECONDS)
    words = [glyph.char for glyph in page.glyphs if not glyph.char.isspace()]
    assert " ".join(words) == "Three soldiers were killed. Eleven were injured."
    assert all(glyph.is_hidden for glyph in page.glyphs)


@needs_tesseract
def test_language_that_is_not_installed_is_a_named_outcome() -> None:
    """A mistake in the settings must not look like an empty page."""
    with pytest.raises(NoText, match="tesseract on page 1"):
        recognise_page(SCAN, 0, ("xyz",), SECONDS)


def test_missing_program_is_a_named_outcome(monkeypatch: pytest.MonkeyPatch) -> None:
    """The setting may be on where nobody installed it."""
    monkeypatch.setenv("PATH", "/nowhere")
    assert missing_languages(("eng", "fra")) == ("eng", "fra")
    with pytest.raises(NoText, match="tesseract on page 1"):
        recognise_page(SCAN, 0, ("eng",), SECONDS)
