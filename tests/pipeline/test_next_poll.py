"""What a poll means for the next one, through the whole route with a faked clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from tests.support.scenario import configure, entry, one, one_round, rows, rss
from tests.support.servers import Answer, http_server, in_loop
from watcher import clock

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pytest

START = datetime(2026, 11, 24, 8, tzinfo=UTC)


@in_loop
async def test_new_validators_with_the_same_body_are_kept(tmp_path: Path, at: Callable[[float], None]) -> None:
    """Check 2: what the server gave last is what it is sent next, byte for byte, though nothing else changed."""
    body = rss(entry(1, "http://army.example", link=""))
    async with http_server() as server:
        server.routes["/feed"] = [Answer(body, etag=etag) for etag in ('W/"a b"', '"two"', '"three"')]
        configuration = configure(tmp_path, {"news": server.url("/feed")})
        for hours in range(3):
            at(hours)
            await one_round(configuration)
        sent = [request.header("If-None-Match") for request in server.seen("/feed")]
    assert sent == [None, 'W/"a b"', '"two"']
    outcomes = [row["outcome"] for row in rows(configuration, "SELECT outcome FROM polls ORDER BY id")]
    assert outcomes == ["new", "same", "same"]


@in_loop
async def test_busy_host_is_left_alone_and_nothing_counts_as_a_failure(
    tmp_path: Path, at: Callable[[float], None]
) -> None:
    """Checks 7 and 8: after a 429 no feed of the host is asked before the time it named, over a restart too."""
    async with http_server() as server:
        server.routes |= {
            "/a": [
                Answer(status=429, headers={"Retry-After": "7200"}),
                Answer(rss(entry(1, "http://army.example", link=""))),
            ],
            "/b": Answer(rss(entry(2, "http://army.example", link=""))),
        }
        configuration = configure(tmp_path, {"a": server.url("/a")})
        await one_round(configuration)
        configuration = configure(tmp_path, {"a": server.url("/a"), "b": server.url("/b")})
        at(1)
        await one_round(configuration)
        assert len(server.requests) == 1
        assert one(configuration, "SELECT failure_count FROM feeds WHERE name = 'army/b'") == 0
        at(2.1)
        found = await one_round(configuration)
    assert {record.outcome for record in found.values()} == {"new"}


@in_loop
async def test_permanent_move_is_taken_over_within_the_site(tmp_path: Path, at: Callable[[float], None]) -> None:
    """Check 10: a 301 is believed after three equal answers over a day, and the old address is asked at most thrice."""
    body = rss(entry(1, "http://army.example", link=""))
    async with http_server() as server:
        server.routes |= {"/old": Answer(status=301, headers={"Location": "/new"}), "/new": Answer(body, etag='"n"')}
        configuration = configure(tmp_path, {"news": server.url("/old")})
        for hours in range(0, 40, 3):
            at(hours)
            await one_round(configuration)
        assert len(server.seen("/old")) == 3
        assert one(configuration, "SELECT url FROM feeds") == server.url("/new")
    assert [row["kind"] for row in rows(configuration, "SELECT kind FROM events")] == ["moved"]


@in_loop
async def test_move_to_another_site_waits_for_the_operator(tmp_path: Path, at: Callable[[float], None]) -> None:
    """Check 10: somebody who takes over a domain must not become the source; the operator is alerted once."""
    async with http_server(host="127.0.0.1") as server, http_server(host="127.0.0.2") as other:
        other.routes["/feed"] = Answer(rss(entry(1, "http://army.example", link="")), etag='"n"')
        server.routes["/feed"] = Answer(status=301, headers={"Location": other.url("/feed")})
        configuration = configure(tmp_path, {"news": server.url("/feed")})
        for hours in range(0, 120, 13):
            at(hours)
            await one_round(configuration)
        assert one(configuration, "SELECT url FROM feeds") == server.url("/feed")
    assert [row["kind"] for row in rows(configuration, "SELECT kind FROM events")] == ["move_pending"]


@in_loop
async def test_window_that_rolled_past_is_a_gap(tmp_path: Path, at: Callable[[float], None]) -> None:
    """Check 19: when nothing known is left in the feed, something may have been missed, and that is said."""
    async with http_server() as server:
        first = [entry(number, "http://army.example", link="") for number in range(5)]
        later = [entry(number, "http://army.example", link="") for number in range(50, 55)]
        server.routes["/feed"] = [Answer(rss(*first)), Answer(rss(*later))]
        configuration = configure(tmp_path, {"news": server.url("/feed")})
        await one_round(configuration)
        at(5)
        await one_round(configuration)
    assert [row["kind"] for row in rows(configuration, "SELECT kind FROM events")] == ["gap"]


@in_loop
async def test_304_that_is_not_true_is_found_within_a_week(tmp_path: Path, at: Callable[[float], None]) -> None:
    """Check 20: one request a week goes without validators, and what it brings to light is an event."""
    old = entry(1, "http://army.example", link="", pubDate="Tue, 24 Nov 2026 07:00:00 GMT")
    hidden = entry(2, "http://army.example", link="", pubDate="Wed, 25 Nov 2026 07:00:00 GMT")
    async with http_server() as server:
        configuration = configure(tmp_path, {"news": server.url("/feed")})
        server.routes["/feed"] = Answer(rss(old), etag='"stuck"')
        await one_round(configuration)
        server.routes["/feed"] = Answer(rss(old, hidden), etag='"stuck"')
        for day in range(1, 10):
            at(24 * day)
            await one_round(configuration)
        bare = [request for request in server.seen("/feed")[1:] if request.header("If-None-Match") is None]
    assert len(bare) == 1
    assert [row["kind"] for row in rows(configuration, "SELECT kind FROM events")] == ["stale"]
    assert one(configuration, "SELECT count(*) FROM releases") == 2


@in_loop
async def test_max_age_lasts_over_a_304_that_does_not_repeat_it(tmp_path: Path, at: Callable[[float], None]) -> None:
    """A 304 renews the answer that it confirms (RFC 9111, 4.3.4), so its max-age counts anew (check 6)."""
    body = rss(entry(1, "http://army.example", link=""))
    first = Answer(body, headers={"ETag": '"a"', "Cache-Control": "max-age=7200"})
    async with http_server() as server:
        server.routes["/feed"] = [first, Answer(status=304), Answer(status=304, headers={"Cache-Control": "no-cache"})]
        configuration = configure(tmp_path, {"news": server.url("/feed")})
        waits = []
        for hours in (0, 3, 6):
            at(hours)
            (record,) = (await one_round(configuration)).values()
            assert record.next_feed.due_at is not None
            waits.append((record.next_feed.due_at - clock.now()).total_seconds())
    assert waits[0] == waits[1] == 7200
    assert waits[2] < 3600


@in_loop
async def test_ttl_lasts_over_a_304_and_is_bounded_by_the_operator(tmp_path: Path, at: Callable[[float], None]) -> None:
    """The document's own wish holds as long as the document does, and never shortens anything (check 16)."""
    at(0)
    body = rss(entry(1, "http://army.example", link="")).replace(b"<channel>", b"<channel><ttl>300</ttl>")
    async with http_server({"/feed": Answer(body, etag='"a"')}) as server:
        configuration = configure(tmp_path, {"news": server.url("/feed")})
        for _ in range(2):
            (record,) = (await one_round(configuration)).values()
            assert record.next_feed.due_at == START + timedelta(minutes=300)
        short = '[http]\nallow_addresses = ["127.0.0.0/8"]\nhost_interval = 0\nlongest_wait = "2h"\n'
        (record,) = (await one_round(configure(tmp_path, {"news": server.url("/feed")}, settings=short))).values()
        assert record.next_feed.due_at == START + timedelta(hours=2)


