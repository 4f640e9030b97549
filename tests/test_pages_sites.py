"""The general extraction on pages of many kinds of sites: every line of the release, nothing of what is beside it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sites import FILES, LINES, NOISE, TITLE, filled

from watcher.markup import parse
from watcher.pages import extract_page
from watcher.pages.beside import beside

if TYPE_CHECKING:
    from pathlib import Path

FETCHED_AT = datetime(2024, 6, 1, tzinfo=UTC)
URL = "https://www.example.org/2024/news/convoy"
# Lines that some structures set at the head of the text, and that belong to the release.
ALLOWED = ("Posted", "by Press Office", "12.03.2024", "KARSA, ", "What ")


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_the_release_and_only_the_release(file: Path) -> None:
    """A teaser of another release in the text would be a claim that nobody made here; a lost line, a claim lost."""
    page = extract_page(filled(file).encode(), url=URL, fetched_at=FETCHED_AT)
    lines = page.text.split("\n")
    assert [line for line in lines if line in LINES] == list(LINES)
    assert not [line for line in lines if line not in LINES and not line.startswith(ALLOWED)]
    assert NOISE not in page.text
    assert page.title == TITLE
    assert page.published is not None
    assert page.published.at == datetime(2024, 3, 12, 16, 30, tzinfo=UTC)


def test_there_is_a_page_of_every_common_software() -> None:
    """The set itself is part of the promise: fewer would prove less."""
    assert len(FILES) >= 25


def test_a_list_of_incidents_with_links_is_no_row_of_teasers() -> None:
    """Sections of one release repeat each other too; without headings that lead elsewhere they are its text."""
    sections = "".join(
        f"<section class='s'><h2>Incident {number}</h2><p>Two people were hurt near kilometre {number}, as"
        " <a href='/m'>the map</a> shows, and were taken to the hospital in the town by helicopter.</p></section>"
        for number in range(1, 5)
    )
    html = f"<html><body><main><h1>Four incidents</h1>{sections}</main></body></html>"
    body = parse(html).body
    assert body is not None
    assert not beside(body)
    page = extract_page(html.encode(), url=URL, fetched_at=FETCHED_AT)
    assert page.text.count("Two people were hurt") == 4


@given(st.lists(st.sampled_from(["<div class=card><h3><a href=/x>A b c d</a></h3>", "</div>", "<p>x", "<h2>y</h2>"])))
def test_any_markup_is_looked_through(parts: list[str]) -> None:
    """Pages come from strangers."""
    body = parse("<html><body>" + "".join(parts)).body
    assert body is not None
    beside(body)
