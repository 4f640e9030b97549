"""robots.txt as RFC 9309 says (check 18)."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from tests.support.fetching import loopback_client
from tests.support.servers import Answer, HttpServer, Route, http_server, in_loop, raw_server
from watcher import clock
from watcher.fetch.hosts import Hosts
from watcher.fetch.request import Request
from watcher.fetch.robots import Robots, Verdict

AGENT = {"User-Agent": "release-watcher/0.1 (+https://example.org)"}
RULES = b"""
User-agent: somebody-else
Disallow: /

User-agent: Release-Watcher
Disallow: /private
Allow: /private/press
Disallow: /*.tmp$

User-agent: *
Disallow: /
"""


async def verdict(server: HttpServer, path: str, robots: Robots | None = None) -> Verdict:
    async with loopback_client() as opened:
        return await (robots or Robots()).check(opened, Hosts(interval=0), Request(server.url(path), AGENT))


@in_loop
@pytest.mark.parametrize(
    ("path", "is_allowed"),
    [
        ("/news/1", True),
        ("/private", False),
        ("/private/x", False),
        ("/private/press/1", True),
        ("/a.tmp", False),
        ("/a.tmp?x=1", True),
        ("/robots.txt", True),
    ],
)
async def test_our_own_group_and_the_longest_match_count(path: str, is_allowed: bool) -> None:  # noqa: FBT001
    """Sections 2.2.1 and 2.2.2: our group alone, names without case, `*` and `$`."""
    async with http_server({"/robots.txt": Answer(RULES)}) as server:
        assert (await verdict(server, path)).is_allowed is is_allowed
        assert server.requests[0].header("User-Agent") == AGENT["User-Agent"]


@in_loop
@pytest.mark.parametrize(
    ("route", "is_allowed"),
    [
        (Answer(status=404), True),
        (Answer(status=403), True),
        (Answer(status=429), False),
        (Answer(status=500), False),
        (Answer(status=503), False),
        (Answer(b""), True),
        (Answer(b"\xff\xfe not really rules \x00"), True),
        (Answer(status=302, headers={"Location": "/robots.txt"}), True),
        (Answer(b"x", headers={"Content-Encoding": "br"}), False),
    ],
)
async def test_answers_that_are_no_rules(route: Route, is_allowed: bool) -> None:  # noqa: FBT001
    """Section 2.3.1: 4xx and endless redirects allow, 5xx and what cannot be read forbid; 429 asks to be left alone."""
    async with http_server({"/robots.txt": route}) as server:
        found = await verdict(server, "/news")
    assert found.is_allowed is is_allowed
    assert found.why


@in_loop
async def test_nobody_there_forbids() -> None:
    """Section 2.3.1.4: unreachable is not the same as absent."""
    async with raw_server(b"") as server:
        assert not (await verdict(server, "/news")).is_allowed


@in_loop
async def test_redirects_are_followed() -> None:
    """Section 2.3.1.2: at least five."""
    routes: dict[str, Route] = {f"/{n}": Answer(status=301, headers={"Location": f"/{n - 1}"}) for n in range(1, 5)}
    routes |= {"/robots.txt": Answer(status=301, headers={"Location": "/4"}), "/0": Answer(RULES)}
    async with http_server(routes) as server:
        assert not (await verdict(server, "/private")).is_allowed


@in_loop
async def test_no_more_than_500_kib_are_parsed() -> None:
    """Section 2.5: what follows is as if it were not there."""
    late = b"User-agent: *\nDisallow:\n" + b"# filler line\n" * 40_000 + b"User-agent: release-watcher\nDisallow: /\n"
    async with http_server({"/robots.txt": Answer(late)}) as server:
        assert (await verdict(server, "/news")).is_allowed


@in_loop
async def test_pages_that_wait_together_ask_once() -> None:
    """Check 12: twenty new releases of one site must not bring twenty requests for its rules."""
    async with http_server({"/robots.txt": Answer(RULES)}) as server, loopback_client() as opened:
        robots, hosts, request = Robots(), Hosts(interval=0, connections=8), Request(server.url("/news"), AGENT)
        await asyncio.gather(*(robots.check(opened, hosts, request) for _ in range(20)))
    assert len(server.requests) == 1


def test_it_is_asked_once_a_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """Section 2.4: kept for 24 hours and no longer."""
    now = datetime(2026, 1, 1, tzinfo=UTC)
    monkeypatch.setattr(clock, "now", lambda: now)

    @in_loop
    async def scenario() -> None:
        nonlocal now
        async with http_server({"/robots.txt": Answer(RULES)}) as server:
            robots = Robots()
            for hours, asked in ((0, 1), (23.9, 1), (24, 2)):
                now = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=hours)
                await verdict(server, "/news", robots)
                assert len(server.requests) == asked

    scenario()


def test_known_rules_outlast_an_outage(monkeypatch: pytest.MonkeyPatch) -> None:
    """Section 2.4: the old copy may be used while the server fails, and it is asked again after an hour."""
    now = datetime(2026, 1, 1, tzinfo=UTC)
    monkeypatch.setattr(clock, "now", lambda: now)

    @in_loop
    async def scenario() -> None:
        nonlocal now
        async with http_server({"/robots.txt": [Answer(RULES), Answer(status=500), Answer(b"")]}) as server:
            robots = Robots()
            assert not (await verdict(server, "/private", robots)).is_allowed
            now += timedelta(hours=25)
            assert not (await verdict(server, "/private", robots)).is_allowed
            assert (await verdict(server, "/news", robots)).is_allowed
            now += timedelta(hours=1)
            assert (await verdict(server, "/private", robots)).is_allowed
            assert len(server.requests) == 3

    scenario()
