"""Politeness through the whole route: restarts, hosts, failures, moves, spread starts."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from tests.support.daemon import running, until
from tests.support.scenario import HARM, configure, entry, one, one_round, rows, rss
from tests.support.servers import Answer, http_server, in_loop
from watcher import clock
from watcher.jobs import polling
from watcher.pipeline.runtime import open_runtime
from watcher.store.feeds import select

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from watcher.config.load import Configuration


START = datetime(2026, 11, 24, 8, tzinfo=UTC)
BUSY = Answer(status=429, headers={"Retry-After": "7200"})
PLAIN = rss("<item><title>One</title><guid isPermaLink='false'>army-1</guid></item>")


async def due(configuration: Configuration) -> list[str]:
    """The names of the feeds that are due now."""
    async with open_runtime(configuration) as runtime:
        return [feed.name for feed in await runtime.store.read(select, (), due_by=clock.now())]


@in_loop
async def test_killed_after_a_poll_it_asks_conditionally_and_not_early(tmp_path: Path) -> None:
    """`kill -9` after the 200: the next start asks nothing before it is due, and then with validators (check 4)."""
    async with http_server({"/feed": Answer(PLAIN, etag='"a"')}) as server:
        configuration = configure(tmp_path, {"news": server.url("/feed")})
        async with running(configuration) as process:
            await until(configuration, "SELECT count(*) FROM feeds WHERE etag IS NOT NULL", 1)
            process.kill()
        assert await due(configuration) == []
        await one_round(configuration)
    assert [seen.header("If-None-Match") for seen in server.seen("/feed")] == [None, '"a"']


@in_loop
async def test_one_busy_feed_silences_its_whole_host(tmp_path: Path, at: Callable[[float], None]) -> None:
    """Three feeds of one host, one of them says 429: no feed and no page of it is asked within the time (check 8)."""
    async with http_server() as server:
        server.routes |= {
            "/a": [Answer(status=429, headers={"Retry-After": "7200"}), Answer(PLAIN)],
            "/b": Answer(rss(entry(2, server.url("")))),
            "/c": Answer(rss(entry(3, server.url("")))),
        }
        configuration = configure(tmp_path, {name: server.url(f"/{name}") for name in "abc"})
        await one_round(configuration, ["army/a"])
        for hours in (0.5, 1, 1.9):
            at(hours)
            found = await one_round(configuration)
            assert {record.outcome for record in found.values()} == {"held"}
        assert len(server.requests) == 1
        at(2.1)
        found = await one_round(configuration)
    assert {record.outcome for record in found.values()} == {"new"}


@in_loop
async def test_missing_feed_is_asked_at_least_once_a_day_for_ever(tmp_path: Path, at: Callable[[float], None]) -> None:
    """Fifty times 404: ever more seldom, never for good; a 410 stops at once (check 9)."""
    async with http_server({"/missing": Answer(status=404), "/gone": Answer(status=410)}) as server:
        configuration = configure(tmp_path, {"missing": server.url("/missing"), "gone": server.url("/gone")})
        hours, waits = 0.0, []
        for _ in range(50):
            at(hours)
            record = (await one_round(configuration, ["army/missing"]))["missing"]
            assert record.next_feed.due_at is not None
            waits.append((record.next_feed.due_at - clock.now()).total_seconds() / 3600)
            hours += waits[-1]
        await one_round(configuration, ["army/gone"])
        at(hours + 1000)
        assert await due(configuration) == ["army/missing"]
    assert waits == sorted(waits) or max(waits) == 24
    assert waits[0] < 1
    assert waits[-1] == 24
    assert len(server.seen("/gone")) == 1


@in_loop
async def test_redirect_to_a_page_never_replaces_a_feed(tmp_path: Path, at: Callable[[float], None]) -> None:
    """A permanent redirect to a login page is an error each time, and the address stays what it was (check 11)."""
    login = Answer(b"<html><title>Sign in</title><form><input type=password></form></html>", content_type="text/html")
    async with http_server({"/login": login, "/feed": [Answer(PLAIN, etag='"a"')]}) as server:
        configuration = configure(tmp_path, {"news": server.url("/feed")})
        await one_round(configuration)
        server.routes["/feed"] = Answer(status=301, headers={"Location": "/login"})
        for day in range(1, 6):
            at(24 * day)
            record = (await one_round(configuration))["news"]
            assert record.outcome in {"not_a_feed", "blocked"}
        assert one(configuration, "SELECT url FROM feeds") == server.url("/feed")
        assert one(configuration, "SELECT etag FROM feeds") == '"a"'
    assert rows(configuration, "SELECT kind FROM events WHERE kind IN ('moved', 'move_pending')") == []


@in_loop
async def test_user_agent_names_the_operator_with_a_contact(tmp_path: Path) -> None:
    """Name, version and where to complain; a publisher's own name replaces it, and the record keeps it (check 13)."""
    http = '[http]\nallow_addresses = ["127.0.0.0/8"]\nhost_interval = 0\ncontact = "https://desk.example/bot"\n'
    async with http_server({"/feed": Answer(PLAIN)}) as server:
        configuration = configure(tmp_path / "a", {"news": server.url("/feed")}, settings=http)
        await one_round(configuration)
        other = 'user_agent = "desk-reader/2"'
        await one_round(configure(tmp_path / "b", {"news": server.url("/feed")}, settings=http, publisher=other))
    first, second = (seen.header("User-Agent") or "" for seen in server.requests)
    assert re.fullmatch(r"release-watcher/\d+\.\d+\.\d+ \(\+https://desk\.example/bot\)", first)
    assert second == "desk-reader/2"
    assert first in one(configuration, "SELECT request_headers FROM captures")


