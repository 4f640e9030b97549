"""Asking for a page: what robots.txt and a busy host say is kept to, at each hop."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from tests.support.scenario import HARM, configure, entry, one, one_round, page, rss
from tests.support.servers import Answer, http_server, in_loop
from watcher import clock
from watcher.errors import EmptyFeed, HttpStatus, NotAFeed
from watcher.pipeline.ask import outcome_of

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


START = datetime(2026, 11, 24, 8, tzinfo=UTC)


BUSY = Answer(status=429, headers={"Retry-After": "7200"})


@in_loop
async def test_page_that_says_429_holds_its_host_too(tmp_path: Path) -> None:
    """Pages and feeds of a host share its holds, also after the program was started anew (check 8)."""
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
    """A hold is no verdict of robots.txt: when it is over the page is asked for (checks 8, 18)."""
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


@in_loop
async def test_page_that_robots_forbid_is_not_asked_for(tmp_path: Path) -> None:
    """Check 18: the feed was named by the operator; its pages are asked for only where the site allows it."""
    async with http_server() as server:
        server.routes |= {
            "/robots.txt": Answer(b"User-agent: *\nDisallow: /releases/", content_type="text/plain"),
            "/feed": Answer(rss(entry(1, server.url("")), entry(2, server.url("")))),
            "/releases/1": Answer(b"<p>Not for programs.</p>", content_type="text/html"),
        }
        configuration = configure(tmp_path / "a", {"news": server.url("/feed")})
        await one_round(configuration)
        assert len(server.seen("/robots.txt")) == 1
        assert server.seen("/releases/1") == []
        assert one(configuration, "SELECT DISTINCT page_outcome FROM releases") == "robots"
        settings = '[http]\nallow_addresses = ["127.0.0.0/8"]\nhost_interval = 0\nrobots = false\n'
        await one_round(configure(tmp_path / "b", {"news": server.url("/feed")}, settings=settings))
        assert len(server.seen("/releases/1")) == 1
        assert len(server.seen("/robots.txt")) == 1


def test_page_that_is_gone_has_a_name_of_its_own() -> None:
    """It is asked for no more, unlike one that failed."""
    assert [outcome_of(HttpStatus("u", status=status)) for status in (404, 410, 403, 500)] == [
        "gone",
        "gone",
        "http_status",
        "http_status",
    ]
    assert (outcome_of(NotAFeed("x")), outcome_of(EmptyFeed("x"))) == ("not_a_feed", "empty_feed")
