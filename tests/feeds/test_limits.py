"""Bodies that are made to stall a parser are told from honest feeds without one (checks 54, 55)."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.errors import NotAFeed, TooLarge
from watcher.feeds.limits import MOST_ENTRIES, refuse_hostile, shorten_names, with_entities
from watcher.feeds.rss import parse_feed
from watcher.feeds.source import Source

URL = "https://army.example/feed"


def feed(inside: str = "", *, declared: str = "") -> bytes:
    entry = f"<item><title>One</title><guid>army-1</guid>{inside}</item>"
    return f'<?xml version="1.0"?>{declared}<rss version="2.0"><channel>{entry}</channel></rss>'.encode()


def test_flood_of_entries_is_too_large() -> None:
    """Ten thousand are read; 50,000 would cost their worker its ten seconds (check 55)."""
    refuse_hostile(b"<item>" * MOST_ENTRIES, URL)
    with pytest.raises(TooLarge, match="50000 entries"):
        parse_feed(feed("<item></item>" * 49_999), Source(URL))


def test_endless_tag_is_refused() -> None:
    """A hundred thousand attributes cost feedparser minutes (check 55)."""
    attributes = " ".join(f'a{number}="1"' for number in range(20_000))
    with pytest.raises(NotAFeed, match="a tag of more than"):
        parse_feed(feed(f"<x {attributes}/>"), Source(URL))


@pytest.mark.parametrize("name", ["author", "dc:creator", "managingEditor", "itunes:author"])
@pytest.mark.parametrize("around", ["{}", "<![CDATA[{}]]>", " {} "])
@pytest.mark.parametrize("person", ["a" * 200_000, "a.b" * 60_000 + "@", "(" * 100_000])
def test_endless_author_is_cut(name: str, around: str, person: str) -> None:
    """Feedparser looks for an address in it with a pattern that is quadratic (check 55)."""
    namespaces = 'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"'
    body = feed(f"<{name}>{around.format(person)}</{name}>").replace(b"<rss ", f"<rss {namespaces} ".encode())
    parsed = parse_feed(body, Source(URL))
    assert [entry.title for entry in parsed.entries] == ["One"]
    assert len(parsed.entries[0].author) <= 600


def test_names_of_people_stay_whole() -> None:
    """Sgt. 1st Class with all units of the chain of command is still a name."""
    said = f"<author>{'Sgt. Jane Roe, 1st Brigade ' * 10}</author>".encode()
    assert shorten_names(said) == said


LAUGHS = '<!ENTITY a "ha">' + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))


@pytest.mark.parametrize(
    "declared",
    [
        LAUGHS,
        f'<!ENTITY a "{"x" * 5000}">',
        '<!ENTITY a SYSTEM "file:///etc/passwd">',
        '<!ENTITY a PUBLIC "-//A//B//EN" "http://127.0.0.1/">',
        "<!ENTITY a '&#38;b;&#38;b;'>",
        "<!ENTITY a '&#x26;b;'>",
        "<!ENTITY a '&#038;b;'>",
    ],
)
def test_entities_that_grow_or_are_fetched_refuse_the_feed(declared: str) -> None:
    """The feed is rejected as a whole, not stored with what is left of its titles (check 54)."""
    with pytest.raises(NotAFeed, match="entity"):
        parse_feed(feed(declared=f"<!DOCTYPE rss [{declared}]>"), Source(URL))


@pytest.mark.parametrize(
    "declared",
    [
        '<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://my.netscape.com/publish/rss.dtd">',
        '<!DOCTYPE rss [<!ENTITY nbsp "&#160;"><!ENTITY mdash "&#x2014;"><!ENTITY army "The Army">]>',
        '<!DOCTYPE rss [<!ENTITY % latin PUBLIC "-//W3C//ENTITIES Latin 1 for XHTML//EN" "http://www.w3.org/xhtml.ent">]>',
    ],
)
def test_honest_declarations_are_no_attack(declared: str) -> None:
    """Old feeds name a document type, some declare a few characters; nothing of it is fetched."""
    assert [entry.title for entry in parse_feed(feed(declared=declared), Source(URL)).entries] == ["One"]


def test_many_references_may_not_add_a_megabyte() -> None:
    """Each entity is small, and ten thousand uses of it would still be a flood."""
    body = feed("&a;" * 1000, declared=f'<!DOCTYPE rss [<!ENTITY a "{"x" * 1500}">]>')
    with pytest.raises(NotAFeed, match="would add 1500000 bytes"):
        with_entities(body)


DECLARATIONS = st.sampled_from(
    [b'<!ENTITY a "', b'<!ENTITY b "&a;">', b'">', b"&a;", b"]>", b"<![CDATA[", b"]]>", b"<!--"]
)


@given(st.lists(st.one_of(DECLARATIONS, st.binary(max_size=20)), max_size=40))
def test_any_declarations_are_resolved_or_refused_by_name(parts: list[bytes]) -> None:
    """Whatever is declared, the answer is bytes of bounded length or NotAFeed."""
    body = b"".join(parts)
    with suppress(NotAFeed):
        assert len(with_entities(body)) <= len(body) + 1_000_000


PARTS = st.sampled_from([b"<!ENTITY ", b"<author>", b"<item", b"<", b"&#"])


@given(st.binary(max_size=300), PARTS, st.integers(0, 2000))
def test_nothing_else_is_refused_and_nothing_grows(noise: bytes, part: bytes, times: int) -> None:
    """Whatever comes is left alone or refused by one of two names, and is never longer afterwards."""
    body = noise + part * times
    with suppress(NotAFeed, TooLarge):
        refuse_hostile(body, URL)
    assert len(shorten_names(body)) <= len(body)
