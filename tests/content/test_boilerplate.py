"""Lines and elements that are no part of a release, and those that only look so."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.content.boilerplate import notices_of, teasers_of, without_boilerplate, without_what_follows
from watcher.content.markup import parse
from watcher.content.page import extract_page

COUNTERS = [
    "1,204 views",
    "Views: 1204",
    "12 shares",
    "1.2K likes",
    "3 comments",
    "2 hours ago",
    "Posted 3 days ago",
    "Nov. 23, 2026 2 hours ago 1,204 views",
    "Updated about an hour ago | 5 min read",
    "just now",
    "vor 3 Stunden",
    "il y a 3 jours",
    "hace 2 horas",
    "Просмотров: 1 204",
]
SAID = [
    "Two hours ago the patrol came under fire.",
    "12 soldiers were hit 2 hours ago",
    "3 comments by the minister on the attack",
    "Nov. 23, 2026",
    "Views of the valley after the strike",
    "Killed: 2",
    "An hour ago 4 people were injured",
]


@pytest.mark.parametrize("line", COUNTERS)
def test_counters_and_relative_times_are_no_text(line: str) -> None:
    """They differ with every fetch, and would make a revision each time (check 79)."""
    assert without_boilerplate([line]) == []


@pytest.mark.parametrize("line", SAID)
def test_sentences_with_such_words_stay(line: str) -> None:
    """Only whole lines go: nothing that a release says may be lost with them."""
    assert without_boilerplate([line]) == [line]


@pytest.mark.parametrize(
    "line",
    [
        "###",
        "# # #",
        "-30-",
        "- 30 -",
        "ENDS",
        "-USCG-",
        "***",
        "PRINT | E-MAIL",
        "DOWNLOAD HI-RES / PHOTO DETAILS",
        "Show Caption",
        "An official website of the United States government",
        "A .mil website belongs to an official U.S. Department of Defense organization in the United States.",
        "A lock (lock icon) or https:// means you’ve safely connected to the .mil website.",
    ],
)
def test_lines_that_say_nothing_go(line: str) -> None:
    """End marks, buttons and banners, as whole lines."""
    assert without_boilerplate(["Three hurt.", line]) == ["Three hurt."]


@pytest.mark.parametrize(
    "line",
    [
        "30 killed",
        "Print and e-mail are the office's means.",
        "The mission ends",
        "Share of women: 30",
        "A lock was damaged.",
    ],
)
def test_sentences_with_the_same_words_stay(line: str) -> None:
    """Only whole lines go, never one that says something."""
    assert without_boilerplate([line]) == [line]


@pytest.mark.parametrize(
    "line",
    ["More than 20 killed", "Other soldiers were hurt", "Share of women: 30", "Further 3 missing", "Top officers met"],
)
def test_lines_that_begin_like_such_a_heading_stay(line: str) -> None:
    """`More news` is a heading of a list, `More than 20 killed` is the release."""
    assert without_what_follows([line, "x"]) == [line, "x"]


@pytest.mark.parametrize(
    "line",
    [
        "Related links",
        "More news",
        "Latest news",
        "Top stories:",
        "Related content",
        "Recommended for you",
        "Other press releases",
        "More stories from the army",
        "Weitere Meldungen",
        "Share this article",
    ],
)
def test_headings_of_lists_are_known(line: str) -> None:
    """What stands below them is not the release."""
    assert without_what_follows([line, "x"]) == ["x"]


def test_what_follows_a_release_is_cut_at_its_heading() -> None:
    """Near the end the list below goes; in the middle only the heading of a box."""
    prose = ["Three soldiers were hurt when a truck left the road."] * 10
    assert without_what_follows([*prose, "Related links", "12 killed in May"]) == prose
    assert without_what_follows([*prose[:5], "Read more", *prose[5:]]) == prose


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
    assert not teasers_of(body) | notices_of(body)
    page = extract_page(html.encode(), url="https://a.example/1", fetched_at=datetime(2024, 6, 1, tzinfo=UTC))
    assert page.text.count("Two people were hurt") == 4


@given(st.lists(st.sampled_from(["<div class=card><h3><a href=/x>A b c d</a></h3>", "</div>", "<p>x", "<h2>y</h2>"])))
def test_any_markup_is_searched_for_teasers(parts: list[str]) -> None:
    """Pages come from strangers."""
    body = parse("<html><body>" + "".join(parts)).body
    assert body is not None
    teasers_of(body)
