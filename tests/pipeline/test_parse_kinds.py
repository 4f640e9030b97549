"""Feeds of every kind in the route: a listing, a sitemap and a JSON Feed give releases as RSS does."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from tests.support.pdf import pdf
from tests.support.scenario import HARM, LISTING_TABLE, SITEMAP_TABLE, configure, one, one_round, page, rows
from tests.support.servers import Answer, http_server, in_loop
from watcher.cli.main import cli
from watcher.config.load import load
from watcher.errors import ConfigError
from watcher.pipeline.parse import is_pdf

if TYPE_CHECKING:
    from pathlib import Path

AFPIMS = """[[feed]]
code = "list"
kind = "listing"
listing = "afpims"
url = "{url}"
"""


@in_loop
async def test_listing_gives_releases(tmp_path: Path) -> None:
    """A page of links is polled like a feed: its entries are releases with title, date and page."""
    listing = (
        b"<ul><li class=release><a href=/r/1>Fire at the depot</a><time datetime=2024-05-02T10:00Z>2 May</time>"
        b"<li class=release><a href=/r/2>New bridge opened</a><time datetime=2024-05-01T10:00Z>1 May</time></ul>"
    )
    async with http_server() as server:
        server.routes["/news"] = Answer(listing, content_type="text/html")
        server.routes["/r/1"] = Answer(page("Fire at the depot", HARM), content_type="text/html")
        server.routes["/r/2"] = Answer(page("New bridge opened", "Nothing happened."), content_type="text/html")
        configuration = configure(tmp_path, {}, publisher=LISTING_TABLE.format(url=server.url("/news")))
        records = await one_round(configuration)
    assert records["list"].outcome == "new"
    found = rows(configuration, "SELECT title, published_at, text FROM records ORDER BY title")
    assert [(row["title"], row["published_at"][:10]) for row in found] == [
        ("Fire at the depot", "2024-05-02"),
        ("New bridge opened", "2024-05-01"),
    ]
    assert found[0]["text"] == HARM
    assert one(configuration, "SELECT kind FROM feeds") == "listing"


@in_loop
async def test_known_site_software_needs_no_rule(tmp_path: Path) -> None:
    """AFPIMS lists are known: the elements carry everything in attributes."""
    listing = (
        b'<listing-with-preview article-url="/News/Article/7/a/" article-title="Drill ends"></listing-with-preview>'
    )
    async with http_server() as server:
        server.routes["/news"] = Answer(listing, content_type="text/html")
        configuration = configure(tmp_path, {}, publisher=AFPIMS.format(url=server.url("/news")))
        await one_round(configuration)
    assert one(configuration, "SELECT title FROM releases") == "Drill ends"


@in_loop
async def test_listing_whose_rule_finds_nothing_is_a_named_outcome(tmp_path: Path) -> None:
    """A redesigned site must be told, not taken for a site without news."""
    async with http_server() as server:
        server.routes["/news"] = Answer(b"<p>Welcome to our new site", content_type="text/html")
        configuration = configure(tmp_path, {}, publisher=LISTING_TABLE.format(url=server.url("/news")))
        records = await one_round(configuration)
    assert records["list"].outcome == "not_a_feed"
    assert "li.release" in str(records["list"].error)


@in_loop
async def test_sitemap_gives_releases_titled_by_their_pages(tmp_path: Path) -> None:
    """A plain sitemap knows no titles; the page has one. An index and its sitemap are the same releases."""
    async with http_server() as server:
        located = f"<url><loc>{server.url('/r/1')}</loc><lastmod>2024-05-02</lastmod></url>"
        head = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
        server.routes["/map.xml"] = Answer(f"<urlset {head}>{located}</urlset>".encode())
        index = f"<sitemapindex {head}><sitemap><loc>{server.url('/map.xml')}</loc></sitemap></sitemapindex>"
        server.routes["/index.xml"] = Answer(index.encode())
        server.routes["/r/1"] = Answer(page("Fire at the depot", HARM), content_type="text/html")
        both = SITEMAP_TABLE.format(url=server.url("/map.xml")) + SITEMAP_TABLE.replace('"map"', '"index"').format(
            url=server.url("/index.xml")
        )
        configuration = configure(tmp_path, {}, publisher=both)
        records = await one_round(configuration)
    assert one(configuration, "SELECT title FROM releases") == "Fire at the depot"
    assert records["index"].outcome == "new"
    assert one(configuration, "SELECT count(*) FROM sightings") == 2


@in_loop
async def test_json_feed_is_known_by_its_content(tmp_path: Path) -> None:
    """Nobody has to say that a feed is JSON."""
    async with http_server() as server:
        feed = {
            "version": "https://jsonfeed.org/version/1.1",
            "items": [{"id": "1", "title": "A", "content_text": HARM}],
        }
        server.routes["/feed"] = Answer(json.dumps(feed).encode(), content_type="application/octet-stream")
        configuration = configure(tmp_path, {"news": server.url("/feed")})
        await one_round(configuration)
    assert one(configuration, "SELECT text FROM records") == HARM
    assert one(configuration, "SELECT count(*) FROM claims") == 2


@in_loop
async def test_entry_that_is_a_pdf_is_read_as_one(tmp_path: Path) -> None:
    """A link of a list that leads to a document gives its text, whatever the server calls it."""
    async with http_server() as server:
        listing = b"<ul><li class=release><a href=/doc>Report of the board</a></ul>"
        server.routes["/news"] = Answer(listing, content_type="text/html")
        server.routes["/doc"] = Answer(pdf("Three soldiers were killed."), content_type="application/octet-stream")
        configuration = configure(tmp_path, {}, publisher=LISTING_TABLE.format(url=server.url("/news")))
        await one_round(configuration)
    (row,) = rows(configuration, "SELECT title, text, text_from FROM records")
    assert row == {"title": "Report of the board", "text": "Three soldiers were killed.", "text_from": "page"}


def test_pdf_is_known_by_name_or_header() -> None:
    """A page that is called PDF stays a page, a document that is called a page stays a document."""
    assert is_pdf(b"%PDF-1.7 ...", "text/html")
    assert is_pdf(b"\n\n%PDF-1.7", "")
    assert is_pdf(b"\x00\x01", "application/pdf; charset=binary")
    assert not is_pdf(b"<html>sign in", "application/pdf")
    assert not is_pdf(b"<p>%PDF-1.7 is a header", "text/html")


def test_listing_without_rule_is_a_mistake(tmp_path: Path) -> None:
    """Kind and rule belong together, and a selector that is none is told by `watcher check`."""
    with pytest.raises(ConfigError, match="belong together"):
        configure(tmp_path, {}, publisher='[[feed]]\ncode="a"\nkind="listing"\nurl="https://a.example/"\n')
    configure(
        tmp_path, {}, publisher=LISTING_TABLE.format(url="https://a.example/").replace("li.release", "li..release")
    )
    assert load(tmp_path).publishers[0].feeds[0].listing is not None
    done = CliRunner().invoke(cli, ["--config", str(tmp_path), "check"])
    assert done.exception is not None
    assert "listing.entry" in str(done.exception)
