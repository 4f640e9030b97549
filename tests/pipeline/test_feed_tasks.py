"""What a worker makes of a feed: named entries in their order, with dates that can be true."""

from __future__ import annotations

import tomllib
from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from tests.support import TESTS
from tests.support.mutations import mutated_feeds
from tests.support.scenario import (
    HARM,
    WORDS,
    entry,
    page,
    rss,
)
from watcher.content.date_order import DateLocale
from watcher.content.page import extract_fragment
from watcher.errors import WatcherError
from watcher.feeds.source import Source
from watcher.model.feed import Entry, ParsedEntry
from watcher.pipeline.feed_tasks import read_feed
from watcher.pipeline.release_tasks import extract_release
from watcher.pipeline.task_values import PageAnswer, ReadingContext

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
BASE = "https://army.example"
CONTEXT = ReadingContext(WORDS, language="en")
PARSED = ParsedEntry(Entry("1", f"{BASE}/1", "Title", f"<p>{HARM}</p>"), "army:1", "sha", 0)


def test_entries_are_named_and_numbered_in_the_order_of_the_feed() -> None:
    """Place, identity and hash are what the decision is made on."""
    _, named = read_feed(rss(entry(2, BASE), entry(1, BASE)), Source(f"{BASE}/rss"), "army")
    assert [(found.position, found.identity) for found in named] == [
        (0, "army.example/releases/2"),
        (1, "army.example/releases/1"),
    ]
    assert len({found.sha256 for found in named}) == 2


def test_feeds_date_that_cannot_be_true_is_a_problem_and_no_date() -> None:
    """A release of next year would be news for a year; the words stay, and the page's date serves."""
    dated = {"pubDate": "Wed, 24 Nov 2027 10:00:00 GMT"}
    source = Source(f"{BASE}/rss", fetched_at=NOW)
    _, (parsed,) = read_feed(rss(entry(1, BASE, **dated)), source, "army")
    assert parsed.entry.published is not None
    assert (parsed.entry.published.at, parsed.entry.published.raw) == (None, dated["pubDate"])
    assert [problem.kind for problem in parsed.entry.problems] == ["date_in_future"]
    body = page("Title", HARM).replace(b"<h1>", b"<p>20 November 2026</p><h1>")
    reading = extract_release(parsed, PageAnswer(body, f"{BASE}/1", "text/html", NOW), "ok", CONTEXT)
    assert reading.page.published is not None
    _, (before,) = read_feed(rss(entry(1, BASE, **dated)), Source(f"{BASE}/rss"), "army")
    assert before.sha256 == parsed.sha256, "what the entry says is the same, whenever it was fetched"


def test_mutated_feeds_are_read_or_refused_by_name() -> None:
    """What feedparser, bs4 or our own code stumbles over would end a feed: `gml:pos`, encodings that are none."""
    read = Counter(_outcome(body) for body in mutated_feeds(300, seed=1))
    assert read["entries"] > 150


@pytest.mark.soak
def test_fifty_thousand_mutated_feeds_are_read_or_refused_by_name() -> None:
    """The same at length, by another seed."""
    read = Counter(_outcome(body) for body in mutated_feeds(50_000, seed=2))
    assert read["entries"] > 25_000


def _outcome(body: bytes) -> str:
    try:
        _, entries = read_feed(body, Source(f"{BASE}/feed", "application/xml", fetched_at=NOW), "army")
    except WatcherError as error:
        return error.outcome
    return "entries" if entries else "none"


@pytest.mark.parametrize(
    "odd",
    [
        '<gml:pos xmlns:gml="http://www.opengis.net/gml">1 2</gml:pos>',
        '<media:player xmlns:media="http://search.yahoo.com/mrss/"/></media:player>',
        "<textInput></textInput></textInput>",
    ],
)
def test_vocabularies_that_feedparser_fails_at_cost_no_release(odd: str) -> None:
    """They say where a photo was taken; the release beside them must not be lost with them."""
    body = rss(entry(1, BASE, text=HARM).replace("</item>", f"{odd}</item>"), entry(2, BASE))
    _, entries = read_feed(body, Source(f"{BASE}/feed"), "army")
    assert [one.entry.title for one in entries] == ["Release 1", "Release 2"]
    assert HARM in entries[0].entry.html


