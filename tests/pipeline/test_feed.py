"""One feed, fetched and read: its kinds, the gap that older documents fill, an index of sitemaps."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from tests.support.scenario import HARM, LISTING_TABLE, SITEMAP_TABLE, configure, entry, one, one_round, page, rows, rss
from tests.support.servers import Answer, HttpServer, ReceivedRequest, Route, http_server, in_loop
from watcher import clock
from watcher.config.load import load
from watcher.feeds.sitemap import SitemapPart
from watcher.model.release import StatedDate
from watcher.pipeline.feed_document import MOST_PARTS, wanted

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.support.servers import HttpServer
    from watcher.config.load import Configuration
    from watcher.model.poll import PollRecord


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
async def test_moved_build_date_is_the_same_feed_and_an_edit_beside_it_is_none(tmp_path: Path) -> None:
    """Sites write the time of the answer into each of them: that alone is parsed no more, with an edit it is."""
    async with http_server() as server:
        said = {"pubDate": "Tue, 24 Nov 2026 08:00:00 GMT", "link": "", "guid": "one"}
        plain, edited = (entry(1, server.url(""), text=text, **said) for text in (HARM, f"{HARM} One more died."))
        built = "<lastBuildDate>Tue, 24 Nov 2026 0{}:00:00 GMT</lastBuildDate>"
        answers = (rss(built.format(1), plain), rss(built.format(2), plain), rss(built.format(3), edited))
        server.routes["/feed"] = [Answer(answer) for answer in answers]
        configuration = configure(tmp_path, {"news": server.url("/feed")})
        records = [(await one_round(configuration))["news"] for _ in answers]
    assert [record.outcome for record in records] == ["new", "same", "new"]
    assert [record.entry_count for record in records] == [1, None, 1]
    assert one(configuration, "SELECT revision_count FROM releases") == 2
    kept = rows(configuration, "SELECT body_sha256, snapshot_id IS NULL AS is_hash FROM captures ORDER BY id")
    assert [row["is_hash"] for row in kept] == [0, 1, 0]
    assert len({row["body_sha256"] for row in kept}) == 3


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
    """A redesigned site must be reported, not taken for a site without news."""
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


def items(server: HttpServer, *numbers: int) -> list[str]:
    """Entries with links, whose pages are not there."""
    return [entry(number, server.url(""), text=HARM if number == 3 else "Nothing.") for number in numbers]


def with_link(body: bytes, relation: str, url: str) -> bytes:
    link = f'<atom:link xmlns:atom="http://www.w3.org/2005/Atom" rel="{relation}" href="{url}"/>'.encode()
    return body.replace(b"<channel>", b"<channel>" + link)


async def rolled(
    folder: Path, older: Callable[[HttpServer], dict[str, Route]], *, tables: str = "", relation: str = "prev-archive"
) -> tuple[Configuration, PollRecord, list[ReceivedRequest]]:
    """A feed of entries 1 to 2, then of 8 to 9; `older` is what follows it. The requests of the second poll."""
    async with http_server() as server:
        first, later = rss(*items(server, 2, 1)), rss(*items(server, 9, 8))
        if relation:
            later = with_link(later, relation, server.url("/older/1"))
        server.routes |= {"/feed": [Answer(first), Answer(later)]} | older(server)
        configuration = configure(folder, {"news": server.url("/feed")})
        file = folder / "publishers" / "army.toml"
        file.write_text(file.read_text() + tables.format(url=server.url("/list")))
        await one_round(configuration, ["army/news"])
        before = len(server.requests)
        record = (await one_round(configuration if not tables else load(folder), ["army/news"]))["news"]
    return configuration, record, server.requests[before:]


def stored(configuration: Configuration) -> set[str]:
    return {row["title"] for row in rows(configuration, "SELECT title FROM releases")}


@pytest.mark.parametrize("relation", ["prev-archive", "next"])
@in_loop
async def test_archives_are_followed_to_the_first_known_entry(tmp_path: Path, relation: str) -> None:
    """RFC 5005: page by page, each release read and alerted like any other, and no page after the known one."""

    def older(server: HttpServer) -> dict[str, Route]:
        first = with_link(rss(*items(server, 7, 6, 5)), relation, server.url("/older/2"))
        second = with_link(rss(*items(server, 4, 3, 2)), relation, server.url("/older/3"))
        return {"/older/1": Answer(first), "/older/2": Answer(second), "/older/3": Answer(rss(*items(server, 1)))}

    configuration, record, asked = await rolled(tmp_path, older, relation=relation)
    assert stored(configuration) == {f"Release {number}" for number in range(1, 10)}
    assert (record.new_count, record.alert_count) == (7, 1)
    paths = [seen.path for seen in asked if seen.path.startswith("/older")]
    assert paths == ["/older/1", "/older/2"]
    detail = one(configuration, "SELECT detail FROM events WHERE kind = 'gap'")
    assert "/older/1 http" in detail
    assert detail.endswith("5 more releases; a known release was reached")
    assert one(configuration, "SELECT count(*) FROM sightings WHERE is_listed = 1") == 2
    assert one(configuration, "SELECT count(*) FROM sightings") == 9
    assert one(configuration, "SELECT count(*) FROM captures WHERE kind = 'feed'") == 4


@in_loop
async def test_publishers_listing_is_read_where_the_feed_names_nothing(tmp_path: Path) -> None:
    """Without an archive the list of releases is the older document."""

    def older(server: HttpServer) -> dict[str, Route]:
        lines = "".join(
            f'<li class=release><a href="{server.url(f"/releases/{number}")}">Release number {number} of today</a></li>'
            for number in (9, 8, 7, 6, 2)
        )
        return {"/list": Answer(f"<html><ul>{lines}</ul></html>".encode(), content_type="text/html")}

    configuration, record, asked = await rolled(tmp_path, older, tables=LISTING_TABLE, relation="")
    assert record.new_count == 4
    assert [seen.path for seen in asked if seen.path == "/list"] == ["/list"]
    assert "2 more releases; a known release was reached" in one(configuration, "SELECT detail FROM events")


@in_loop
async def test_nothing_to_follow_is_said(tmp_path: Path) -> None:
    """The alarm stands, whether anything could be done or not."""
    configuration, record, _ = await rolled(tmp_path, lambda _: {}, relation="")
    assert record.new_count == 2
    assert "the feed names no older documents" in one(configuration, "SELECT detail FROM events WHERE kind = 'gap'")


@pytest.mark.parametrize(
    ("answer", "end"),
    [
        (Answer(status=404), "gone"),
        (Answer(b"<html>no feed</html>", content_type="text/html"), "neither RSS nor Atom"),
        (Answer(rss()), "there is nothing older"),
    ],
)
@in_loop
async def test_archive_that_fails_loses_nothing(tmp_path: Path, answer: Answer, end: str) -> None:
    """The feed's own entries are stored, and the event says why no more were found."""
    configuration, record, _ = await rolled(tmp_path, lambda _: {"/older/1": answer})
    assert (record.outcome, record.new_count) == ("new", 2)
    assert end in one(configuration, "SELECT detail FROM events WHERE kind = 'gap'")


