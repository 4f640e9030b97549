"""An index of sitemaps as a feed: followed politely, conditionally, a few sitemaps at a time, and nothing lost."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from tests.support.scenario import HARM, SITEMAP_TABLE, configure, one, one_round, page, rows
from tests.support.servers import Answer, http_server, in_loop
from watcher import clock
from watcher.feeds.sitemap import SitemapPart
from watcher.model.release import StatedDate
from watcher.pipeline.feed import MOST_PARTS, wanted

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.servers import HttpServer

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
    """A new month begins: its releases come, the old months are left in peace, and 304 costs nothing."""
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


def test_which_sitemaps_are_asked() -> None:
    """Undated ones always, dated ones as they change, never more than a few."""
    now = datetime(2024, 5, 1, tzinfo=UTC)
    dated = [SitemapPart(f"d{day}", StatedDate(now - timedelta(days=day), "", "feed")) for day in range(9)]
    undated = [SitemapPart(f"u{number}", None) for number in range(9)]
    assert [part.url for part in wanted(dated, None, is_same=False)] == ["d0", "d1", "d2"]
    assert [part.url for part in wanted(dated, now + timedelta(days=1), is_same=False)] == ["d0", "d1"]
    assert wanted(dated, None, is_same=True) == []
    assert [part.url for part in wanted([*dated, *undated], now, is_same=True)] == ["u0", "u1", "u2"]