@pytest.mark.parametrize("encoding", ["punycode", "undefined", "idna", "hex", "rot13", "x-unknown"])
def test_encoding_that_is_none_does_not_keep_a_feed_from_being_read(encoding: str) -> None:
    """The bytes are UTF-8 whatever a broken template declares."""
    body = rss(entry(1, BASE, title="Größe")).replace(b'encoding="utf-8"', f'encoding="{encoding}"'.encode())
    _, entries = read_feed(body, Source(f"{BASE}/feed", "application/xml"), "army")
    assert [one.entry.title for one in entries] == ["Größe"]


@pytest.mark.parametrize(
    ("others", "read"),
    [
        (["25/04/2024", "26/04/2024"], "2024-05-03"),
        (["04/25/2024"], "2024-03-05"),
        (["25/04/2024", "04/25/2024"], ""),
        (["02/04/2024"], ""),
        (["25 April 2024"], ""),
    ],
)
def test_other_dates_of_a_feed_prove_its_order_of_figures(others: list[str], read: str) -> None:
    """A program writes all its dates alike: what one of them cannot be, none of them is."""
    locale = DateLocale("UTC", "CA", "en")
    body = rss(*(entry(number, BASE, pubDate=raw) for number, raw in enumerate(["03/05/2024", *others], 1)))
    _, named = read_feed(body, Source(f"{BASE}/rss", locale=locale, fetched_at=NOW), "army")
    published = named[0].entry.published
    assert published is not None
    assert (published.at.date().isoformat() if published.at else "") == read
    assert ("date_doubtful" in [problem.kind for problem in named[0].entry.problems]) == (not read)


def source_of(case: dict[str, Any]) -> Source:
    locale = DateLocale(case.get("zone", "UTC"), case.get("country", ""), case.get("language", ""))
    return Source("https://army.example/rss", case.get("content_type", ""), locale, datetime(2024, 6, 20, tzinfo=UTC))


def as_said(entry: Entry) -> dict[str, object]:
    """An entry as the case files write it."""
    at = entry.published.at if entry.published else None
    readings = entry.published.readings if entry.published else ()
    text = extract_fragment(entry.html, url=entry.url or "").text
    zone = ZoneInfo("America/Toronto")
    return {
        "title": entry.title,
        "url": entry.url or "",
        "key": entry.key,
        "text": text,
        "published": at.isoformat() if at else "",
        "readings": sorted(one.astimezone(zone).date().isoformat() for one in readings),
    }


@pytest.mark.parametrize(
    "file", sorted((TESTS / "data" / "feeds" / "cases").glob("*.toml")), ids=lambda file: file.stem
)
def test_a_feed_says_what_its_publisher_meant(file: Path) -> None:
    """Titles, texts, links, charsets and dates as feeds really spoil them; each file is a feed and what it says."""
    case = tomllib.loads(file.read_text(encoding="utf-8"))
    body = case["feed"].encode(case.get("encoding", "utf-8"))
    if "error" in case:
        with pytest.raises(WatcherError) as caught:
            read_feed(body, source_of(case), "army")
        assert caught.value.outcome == case["error"]
        return
    parsed, (named,) = read_feed(body, source_of(case), "army")
    said = as_said(named.entry)
    assert {name: said[name] for name in case["entry"]} == case["entry"]
    problems = [problem.kind for problem in (*parsed.problems, *named.entry.problems)]
    assert [kind for kind in problems if kind not in {"no_link", "no_date"} or kind in case.get("problems", [])] == (
        case.get("problems", [])
    )
