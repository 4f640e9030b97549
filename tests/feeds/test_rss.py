"""Feeds as they are: RSS, RDF, Atom, poor, odd, cut off, mis-encoded."""

from __future__ import annotations

import contextlib
import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.scenario import entry, rss
from watcher.errors import NotAFeed, Truncated, WatcherError
from watcher.feeds.rss import Source, parse_feed

if TYPE_CHECKING:
    from watcher.model.feed import ParsedFeed

SOURCE = Source("https://army.example/rss", "application/rss+xml", time_zone="Europe/Kyiv", language="en")
BASE = "https://army.example"


def parse(body: bytes) -> ParsedFeed:
    return parse_feed(body, SOURCE)


def test_good_entry_gives_everything() -> None:
    """What a feed says of a release is taken over whole, in the feed's order."""
    parsed = parse(rss(entry(2, BASE, title="Second", text="<p>Text</p>", author="desk@army.example"), entry(1, BASE)))
    first = parsed.entries[0]
    assert (first.key, first.url, first.title) == (f"{BASE}/releases/2", f"{BASE}/releases/2", "Second")
    assert first.html == "<p>Text</p>"
    assert first.published is not None
    assert [e.title for e in parsed.entries] == ["Second", "Release 1"]


@pytest.mark.parametrize(
    ("missing", "problem"), [("link", ""), ("guid", ""), ("title", "no_title"), ("pubDate", "no_date")]
)
def test_missing_field_is_a_problem_and_no_reason_to_drop(missing: str, problem: str) -> None:
    """A poor entry is somebody's words all the same."""
    body = re.sub(rf"<item>(.*?)<{missing}>[^<]*</{missing}>", r"<item>\1", rss(entry(1, BASE)).decode())
    (found,) = parse(body.encode()).entries
    assert found.html == "Nothing happened."
    assert problem in {*(p.kind for p in found.problems), ""}


def test_guid_that_is_no_address_is_not_a_link() -> None:
    """A guid that stands alone must not become a page that is asked for in vain."""
    (found,) = parse(rss(entry(1, BASE, link="", guid="army-1"))).entries
    assert (found.key, found.url) == ("army-1", None)


def test_guid_that_is_an_address_serves_as_one() -> None:
    """RSS says that a guid is a permanent link unless it says otherwise."""
    (found,) = parse(rss(entry(1, BASE, link=""))).entries
    assert found.url == f"{BASE}/releases/1"


def test_relative_link_is_resolved_and_other_schemes_are_none() -> None:
    """Only web addresses are ever asked for or shown."""
    relative, script = parse(rss(entry(1, BASE, link="/a/1"), entry(2, BASE, link="javascript:alert(1)"))).entries
    assert relative.url == "https://army.example/a/1"
    assert script.url is None


def test_empty_item_is_nobodys_release() -> None:
    """One real feed begins with an item in which nothing stands."""
    assert len(parse(rss("<item></item>", entry(1, BASE))).entries) == 1


def test_zone_abbreviation_is_read_in_the_publishers_zone() -> None:
    """EET is two hours ahead of UTC; feedparser alone would read it as UTC."""
    (found,) = parse(rss(entry(1, BASE, pubDate="Tue, 24 Nov 2026 13:00:00 EET"))).entries
    assert found.published is not None
    assert found.published.at is not None
    assert found.published.at.hour == 11
    assert found.published.raw == "Tue, 24 Nov 2026 13:00:00 EET"


def test_title_loses_its_markup_and_keeps_its_signs() -> None:
    """Titles come escaped once, twice, or with tags."""
    titles = [
        e.title for e in parse(rss(entry(1, BASE, title="A &amp; B"), entry(2, BASE, title="x <b>y</b>"))).entries
    ]
    assert titles == ["A & B", "x y"]


def test_atom_with_content_and_updated() -> None:
    """Atom's content is preferred over its summary, and both dates are kept apart."""
    body = b"""<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title><entry><id>tag:army,1</id><title>One</title>
    <link href="https://army.example/1"/><published>2026-11-20T10:00:00Z</published>
    <updated>2026-11-21T10:00:00Z</updated><summary>Short.</summary>
    <content type="html">&lt;p&gt;The whole of it.&lt;/p&gt;</content></entry></feed>"""
    (found,) = parse(body).entries
    assert found.html == "<p>The whole of it.</p>"
    assert found.published is not None
    assert found.updated is not None
    assert found.published.at != found.updated.at


