"""Pages of links as feeds."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support import TESTS
from watcher.content.date_order import DateLocale
from watcher.errors import NotAFeed
from watcher.feeds.listing import AFPIMS, next_page, parse_listing
from watcher.model.selectors import ListingRule

URL = "https://www.example.mil/News/"
PAGE = (TESTS / "data" / "feeds" / "listing.html").read_bytes()
CARDS = (TESTS / "data" / "feeds" / "listing-afpims.html").read_bytes()
RULE = ListingRule(entry="li.release", date="span.date", summary="p", next_page="a.older@href")


def test_a_list_gives_entries_like_a_feed() -> None:
    """Address, title, date and summary; each address once; what has no address is none."""
    feed = parse_listing(PAGE, RULE, url=URL, locale=DateLocale("Europe/Berlin", "DE", "de"))
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
    feed = parse_listing(CARDS, AFPIMS[0], url=URL, locale=DateLocale("America/New_York", "US", "en"))
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


@given(st.binary(max_size=300))
def test_no_bytes_are_a_listing_without_its_entries(body: bytes) -> None:
    """Whatever a server sends, it is a list or it is none."""
    with pytest.raises(NotAFeed):
        parse_listing(body, RULE, url=URL)


def test_link_around_a_picture_leaves_the_title_to_the_next() -> None:
    """A card links twice, by its picture and by its headline: the entry has the headline."""
    body = b"<html><body><div><a href=/r/1><img src=x></a><h3><a href=/r/1>Bridge opened</a></h3></div>"
    rule = ListingRule(entry="a[href*='/r/']", link="@href")
    (entry,) = parse_listing(body, rule, url="https://army.example/").entries
    assert (entry.title, [problem.kind for problem in entry.problems]) == ("Bridge opened", ["no_date"])