@in_loop
async def test_other_sites_and_circles_are_not_followed(tmp_path: Path) -> None:
    """A feed must not lead us around the web, nor for ever around itself."""

    def circle(server: HttpServer) -> dict[str, Route]:
        return {"/older/1": Answer(with_link(rss(*items(server, 7)), "next", server.url("/older/1")))}

    configuration, _, asked = await rolled(tmp_path / "a", circle)
    assert "the pages lead in a circle" in one(configuration, "SELECT detail FROM events WHERE kind = 'gap'")
    assert len([seen for seen in asked if seen.path == "/older/1"]) == 1

    def away(server: HttpServer) -> dict[str, Route]:
        elsewhere = with_link(rss(*items(server, 7)), "next", server.url("/older/2", host="127.0.0.2"))
        return {"/older/1": Answer(elsewhere)}

    configuration, _, _ = await rolled(tmp_path / "b", away)
    assert "is another site" in one(configuration, "SELECT detail FROM events WHERE kind = 'gap'")


@in_loop
async def test_endless_archive_is_left_after_ten_pages(tmp_path: Path) -> None:
    """A thousand pages of archive are for `watcher backfill`, not for a poll."""

    def endless(server: HttpServer) -> dict[str, Route]:
        def at(number: int) -> Answer:
            return Answer(with_link(rss(*items(server, 100 + number)), "next", server.url(f"/older/{number + 1}")))

        return {f"/older/{number}": at(number) for number in range(1, 30)}

    configuration, record, _ = await rolled(tmp_path, endless)
    assert record.new_count == 12
    assert "there is more after 10 pages" in one(configuration, "SELECT detail FROM events WHERE kind = 'gap'")


HEAD = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


def sitemap(server: HttpServer, *numbers: int) -> bytes:
    """A sitemap of these releases, each with a page."""
    for number in numbers:
        told = page(f"Strike {number}", HARM.replace("Two", str(number + 2)))
        server.routes[f"/r/{number}"] = Answer(told, content_type="text/html")
    stamp = clock.to_text(clock.now())
    located = (f"<url><loc>{server.url(f'/r/{number}')}</loc><lastmod>{stamp}</lastmod></url>" for number in numbers)
    return f"<urlset {HEAD}>{''.join(located)}</urlset>".encode()


def index(server: HttpServer, **changed: str) -> bytes:
    """An index of the sitemaps `/<name>.xml`, each with when it changed."""
    parts = "".join(
        f"<sitemap><loc>{server.url(f'/{name}.xml')}</loc>{f'<lastmod>{at}</lastmod>' if at else ''}</sitemap>"
        for name, at in changed.items()
    )
    return f"<sitemapindex {HEAD}>{parts}</sitemapindex>".encode()


