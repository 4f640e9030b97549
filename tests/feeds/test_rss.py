"""RSS, RDF and Atom as publishers really write them."""

from __future__ import annotations

import contextlib
import re
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.scenario import entry, rss
from watcher.content.date_order import DateLocale
from watcher.errors import NotAFeed, Truncated, WatcherError
from watcher.feeds.rss import deleted_entries, parse_feed, skipped_days, skipped_hours
from watcher.feeds.source import Source
from watcher.pipeline.feed_tasks import read_feed

if TYPE_CHECKING:
    from watcher.model.feed import Entry, ParsedFeed

SOURCE = Source("https://army.example/rss", "application/rss+xml", DateLocale("Europe/Kyiv", "UA", "en"))
BASE = "https://army.example"
ODD_SOURCE = Source(f"{BASE}/rss", "application/rss+xml", DateLocale("Europe/Kyiv", "UA", "uk"))
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
ATOM_FEED = """<?xml version="1.0"?><atom_feed xmlns="http://www.w3.org/2005/Atom"{more}><title>Army</title>
<entry><id>tag:army.example,2026:1</id><title>Stays</title></entry>{body}</atom_feed>"""
TOMBSTONE = '<at:deleted-entry ref="tag:army.example,2026:2" when="2026-11-24T10:00:00Z"><at:comment>x</at:comment>'
NAMESPACE = ' xmlns:at="http://purl.org/atompub/tombstones/1.0"'


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


def test_empty_item_is_no_release() -> None:
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


def test_whole_feed_with_something_after_it_is_not_cut_off() -> None:
    """A server that adds a line after the document's end has sent the whole of it."""
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


@pytest.mark.parametrize("link", ["#", "//", "#top"])
def test_an_empty_link_is_no_link(link: str) -> None:
    """Resolved, it would be the feed's own address, and the feed would be read as the release's page."""
    (found,) = parse(rss(entry(1, BASE, link=link))).entries
    assert found.url is None
    assert "no_link" in [problem.kind for problem in found.problems]


def parse_odd(body: bytes, source: Source = ODD_SOURCE) -> ParsedFeed:
    return read_feed(body, source, "army")[0]


def only(body: bytes, source: Source = ODD_SOURCE) -> Entry:
    (found,) = parse_odd(body, source).entries
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
    parsed, named = read_feed(rss(entry(1, BASE, guid=guid, link=""), entry(2, BASE)), ODD_SOURCE, "army")
    assert parsed.entries[0].key == guid
    assert len({found.identity for found in named}) == 2


@pytest.mark.parametrize("link", ["http://[oops/x", "mailto:desk@army.example", "file:///etc/passwd", "data:,x"])
def test_link_that_cannot_be_asked_for_is_none(link: str) -> None:
    """It is neither connected to nor shown; the release is stored all the same."""
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
    parsed = parse_odd(body.replace(b"<title>Releases", f"{said}<title>Releases".encode(), 1))
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
    assert len(parse_odd(before + rss(entry(1, BASE))).entries) == 1


def test_external_entity_is_not_read() -> None:
    """Check 54: a feed must not make us open a file."""
    body = rss(entry(1, BASE, title="XX")).decode().replace("XX", "&x;")
    head, _, rest = body.partition("?>")
    body = f'{head}?><!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/hostname">]>{rest}'
    with pytest.raises(NotAFeed, match="entity"):
        parse_odd(body.encode())


@pytest.mark.parametrize("reference", ["&#x110000;", "&#2000000;", "&#xD800;", f"&#{'9' * 5000};", "&#x110000"])
def test_reference_to_no_character_costs_no_entry(reference: str) -> None:
    """The parser ends with an error of Python's at one of these; the other entries have to be read."""
    body = rss(entry(1, BASE, title="XX"), entry(2, BASE)).replace(b"XX", f"y{reference}z".encode())
    assert [found.title for found in parse_odd(body).entries] == ["y\ufffdz", "Release 2"]


@pytest.mark.parametrize(
    ("reference", "title"), [("&#8211;", "–"), ("&#x2013;", "–"), ("&#0038;", "&"), ("&#x1F600;", "😀")]
)
def test_reference_to_a_character_is_that_character(reference: str, title: str) -> None:
    """The others stay what they are."""
    assert only(rss(entry(1, BASE, title="XX")).replace(b"XX", reference.encode())).title == title


@given(st.lists(st.dictionaries(st.sampled_from(FIELDS), ODD, max_size=6), max_size=4))
def test_whatever_stands_in_the_fields_nothing_else_is_raised(items: list[dict[str, Any]]) -> None:
    """Titles, links and dates are written by strangers: a feed of any of them is read or refused by name."""
    shown = ["".join(f"<{name}>{value}</{name}>" for name, value in item.items()) for item in items]
    body = rss(*(f"<item>{one}</item>" for one in shown)).decode()
    try:
        parsed, named = read_feed(body.encode("utf-8", errors="replace"), ODD_SOURCE, "army")
    except WatcherError:
        return
    assert len(parsed.entries) == len(named)
    assert all(found.entry.url is None or found.entry.url.startswith(("http://", "https://")) for found in named)


@pytest.mark.parametrize(
    ("inside", "hours"),
    [
        ("<hour>3</hour><hour> 0 </hour><hour>3</hour>", (0, 3)),
        ("<hour>24</hour>\n<hour>07</hour>", (0, 7)),
        ("<hour>25</hour><hour>-1</hour><hour>noon</hour><hour>1</hour>", (1,)),
        ("", ()),
        ("at night <hour>2</hour><note/><hour>3</hour>", (2, 3)),
        ("<skipHours><hour>4</hour>", (4,)),
    ],
)
def test_hours_are_numbers_of_gmt(inside: str, hours: tuple[int, ...]) -> None:
    """What is no hour is left out, 24 is midnight (check 17)."""
    assert skipped_hours(f"<rss><channel><SKIPHOURS>{inside}</SKIPHOURS></channel></rss>") == hours


def test_days_are_names_whatever_their_case() -> None:
    """In the order of the week, each once (check 17)."""
    said = "<skipDays><day>Sunday</day><day>monday</day><day>Sunday</day><day>Someday</day></skipDays>"
    assert skipped_days(said) == ("monday", "sunday")
    assert skipped_days("<rss/>") == ()


@given(st.integers(0, 3000), st.sampled_from(["<skipHours>", "<hour>", "<skipHours><hour>1", "<skipDays><day>"]))
@settings(max_examples=10)
def test_open_ends_cost_nothing_and_say_nothing(times: int, part: str) -> None:
    """A body of opening tags alone is no wish, and is read in linear time (check 57)."""
    assert skipped_hours(part * times) == ()
    assert skipped_days(part * times) == ()


def atom_feed(body: str, more: str = NAMESPACE) -> bytes:
    return ATOM_FEED.format(body=body, more=more).encode()


def test_deleted_entry_is_named_and_is_no_entry() -> None:
    """The publisher's own word that something was taken out (RFC 6721, check 80)."""
    parsed = parse_feed(atom_feed(f"{TOMBSTONE}</at:deleted-entry>"), Source("https://army.example/atom_feed"))
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
    assert deleted_entries(atom_feed(body, more)) == ()


def test_default_prefix_and_several_are_read() -> None:
    """Prefixes are free in XML."""
    other = '<deleted-entry xmlns="http://purl.org/atompub/tombstones/1.0" ref="b" when="2026-11-24T10:00:00Z"/>'
    assert deleted_entries(atom_feed(f"{TOMBSTONE}</at:deleted-entry>{other}")) == ("tag:army.example,2026:2", "b")
