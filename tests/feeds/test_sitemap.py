"""Sitemaps: news sitemaps, plain ones, indexes, damaged ones."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support import TESTS
from watcher.content.date_order import DateLocale
from watcher.errors import NotAFeed
from watcher.feeds.sitemap import parse_sitemap, sitemap_index

NEWS = (TESTS / "data" / "feeds" / "sitemap-news.xml").read_bytes()
INDEX = (TESTS / "data" / "feeds" / "sitemap-index.xml").read_bytes()


def test_a_news_sitemap_gives_entries() -> None:
    """Title, dates, language and keywords, as a feed would give them; each address once."""
    feed = parse_sitemap(NEWS, locale=DateLocale("Europe/Paris", "FR", "fr"))
    first, second = feed.entries
    assert (first.url, first.language, first.tags) == ("https://example.org/r/1", "fr", ("feu", "dépôt"))
    assert first.published is not None
    assert first.published.at == datetime(2024, 5, 2, 22, tzinfo=UTC)
    assert first.updated is not None
    assert first.updated.at == datetime(2024, 5, 3, 8, tzinfo=UTC)
    assert [problem.kind for problem in second.problems] == ["no_title", "no_date"]
    assert feed.is_complete


def test_the_title_is_the_news_own() -> None:
    """An image of the page has a title too, which may stand first."""
    assert parse_sitemap(NEWS).entries[0].title == "Deux blessés & un mort"


def test_gzip_is_read_and_damage_is_named() -> None:
    """Sitemaps are often files `.xml.gz`."""
    packed = gzip.compress(NEWS)
    assert len(parse_sitemap(packed).entries) == 2
    with pytest.raises(NotAFeed):
        parse_sitemap(packed[:2] + b"\0" * 40)


def test_a_cut_sitemap_is_not_complete() -> None:
    """A missing page then proves nothing."""
    feed = parse_sitemap(NEWS[: NEWS.index(b"<url><loc>ftp")])
    assert len(feed.entries) == 2
    assert not feed.is_complete
    assert [problem.kind for problem in feed.problems] == ["truncated"]


def test_an_index_names_its_sitemaps_newest_first() -> None:
    """Walking back begins with what changed last."""
    assert [part.url.rpartition("/")[2] for part in sitemap_index(INDEX)] == ["new.xml", "old.xml", "undated.xml"]
    assert sitemap_index(NEWS) == ()


@given(st.binary(max_size=200))
def test_anything_else_is_no_sitemap(body: bytes) -> None:
    """Whatever a server sends, the outcome has a name."""
    with pytest.raises(NotAFeed):
        parse_sitemap(body)
    assert sitemap_index(INDEX[: len(body)]) is not None


def test_entities_are_not_fetched() -> None:
    """A sitemap must not read files of this machine."""
    evil = (
        b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><urlset><url><loc>https://example.org/&x;</loc>'
        b"</url></urlset>"
    )
    with pytest.raises(NotAFeed):
        parse_sitemap(evil)
