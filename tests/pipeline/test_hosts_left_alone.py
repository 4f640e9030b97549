"""A host that asked for peace gets it: through a redirect, over a restart, under a moved clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from tests.support.scenario import HARM, configure, entry, one, one_round, page, rows, rss
from tests.support.servers import Answer, http_server, in_loop
from watcher import clock
from watcher.jobs import daemon
from watcher.pipeline.runtime import open_runtime

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

START = datetime(2026, 11, 24, 8, tzinfo=UTC)
BUSY = Answer(status=429, headers={"Retry-After": "7200"})


@in_loop
async def test_who_answers_behind_a_redirect_is_left_alone(tmp_path: Path) -> None:
    """The 429 came from the other host: that one is held, for every feed and over a restart (checks 7, 8)."""
    async with http_server() as server, http_server(host="127.0.0.2") as other:
        other.routes |= {"/feed": BUSY, "/more": Answer(rss(entry(1, "http://army.example", link="")))}
        server.routes["/feed"] = Answer(status=302, headers={"Location": other.url("/feed")})
        await one_round(configure(tmp_path, {"news": server.url("/feed")}))
        assert [row["host"] for row in rows(configure(tmp_path, {}), "SELECT host FROM hosts")] == [
            f"127.0.0.2:{other.port}"
        ]
        found = await one_round(configure(tmp_path, {"news": server.url("/feed"), "more": other.url("/more")}))
    assert found["more"].outcome == "held"
    assert other.seen("/more") == []


@in_loop
async def test_page_that_says_429_holds_its_host_too(tmp_path: Path) -> None:
    """Pages and feeds of a host share its patience, also after the program was started anew (check 8)."""
    async with http_server() as server, http_server(host="127.0.0.2") as other:
        other.routes |= {"/releases/1": BUSY, "/feed": Answer(rss())}
        server.routes["/feed"] = Answer(rss(entry(1, other.url(""))))
        await one_round(configure(tmp_path, {"news": server.url("/feed")}))
        found = await one_round(configure(tmp_path, {"other": other.url("/feed")}))
    assert found["other"].outcome == "held"
    assert other.seen("/feed") == []


@in_loop
async def test_robots_of_the_place_a_page_redirects_to_count(tmp_path: Path) -> None:
    """Each hop of a page belongs to a site with rules of its own (check 18)."""
    async with http_server() as server, http_server(host="127.0.0.2") as other:
        server.routes |= {
            "/feed": Answer(rss(entry(1, server.url("")))),
            "/releases/1": Answer(status=302, headers={"Location": other.url("/private/1")}),
        }
        other.routes |= {
            "/robots.txt": Answer(b"User-agent: *\nDisallow: /private/", content_type="text/plain"),
            "/private/1": Answer(page("Strike", HARM), content_type="text/html"),
        }
        configuration = configure(tmp_path, {"news": server.url("/feed")})
        await one_round(configuration)
    assert one(configuration, "SELECT page_outcome FROM releases") == "robots"
    assert [seen.path for seen in other.requests] == ["/robots.txt"]


@in_loop
async def test_moved_clock_moves_the_holds_in_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A clock that is set forward by a day must not end a host's peace, nor one set back lengthen it (check 38)."""
    now = START
    monkeypatch.setattr(clock, "now", lambda: now)
    async with http_server({"/feed": BUSY}) as server:
        configuration = configure(tmp_path, {"news": server.url("/feed")})
        async with open_runtime(configuration) as runtime:
            state = daemon.Running(runtime, wall=START)
            host = f"127.0.0.1:{server.port}"
            runtime.hosts.hold(host, START + timedelta(hours=2))
            for jump in (timedelta(days=1), timedelta(days=-400)):
                now += jump
                await daemon.tick(state)
                held = runtime.hosts.held_until(host)
                assert held is not None
                assert abs(held - now - timedelta(hours=2)) < timedelta(seconds=5)
    assert server.requests == []


@in_loop
async def test_feed_at_a_new_address_is_met_as_for_the_first_time(tmp_path: Path) -> None:
    """Its archive is stored and alerts on nothing old, though the feed had been read for long at its old address."""
    old = "1 Mar 2015 10:00:00 GMT"
    async with http_server() as server:
        base = server.url("")
        server.routes |= {
            "/old": Answer(rss(entry(1, base, link="")), etag='"a"'),
            "/new": Answer(rss(entry(7, base, link="", text=HARM, pubDate=old))),
        }
        await one_round(configure(tmp_path, {"news": server.url("/old")}))
        configuration = configure(tmp_path, {"news": server.url("/new")})
        found = await one_round(configuration)
    assert (found["news"].new_count, found["news"].alert_count) == (1, 0)
    assert one(configuration, "SELECT count(*) FROM alerts") == 0
    assert server.seen("/new")[0].header("If-None-Match") is None


@in_loop
async def test_page_whose_rules_cannot_be_had_is_asked_for_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A robots.txt that fails for a moment forbids the page for that moment and not for good (check 18)."""
    now = START
    monkeypatch.setattr(clock, "now", lambda: now)
    async with http_server() as server:
        server.routes |= {
            "/robots.txt": [Answer(status=500), Answer(status=404)],
            "/feed": Answer(rss(entry(1, server.url(""), text="Short.")), etag='"a"'),
            "/releases/1": Answer(page("Strike", HARM, "An inquiry began."), content_type="text/html"),
        }
        configuration = configure(tmp_path, {"news": server.url("/feed")})
        await one_round(configuration)
        assert server.seen("/releases/1") == []
        assert one(configuration, "SELECT text_from FROM revisions") == "feed"
        now += timedelta(hours=2)
        await one_round(configuration)
    assert len(server.seen("/releases/1")) == 1
    assert one(configuration, "SELECT text_from FROM records") == "page"


@in_loop
async def test_page_of_a_host_that_is_held_is_asked_for_later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Peace is no verdict of robots.txt: when it is over the page is asked for (checks 8, 18)."""
    now = START
    monkeypatch.setattr(clock, "now", lambda: now)
    async with http_server() as server, http_server(host="127.0.0.2") as other:
        server.routes["/feed"] = Answer(rss(entry(1, other.url(""), text="Short.")), etag='"a"')
        other.routes |= {
            "/busy": BUSY,
            "/releases/1": Answer(page("Strike", HARM, "An inquiry began."), content_type="text/html"),
        }
        configuration = configure(tmp_path, {"busy": other.url("/busy"), "news": server.url("/feed")})
        await one_round(configuration, ["army/busy"])
        await one_round(configuration, ["army/news"])
        assert one(configuration, "SELECT page_outcome FROM releases") == "held"
        now += timedelta(hours=3)
        await one_round(configuration, ["army/news"])
    assert one(configuration, "SELECT text_from FROM records") == "page"
