"""What a worker makes of a feed: named entries in their order, with dates that can be true."""

from __future__ import annotations

from datetime import UTC, datetime

from tests.support.scenario import (
    HARM,
    WORDS,
    entry,
    page,
    rss,
)
from watcher.feeds.rss import Source
from watcher.model.feed import Entry, ParsedEntry
from watcher.pipeline.feed_tasks import read_feed
from watcher.pipeline.release_tasks import (
    PageAnswer,
    ReadingContext,
    extract_release,
)

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
