"""Tombstones of Atom feeds."""

from __future__ import annotations

import pytest

from watcher.feeds.rss import Source, deleted_entries, parse_feed

FEED = """<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"{more}><title>Army</title>
<entry><id>tag:army.example,2026:1</id><title>Stays</title></entry>{body}</feed>"""
TOMBSTONE = '<at:deleted-entry ref="tag:army.example,2026:2" when="2026-11-24T10:00:00Z"><at:comment>x</at:comment>'
NAMESPACE = ' xmlns:at="http://purl.org/atompub/tombstones/1.0"'


def feed(body: str, more: str = NAMESPACE) -> bytes:
    return FEED.format(body=body, more=more).encode()


def test_deleted_entry_is_named_and_is_no_entry() -> None:
    """The publisher's own word that something was taken out (RFC 6721, check 80)."""
    parsed = parse_feed(feed(f"{TOMBSTONE}</at:deleted-entry>"), Source("https://army.example/feed"))
    assert parsed.deleted == ("tag:army.example,2026:2",)
    assert [entry.title for entry in parsed.entries] == ["Stays"]


@pytest.mark.parametrize(
    ("body", "more"),
    [
        ("<!-- deleted-entry -->", ""),
        ('<x:deleted-entry xmlns:x="urn:other" ref="1"/>', ""),
        ("<at:deleted-entry/>", NAMESPACE),
        ('<at:deleted-entry ref=" "/>', NAMESPACE),
    ],
)
def test_what_only_looks_like_one_is_none(body: str, more: str) -> None:
    """Another vocabulary's element, a comment, one without a reference."""
    assert deleted_entries(feed(body, more)) == ()


def test_default_prefix_and_several_are_read() -> None:
    """Prefixes are free in XML."""
    other = '<deleted-entry xmlns="http://purl.org/atompub/tombstones/1.0" ref="b" when="2026-11-24T10:00:00Z"/>'
    assert deleted_entries(feed(f"{TOMBSTONE}</at:deleted-entry>{other}")) == ("tag:army.example,2026:2", "b")