@in_loop
async def test_skipped_hours_move_the_next_poll(
    tmp_path: Path, at: Callable[[float], None], caplog: pytest.LogCaptureFixture
) -> None:
    """A feed that sleeps from 8 to 12 is next asked at noon; an operator's override is logged (check 17)."""
    caplog.set_level("INFO")
    at(0)
    hours = "".join(f"<hour>{hour}</hour>" for hour in range(8, 12)).encode()
    body = rss(entry(1, "http://army.example", link=""))
    body = body.replace(b"<channel>", b"<channel><skipHours>" + hours + b"</skipHours>")
    async with http_server({"/feed": [Answer(body), Answer(status=500)]}) as server:
        configuration = configure(tmp_path, {"news": server.url("/feed")})
        for _ in range(2):
            (record,) = (await one_round(configuration)).values()
            assert record.next_feed.due_at == START + timedelta(hours=4)
        assert "skip_hours" not in caplog.text
        configuration = configure(tmp_path, {"news": server.url("/feed")}, publisher="skip_hours = false")
        (record,) = (await one_round(configuration)).values()
        assert record.next_feed.due_at is not None
        assert record.next_feed.due_at < START + timedelta(hours=4)
    assert "army/news: polled within its skipHours or skipDays, since skip_hours is false" in caplog.text
