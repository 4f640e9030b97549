"""Feeds that are legal and unusual, and feeds that nobody should write: each gives its entries or an error by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.scenario import entry, rss
from watcher.errors import NotAFeed, WatcherError
from watcher.feeds.rss import Source
from watcher.pipeline.parse import read_feed

if TYPE_CHECKING:
    from watcher.model.feed import Entry, ParsedFeed

BASE = "https://army.example"
SOURCE = Source(f"{BASE}/rss", "application/rss+xml", time_zone="Europe/Kyiv", language="uk")


def parse(body: bytes, source: Source = SOURCE) -> ParsedFeed:
    return read_feed(body, source, "army")[0]


def only(body: bytes, source: Source = SOURCE) -> Entry:
    (found,) = parse(body, source).entries
    return found


def rss_item(*elements: str) -> bytes:
    return rss(f"<item>{''.join(elements)}</item>")


def atom(*elements: str, attributes: str = "") -> bytes:
    whole = f"<title>T</title><entry>{''.join(elements)}</entry>"
    return f'<feed xmlns="http://www.w3.org/2005/Atom" {attributes}>{whole}</feed>'.encode()


@pytest.mark.parametrize("key", ["tag:army.example,2026:1", "urn:uuid:6ba7b810", "17", f"{BASE}/?p=17"])
@pytest.mark.parametrize("is_first", [True, False])
def test_atom_link_counts_wherever_the_id_stands(key: str, is_first: bool) -> None:  # noqa: FBT001 - both orders
    """RFC 4287 sets no order of elements: an id before the link must not cost the release its page."""
    elements = [f"<id>{key}</id>", f'<link rel="alternate" href="{BASE}/page"/>', "<title>One</title>"]
    found = only(atom(*(elements if is_first else reversed(elements))))
    assert (found.key, found.url) == (key, f"{BASE}/page")


@pytest.mark.parametrize("guid", ["<guid>17</guid>", '<guid isPermaLink="false">17</guid>'])
@pytest.mark.parametrize("is_first", [True, False])
def test_rss_link_counts_wherever_the_guid_stands(guid: str, is_first: bool) -> None:  # noqa: FBT001 - both orders
    """The same for RSS, whose elements come in any order too."""
    elements = [guid, f"<link>{BASE}/page</link>", "<title>One</title>"]
    found = only(rss_item(*(elements if is_first else reversed(elements))))
    assert (found.key, found.url) == ("17", f"{BASE}/page")


@pytest.mark.parametrize("guid", ["http://[oops/x", "https://a℀b/x", "http://a.example:port/x", "http://", "::"])
def test_guid_that_only_looks_like_an_address_is_a_key(guid: str) -> None:
    """One odd guid must not keep the whole feed from being read."""
    parsed, named = read_feed(rss(entry(1, BASE, guid=guid, link=""), entry(2, BASE)), SOURCE, "army")
    assert parsed.entries[0].key == guid
    assert len({found.identity for found in named}) == 2


@pytest.mark.parametrize("link", ["http://[oops/x", "mailto:desk@army.example", "file:///etc/passwd", "data:,x"])
def test_link_that_cannot_be_asked_for_is_none(link: str) -> None:
    """It is neither dialled nor shown; the release is stored all the same."""
    found = only(rss(entry(1, BASE, link=link, guid="17")))
    assert (found.url, found.title) == (None, "Release 1")


@pytest.mark.parametrize(
    ("said", "hint"),
    [
        ("<ttl>60</ttl>", 3600),
        ("<ttl> 5 </ttl>", 300),
        ("<ttl>²</ttl>", None),
        (f"<ttl>{'9' * 5000}</ttl>", None),
        ("<ttl>-60</ttl>", None),
        ("<ttl>soon</ttl>", None),
        ("<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency>", 43200),
        ("<sy:updatePeriod>hourly</sy:updatePeriod>", 3600),
        ("<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>0</sy:updateFrequency>", 86400),
        ("<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>²</sy:updateFrequency>", None),
        ("<sy:updatePeriod>fortnightly</sy:updatePeriod>", None),
    ],
)
def test_hint_is_seconds_or_nothing(said: str, hint: int | None) -> None:
    """A number that Python refuses to read must not keep the feed from being read."""
    name = b'<rss version="2.0" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"'
    body = rss(entry(1, BASE)).replace(b'<rss version="2.0"', name)
    parsed = parse(body.replace(b"<title>Releases", f"{said}<title>Releases".encode(), 1))
    assert (parsed.interval_hint, len(parsed.entries)) == (hint, 1)


def test_rdf_gives_entries_dates_and_authors() -> None:
    """RSS 1.0 is still served; its date and author are Dublin Core's."""
    body = b"""<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
    xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="https://a.example/">
    <title>T</title></channel><item rdf:about="https://a.example/1"><title>One</title><link>https://a.example/1</link>
    <dc:date>2026-11-20T10:00:00+02:00</dc:date><dc:creator>Desk</dc:creator></item></rdf:RDF>"""
    found = only(body)
    assert (found.key, found.url, found.author) == ("https://a.example/1", "https://a.example/1", "Desk")
    assert found.published is not None
    assert str(found.published.at) == "2026-11-20 08:00:00+00:00"


