"""PDFs: text by page, the file's own dates, and a named outcome where there is nothing to read.

Each file in tests/data/content/pdf is a case: a description of what is drawn, and after `==== text` what is read.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support import TESTS
from tests.support.pdf import drawn_pdf, pdf
from watcher.content.pdf.record import extract_pdf, page_of
from watcher.errors import Encrypted, NoText

if TYPE_CHECKING:
    from pathlib import Path

FETCHED_AT = datetime(2024, 11, 24, tzinfo=UTC)
URL = "https://example.org/release.pdf"
MADE = sorted((TESTS / "data" / "content" / "pdf").glob("*-*.pdf"))
CASES = sorted((TESTS / "data" / "content" / "pdf").glob("*.case"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_document_is_read_as_a_person_reads_it(case: Path) -> None:
    """A number must not change on its way from the page to the text."""
    drawn, *sections = re.split(r"^==== (\w+)\n", case.read_text(encoding="utf-8"), flags=re.MULTILINE)
    expected = {name: text.strip() for name, text in zip(sections[::2], sections[1::2], strict=True)}
    body = drawn_pdf(drawn)
    if "error" in expected:
        with pytest.raises(NoText) as caught:
            extract_pdf(body, url=URL, fetched_at=FETCHED_AT)
        assert f"{caught.value.outcome}: {caught.value}".startswith(expected["error"])
        return
    page = extract_pdf(body, url=URL, fetched_at=FETCHED_AT, kept_hyphens=frozenset({"twenty"}))
    assert page.text == expected["text"]
    problems = [f"{problem.kind}: {problem.detail}" for problem in page.problems]
    assert "\n".join(problems) == expected.get("problems", "")
    if "pages" in expected:
        assert " ".join(map(str, page.page_starts)) == expected["pages"]


@pytest.mark.parametrize("made", MADE, ids=lambda made: made.stem)
def test_no_number_is_lost_or_changed_whatever_program_made_the_document(made: Path) -> None:
    """Word processor, browser and typesetter draw the same report in their own ways; it says the same."""
    expected = (made.parent / f"{made.stem.rpartition('-')[0]}.txt").read_text(encoding="utf-8").strip()
    page = extract_pdf(made.read_bytes(), url=URL, fetched_at=datetime(2027, 1, 1, tzinfo=UTC))
    assert page.text.replace("’", "'") == expected.replace("’", "'")
    assert page.problems == ()


def test_kinds_of_lines_are_known() -> None:
    """The detector is told which lines are headings, rows of tables, entries of lists, and read from a picture."""
    drawn = (
        "picture 0 0 612 792\n72 760 size=18 | Report\n72 700 | Unit\n200 700 | Killed\n72 680 | Army\n200 680 | 4\n"
        "72 660 | Navy\n200 660 | 2\n72 600 | Nobody else was hurt.\n72 560 | • One is missing.\n"
        "72 520 hidden | Two were found."
    )
    page = extract_pdf(drawn_pdf(drawn), url=URL, fetched_at=FETCHED_AT)
    assert [(line.kind, page.text[line.start : line.end]) for line in page.lines] == [
        ("heading", "Report"),
        ("table_row", "Unit: Army; Killed: 4"),
        ("table_row", "Unit: Navy; Killed: 2"),
        ("list_item", "• One is missing."),
        ("recognised", "Two were found."),
    ]


def test_corpus_is_large_enough() -> None:
    """A folder that is not found would leave nothing to fail."""
    assert len(CASES) >= 40


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


def test_an_encrypted_document_is_a_named_outcome() -> None:
    """Its text cannot be read, so there is none."""
    body = (TESTS / "data" / "content" / "pdf" / "encrypted.pdf").read_bytes()
    with pytest.raises(Encrypted, match="password"):
        extract_pdf(body, url=URL, fetched_at=FETCHED_AT)


def test_fields_of_a_form_are_read() -> None:
    """A form that an office filled in has its numbers in fields, not on the page itself."""
    body = (TESTS / "data" / "content" / "pdf" / "form.pdf").read_bytes()
    assert extract_pdf(body, url=URL, fetched_at=FETCHED_AT).text == "Killed: 17 soldiers"


def test_a_creation_date_in_the_future_is_a_problem() -> None:
    """A wrong clock at the office must not date the release."""
    page = extract_pdf(
        pdf("Three people were killed.", info="/CreationDate (D:20310101000000Z)"), url=URL, fetched_at=FETCHED_AT
    )
    assert page.published is None
    assert [problem.kind for problem in page.problems] == ["date_in_future"]


@given(st.binary(max_size=300))
def test_any_bytes_are_a_document_or_have_no_text(body: bytes) -> None:
    """Whatever a server sends as a PDF, the outcome has a name."""
    with pytest.raises(NoText):
        extract_pdf(body, url=URL, fetched_at=FETCHED_AT)


@settings(max_examples=50)
@given(st.integers(0, 2600))
def test_a_document_cut_off_anywhere_is_read_or_named(length: int) -> None:
    """Downloads end early; nothing but NoText is raised, and no word is read that is not there."""
    body = pdf("Three people were killed.", "Two were hurt.")
    whole = extract_pdf(body, url=URL, fetched_at=FETCHED_AT).text
    try:
        page = extract_pdf(body[:length], url=URL, fetched_at=FETCHED_AT)
    except NoText:
        return
    assert whole.startswith(page.text)
    assert length >= len(body.rstrip()) or [problem.kind for problem in page.problems] == ["cut_off"]


def test_offset_of_a_text_gives_its_page() -> None:
    """An empty page begins where the next one does, and the later one counts."""
    assert [page_of(offset, (0, 10, 10, 20)) for offset in (0, 9, 10, 25)] == [1, 1, 3, 4]
