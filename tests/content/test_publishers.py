"""Every shipped publisher has a page of our own making in its site's structure, and its record."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from tests.support import SHARED, TESTS
from watcher import clock
from watcher.config.folder import shipped_folder
from watcher.config.load import load
from watcher.content.markup import parts_of, selector_mistake
from watcher.content.page import extract_page
from watcher.pipeline.reading import locale_of

if TYPE_CHECKING:
    from pathlib import Path

    from watcher.config.publishers import Publisher
    from watcher.model.release import PageText, StatedDate

AFMIL = SHARED / "data" / "official" / "afmil" / "pages"
PAGES = TESTS / "data" / "content" / "pages"
SHIPPED = load(shipped_folder())
PUBLISHERS = sorted(SHIPPED.publishers, key=lambda one: one.code)
FETCHED_AT = datetime(2024, 11, 24, 12, tzinfo=UTC)
SELECTORS = (
    "title",
    "body",
    "published",
    "updated",
    "byline",
    "dateline",
    "release_number",
    "captions",
    "tags",
    "remove",
)


def read(one: Publisher, body: bytes, url: str) -> PageText:
    """The record of a page by the rules of a publisher."""
    return extract_page(
        body, url=url, rules=one.page, locale=locale_of(one), language_hint=one.language, fetched_at=FETCHED_AT
    )


def example(one: Publisher) -> Path:
    """The folder of a publisher's own page, else of one of the family that its file names."""
    return PAGES / one.code if (PAGES / one.code).is_dir() or not one.family else PAGES / one.family


def instant(date: StatedDate | None) -> str:
    return clock.to_text(date.at) if date and date.at else ""


def record(page: PageText) -> dict[str, object]:
    return {
        "title": page.title,
        "byline": page.byline,
        "dateline": page.dateline,
        "release_number": page.release_number,
        "published_at": instant(page.published),
        "updated_at": instant(page.updated),
        "language": page.language,
        "text": page.text.split("\n"),
        "captions": list(page.captions),
        "tags": list(page.tags),
        "problems": [problem.kind for problem in page.problems],
    }


WITH_RULES = [one for one in PUBLISHERS if one.page.body]


@pytest.mark.parametrize("one", PUBLISHERS, ids=lambda one: one.code)
def test_the_page_of_each_publisher_gives_its_record(one: Publisher) -> None:
    """A rule that no longer finds its part, or a walk that changes a number, fails here for the publisher by name.

    A publisher without page rules is read by the general extraction, and has its page all the same.
    """
    folder = example(one)
    assert folder.is_dir(), f"{one.code} needs a page in {PAGES / one.code}, or a family that has one"
    expected = json.loads((folder / "expected.json").read_text())
    found = record(read(one, (folder / "page.html").read_bytes(), expected["url"]))
    assert {name: found[name] for name in expected["record"]} == expected["record"]


def test_every_page_belongs_to_a_publisher() -> None:
    """A page of a publisher that was renamed would be read by nobody."""
    assert {folder.name for folder in PAGES.iterdir()} == {example(one).name for one in PUBLISHERS}


@pytest.mark.parametrize("one", WITH_RULES, ids=lambda one: one.code)
def test_rules_are_sound_selectors_that_spare_the_rest_of_the_page(one: Publisher) -> None:
    """A selector that bs4 cannot read, or that forces the whole page to be built, is a mistake in the rules."""
    for name in SELECTORS:
        for selector in getattr(one.page, name):
            assert selector_mistake(selector) == "", f"{name}: {selector}"
    assert parts_of(one.page.body) is not None


@pytest.mark.parametrize("one", WITH_RULES, ids=lambda one: one.code)
def test_a_page_of_another_structure_is_loud_and_still_read(one: Publisher) -> None:
    """When a site changes, the general extraction serves and the record says `site_changed`."""
    body = (
        b"<html><body><div id=z><p>"
        + b"Four people were hurt when a crane fell at the depot, the office said. " * 6
        + b"</p></div></body></html>"
    )
    page = read(one, body, "https://example.org/new")
    assert "site_changed" in [problem.kind for problem in page.problems]
    assert "Four people were hurt" in page.text


@pytest.mark.skipif(not AFMIL.is_dir(), reason="needs ../shared/data/official/afmil/pages")
def test_the_real_pages_of_a_publisher() -> None:
    """As served in 2016, binary junk ahead of the document included: none is empty, none has a caption's button."""
    af = next(one for one in PUBLISHERS if one.code == "af")
    pages = [
        read(af, path.read_bytes(), f"http://www.af.mil/Article/{path.stem}/") for path in sorted(AFMIL.glob("*.html"))
    ]
    assert len(pages) == 254
    assert all(page.title and page.text and page.language == "en" for page in pages)
    assert not any(
        "HI-RES" in page.text or "â€" in page.text or "site_changed" in [problem.kind for problem in page.problems]
        for page in pages
    )
    assert sum(bool(instant(page.published)) for page in pages) >= 242
    assert sum(bool(page.byline) for page in pages) >= 156
    assert sum(bool(page.dateline) for page in pages) >= 157
