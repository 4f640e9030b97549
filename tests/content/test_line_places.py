"""The lines of a release by where they stand: the same as the general choice, and none where anything is unusual."""

from __future__ import annotations

from functools import reduce

import pytest

from tests.support.sites import TITLE
from watcher.content.article import ChosenParts, choose_parts, line_places, parts_by_places
from watcher.content.frame import LinePlaces
from watcher.content.markup import parse

URL = "https://www.example.org/releases/1"
LONG_TITLE = f"{TITLE}, the third attack of this kind on this road since the beginning of the month, says the ministry"
NOTICE = (
    "<div class='terms'><p>The ministry serves the people and publishes what it does on these pages each day.</p></div>"
)
HEADED = (
    "<h2>What is known</h2><p>An inquiry has been opened, and the road from the bridge is closed to all traffic.</p>"
)
WORDS = ("convoy", "patrol", "column", "lorry")


def page(number: int, *, more: str = "", beside: str = "", title: str = TITLE) -> str:
    """A page of a plain site whose release differs from all others."""
    word = WORDS[number % len(WORDS)]
    text = "".join(
        f"<p>The {word} number {number} was hit on its way from the bridge to the village, said officer {n}, and {n} "
        f"soldiers were taken to the hospital of the town.</p>"
        for n in range(2, 6)
    )
    return (
        f"<html><head><title>{title} | Ministry</title></head><body><div class='top'><span>Press office</span></div>"
        f"<main><h1>{title}</h1><div class='text'><time datetime='2026-11-2{number}'></time>{text}"
        f"<a href='/{number}.pdf'>The order</a>{more}</div></main><div class='side'>{beside}</div>"
        f"{NOTICE}</body></html>"
    )


def generally(html: str) -> ChosenParts:
    return choose_parts(parse(html), html, URL, TITLE)


def learned(*pages: str) -> LinePlaces:
    return reduce(LinePlaces.widened, (line_places(parse(html), html, URL, TITLE) for html in pages))


def by_places(html: str, places: LinePlaces) -> ChosenParts | None:
    return parts_by_places(parse(html), places, TITLE)


def told(parts: ChosenParts | None) -> object:
    """What parts say, without the identity of their elements."""
    if parts is None:
        return None
    roots = [(root.name, root.attrs) for root in parts.roots]
    return (roots, parts.lines, parts.captions, parts.title, parts.time, parts.updated_time, parts.author)


def test_usual_page_gives_the_same_as_the_general_choice() -> None:
    """Lines, element, title and time: nothing was guessed, and nothing is other."""
    places = learned(page(1), page(2))
    assert told(by_places(page(3), places)) == told(generally(page(3)))
    assert by_places(page(3, title=LONG_TITLE), places) is not None


@pytest.mark.parametrize(
    ("more", "beside"),
    [
        ("<div class='box'>Correction: two of them died.</div>", ""),
        ("", "<p>Three of the dead were children from the village, the hospital of the town said on Wednesday.</p>"),
        ("", "<div>12 killed</div>"),
        ("<p>https://www.example.org/more</p>", ""),
        (f"<p>{TITLE}</p>", ""),
        ("<p>Related news</p>", ""),
        ("<h2>The army of the neighbour</h2>", ""),
    ],
    ids=[
        "another place",
        "prose beside it",
        "a line beside it",
        "an address",
        "the title again",
        "what follows",
        "a heading at the end",
    ],
)
def test_anything_unusual_is_left_to_the_general_choice(more: str, beside: str) -> None:
    """Also at a place that is known: what looks like noise is weighed against all of the page."""
    usual = learned(page(1), page(2, more=HEADED))
    assert by_places(page(3, more=more, beside=beside), usual) is None


def test_place_of_both_kinds_decides_nothing() -> None:
    """Where a line was in one release and beside another, only the general choice can say."""
    places = learned(page(1), page(2))
    both = LinePlaces(places.kept, places.left | places.kept)
    assert by_places(page(3), both) is None


def test_page_without_any_line_of_a_release_is_left_to_the_general_choice() -> None:
    """All its places are usual, and yet the release is missing."""
    places = learned(page(1), page(2))
    html = page(3)
    empty = html[: html.index("<time")] + html[html.index("</a>") + 4 :]
    assert by_places(empty, places) is None
