"""JSON Feed: entries like those of any other feed."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.errors import NotAFeed
from watcher.feeds.jsonfeed import parse_json_feed

URL = "https://example.org/feed.json"


def feed_of(*items: Any) -> bytes:
    return json.dumps(
        {"version": "https://jsonfeed.org/version/1.1", "title": "Releases", "language": "en", "items": items}
    ).encode()


def test_a_full_item_fills_an_entry() -> None:
    """Every field that an entry has and the format knows."""
    item = {
        "id": 7,
        "url": "/r/7",
        "title": " Three\n hurt ",
        "content_html": "<p>Three were hurt.</p>",
        "date_published": "2024-05-03T10:00:00+02:00",
        "date_modified": "2024-05-04T10:00:00Z",
        "authors": [{"name": "Press office"}],
        "tags": ["fire", "fire"],
        "attachments": [{"url": "a.pdf", "mime_type": "application/pdf", "title": "Report"}],
    }
    feed = parse_json_feed(feed_of(item), url=URL)
    entry = feed.entries[0]
    assert (entry.key, entry.url, entry.title, entry.author, entry.tags) == (
        "7",
        "https://example.org/r/7",
        "Three hurt",
        "Press office",
        ("fire",),
    )
    assert entry.html == "<p>Three were hurt.</p>"
    assert entry.published is not None
    assert entry.published.at == datetime(2024, 5, 3, 8, tzinfo=UTC)
    assert [attachment.url for attachment in entry.attachments] == ["https://example.org/a.pdf"]
    assert (feed.title, feed.language, entry.problems) == ("Releases", "en", ())


def test_plain_text_keeps_its_lines_and_signs() -> None:
    """`content_text` is no HTML: `<` in it is a sign."""
    assert (
        parse_json_feed(feed_of({"id": "1", "content_text": "1 < 2\nend"}), url=URL).entries[0].html
        == "1 &lt; 2<br>end"
    )


def test_an_empty_item_says_what_it_lacks() -> None:
    """Nothing is promised but that its lacks are told."""
    entry = parse_json_feed(feed_of({}), url=URL).entries[0]
    assert [problem.kind for problem in entry.problems] == ["no_key", "no_link", "no_title", "no_date"]


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b"<rss/>", b'{"version": "2", "items": []}', b"[" * 100_000])
def test_anything_else_is_no_json_feed(body: bytes) -> None:
    """A body of another kind is named so."""
    with pytest.raises(NotAFeed):
        parse_json_feed(body, url=URL)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=5,
)


@given(
    st.dictionaries(
        st.sampled_from(
            ("id", "url", "title", "tags", "authors", "author", "attachments", "date_published", "content_text")
        ),
        JSON,
    )
)
def test_fields_of_any_type_are_survived(item: dict[str, Any]) -> None:
    """Publishers fill fields with what they like."""
    assert len(parse_json_feed(feed_of(item, "no item"), url=URL).entries) == 1