def test_feed_that_is_not_well_formed_gives_its_entries() -> None:
    """A bare ampersand must not cost the releases around it, but then a missing entry proves nothing."""
    body = rss(entry(1, BASE, title="AT"), entry(2, BASE)).replace(b"<title>AT</title>", b"<title>A & T</title>")
    parsed = parse(body)
    assert len(parsed.entries) == 2
    assert not parsed.is_complete
    assert [problem.kind for problem in parsed.problems] == ["not_well_formed"]


@pytest.mark.parametrize("length", [60, 200, 400])
def test_feed_that_is_cut_off_is_truncated(length: int) -> None:
    """Check 52: the last entry of half a body may be half a sentence, so nothing of it is stored."""
    with pytest.raises(Truncated):
        parse(rss(entry(1, BASE), entry(2, BASE))[:-length])


def test_whole_feed_with_something_behind_it_is_not_cut_off() -> None:
    """A server that adds a line behind the document's end has sent the whole of it."""
    body = rss(entry(1, BASE, title="AT")).replace(b">AT<", b">A & T<") + b"\nserved in 3 ms"
    assert len(parse(body).entries) == 1


@pytest.mark.parametrize("body", [b"", b"   ", b"<html><body>Hello</body></html>", b"{}", b"\x00\x01\x02", b"404"])
def test_anything_else_is_no_feed(body: bytes) -> None:
    """What is not a feed has a name, and the name says what it began with."""
    with pytest.raises(NotAFeed):
        parse(body)


@pytest.mark.parametrize("encoding", ["windows-1251", "koi8-r", "utf-16"])
def test_declared_encodings_are_read(encoding: str) -> None:
    """Cyrillic feeds are served in all of these."""
    text = (
        rss(entry(1, BASE, title="Заява міністерства")).decode().replace('encoding="utf-8"', f'encoding="{encoding}"')
    )
    source = Source(SOURCE.url, "text/xml")
    body = text.replace("і", "и").encode(encoding)
    assert parse_feed(body, source).entries[0].title == "Заява министерства"


def test_body_that_names_a_file_opens_none() -> None:
    """Check 53: feedparser opens what looks like a path or an address, so it is given bytes only."""
    for body in (b"/etc/passwd", b"https://army.example/feed", b"file:///etc/passwd"):
        with pytest.raises(NotAFeed):
            parse(body)


def test_entity_bomb_ends_at_once_and_stores_nothing() -> None:
    """Check 54: entities that double are refused by the parser and leave no title behind."""
    entities = "".join(f'<!ENTITY a{n} "&a{n - 1};&a{n - 1};">' for n in range(1, 30))
    body = rss(entry(1, BASE, title="BOMB")).decode().replace("BOMB", "&a29;")
    head, _, rest = body.partition("?>")
    titles = []
    with contextlib.suppress(WatcherError):
        bomb = f'{head}?><!DOCTYPE rss [<!ENTITY a0 "boom">{entities}]>{rest}'
        titles = [found.title for found in parse(bomb.encode()).entries]
    assert not [title for title in titles if len(title) > 1000]


def test_interval_hints_are_seconds() -> None:
    """`ttl` counts minutes; what the publisher asks for only ever lengthens our interval."""
    assert parse(rss().replace(b"<title>", b"<ttl>90</ttl><title>", 1)).interval_hint == 5400
    assert parse(rss()).interval_hint is None


@given(st.binary(max_size=400))
def test_no_bytes_raise_anything_else(body: bytes) -> None:
    """Whatever a server sends is a feed or an error with a name."""
    try:
        parse(body)
    except WatcherError:
        return


@pytest.mark.parametrize("link", ["#", "//", "  ", "#top"])
def test_an_empty_link_is_no_link(link: str) -> None:
    """Resolved, it would be the feed's own address, and the feed would be read as the release's page."""
    (found,) = parse(rss(entry(1, BASE, link=link))).entries
    assert found.url is None
    assert "no_link" in [problem.kind for problem in found.problems]