@in_loop
async def test_feeds_of_one_host_never_start_in_the_same_second(tmp_path: Path) -> None:
    """Forty feeds come due at once: at most one a second of one host, and their next times are spread (check 15)."""
    async with http_server() as server:
        feeds = {f"f{number}": server.url(f"/{number}") for number in range(4)}
        server.routes |= {f"/{number}": Answer(PLAIN) for number in range(40)}
        spaced = '[http]\nallow_addresses = ["127.0.0.0/8"]\nhost_interval = 1\n'
        await one_round(configure(tmp_path / "few", feeds, settings=spaced))
        starts = [seen.at for seen in server.requests]
        assert all(later - earlier > 0.9 for earlier, later in pairwise(starts))
        many = configure(tmp_path / "many", {f"f{number}": server.url(f"/{number}") for number in range(40)})
        await one_round(many)
    times = Counter(row["due_at"][:19] for row in rows(many, "SELECT due_at FROM feeds"))
    assert max(times.values()) <= 6, "spread over a tenth of the interval"
    assert len(times) > 20


DENIED = b"<html><head><title>Access Denied</title></head><body><h1>Access Denied</h1>Not for you.</body></html>"
CAPTIVE = b"<html><head><title>Welcome to the guest network</title></head><body><form>Accept</form></body></html>"
INSTEAD = {
    "nothing": (b"", "application/rss+xml", {"not_a_feed"}),
    "space": (b"  \n ", "application/rss+xml", {"not_a_feed"}),
    "page": (b"<!DOCTYPE html><html><body><h1>News</h1></body></html>", "text/html", {"not_a_feed"}),
    "captive": (CAPTIVE, "text/html", {"not_a_feed", "blocked"}),
    "denied": (DENIED, "text/html", {"blocked"}),
    "denied-as-feed": (DENIED, "application/rss+xml", {"blocked"}),
    "words": (b"Service temporarily unavailable", "text/plain", {"not_a_feed", "blocked"}),
    "json": (b'{"error": "rate limited"}', "application/json", {"not_a_feed"}),
    "no-entries": (rss(), "application/rss+xml", {"empty_feed"}),
    "no-entries-atom": (b'<feed xmlns="http://www.w3.org/2005/Atom"><title>x</title></feed>', "", {"empty_feed"}),
    "cut": (PLAIN[:-40], "application/rss+xml", {"truncated"}),
    "binary": (bytes(range(256)) * 8, "application/octet-stream", {"not_a_feed"}),
}


@pytest.mark.parametrize("name", INSTEAD)
@in_loop
async def test_answer_that_is_no_feed_is_an_error_and_never_unchanged(tmp_path: Path, name: str) -> None:
    """A named outcome; nothing is deleted, the validators are those of the feed, it is asked again (check 21)."""
    body, content_type, outcomes = INSTEAD[name]
    async with http_server() as server:
        good = Answer(rss(*(entry(number, "http://army.example", link="") for number in range(20))), etag='"good"')
        server.routes["/feed"] = [good, Answer(body, etag='"bad"', content_type=content_type), good]
        configuration = configure(tmp_path, {"news": server.url("/feed")})
        await one_round(configuration)
        record = (await one_round(configuration))["news"]
        assert record.outcome in outcomes
        assert record.next_feed.due_at is not None
        assert one(configuration, "SELECT etag FROM feeds") == '"good"'
        assert one(configuration, "SELECT count(*) FROM sightings WHERE is_listed = 1") == 20
        again = (await one_round(configuration))["news"]
    assert again.outcome == "not_modified"
    assert rows(configuration, "SELECT kind FROM events WHERE kind IN ('vanished', 'gap')") == []


@in_loop
async def test_host_behind_a_redirect_that_answers_429_is_held(tmp_path: Path) -> None:
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
async def test_moved_clock_moves_the_holds_in_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A clock that is set forward by a day must not end a host's hold, nor one set back lengthen it (check 38)."""
    now = START
    monkeypatch.setattr(clock, "now", lambda: now)
    async with http_server({"/feed": BUSY}) as server:
        configuration = configure(tmp_path, {"news": server.url("/feed")})
        async with open_runtime(configuration) as runtime:
            state = polling.Polling(runtime, wall=START)
            host = f"127.0.0.1:{server.port}"
            runtime.hosts.hold(host, START + timedelta(hours=2))
            for jump in (timedelta(days=1), timedelta(days=-400)):
                now += jump
                await polling.tick(state)
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
