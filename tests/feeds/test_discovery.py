"""What a page offers to be polled: feeds, or a rule for its list."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.support import TESTS
from watcher.feeds.discovery import page_offer, robots_sitemaps
from watcher.feeds.listing import AFPIMS, parse_listing

URL = "https://www.example.mil/News/"
PAGE = (TESTS / "data" / "feeds" / "listing.html").read_bytes()
CARDS = (TESTS / "data" / "feeds" / "listing-afpims.html").read_bytes()


def test_feeds_that_a_page_names_are_found() -> None:
    """Other languages of the page are no feeds."""
    assert [(link.url, link.text) for link in page_offer(PAGE, url=URL).feeds] == [
        ("https://www.example.mil/rss.xml", "All releases")
    ]


def test_page_says_what_it_is_and_which_api_its_site_has() -> None:
    """A feed of comments comes last, an article's links are no list, and WordPress announces its API."""
    page = b"""<html><head><meta property=og:type content=article><meta property=og:site_name content=" The  Army ">
    <link rel=alternate type=application/rss+xml href=/comments/feed/ title=Comments>
    <link rel=alternate type=application/rss+xml href=/feed/><link rel=https://api.w.org/ href=/blog/wp-json/>"""
    offer = page_offer(page, url=URL)
    assert [link.url for link in offer.feeds] == [
        "https://www.example.mil/feed/",
        "https://www.example.mil/comments/feed/",
    ]
    assert (offer.site, offer.is_article, offer.name) == ("https://www.example.mil/blog", True, "The Army")


def test_sitemaps_of_robots_txt_are_named_news_first() -> None:
    """What lists only what is new is polled with less."""
    text = "User-agent: *\nDisallow:\nSitemap: /all.xml\nsitemap:https://a.example/news.xml\nSitemap: ftp://x\n"
    assert robots_sitemaps(text, URL) == ("https://a.example/news.xml", "https://www.example.mil/all.xml")


def test_a_rule_is_proposed_that_finds_the_releases() -> None:
    """What is proposed must work as it is; the menu is no list of releases."""
    rule = page_offer(PAGE, url=URL).listing
    assert rule is not None
    assert [entry.url for entry in parse_listing(PAGE, rule, url=URL).entries] == [
        f"https://www.example.mil/r/{number}" for number in (1, 2, 3, 4)
    ]


def test_the_known_list_of_afpims_is_proposed() -> None:
    """Its custom elements hold no link that could be grouped."""
    assert page_offer(CARDS, url=URL).listing == AFPIMS[0]


def test_nothing_is_proposed_for_a_page_without_a_list() -> None:
    """Better no rule than a wrong one."""
    body = b"<html><body><a href='/x'>One single long link here</a></body></html>"
    assert page_offer(body, url=URL).listing is None


@given(st.binary(max_size=300))
def test_nothing_is_proposed_for_any_bytes(body: bytes) -> None:
    """Whatever a server sends, it fails in no other way."""
    assert page_offer(body, url=URL).listing is None
