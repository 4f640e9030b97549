"""Pages of links as feeds, and what is proposed for an address."""

# ruff: noqa: E501 - samples stand on the lines on which a server would send them

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.errors import NotAFeed
from watcher.feeds.discovery import find_feeds, propose_listing
from watcher.feeds.listing import AFPIMS, next_page, parse_listing
from watcher.model.selectors import ListingRule

URL = "https://www.example.mil/News/"
RULE = ListingRule(entry="li.release", date="span.date", summary="p", next_page="a.older@href")
PAGE = b"""<html><head><title>Releases</title>
<link rel="alternate" type="application/rss+xml" title="All releases" href="/rss.xml"><link rel="alternate" hreflang="fr" href="/fr"></head><body>
<nav><ul><li><a href="/about">About the ministry and its people</a></li></ul></nav>
<ul><li class="release new"><a href="/r/1">Three hurt in a fire at the depot</a><span class="date">3 May 2024</span><p>Short words.</p></li>
<li class="release"><a href="/r/2">Minister visits the northern garrison</a><span class="date">2 May 2024</span></li>
<li class="release"><a href="/r/2">Minister visits the northern garrison</a></li>
<li class="release"><a>No address at all here</a></li>
<li class="release"><a href="javascript:go()">A script and no address</a></li>
<li class="release"><a href="/r/3">Exercise ends without any incident</a></li>
<li class="release"><a href="/r/4">Band plays at the summer festival</a></li></ul><a class="older" href="?page=2">older</a></body></html>"""
CARDS = b"""<html><body><div id="app">
<listing-with-preview article-id="41" article-title="Strike &amp;amp; rescue: 5 > 3" article-url="/News/Article/41/" article-summary="Two &lt;b&gt;hurt&lt;/b&gt;." publish-date-ap="May 3, 2024"></listing-with-preview>
<listing-with-preview article-id="42" article-title="Second" article-url="https://www.example.mil/News/Article/42/" publish-date-ap="May 2, 2024"></listing-with-preview>
</div></body></html>"""


def test_a_list_gives_entries_like_a_feed() -> None:
    """Address, title, date and summary; each address once; what has no address is none."""
    feed = parse_listing(PAGE, RULE, url=URL, time_zone="Europe/Berlin", language="de")
    assert [entry.url for entry in feed.entries] == [f"https://www.example.mil/r/{number}" for number in (1, 2, 3, 4)]
    first = feed.entries[0]
    assert (first.title, first.html, feed.title, feed.language) == (
        "Three hurt in a fire at the depot",
        "Short words.",
        "Releases",
        "de",
    )
    assert first.published is not None
    assert first.published.at == datetime(2024, 5, 2, 22, tzinfo=UTC)
    assert [problem.kind for problem in feed.entries[2].problems] == ["no_date"]


def test_attributes_of_custom_elements_are_entries() -> None:
    """AFPIMS keeps everything in attributes, whose values hold `>` and escaped markup."""
    feed = parse_listing(CARDS, AFPIMS[0], url=URL, time_zone="America/New_York")
    assert [entry.title for entry in feed.entries] == ["Strike & rescue: 5 > 3", "Second"]
    assert feed.entries[0].html == "Two <b>hurt</b>."
    assert feed.entries[0].url == "https://www.example.mil/News/Article/41/"


def test_a_page_without_the_list_is_no_feed() -> None:
    """A changed site must be loud, never an empty list of releases."""
    with pytest.raises(NotAFeed, match=r"li\.release"):
        parse_listing(b"<html><body><p>New site</p></body></html>", RULE, url=URL)


def test_the_next_page_is_found_until_the_last() -> None:
    """Walking backwards ends where no older page is named, or a page names itself."""
    assert next_page(PAGE, RULE, url=URL) == "https://www.example.mil/News/?page=2"
    assert next_page(PAGE, RULE, url=f"{URL}?page=2") is None
    assert next_page(CARDS, RULE, url=URL) is None
    assert next_page(PAGE, ListingRule(entry="li"), url=URL) is None


def test_the_feeds_that_a_page_names() -> None:
    """Other languages of the page are no feeds."""
    assert [(link.url, link.text) for link in find_feeds(PAGE, url=URL)] == [
        ("https://www.example.mil/rss.xml", "All releases")
    ]


def test_a_rule_is_proposed_that_finds_the_releases() -> None:
    """What is proposed must work as it is; the menu is no list of releases."""
    rule = propose_listing(PAGE, url=URL)
    assert rule is not None
    assert [entry.url for entry in parse_listing(PAGE, rule, url=URL).entries] == [
        f"https://www.example.mil/r/{number}" for number in (1, 2, 3, 4)
    ]


def test_the_known_list_of_afpims_is_proposed() -> None:
    """Its custom elements hold no link that could be grouped."""
    assert propose_listing(CARDS, url=URL) == AFPIMS[0]


def test_nothing_is_proposed_for_a_page_without_a_list() -> None:
    """Better no rule than a wrong one."""
    assert propose_listing(b"<html><body><a href='/x'>One single long link here</a></body></html>", url=URL) is None


@given(st.binary(max_size=300))
def test_no_bytes_make_it_fail_otherwise(body: bytes) -> None:
    """Whatever a server sends, it is a list or it is none."""
    with pytest.raises(NotAFeed):
        parse_listing(body, RULE, url=URL)
    assert propose_listing(body, url=URL) is None