def test_atom_xhtml_enclosure_and_no_date() -> None:
    """Content may be markup itself; an enclosure is a file and not the release's page."""
    found = only(
        atom(
            "<id>urn:1</id>",
            f'<link rel="enclosure" href="{BASE}/f.pdf" type="application/pdf"/>',
            f'<link href="{BASE}/page"/>',
            '<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Two <b>men</b></p></div></content>',
        )
    )
    assert found.url == f"{BASE}/page"
    assert found.html == "<p>Two <b>men</b></p>"
    assert [(file.url, file.media_type) for file in found.attachments] == [(f"{BASE}/f.pdf", "application/pdf")]
    assert {problem.kind for problem in found.problems} == {"no_title", "no_date"}


def test_enclosures_without_an_address_are_none() -> None:
    """An empty enclosure is common; a relative one is resolved."""
    said = "<enclosure/><enclosure url='' type='x'/><enclosure url='/f.pdf' type='application/pdf'/>"
    assert [file.url for file in only(rss_item("<title>a</title>", said)).attachments] == [f"{BASE}/f.pdf"]


@pytest.mark.parametrize(
    ("declared", "actual"),
    [("utf-8", "latin-1"), ("windows-1252", "utf-8"), ("x-nonsense", "utf-8"), ("us-ascii", "utf-8")],
)
def test_wrong_encoding_costs_no_entry(declared: str, actual: str) -> None:
    """The declaration lies often; the words are read all the same."""
    text = rss(entry(1, BASE, title="Ministère")).decode().replace('"utf-8"', f'"{declared}"')
    assert only(text.encode(actual)).title == "Ministère"


@pytest.mark.parametrize("before", [b"\n\n  ", b"\xef\xbb\xbf", b"\xef\xbb\xbf\n"])
def test_space_and_marks_before_the_document_are_skipped(before: bytes) -> None:
    """Templates leave blank lines before the declaration, which XML forbids."""
    assert len(parse(before + rss(entry(1, BASE))).entries) == 1


def test_external_entity_is_not_read() -> None:
    """Check 54: a feed must not make us open a file."""
    body = rss(entry(1, BASE, title="XX")).decode().replace("XX", "&x;")
    head, _, rest = body.partition("?>")
    body = f'{head}?><!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/hostname">]>{rest}'
    with pytest.raises(NotAFeed, match="entity"):
        parse(body.encode())


@pytest.mark.parametrize("reference", ["&#x110000;", "&#2000000;", "&#xD800;", f"&#{'9' * 5000};", "&#x110000"])
def test_reference_to_no_character_costs_no_entry(reference: str) -> None:
    """The parser ends with an error of Python's at one of these; the other entries have to be read."""
    body = rss(entry(1, BASE, title="XX"), entry(2, BASE)).replace(b"XX", f"y{reference}z".encode())
    assert [found.title for found in parse(body).entries] == ["y\ufffdz", "Release 2"]


@pytest.mark.parametrize(
    ("reference", "title"), [("&#8211;", "–"), ("&#x2013;", "–"), ("&#0038;", "&"), ("&#x1F600;", "😀")]
)
def test_reference_to_a_character_is_that_character(reference: str, title: str) -> None:
    """The others stay what they are."""
    assert only(rss(entry(1, BASE, title="XX")).replace(b"XX", reference.encode())).title == title


FIELDS = ("title", "link", "guid", "pubDate", "description", "author", "category", "dc:date", "content:encoded")
ODD = st.text(max_size=40) | st.sampled_from(
    [
        "<",
        "&",
        "]]>",
        "&#0;",
        "&#x110000;",
        "&#xd800;",
        "&#x27",
        "\x1b[2J",
        "\u202e",
        "http://[x",
        "0001-01-01T00:00:00",
        "9999-12-31T23:59Z",
    ]
)


@given(st.lists(st.dictionaries(st.sampled_from(FIELDS), ODD, max_size=6), max_size=4))
def test_whatever_stands_in_the_fields_nothing_else_is_raised(items: list[dict[str, Any]]) -> None:
    """Titles, links and dates are written by strangers: a feed of any of them is read or refused by name."""
    shown = ["".join(f"<{name}>{value}</{name}>" for name, value in item.items()) for item in items]
    body = rss(*(f"<item>{one}</item>" for one in shown)).decode()
    try:
        parsed, named = read_feed(body.encode("utf-8", errors="replace"), SOURCE, "army")
    except WatcherError:
        return
    assert len(parsed.entries) == len(named)
    assert all(found.entry.url is None or found.entry.url.startswith(("http://", "https://")) for found in named)
