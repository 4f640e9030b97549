"""The feeds that we publish are valid, whatever stands in them, with a new id for each revision."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.feeds import parsed
from tests.support.messages import claim, message, release
from watcher.alerts.channels.notification import Display
from watcher.web.feed_format import PublishedFeed, alert_entries, atom, json_feed, row_entries

EMPTY = PublishedFeed("alerts", "Alerts", "https://d.example/watcher", "https://d.example/-/watcher/alerts.atom", ())


def check_both(feed: PublishedFeed) -> tuple[Any, Any]:
    """What RFC 4287 and JSON Feed 1.1 demand of a feed and of each entry, and that both say the same."""
    read, said = parsed(atom(feed)), json.loads(json_feed(feed))
    assert read.version == "atom10"
    assert read.feed.id.startswith("urn:uuid:")
    assert read.feed.title
    assert read.feed.updated_parsed
    assert said["version"] == "https://jsonfeed.org/version/1.1"
    assert len({one.id for one in read.entries}) == len(read.entries)
    for one, other in zip(read.entries, said["items"], strict=True):
        assert one.id == other["id"]
        assert one.id.startswith("urn:uuid:")
        assert one.title
        assert one.updated_parsed
        assert one.author
        assert one.content[0].type == "text/html"
        assert other["content_html"]
        assert other["date_published"].endswith("Z")
    return read, said


def test_row_that_changes_is_a_new_entry() -> None:
    """A feed reader shows an id once: a corrected number has to have another."""
    row = {
        "title": "Statement",
        "count_min": 2,
        "published_at": "2026-11-24T09:00:00.000Z",
        "url": "https://a.example/",
    }
    first, again, changed = (row_entries("q", [one])[0].uid for one in (row, dict(row), row | {"count_min": 3}))
    assert first == again
    assert first != changed
    assert len(row_entries("q", [row, row])) == 1
    assert row_entries("other", [row])[0].uid != first


def test_row_without_title_or_time_is_still_an_entry() -> None:
    """A saved query may return anything."""
    (one,) = row_entries("q", [{"n": 3, "day_at": "2026-11-24", "url": "javascript:x"}])
    assert (one.title, one.updated, one.url) == ("3 – 2026-11-24 – javascript:x", "2026-11-24T00:00:00Z", "")
    check_both(PublishedFeed("q", "Q", "", "", (one,)))


def test_empty_feed_is_valid() -> None:
    """Before the first alert too."""
    check_both(EMPTY)


@given(st.text(max_size=80), st.text(max_size=80))
@settings(max_examples=60)
def test_any_words_make_a_valid_feed(title: str, words: str) -> None:
    """Check 58: what a publisher wrote breaks no feed and is no mark-up in it."""
    said = message(
        title=title,
        release=release(title=words, url=f"https://a.example/{words}"),
        claims=[claim(sentence=words, marked=[0, 3])],
    )
    said["alert"] = "ab" * 16
    entries = (*alert_entries([said], Display()), *row_entries("q", [{"title": title, "sentence": words}]))
    read, _ = check_both(PublishedFeed("alerts", "Alerts", "", "", entries))
    assert "<script" not in read.entries[0].content[0].value
