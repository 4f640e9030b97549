"""The general extraction: pages of sites that nobody wrote rules for."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support import TESTS
from watcher.content.article import ChosenParts, choose_parts
from watcher.content.markup import parse
from watcher.content.page import extract_page

if TYPE_CHECKING:
    from pathlib import Path

FAMILIES = sorted((TESTS / "data" / "content" / "families").glob("*.case"))
URL = "https://www.example.org/releases/1"
PROSE = [
    f"On day {number} the ministry said that {number} soldiers had been taken to the hospital of the town "
    f"after a truck left the road."
    for number in range(2, 10)
]
BODY = "".join(f"<p>{line}</p>" for line in PROSE)
MENU = (
    "<div class='menu'><ul>"
    + "".join(f"<li><a href='/{n}'>Section number {n} of the site</a></li>" for n in range(8))
    + "</ul></div>"
)


def chosen(inner: str) -> ChosenParts:
    page = f"<html><head><title>Truck accident</title></head><body>{MENU}{inner}</body></html>"
    return choose_parts(parse(page), page, URL, "Truck accident")


@pytest.mark.parametrize("case", FAMILIES, ids=lambda case: case.stem)
def test_text_of_every_kind_of_page_is_found(case: Path) -> None:
    """Forums, products, collections and broken pages in eight languages: each once lost its text as a whole."""
    html, _, expected = case.read_text(encoding="utf-8").partition("==== text\n")
    page = extract_page(html.encode(), url=URL, fetched_at=datetime(2024, 6, 1, tzinfo=UTC))
    found = "".join(page.text.split())
    assert [line for line in expected.splitlines() if "".join(line.split()) not in found] == []
    assert "Section 3" not in page.text


def test_families_are_found() -> None:
    """A folder that is not found would leave nothing to fail."""
    assert len(FAMILIES) >= 20


def test_the_prose_is_chosen_and_the_menu_is_not() -> None:
    """The plainest page there is."""
    parts = chosen(f"<div id='c'><h1>Truck accident</h1>{BODY}</div>")
    assert list(parts.lines) == PROSE
    assert parts.title == "Truck accident"


def test_a_body_of_lines_cut_by_breaks_is_chosen_line_by_line() -> None:
    """Old templates know no paragraphs."""
    assert list(chosen(f"<div id='c'>{'<br><br>'.join(PROSE)}</div>").lines) == PROSE


def test_captions_that_outweigh_the_text_are_not_chosen() -> None:
    """Photo pages have galleries ahead of a short release; the densest part of the page is the release."""
    gallery = "".join(
        f"<div class='shot'><p>A photo shows truck {n} of the unit near the town in the morning.</p><br></div>"
        for n in range(4)
    )
    assert set(PROSE) <= set(
        chosen(f"<div class='gallery'>{gallery}</div><div id='c'>{'<br>'.join(PROSE * 2)}</div>").lines
    )


def test_short_lines_between_paragraphs_belong_to_the_release() -> None:
    """The heading `Syria` over a list of strikes is part of it."""
    items = "".join(f"<li>{line}</li>" for line in PROSE[:3])
    lines = chosen(f"<div id='c'>{BODY}<p>North</p><ul>{items}</ul><p>{PROSE[0]} Indeed.</p></div>").lines
    assert "North" in lines


def test_links_to_other_releases_between_paragraphs_go() -> None:
    """Their numbers are other releases' numbers."""
    link = "<p><a href='/o'>Read more: twelve people killed in another accident in May</a></p>"
    half = len(PROSE) // 2
    lines = chosen(
        "<div id='c'>"
        + "".join(f"<p>{line}</p>" for line in PROSE[:half])
        + link
        + "".join(f"<p>{line}</p>" for line in PROSE[half:])
        + "</div>"
    ).lines
    assert list(lines) == PROSE


def test_a_text_cut_into_pieces_of_one_class_is_read_whole() -> None:
    """Sites put advertisements between such pieces."""
    more = [line.replace("On day", "Later, on day") for line in PROSE]
    pieces = (
        f"<div class='chunk'>{BODY}</div><div class='ad'>Advertisement</div><div class='chunk'>"
        f"{''.join(f'<p>{line}</p>' for line in more)}</div>"
    )
    assert list(chosen(f"<article>{pieces}</article>").lines) == PROSE + more


def test_numbers_are_made_by_our_own_walk() -> None:
    """The library that chooses would write 301."""
    lines = chosen(
        f"<div id='c'>{BODY}<p>In all the accident on the road near the town killed 30<sup>1</sup> people, "
        f"the ministry said today.</p></div>"
    ).lines
    assert "killed 30 [1] people" in lines[-1]


def test_the_time_of_the_release_and_not_of_a_list() -> None:
    """Lists of other releases have times too."""
    others = "<ul><li><time datetime='2020-01-01'>x</time></li></ul>"
    assert chosen(f"<article>{others}<time datetime='2024-05-03'>3 May</time>{BODY}</article>").time == "2024-05-03"
    assert chosen(f"<article>{others}{BODY}</article>").time == ""


def test_lines_of_nothing_but_notes_are_survived() -> None:
    """They stand in no element whose text could be counted."""
    assert set(PROSE) <= set(chosen(f"<div id='c'>{BODY}<sup>1</sup><br><sup>2</sup></div>").lines)


@pytest.mark.parametrize("inner", ["", "<p>Three hurt.</p>", "<main><p>Three hurt.</p></main><footer>Imprint</footer>"])
def test_a_page_of_few_words_is_read_as_it_is(inner: str) -> None:
    """A release of one sentence is a release."""
    page = f"<html><body>{inner}</body></html>"
    assert ("Three hurt." in choose_parts(parse(page), page, URL).lines) == ("Three" in inner)


@settings(max_examples=30)
@given(st.text(alphabet=" <>/=abdehimnoprstv'\"&;#!-[]?123", max_size=150))
def test_no_markup_makes_it_fail(markup: str) -> None:
    """Whatever the page."""
    assert isinstance(chosen(markup), ChosenParts)
