"""When a feed is polled next: its pace, audits, hours to be skipped, and round after round against a real server."""

from __future__ import annotations

from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime
from ipaddress import ip_network
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.servers import Answer, HttpServer, Route, http_server, in_loop
from watcher import clock
from watcher.errors import FetchError
from watcher.feeds.redirects import consider_move, where_to_ask
from watcher.feeds.schedule import CAP, FLOOR, LONGEST, Pace, after_failure, after_success, audit_due, skip_until
from watcher.fetch.client import Client, open_client
from watcher.fetch.conditional import Fetched, fetch
from watcher.fetch.hosts import Hosts
from watcher.fetch.request import Request
from watcher.fetch.validators import Validators

if TYPE_CHECKING:
    from watcher.model.feed import PendingMove

NOW = datetime(2026, 5, 6, 7, 8, 9, tzinfo=UTC)
SHARES = st.none() | st.floats(0, 1)
JITTERS = st.floats(0, 1, exclude_max=True)
MIDNIGHT = datetime(2026, 5, 6, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WEDNESDAY = datetime(2026, 5, 6, 7, 30, 5, tzinfo=UTC)
WEEK = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
START = datetime(2026, 2, 3, 4, 0, tzinfo=UTC)


def wait_of(due: datetime | None) -> float:
    assert due is not None
    return (due - NOW).total_seconds()


@pytest.mark.parametrize(
    ("known_share", "interval"),
    [(0.0, 500), (0.33, 500), (0.34, 1000), (0.5, 1000), (0.66, 1000), (0.67, 1500), (1.0, 1500), (None, 1500)],
)
def test_the_interval_follows_what_was_known(known_share: float | None, interval: int) -> None:
    """Check 16: under a third known halves it, over two thirds lengthens it by half, a 304 knows everything."""
    pace, due = after_success(Pace(1000), now=NOW, known_share=known_share)
    assert (pace.interval, wait_of(due)) == (interval, interval)


def test_silence_slows_down_to_the_cap_and_a_burst_is_noticed_quickly() -> None:
    """Check 16: the curve of a feed that is quiet for a day and then publishes thirty entries at once."""
    pace, curve = Pace(), []
    for known_share in [None] * 12 + [0.0] * 7:
        pace, _ = after_success(pace, now=NOW, known_share=known_share)
        curve.append(pace.interval)
    assert curve[:4] == [1350, 2025, 3037, 4555]
    assert curve[11] == CAP
    assert curve[12:] == [10800, 5400, 2700, 1350, 675, 337, FLOOR]


@given(st.integers(1, 10**7), st.lists(SHARES, max_size=30), JITTERS, st.integers(1, 10**5), st.integers(1, 10**5))
def test_never_outside_floor_and_cap(
    start: int, shares: list[float | None], jitter: float, floor: int, cap: int
) -> None:
    """Checks 15, 16: five minutes are hard, whatever floor is configured; jitter stays inside too."""
    pace, lowest = Pace(start), max(FLOOR, floor)
    for share in shares:
        pace, due = after_success(pace, now=NOW, known_share=share, floor=floor, cap=cap, jitter=jitter)
        assert lowest <= pace.interval <= max(cap, lowest)
        assert lowest <= wait_of(due) <= max(cap, lowest)


@given(st.integers(0, 10**7), st.integers(0, 10**7), JITTERS, SHARES)
def test_the_publisher_only_lengthens(hints: int, fresh_for: int, jitter: float, share: float | None) -> None:
    """Checks 6, 16: no poll inside max-age or ttl (up to a day), jitter or not, and none earlier because of them."""
    _, plain = after_success(Pace(), now=NOW, known_share=share, jitter=jitter)
    pace, due = after_success(Pace(), now=NOW, known_share=share, jitter=jitter, hints=hints, fresh_for=fresh_for)
    assert wait_of(due) >= max(wait_of(plain), min(LONGEST, hints), min(LONGEST, fresh_for))
    assert wait_of(due) <= max(wait_of(plain), LONGEST)
    assert pace.interval <= CAP


def test_a_long_max_age_can_be_capped() -> None:
    """Check 6: an operator who must not wait a day says so."""
    _, due = after_success(Pace(), now=NOW, known_share=None, fresh_for=10**9, longest=7200)
    assert wait_of(due) == 7200


@given(st.integers(0, 10**5), JITTERS, SHARES)
def test_the_operators_interval_is_kept(fixed: int, jitter: float, share: float | None) -> None:
    """It is never asked later than said, at most a tenth earlier, and never under five minutes."""
    _, due = after_success(Pace(), now=NOW, known_share=share, fixed_interval=fixed, jitter=jitter)
    assert max(FLOOR, fixed * 0.9 - 1e-5) <= wait_of(due) <= max(FLOOR, fixed)


def test_jitter_spreads_feeds_of_one_pace() -> None:
    """Check 15: feeds that were set up together must not stay together."""
    waits = [wait_of(after_success(Pace(4000), now=NOW, known_share=0.5, jitter=n / 10)[1]) for n in range(10)]
    assert len(set(waits)) == 10


def test_a_success_ends_the_count_of_failures() -> None:
    """The next failure starts at ten minutes again."""
    pace, _ = after_success(Pace(900, failures=7), now=NOW, known_share=None)
    assert pace.failures == 0


def test_failures_back_off_from_ten_minutes_by_doubling() -> None:
    """Check 7: without Retry-After, and never beyond a day."""
    pace, waits = Pace(300), []
    for _ in range(10):
        pace, due = after_failure(pace, now=NOW, retry_after=None)
        waits.append(wait_of(due))
    assert waits == [600, 1200, 2400, 4800, 9600, 19200, 38400, 76800, LONGEST, LONGEST]
    assert pace == Pace(300, failures=10)


@given(st.integers(0, 10**6), st.integers(1, CAP), JITTERS, st.none() | st.integers(0, 10**6))
def test_nothing_but_gone_stops_a_feed(failures: int, interval: int, jitter: float, fixed: int | None) -> None:
    """Check 9: however often a 404 came, there is a poll within 24 hours, and never one sooner than ten minutes."""
    _, due = after_failure(Pace(interval, failures), now=NOW, retry_after=None, jitter=jitter, fixed_interval=fixed)
    assert 600 <= wait_of(due) <= LONGEST


@given(st.integers(0, 10**9), st.integers(0, 20), JITTERS)
def test_no_request_inside_retry_after(seconds: int, failures: int, jitter: float) -> None:
    """Check 7: the server's wish is kept in full up to a week."""
    _, due = after_failure(Pace(900, failures), now=NOW, retry_after=seconds, jitter=jitter)
    assert wait_of(due) >= min(seconds, 7 * 86_400)
    assert wait_of(due) <= 7 * 86_400


def test_gone_is_for_good() -> None:
    """Check 9: a 410 is the one answer that stops a feed."""
    pace, due = after_failure(Pace(900, 2), now=NOW, retry_after=60, is_gone=True)
    assert (pace, due) == (Pace(900, 3), None)


def test_four_rounds_an_hour_apart_each_find_a_quiet_feed_due() -> None:
    """The behaviour test outside the project asks in that rhythm, with the interval left to us."""
    pace, at = Pace(), NOW
    for known_share in (0.5, None, None):
        pace, due = after_success(pace, now=at, known_share=known_share, jitter=0.0)
        at += timedelta(hours=1)
        assert due <= at


def test_a_feed_that_always_says_304_is_audited_once_a_week() -> None:
    """Check 20: polled every hour for a month, the unconditional requests are a week apart."""
    last_body_at, last_audit_at, audits = MIDNIGHT, None, []
    for hour in range(24 * 30):
        at = MIDNIGHT + hour * HOUR
        if audit_due(at, last_body_at=last_body_at, last_audit_at=last_audit_at):
            audits.append(hour / 24)
            last_audit_at = at
    assert audits == [7, 14, 21, 28]


def test_a_body_puts_the_audit_off() -> None:
    """A feed that changes proves by itself that it does not always say 304."""
    assert not audit_due(MIDNIGHT + 8 * DAY, last_body_at=MIDNIGHT + 2 * DAY, last_audit_at=None)
    assert audit_due(MIDNIGHT + 9 * DAY, last_body_at=MIDNIGHT + 2 * DAY, last_audit_at=None)


def test_never_more_than_once_a_day() -> None:
    """Check 20: whatever is configured."""
    often = timedelta(minutes=1)
    assert not audit_due(MIDNIGHT + 23 * HOUR, last_body_at=MIDNIGHT, every=often)
    assert audit_due(MIDNIGHT + DAY, last_body_at=MIDNIGHT, every=often)
    assert not audit_due(MIDNIGHT + 47 * HOUR, last_body_at=MIDNIGHT, last_audit_at=MIDNIGHT + DAY, every=often)


def test_a_feed_without_a_body_needs_no_audit() -> None:
    """Its requests carry no validators anyway."""
    assert not audit_due(MIDNIGHT, last_body_at=None)


def test_nothing_to_skip_is_now() -> None:
    """Most feeds say nothing."""
    assert skip_until(WEDNESDAY) == WEDNESDAY
    assert skip_until(WEDNESDAY, [8, 9], ["Sunday"]) == WEDNESDAY


def test_hours_are_skipped_to_the_full_hour() -> None:
    """Hours are those of GMT, and 24 is another name of 0."""
    assert skip_until(WEDNESDAY, [7, 8]) == datetime(2026, 5, 6, 9, tzinfo=UTC)
    assert skip_until(datetime(2026, 5, 6, 23, 10, tzinfo=UTC), [23, 24]) == datetime(2026, 5, 7, 1, tzinfo=UTC)
    elsewhere = datetime(2026, 5, 6, 9, 30, tzinfo=timezone(timedelta(hours=2)))
    assert skip_until(elsewhere, [7]) == datetime(2026, 5, 6, 8, tzinfo=UTC)


def test_days_are_skipped_to_midnight() -> None:
    """Whatever the case; what is no day's name is nothing."""
    assert skip_until(WEDNESDAY, (), ["wednesday ", "THURSDAY", "Funday"]) == datetime(2026, 5, 8, tzinfo=UTC)


def test_a_publisher_who_skips_everything_is_not_believed() -> None:
    """A feed that is never to be read is a mistake, and nothing but 410 stops a feed."""
    assert skip_until(WEDNESDAY, range(24)) == WEDNESDAY
    assert skip_until(WEDNESDAY, (), WEEK) == WEDNESDAY


@given(
    st.datetimes(datetime(2000, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - hypothesis wants them naive
    st.sets(st.integers(0, 24)),
    st.sets(st.sampled_from(WEEK)),
)
def test_the_answer_is_the_first_instant_outside(now: datetime, hours: set[int], days: set[str]) -> None:
    """No poll in the window, and no hour lost after it."""
    until = skip_until(now, hours, days)
    closed = {hour % 24 for hour in hours}

    def is_open(at: datetime) -> bool:
        return at.hour not in closed and WEEK[at.weekday()] not in days

    week = [now + timedelta(hours=hour) for hour in range(169)]
    if any(map(is_open, week)):
        assert is_open(until)
        assert not any(is_open(at) for at in week if at < until and at.replace(minute=0) < until.replace(minute=0))
    else:
        assert until == now


@dataclass
class Feed:
    """What the program keeps of a feed between two polls."""

    url: str
    due: datetime | None = START
    pace: Pace = Pace()  # noqa: RUF009 - frozen
    validators: Validators = Validators()  # noqa: RUF009 - frozen
    move: PendingMove | None = None
    bodies: int = 0


async def poll(client: Client, hosts: Hosts, feed: Feed) -> None:
    """One poll as the pipeline makes it, without reading pages."""
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
def test_no_round_asks_inside_retry_after(monkeypatch: pytest.MonkeyPatch, status: int, wish: str) -> None:
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