@in_loop
async def test_newest_sitemaps_are_followed_and_asked_conditionally(tmp_path: Path) -> None:
    """A new month begins: its releases come, the old months are not asked for, and 304 costs nothing."""
    async with http_server() as server:
        months = {"m1": "2024-01-31", "m2": "2024-02-28", "m3": "2024-03-31", "m4": "2024-04-30"}
        server.routes["/index.xml"] = Answer(index(server, **months), etag='"i1"')
        for number, name in enumerate(months):
            server.routes[f"/{name}.xml"] = Answer(sitemap(server, number), etag=f'"{name}"')
        configuration = configure(tmp_path, {}, publisher=SITEMAP_TABLE.format(url=server.url("/index.xml")))
        await one_round(configuration)
        assert len(server.seen("/m1.xml")) == 0
        assert one(configuration, "SELECT count(*) FROM releases") == MOST_PARTS
        records = await one_round(configuration)
        assert (records["map"].outcome, len(server.seen("/m4.xml"))) == ("not_modified", 1)
        today = clock.now().date().isoformat()
        server.routes["/index.xml"] = Answer(index(server, **months, m5=today), etag='"i2"')
        server.routes["/m5.xml"] = Answer(sitemap(server, 5, 6))
        records = await one_round(configuration)
        asked = [len(server.seen(f"/{name}.xml")) for name in ("m2", "m3", "m4", "m5")]
    assert asked == [1, 1, 1, 1]
    assert records["map"].new_count == 2
    assert one(configuration, "SELECT count(*) FROM events") == 0, "no gap and nothing vanished"
    kept = rows(configuration, "SELECT requested_url FROM captures WHERE kind = 'feed' AND requested_url LIKE '%/m%'")
    assert len(kept) == 4


@in_loop
async def test_undated_sitemap_is_asked_though_its_index_stays_the_same(tmp_path: Path) -> None:
    """Many indexes name `news.xml` for ever and without a date: what is new in it must come all the same."""
    async with http_server() as server:
        server.routes["/index.xml"] = Answer(index(server, news=""), etag='"i"')
        server.routes["/news.xml"] = Answer(sitemap(server, 1), etag='"n1"')
        configuration = configure(tmp_path, {}, publisher=SITEMAP_TABLE.format(url=server.url("/index.xml")))
        await one_round(configuration)
        quiet = await one_round(configuration)
        assert server.seen("/news.xml")[-1].header("If-None-Match") == '"n1"'
        assert (quiet["map"].new_count, quiet["map"].edited_count) == (0, 0)
        server.routes["/news.xml"] = Answer(sitemap(server, 2, 1), etag='"n2"')
        records = await one_round(configuration)
    assert records["map"].new_count == 1
    assert one(configuration, "SELECT count(*) FROM releases") == 2


@in_loop
async def test_failing_sitemap_hides_nothing(tmp_path: Path) -> None:
    """Check 5: while one sitemap fails the index is not taken for read; a sitemap that is gone stops nothing."""
    async with http_server() as server:
        server.routes["/index.xml"] = Answer(index(server, a="", b="", c=""), etag='"i"')
        server.routes["/a.xml"] = Answer(sitemap(server, 1), etag='"a"')
        server.routes["/b.xml"] = Answer(b"busy", status=500)
        configuration = configure(tmp_path, {}, publisher=SITEMAP_TABLE.format(url=server.url("/index.xml")))
        records = await one_round(configuration)
        assert (records["map"].outcome, one(configuration, "SELECT etag FROM feeds")) == ("part_failed", None)
        server.routes["/b.xml"] = Answer(sitemap(server, 2))
        await one_round(configuration)
    assert one(configuration, "SELECT count(*) FROM releases") == 2
    assert one(configuration, "SELECT count(*) FROM problems WHERE kind = 'sitemap_gone'") == 1


def test_newest_dated_and_undated_sitemaps_are_wanted() -> None:
    """Undated ones always, dated ones as they change, never more than a few."""
    now = datetime(2024, 5, 1, tzinfo=UTC)
    dated = [SitemapPart(f"d{day}", StatedDate(now - timedelta(days=day), "", "feed")) for day in range(9)]
    undated = [SitemapPart(f"u{number}", None) for number in range(9)]
    assert [part.url for part in wanted(dated, None, is_same=False)] == ["d0", "d1", "d2"]
    assert [part.url for part in wanted(dated, now + timedelta(days=1), is_same=False)] == ["d0", "d1"]
    assert wanted(dated, None, is_same=True) == []
    assert [part.url for part in wanted([*dated, *undated], now, is_same=True)] == ["u0", "u1", "u2"]
