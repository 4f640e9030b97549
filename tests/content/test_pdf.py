"""PDFs: text by page, the file's own dates, and a named outcome where there is nothing to read."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfWriter

from tests.support.pdf import pdf
from watcher.content.pdf import extract_pdf, page_of
from watcher.errors import NoText

FETCHED_AT = datetime(2024, 11, 24, tzinfo=UTC)
URL = "https://example.org/release.pdf"


def test_text_by_page_with_the_files_dates() -> None:
    """Claims point to a page, and the file says when it was written."""
    dates = "/Title (Report of the board) /CreationDate (D:20240301120000+02'00') /ModDate (D:20240302080000Z)"
    body = pdf(
        "RIVERTON, Ohio - Three people were killed in the fire.\nTwo were hurt.",
        "Release No: 24-016\nNobody is missing.",
        info=dates,
    )
    page = extract_pdf(body, url=URL, fetched_at=FETCHED_AT)
    assert page.text.split("\n") == [
        "RIVERTON, Ohio - Three people were killed in the fire.",
        "Two were hurt.",
        "Release No: 24-016",
        "Nobody is missing.",
    ]
    assert page.title == "Report of the board"
    assert (page.dateline, page.release_number, page.language) == ("RIVERTON, Ohio", "24-016", "en")
    assert page.published is not None
    assert page.published.at == datetime(2024, 3, 1, 10, tzinfo=UTC)
    assert page.updated is not None
    assert page.updated.at == datetime(2024, 3, 2, 8, tzinfo=UTC)
    assert page.text[page.page_starts[1] :].startswith("Release No")
    assert page_of(page.text.index("Nobody"), page.page_starts) == 2


def test_a_document_without_text_is_a_named_outcome() -> None:
    """A scan must never become an empty release."""
    with pytest.raises(NoText, match="scan"):
        extract_pdf(pdf("", ""), url=URL, fetched_at=FETCHED_AT)


def test_an_encrypted_document_is_a_named_outcome() -> None:
    """Its text cannot be read, so there is none."""
    writer = PdfWriter(clone_from=io.BytesIO(pdf("Three people were killed.")))
    writer.encrypt("secret")
    out = io.BytesIO()
    writer.write(out)
    with pytest.raises(NoText, match="encrypted"):
        extract_pdf(out.getvalue(), url=URL, fetched_at=FETCHED_AT)


def test_a_creation_date_in_the_future_is_a_problem() -> None:
    """A wrong clock at the office must not date the release."""
    page = extract_pdf(
        pdf("Three people were killed.", info="/CreationDate (D:20310101000000Z)"), url=URL, fetched_at=FETCHED_AT
    )
    assert page.published is None
    assert [problem.kind for problem in page.problems] == ["date_in_future"]


def test_a_word_divided_at_the_end_of_a_line_is_one_word() -> None:
    """`casual-` and `ties` on the next line would be found by no vocabulary."""
    assert (
        extract_pdf(pdf("There were no casual-\nties on June 5."), url=URL, fetched_at=FETCHED_AT).text
        == "There were no casualties on June 5."
    )


@given(st.binary(max_size=300))
def test_any_bytes_are_a_document_or_have_no_text(body: bytes) -> None:
    """Whatever a server sends as a PDF, the outcome has a name."""
    with pytest.raises(NoText):
        extract_pdf(body, url=URL, fetched_at=FETCHED_AT)


@given(st.integers(0, 3000))
def test_a_document_cut_off_anywhere_is_read_or_named(length: int) -> None:
    """Downloads end early; nothing but NoText is raised."""
    body = pdf("Three people were killed.", "Two were hurt.")
    try:
        page = extract_pdf(body[:length], url=URL, fetched_at=FETCHED_AT)
    except NoText:
        return
    assert page.text


def test_offset_of_a_text_gives_its_page() -> None:
    """An empty page begins where the next one does, and the later one counts."""
    assert [page_of(offset, (0, 10, 10, 20)) for offset in (0, 9, 10, 25)] == [1, 1, 3, 4]
