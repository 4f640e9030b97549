"""Fetching and scheduling together: feeds with odd manners, polled when due, on a faked clock (checks 1 to 12).

The whole program is tried in the same way by the tests of the route; here stand only the two halves of politeness.
"""

from __future__ import annotations

from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from ipaddress import ip_network

import pytest

from tests.support.servers import Answer, HttpServer, Route, http_server, in_loop
from watcher import clock
from watcher.errors import FetchError
from watcher.feeds.redirects import Move, consider_move, where_to_ask
from watcher.feeds.schedule import Pace, after_failure, after_success
from watcher.fetch.caching import Validators
from watcher.fetch.client import Client, open_client
from watcher.fetch.conditional import Fetched, fetch
from watcher.fetch.hosts import Hosts
from watcher.fetch.messages import Request

START = datetime(2026, 2, 3, 4, 0, tzinfo=UTC)


@dataclass
class Feed:
    """What the program keeps of a feed between two polls."""

    url: str
    due: datetime | None = START
    pace: Pace = Pace()  # noqa: RUF009 - frozen
    validators: Validators = Validators()  # noqa: RUF009 - frozen
    move: Move | None = None
    bodies: int = 0


async def poll(client: Client, hosts: Hosts, feed: Feed) -> None:
    """One poll as the route makes it, without the reading."""
    now = clock.now()
    url = where_to_ask(feed.url, feed.move, now=now)
    try:
        got = await fetch(client, hosts, Request(url, {"User-Agent": "release-watcher/0"}), feed.validators)
    except FetchError as error:
        is_gone = error.status == 410
        feed.pace, feed.due = after_failure(feed.pace, now=now, retry_after=error.retry_after, is_gone=is_gone)
        return
    feed.validators = got.validators
    feed.bodies += isinstance(got, Fetched)
    found = consider_move(feed.move, feed_url=feed.url, asked_url=url, moved_to=got.moved_to, now=now)
    feed.move = found.move
    if found.verdict == "taken_over" and found.move:
        feed.url, feed.move = found.move.target, None
    share = 0.5 if isinstance(got, Fetched) and feed.bodies == 1 else None
    feed.pace, feed.due = after_success(feed.pace, now=now, known_share=share, fresh_for=got.fresh_for)


def rounds(monkeypatch: pytest.MonkeyPatch, routes: dict[str, Route], *, count: int = 4) -> HttpServer:
    """Poll the feed `/feed` of a server whenever it is due, looked at once an hour; the server with its requests."""
    now = START
    monkeypatch.setattr(clock, "now", lambda: now)
    servers: list[HttpServer] = []

    @in_loop
    async def scenario() -> None:
        nonlocal now
        async with AsyncExitStack() as stack:
            server = await stack.enter_async_context(http_server(routes))
            client = await stack.enter_async_context(open_client(allow_addresses=(ip_network("127.0.0.0/8"),)))
            feed, hosts = Feed(server.url("/feed")), Hosts(interval=0)
            for hour in range(count):
                now = START + timedelta(hours=hour)
                if feed.due is not None and feed.due <= now:
                    await poll(client, hosts, feed)
            servers.append(server)

    scenario()
    return servers[0]


def sent(server: HttpServer) -> list[tuple[str | None, str | None]]:
    return [(seen.header("If-None-Match"), seen.header("If-Modified-Since")) for seen in server.requests]


def test_a_steady_feed_is_asked_each_round_with_its_validators(monkeypatch: pytest.MonkeyPatch) -> None:
    """Check 1, through the schedule."""
    server = rounds(monkeypatch, {"/feed": Answer(b"<rss/>", etag='"a"', last_modified="noon")})
    assert sent(server) == [(None, None), *[('"a"', "noon")] * 3]


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("wish", ["5400", format_datetime(START + timedelta(minutes=90), usegmt=True)])
def test_no_request_inside_retry_after(monkeypatch: pytest.MonkeyPatch, status: int, wish: str) -> None:
    """Check 7: 90 minutes in either form leave out the second round, and the third one asks again."""
    told = Answer(status=status, headers={"Retry-After": wish})
    server = rounds(monkeypatch, {"/feed": [told, Answer(b"<rss/>", etag='"a"')]})
    assert len(server.requests) == 3


def test_no_request_inside_max_age(monkeypatch: pytest.MonkeyPatch) -> None:
    """Check 6: on the 200 and on the 304, with an hour and a half each."""
    fresh = {"Cache-Control": "max-age=5400"}
    server = rounds(monkeypatch, {"/feed": Answer(b"<rss/>", etag='"a"', headers=fresh)}, count=5)
    assert sent(server) == [(None, None), ('"a"', None), ('"a"', None)]


def test_gone_is_asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Check 9: never again."""
    assert len(rounds(monkeypatch, {"/feed": Answer(status=410)}, count=50).requests) == 1


def test_a_missing_feed_is_asked_on_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    """Check 9: ever more seldom, but once a day at least."""
    server = rounds(monkeypatch, {"/feed": Answer(status=404)}, count=24 * 10)
    assert 10 <= len(server.requests) <= 20


def test_a_permanent_move_is_followed_and_the_old_place_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Check 10: the old place is asked once in four rounds, and three times until the move is taken over."""
    routes: dict[str, Route] = {
        "/feed": Answer(status=301, headers={"Location": "/new"}),
        "/new": Answer(b"<rss/>", etag='"a"'),
    }
    server = rounds(monkeypatch, routes)
    assert [seen.path for seen in server.requests] == ["/feed", "/new", "/new", "/new", "/new"]
    server = rounds(monkeypatch, routes, count=60)
    assert len(server.seen("/feed")) == 3


def test_a_temporary_move_is_asked_at_its_old_place(monkeypatch: pytest.MonkeyPatch) -> None:
    """Check 10: 302 says so itself."""
    routes: dict[str, Route] = {
        "/feed": Answer(status=302, headers={"Location": "/new"}),
        "/new": Answer(b"<rss/>", etag='"a"'),
    }
    assert len(rounds(monkeypatch, routes).seen("/feed")) == 4


def test_cookies_are_not_sent_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """Check 12, over all rounds."""
    baked = Answer(b"<rss/>", etag='"a"', headers={"Set-Cookie": "reader=1; Max-Age=99999"})
    server = rounds(monkeypatch, {"/feed": baked})
    assert len(server.requests) == 4
    assert not any(seen.header("Cookie") for seen in server.requests)
