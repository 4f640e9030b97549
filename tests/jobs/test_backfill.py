"""A publisher's past: walked backwards to a day, each release once, nobody alerted, and a stop loses nothing."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

from click.testing import CliRunner

from tests.support.scenario import HARM, LISTING_TABLE, SITEMAP_TABLE, configure, one, one_round, page, rows
from tests.support.servers import Answer, http_server, in_loop
from watcher.cli.main import cli

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result

    from tests.support.servers import HttpServer

PAGES = 4
LISTING = LISTING_TABLE + 'next_page = "a.older@href"\n'


def publish(server: HttpServer, *, last_links_to: str = "") -> None:
    """A list of four pages, two releases a month from April back to January 2024."""
    for number in range(1, PAGES + 1):
        month = PAGES + 1 - number
        listed = ""
        for day in (20, 10):
            path = f"/r/{month}-{day}"
            when = f"2024-{month:02}-{day}T09:00Z"
            listed += f"<li class=release><a href={path}>Strike of {month}-{day}</a><time datetime={when}></time>"
            server.routes[path] = Answer(page(f"Strike of {month}-{day}", HARM), content_type="text/html")
        older = f"/news?page={number + 1}" if number < PAGES else last_links_to
        link = f"<a class=older href='{older}'>Older</a>" if older else ""
        path = "/news" if number == 1 else f"/news?page={number}"
        server.routes[path] = Answer(f"<ul>{listed}</ul>{link}".encode(), content_type="text/html")


async def backfill(folder: Path, since: str, code: str = "army") -> Result:
    words = ["--config", str(folder), "backfill", code, "--since", since, "--json"]
    return await asyncio.to_thread(CliRunner().invoke, cli, words)


def asked(server: HttpServer, start: str) -> int:
    return sum(seen.path.startswith(start) for seen in server.requests)


@in_loop
async def test_walk_ends_at_the_day(tmp_path: Path) -> None:
    """Releases since the day are stored with their pages and claims; older pages are not asked for."""
    async with http_server() as server:
        publish(server)
        configuration = configure(tmp_path, {}, publisher=LISTING.format(url=server.url("/news")))
        done = await backfill(tmp_path, "2024-03-15")
        assert done.exit_code == 0, done.output
        assert asked(server, "/news") == 3, "April, March, and February, which shows that it is enough"
        assert asked(server, "/r/") == 3
    assert [row["new"] for row in json.loads(done.stdout)] == [3]
    found = rows(configuration, "SELECT title, is_reported, text_from FROM records ORDER BY published_at")
    assert [row["title"] for row in found] == ["Strike of 3-20", "Strike of 4-10", "Strike of 4-20"]
    assert {(row["is_reported"], row["text_from"]) for row in found} == {(1, "page")}
    assert one(configuration, "SELECT count(*) FROM claims") == 6
    assert one(configuration, "SELECT count(*) FROM alerts") == 0
    assert one(configuration, "SELECT count(*) FROM polls") == 0


@in_loop
async def test_stopped_walk_goes_on_where_it_was(tmp_path: Path) -> None:
    """What is stored is not asked for again: the second walk asks only for the older part."""
    async with http_server() as server:
        publish(server)
        configuration = configure(tmp_path, {}, publisher=LISTING.format(url=server.url("/news")))
        await backfill(tmp_path, "2024-03-15")
        server.requests.clear()
        done = await backfill(tmp_path, "2024-01-01")
        assert done.exit_code == 0, done.output
        assert asked(server, "/r/") == 5
    assert one(configuration, "SELECT count(*) FROM releases") == 2 * PAGES
    assert one(configuration, "SELECT count(*) FROM revisions") == 2 * PAGES


@in_loop
async def test_polls_afterwards_bring_nothing_and_nothing_vanished(tmp_path: Path) -> None:
    """A release of the past is on no first page: that it is missing there is no event, and it is not new."""
    async with http_server() as server:
        publish(server)
        configuration = configure(tmp_path, {}, publisher=LISTING.format(url=server.url("/news")))
        await backfill(tmp_path, "2024-01-01")
        records = await one_round(configuration)
    assert records["list"].new_count == 0
    assert records["list"].alert_count == 0
    assert one(configuration, "SELECT count(*) FROM events") == 0
    assert one(configuration, "SELECT count(*) FROM sightings WHERE is_listed = 1") == 2


@in_loop
async def test_list_in_a_circle_and_missing_page_end_the_walk(tmp_path: Path) -> None:
    """A last page that links to the first must not be walked forever; a page that fails is reported, exit code 1."""
    async with http_server() as server:
        publish(server, last_links_to="/news")
        configure(tmp_path, {}, publisher=LISTING.format(url=server.url("/news")))
        done = await backfill(tmp_path, "2020-01-01")
        assert done.exit_code == 0, done.output
        assert asked(server, "/news") == PAGES
        publish(server, last_links_to="/missing")
        failed = await backfill(tmp_path, "2020-01-01")
    assert failed.exit_code == 1
    assert json.loads(failed.stdout)[0]["outcome"] == "gone"


@in_loop
async def test_index_of_sitemaps_is_walked_to_the_day(tmp_path: Path) -> None:
    """Of an index only the sitemaps that changed since the day are asked for."""
    async with http_server() as server:
        publish(server)
        parts = ""
        for month in (1, 2, 3):
            located = f"<url><loc>{server.url(f'/r/{month}-10')}</loc><lastmod>2024-{month:02}-10</lastmod></url>"
            server.routes[f"/map-{month}.xml"] = Answer(f"<urlset>{located}</urlset>".encode())
            changed = f"<lastmod>2024-{month:02}-28</lastmod>"
            parts += f"<sitemap><loc>{server.url(f'/map-{month}.xml')}</loc>{changed}</sitemap>"
        server.routes["/map.xml"] = Answer(f"<sitemapindex>{parts}</sitemapindex>".encode())
        configuration = configure(tmp_path, {}, publisher=SITEMAP_TABLE.format(url=server.url("/map.xml")))
        done = await backfill(tmp_path, "2024-02-01")
        assert done.exit_code == 0, done.output
        assert (asked(server, "/map-1"), asked(server, "/map-2"), asked(server, "/map-3")) == (0, 1, 1)
    found = rows(configuration, "SELECT title FROM releases ORDER BY title")
    assert [row["title"] for row in found] == ["Strike of 2-10", "Strike of 3-10"]


@in_loop
async def test_feed_has_no_past_to_walk(tmp_path: Path) -> None:
    """RSS shows only its newest entries: that there is nothing to walk is said, not passed over."""
    async with http_server() as server:
        configure(tmp_path, {"news": server.url("/feed")})
        done = await backfill(tmp_path, "2024-01-01")
    assert done.exit_code == 1
    assert "no enabled feed" in str(done.exception)


@in_loop
async def test_robots_txt_is_heeded(tmp_path: Path) -> None:
    """A walk asks for many pages: where the site forbids them it asks for none."""
    async with http_server() as server:
        publish(server)
        server.routes["/robots.txt"] = Answer(b"User-agent: *\nDisallow: /news", content_type="text/plain")
        configure(tmp_path, {}, publisher=LISTING.format(url=server.url("/news")))
        done = await backfill(tmp_path, "2024-01-01")
        assert asked(server, "/news") == 0
    assert json.loads(done.stdout)[0]["outcome"] == "robots"
