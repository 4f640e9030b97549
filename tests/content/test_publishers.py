"""Every shipped publisher has a page of our own making in its site's structure, and its record."""

from __future__ import annotations

import json
import tomllib
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from tests.support import ROOT, SHARED, TESTS
from watcher import clock
from watcher.config.publishers import Publisher
from watcher.content.markup import parts_of, selector_mistake
from watcher.content.page import extract_page
from watcher.pipeline.context import locale_of

if TYPE_CHECKING:
    from pathlib import Path

    from watcher.model.release import PageText, StatedDate

AFMIL = SHARED / "data" / "official" / "afmil" / "pages"
PUBLISHERS = sorted((ROOT / "config" / "publishers").glob("*.toml"))
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


def publisher(path: Path) -> Publisher:
    given = tomllib.loads(path.read_text(encoding="utf-8"))
    return Publisher.model_validate({"code": path.stem} | given)


def read(path: Path, body: bytes, url: str) -> PageText:
    """The record of a page by the rules of the publisher's file at `path`."""
    one = publisher(path)
    return extract_page(
        body, url=url, rules=one.page, locale=locale_of(one), language_hint=one.language, fetched_at=FETCHED_AT
    )


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
        "datelined_at": instant(page.datelined),
        "language": page.language,
        "text": page.text.split("\n"),
        "captions": list(page.captions),
        "tags": list(page.tags),
        "problems": [problem.kind for problem in page.problems],
    }


WITH_RULES = [path for path in PUBLISHERS if publisher(path).page.body]


@pytest.mark.parametrize("path", PUBLISHERS, ids=lambda path: path.stem)
def test_the_page_of_each_publisher_gives_its_record(path: Path) -> None:
    """A rule that no longer finds its part, or a walk that changes a number, fails here for the publisher by name.

    A publisher without page rules is read by the general extraction, and has its page all the same.
    """
    folder = TESTS / "data" / "content" / "pages" / path.stem
    assert folder.is_dir(), f"{path.name} has no page in tests/data/content/pages/{path.stem}"
    expected = json.loads((folder / "expected.json").read_text())
    found = record(read(path, (folder / "page.html").read_bytes(), expected["url"]))
    assert {name: found[name] for name in expected["record"]} == expected["record"]


@pytest.mark.parametrize("path", WITH_RULES, ids=lambda path: path.stem)
def test_rules_are_sound_selectors_that_spare_the_rest_of_the_page(path: Path) -> None:
    """A selector that bs4 cannot read, or that forces the whole page to be built, is a mistake in the rules."""
    rules = publisher(path).page
    for name in SELECTORS:
        for selector in getattr(rules, name):
            assert selector_mistake(selector) == "", f"{name}: {selector}"
    assert parts_of(rules.body) is not None


@pytest.mark.parametrize("path", WITH_RULES, ids=lambda path: path.stem)
def test_a_page_of_another_structure_is_loud_and_still_read(path: Path) -> None:
    """When a site changes, the general extraction serves and the record says `site_changed`."""
    body = (
        b"<html><body><div id=z><p>"
        + b"Four people were hurt when a crane fell at the depot, the office said. " * 6
        + b"</p></div></body></html>"
    )
    page = read(path, body, "https://example.org/new")
    assert "site_changed" in [problem.kind for problem in page.problems]
    assert "Four people were hurt" in page.text


@pytest.mark.skipif(not AFMIL.is_dir(), reason="needs ../shared/data/official/afmil/pages")
def test_the_real_pages_of_a_publisher() -> None:
    """As served in 2016, binary junk ahead of the document included: none is empty, none has a caption's button."""
    af = ROOT / "config" / "publishers" / "af.toml"
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
