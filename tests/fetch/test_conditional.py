"""Conditional GET against real servers, and what answers mean, walls among them (checks 1, 3, 6 to 8, 12, 14, 21)."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.fetching import answer, loopback_client
from tests.support.servers import Answer, http_server, in_loop, raw_server
from watcher import clock
from watcher.errors import Blocked, FetchError, HttpStatus
from watcher.fetch.conditional import Fetched, NotModified, ask, fetch, find_wall, judge
from watcher.fetch.hosts import Hosts, host_of
from watcher.fetch.request import Request
from watcher.fetch.validators import Validators

if TYPE_CHECKING:
    from watcher.fetch.client import Client

AGENT = {"User-Agent": "release-watcher/0.1 (+mailto:desk@example.org)", "Accept": "application/rss+xml, */*;q=0.1"}


def quick() -> Hosts:
    return Hosts(interval=0)


async def failure(opened: Client, hosts: Hosts, url: str) -> FetchError:
    with pytest.raises(FetchError) as caught:
        await fetch(opened, hosts, Request(url, AGENT))
    return caught.value


@in_loop
@pytest.mark.parametrize(
    ("etag", "modified"),
    [
        ('"plain"', "Tue, 03 Mar 2026 10:00:00 GMT"),
        ('W/"weak, with comma"', "2026-03-03T10:00:00Z"),
        ("no quotes at all", None),
        (None, "the day before yesterday"),
    ],
)
async def test_validators_are_echoed(etag: str | None, modified: str | None) -> None:
    """Check 1: both, odd ones, only one of them; four polls, no mismatch, one body."""
    async with (
        http_server({"/f": Answer(b"<rss/>", etag=etag, last_modified=modified)}) as server,
        loopback_client() as opened,
    ):
        hosts, validators, outcomes = quick(), Validators(), []
        for _ in range(4):
            got = await fetch(opened, hosts, Request(server.url("/f"), AGENT), validators)
            validators = got.validators
            outcomes.append(type(got))
    assert outcomes == [Fetched, NotModified, NotModified, NotModified]
    sent = [(request.header("If-None-Match"), request.header("If-Modified-Since")) for request in server.requests]
    assert sent == [(None, None), *[(etag, modified)] * 3]


@in_loop
async def test_validators_that_change_alone_are_taken() -> None:
    """Check 2: the body is the same, the third poll sends the new pair."""
    answers = [Answer(b"<rss/>", etag=f'"{n}"', last_modified=f"day {n}") for n in (1, 2, 3)]
    async with http_server({"/f": answers}) as server, loopback_client() as opened:
        hosts, validators = quick(), Validators()
        for _ in range(3):
            validators = (await fetch(opened, hosts, Request(server.url("/f"), AGENT), validators)).validators
    assert [request.header("If-None-Match") for request in server.requests] == [None, '"1"', '"2"']
    assert [request.header("If-Modified-Since") for request in server.requests] == [None, "day 1", "day 2"]


@in_loop
async def test_a_200_without_validators_forgets_the_old_ones() -> None:
    """They belong to a body that is gone; sending them on could hide what came since."""
    async with http_server({"/f": Answer(b"<rss/>")}) as server, loopback_client() as opened:
        got = await fetch(opened, quick(), Request(server.url("/f"), AGENT), Validators('"old"'))
    assert got.validators == Validators()


@in_loop
async def test_a_bare_304_erases_nothing() -> None:
    """Check 3: no headers in it, so the old pair is sent again; one with headers replaces what it carries."""
    bare, dated = b"HTTP/1.1 304 Not Modified\r\n\r\n", b"HTTP/1.1 304 Not Modified\r\nLast-Modified: later\r\n\r\n"
    old = Validators('"1"', "early")
    async with raw_server(bare, dated, bare) as server, loopback_client() as opened:
        hosts = quick()
        first = await fetch(opened, hosts, Request(server.url("/f"), AGENT), old)
        second = await fetch(opened, hosts, Request(server.url("/f"), AGENT), first.validators)
        await fetch(opened, hosts, Request(server.url("/f"), AGENT), second.validators)
    assert first.validators == old
    assert server.requests[2].header("If-None-Match") == '"1"'
    assert server.requests[2].header("If-Modified-Since") == "later"


@in_loop
async def test_a_304_that_nobody_asked_for_is_an_error() -> None:
    """Without validators it cannot mean that we have the body."""
    async with http_server({"/f": Answer(status=304)}) as server, loopback_client() as opened:
        error = await failure(opened, quick(), server.url("/f"))
    assert (type(error), error.status) == (HttpStatus, 304)


@in_loop
async def test_a_first_fetch_is_one_get_with_our_headers() -> None:
    """Checks 12, 13, 14: one GET, the User-Agent as configured, gzip alone, nothing that tells more."""
    async with (
        http_server({"/f": Answer(b"<rss/>", headers={"Set-Cookie": "a=b"})}) as server,
        loopback_client() as opened,
    ):
        hosts = quick()
        for _ in range(2):
            await fetch(opened, hosts, Request(server.url("/f"), AGENT))
    assert [request.method for request in server.requests] == ["GET", "GET"]
    for request in server.requests:
        assert {name.lower() for name, _ in request.headers} == {"host", "user-agent", "accept", "accept-encoding"}
        assert request.header("User-Agent") == AGENT["User-Agent"]
        assert request.header("Accept-Encoding") == "gzip"


@in_loop
async def test_freshness_counts_on_a_304_too() -> None:
    """Check 6: the new max-age comes with the answer that says nothing has changed."""
    fresh = {"Cache-Control": "max-age=7200"}
    async with http_server({"/f": Answer(b"x", etag='"1"', headers=fresh)}) as server, loopback_client() as opened:
        got = await fetch(opened, quick(), Request(server.url("/f"), AGENT), Validators('"1"'))
    assert isinstance(got, NotModified)
    assert got.fresh_for == 7200


@in_loop
@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 418, 500, 502, 204, 206, 300])
async def test_other_statuses_are_named(status: int) -> None:
    """Check 9: the schedule decides by the status; only 200 brings a body that counts."""
    body = b"sorry, gone fishing" if status != 204 else b""
    async with http_server({"/f": Answer(body, status=status)}) as server, loopback_client() as opened:
        hosts = quick()
        error = await failure(opened, hosts, server.url("/f"))
        assert hosts.held_until(host_of(server.url())) is None
    assert (type(error), error.status, error.retry_after) == (HttpStatus, status, None)


@in_loop
@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("is_date", [False, True])
async def test_retry_after_holds_the_whole_host(status: int, is_date: bool) -> None:  # noqa: FBT001
    """Checks 7, 8: in both forms; the other feeds and pages of the host are not asked either."""
    wish = format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True) if is_date else "3600"
    routes = {"/f": Answer(status=status, headers={"Retry-After": wish}), "/g": Answer(b"x"), "/page": Answer(b"x")}
    async with http_server(routes) as server, loopback_client() as opened:
        hosts = quick()
        error = await failure(opened, hosts, server.url("/f"))
        others = [await failure(opened, hosts, server.url(path)) for path in ("/g", "/page", "/f")]
        held = hosts.held_until(host_of(server.url()))
    assert (error.status, len(server.requests)) == (status, 1)
    assert 3590 <= (error.retry_after or 0) <= 3601
    assert all(other.status == 429 and "held until" in other.detail for other in others)
    assert held is not None
    assert timedelta(minutes=59) < held - clock.now() <= timedelta(hours=1)


@in_loop
async def test_a_429_without_retry_after_holds_for_ten_minutes_a_503_for_none() -> None:
    """Check 7: 429 speaks of us; a 503 that says nothing may be one broken page, so that only its feed backs off."""
    for status, is_held in ((429, True), (503, False)):
        async with http_server({"/f": Answer(status=status)}) as server, loopback_client() as opened:
            hosts = quick()
            error = await failure(opened, hosts, server.url("/f"))
            assert error.retry_after is None
            assert (hosts.held_until(host_of(server.url())) is not None) is is_held


@in_loop
async def test_a_redirect_towards_a_held_host_is_not_followed() -> None:
    """Check 8: no request reaches a host that asked to be left alone, by whatever way."""
    async with http_server({"/g": Answer(b"x")}) as there, http_server() as here, loopback_client() as opened:
        here.routes["/f"] = Answer(status=302, headers={"Location": there.url("/g")})
        hosts = quick()
        hosts.hold(host_of(there.url()), clock.now() + timedelta(hours=1))
        error = await failure(opened, hosts, here.url("/f"))
    assert (error.status, there.requests) == (429, [])


@in_loop
async def test_only_a_wholly_permanent_way_is_a_move() -> None:
    """Check 10: one temporary hop makes the whole way temporary."""
    routes = {
        "/old": Answer(status=301, headers={"Location": "/mid"}),
        "/mid": Answer(status=308, headers={"Location": "/f"}),
        "/now": Answer(status=302, headers={"Location": "/old"}),
        "/f": Answer(b"x"),
    }
    async with http_server(routes) as server, loopback_client() as opened:
        hosts = quick()
        moves = [(await fetch(opened, hosts, Request(server.url(path)))).moved_to for path in ("/old", "/now", "/f")]
    assert moves == [server.url("/f"), None, None]


@in_loop
@pytest.mark.parametrize("status", [200, 202, 403, 503])
async def test_a_wall_is_blocked_whatever_its_status(status: int) -> None:
    """Check 21: a refusal never counts as nothing new."""
    body = b"<html><head><title>Access Denied</title></head><body>You shall not.</body></html>"
    async with (
        http_server({"/f": Answer(body, status=status, content_type="text/html")}) as server,
        loopback_client() as opened,
    ):
        error = await failure(opened, quick(), server.url("/f"))
    assert (type(error), error.status) == (Blocked, status)


@in_loop
async def test_the_answer_itself_can_be_kept_before_it_is_judged() -> None:
    """Check 72: the record keeps every answer, those that are errors too."""
    async with http_server({"/f": Answer(b"gone for good", status=410)}) as server, loopback_client() as opened:
        response = await ask(opened, quick(), Request(server.url("/f"), AGENT))
    assert (response.status, response.body) == (410, b"gone for good")
    with pytest.raises(HttpStatus):
        judge(response)


def test_the_old_validators_survive_a_judged_304() -> None:
    """The pure half alone: what the store will keep."""
    got = judge(answer(("ETag", '"2"'), status=304), Validators('"1"', "x"))
    assert isinstance(got, NotModified)
    assert got.validators == Validators('"2"', "x")


def page(title: str, body: str = "<p>Nothing else.</p>") -> bytes:
    return f"<!DOCTYPE html>\n<html><head><title>{title}</title></head><body>{body}</body></html>".encode()


@pytest.mark.parametrize(
    "title",
    [
        "Access Denied",
        "Just a moment...",
        "Attention Required! | Some Shield",
        "403 Forbidden",
        "ERROR: Access Denied",
        "Ministry of Defence - Access Denied",
        "Are you a robot?",
        "Security check required",
        "Pardon Our Interruption",
        "Request Rejected",
        "Verifying you are human",
    ],
)
def test_a_page_that_only_refuses_is_a_wall(title: str) -> None:
    """A refusal often comes with status 200, and must never count as nothing new."""
    assert find_wall(answer(body=page(title))) == "a refusal page"


@pytest.mark.parametrize(
    ("body", "name"),
    [
        (page("One moment", "<script>window._cf_chl_opt={a:1}</script>"), "Cloudflare"),
        (page("x", "<p>Incapsula incident ID: 1-2</p>"), "Imperva"),
        (page("x", "<p>https&#58;//errors.edgesuite.net/18.1</p>"), "Akamai"),
        (page("x", "<script src='https://geo.captcha-delivery.com/c.js'></script>"), "DataDome"),
        (page("x", '<div id="px-captcha"></div>'), "PerimeterX"),
        (page("x", "The requested URL was rejected. Please consult with your administrator."), "F5"),
        (page("x", "<script id='anubis_challenge' type='application/json'>{}</script>"), "Anubis"),
    ],
)
def test_known_products_are_named(body: bytes, name: str) -> None:
    """The operator can talk to the publisher only when the record says what stood in the way."""
    assert find_wall(answer(body=body)) == name


def test_the_headers_of_a_wall_are_enough() -> None:
    """Some challenges carry all their code from elsewhere."""
    assert find_wall(answer(("cf-mitigated", "challenge"), status=403)) == "Cloudflare"
    assert find_wall(answer(("X-AMZN-WAF-Action", "captcha"), status=405)) == "AWS WAF"


@pytest.mark.parametrize("text", [b"Access Denied", b"access denied.\n", b"Forbidden", b"403 Forbidden\n\nGo away."])
def test_a_short_text_that_refuses_is_a_wall(text: bytes) -> None:
    """Not every refusal is HTML."""
    assert find_wall(answer(body=text)) == "a refusal page"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<?xml version='1.0'?><rss><channel><title>Access Denied</title></channel></rss>",
        b"<rss><channel><item><title>Just a moment</title></item></channel></rss>",
        page("Access denied to smugglers, says Navy"),
        page("Forbidden – a history of the exclusion zone", "<p>The zone was drawn in a bad year.</p>" * 60),
        page("Navy opens new captcha laboratory"),
        page("Request denied: minister answers parliament"),
        page("Three killed in training accident", "<p>They were denied access.</p>" * 50),
        page("Access Denied", "<p>A long statement about a road that was closed.</p>" * 50),
        b"Access denied to the harbour after the accident, in which three sailors died, the navy says.",
        b"{}",
    ],
)
def test_content_that_speaks_of_refusals_is_none(body: bytes) -> None:
    """A release must not be lost because of its words."""
    assert find_wall(answer(body=body)) is None


def test_a_feed_behind_the_same_product_is_none() -> None:
    """Whoever protects a site also serves its feeds and pages; only the challenge is a wall."""
    served = answer(
        ("Server", "cloudflare"), ("CF-Ray", "1"), body=page("News", "<script src='/cdn-cgi/x.js'></script>")
    )
    assert find_wall(served) is None


@pytest.mark.parametrize("part", [b"<title ", b"<", b"_Incapsula_Resource?", b"<!-- ", b" "])
def test_reading_is_linear(part: bytes) -> None:
    """Check 57: twice the body takes twice the time, not four times (generous, since clocks are coarse)."""
    times = []
    for size in (75_000, 150_000):
        body = b"<html>" + part * (size // len(part))
        started = time.process_time()
        for _ in range(5):
            find_wall(answer(body=body[:size]))
        times.append(time.process_time() - started)
    assert times[1] < 3 * times[0] + 0.1


@given(st.binary(max_size=3000))
def test_no_body_breaks_the_reading(body: bytes) -> None:
    """Bodies come from strangers."""
    find_wall(answer(body=body))
    find_wall(answer(body=b"<html><title>" + body))
