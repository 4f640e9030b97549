"""A feed's markup cut into items: a document without those that are known must say what the whole one says."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.content.date_order import DateLocale
from watcher.feeds import rss
from watcher.feeds.items import cut_items
from watcher.feeds.source import Source
from watcher.model.feed import KnownItem
from watcher.pipeline.feed_tasks import read_feed
from watcher.store.feed_entries import entry_as_json

if TYPE_CHECKING:
    from watcher.feeds.items import Items
    from watcher.model.feed import ParsedEntry, ParsedFeed

SOURCE = Source("https://army.example/feed", "application/rss+xml", fetched_at=datetime(2026, 5, 2, tzinfo=UTC))
# Parts of an item as feeds have them, and odd ones, for which no item stands by itself; %d is the item's number.
USUAL = (
    "<title>Bridge %d &amp; road</title>", "<link>https://army.example/news/%d</link>",
    "<guid isPermaLink='false'>n-%d</guid>", "<pubDate>Fri, 01 May 2026 0%d:00:00 GMT</pubDate>",
    "<description>&lt;p&gt;Two were killed.&lt;/p&gt; %d</description>", "<guid>same</guid>", "<link/>",
    "<title><![CDATA[A <item> in <b>words</b> %d]]></title>", "<pubDate>03/05/2024</pubDate>",
    "<pubDate>31/12/2031</pubDate>", "<description>Zoë’s unit — %d&#160;men</description>",
    "<content:encoded><![CDATA[<p>Text %d</p><item>no item</item>]]></content:encoded>",
    "<dc:creator>Press %d</dc:creator>", "<category>news %d</category>", "<updated>2026-05-01</updated>",
    "<enclosure url='https://army.example/%d.pdf' type='application/pdf'/>", "<!-- <item> -->",
    "<source url='https://a.example/'><title>S</title></source>", "<content type='xhtml'>%d</content>",
    "<media:thumbnail url='https://army.example/%d.jpg'/>", "<description xml:lang='fr'>mot %d</description>",
    "<p xmlns='http://www.w3.org/1999/xhtml'>Markup %d</p>",
)  # fmt: skip
ODD = (
    "<media:item xmlns:media='u:m'/>", "<b xmlns='u:%d'>x</b>", "<item><title>inner %d</title></item>",
    "<title>broken %d", "<description>%d&nbsp;men</description>", "<gml:pos xmlns:gml='http://www.opengis.net/gml'/>",
)  # fmt: skip
NAMES = 'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"'
ITEMS = st.tuples(st.lists(st.sampled_from(USUAL), max_size=6), st.integers(0, 9))
ODD_ITEMS = st.tuples(st.lists(st.sampled_from(USUAL + ODD), max_size=6), st.integers(0, 9))


def document(items: list[tuple[list[str], int]], *, built: int = 0, between: str = "", prolog: str = "") -> bytes:
    """An RSS document of these items."""
    said = between.join(
        f"<item>{''.join(part % n if '%d' in part else part for part in parts)}</item>" for parts, n in items
    )
    head = f"<title>News</title><language>en</language><lastBuildDate>day {built}</lastBuildDate>"
    names = f'{NAMES} xmlns:media="http://search.yahoo.com/mrss/"'
    return f'{prolog}<rss version="2.0" {names}><channel>{head}{said}</channel></rss>'.encode()


def known_of(entries: tuple[ParsedEntry, ...]) -> dict[bytes, KnownItem]:
    """What is stored of these entries, as the next poll is given it."""
    return {one.mark: KnownItem(entry_as_json(one.entry), one.sha256) for one in entries if one.mark}


def said(read: tuple[ParsedFeed, tuple[ParsedEntry, ...]]) -> tuple[object, ...]:
    """All that a poll goes by: each entry by its names, place and hash, and what the feed says of itself."""
    parsed, entries = read
    names = [(one.identity, one.url_key, one.names, one.sha256, one.position, one.mark) for one in entries]
    return names, parsed.title, parsed.language, parsed.is_complete, parsed.problems, parsed.topic


@given(
    st.one_of(st.lists(ITEMS, max_size=5), st.lists(ODD_ITEMS, max_size=3)),
    st.one_of(st.lists(ITEMS, max_size=3), st.lists(ODD_ITEMS, max_size=2)),
    st.integers(0, 5),
)
def test_document_without_what_is_known_says_what_the_whole_one_says(
    old: list[tuple[list[str], int]], new: list[tuple[list[str], int]], dropped: int
) -> None:
    """No release may be missed, doubled or taken for edited because the others of its document were known."""
    before = read_feed(document(old), SOURCE, "army")
    body = document([*new, *old[: len(old) - dropped]], built=1)
    known = known_of(before[1])
    whole, rest = read_feed(body, SOURCE, "army"), read_feed(body, SOURCE, "army", known=known)
    assert said(rest) == said(whole)
    fresh = [(one, other) for one, other in zip(rest[1], whole[1], strict=True) if one.mark not in known]
    assert all(one == other for one, other in fresh)


def usual(count: int) -> list[tuple[list[str], int]]:
    return [(list(USUAL[:5]), n) for n in range(count)]


def test_known_items_are_not_given_to_the_parser(monkeypatch: pytest.MonkeyPatch) -> None:
    """Twenty entries of which one is new cost as much as one."""
    parsed: list[bytes] = []
    parse = rss._parsed

    def watched(body: bytes, kind: str) -> object:
        parsed.append(body)
        return parse(body, kind)

    monkeypatch.setattr(rss, "_parsed", watched)
    _, entries = read_feed(document(usual(9)), SOURCE, "army")
    _, again = read_feed(
        document([(["<title>New</title>"], 0), *usual(9)], built=1), SOURCE, "army", known=known_of(entries)
    )
    assert [body.count(b"<item>") for body in parsed] == [9, 1]
    assert len(again) == 10


ATOM = '<feed xmlns="http://www.w3.org/2005/Atom"><updated>2026-05-0{day}T00:00:00Z</updated>{entries}</feed>'
ENTRY = (
    "<entry><id>u:{n}</id><title>{n}</title><content type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'>"
    "<p>Text</p></div></content></entry>"
)


def test_atom_entries_are_cut_too() -> None:
    """Each Atom entry with markup declares the name space of XHTML."""
    before = ATOM.format(day=1, entries="\n".join(ENTRY.format(n=n) for n in range(3))).encode()
    after = ATOM.format(day=2, entries="\n".join(ENTRY.format(n=n) for n in range(1, 4))).encode()
    marks, later = (items.marks for items in map(_cut, (before, after)))
    assert marks[1:] == later[:2]
    known = known_of(read_feed(before, SOURCE, "army")[1])
    assert said(read_feed(after, SOURCE, "army", known=known)) == said(read_feed(after, SOURCE, "army"))


def _cut(body: bytes, source: Source = SOURCE) -> Items:
    items = cut_items(body, source)
    assert items is not None
    return items


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<rss><channel><title>None</title></channel></rss>",
        b"<rss><channel><item/><item></channel></rss>",
        document(usual(2), prolog="<!DOCTYPE rss [<!ENTITY army 'Army'>]>"),
        document(usual(2), between="<ttl>5</ttl>"),
        document([(["<b xmlns='u:own'>x</b>"], 1)]),
        document([([ODD[2]], 1)]),
        document(usual(1)).replace(b"<item>", b"<item xmlns:army='u:army'>"),
        document(usual(2)).replace(b"</channel>", b"<image><item/></image></channel>"),
    ],
)
def test_unusual_documents_are_not_cut(body: bytes) -> None:
    """What an item means may follow from what stands elsewhere: then the whole document is parsed."""
    assert cut_items(body, SOURCE) is None


def test_mark_is_another_one_where_the_item_would_be_read_in_another_way() -> None:
    """A new language of the feed, a new address and another zone change what an item says, to the byte the same."""
    body = document(usual(2))
    first = _cut(body).marks
    assert _cut(document(usual(2), built=7)).marks == first
    assert not set(first) & set(_cut(body.replace(b">en<", b">fr<")).marks)
    assert not set(first) & set(_cut(body, Source("https://army.example/other", SOURCE.content_type)).marks)
    assert not set(first) & set(_cut(body, Source(SOURCE.url, locale=DateLocale("Asia/Tokyo"))).marks)
