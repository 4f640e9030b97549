"""What a page offers to be polled: feeds, or a rule for its list."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.support import TESTS
from watcher.feeds.discovery import find_feeds, propose_listing
from watcher.feeds.listing import AFPIMS, parse_listing

URL = "https://www.example.mil/News/"
PAGE = (TESTS / "data" / "feeds" / "listing.html").read_bytes()
CARDS = (TESTS / "data" / "feeds" / "listing-afpims.html").read_bytes()


def test_feeds_that_a_page_names_are_found() -> None:
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
def test_nothing_is_proposed_for_any_bytes(body: bytes) -> None:
    """Whatever a server sends, it fails in no other way."""
    assert propose_listing(body, url=URL) is None
