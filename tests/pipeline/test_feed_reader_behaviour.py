"""A known test of feed readers, done to the whole program: 13 feeds, four rounds an hour apart, 18 points.

Each round is a process of its own, `watcher poll --due` under a moved clock. What counts is what the servers received;
each feed has a server of its own, so that one feed's hold keeps no other from being asked.
"""

from __future__ import annotations

import asyncio
import shutil
import sys
from contextlib import AsyncExitStack
from datetime import timedelta
from email.utils import format_datetime
from typing import TYPE_CHECKING

import pytest

from tests.support import ROOT, moved_clock
from tests.support.forked import ended
from tests.support.scenario import LOCAL, configure, rss
from tests.support.servers import Answer, HttpServer, ReceivedRequest, Route, http_server, in_loop
from watcher import clock

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

HOUR, ROUNDS = 3600, 4
PATIENT = LOCAL.replace("deadline = 5", "deadline = 60")
ODD_ETAG, ODD_DATE = "W/\"a,b;c 'd' {é}\"", "yesterday, about noon"
BODY = rss("<item><title>One</title><guid isPermaLink='false'>army-1</guid><description>Nothing.</description></item>")
MOVED = Answer(BODY, etag='"new"', last_modified="noon")
Rounds = dict[str, list[list[ReceivedRequest]]]


def changing(seen_before: int) -> Answer:
    """Other validators each time, the same body."""
    return Answer(BODY, etag=f'"v{seen_before}"', last_modified=f"noon {seen_before}")


def bare(seen: ReceivedRequest) -> Answer:
    """A full answer to who knows nothing, a 304 without any header to who does."""
    if seen.header("If-None-Match") == '"kept"' and seen.header("If-Modified-Since") == "kept noon":
        return Answer(status=304)
    return Answer(BODY, headers={"ETag": '"kept"', "Last-Modified": "kept noon"})


def feeds(now: Mapping[str, str]) -> dict[str, dict[str, Route]]:
    """The routes of each feed's server; `now` holds dates of the faked clock."""
    steady = Answer(BODY, etag='"a"', last_modified="Tue, 03 Mar 2026 10:00:00 GMT")
    return {
        "steady": {"/feed": steady},
        "odd": {"/feed": Answer(BODY, headers={"ETag": ODD_ETAG, "Last-Modified": ODD_DATE})},
        "only-etag": {"/feed": Answer(BODY, etag='"only"')},
        "only-date": {"/feed": Answer(BODY, last_modified="Tue, 03 Mar 2026 10:00:00 GMT")},
        "changing": {"/feed": [changing(number) for number in range(ROUNDS)]},
        "bare": {"/feed": bare},
        "busy": {"/feed": [Answer(status=429, headers={"Retry-After": "5400"}), steady]},
        "away": {"/feed": [Answer(status=503, headers={"Retry-After": now["in 90 minutes"]}), steady]},
        "gone": {"/feed": Answer(b"gone", 410)},
        "fresh": {"/feed": Answer(BODY, etag='"f"', headers={"Cache-Control": "max-age=5400"})},
        "moved": {"/feed": Answer(status=301, headers={"Location": "/new"}), "/new": MOVED},
        "lent": {"/feed": Answer(status=302, headers={"Location": "/new"}), "/new": MOVED},
        "cookies": {"/feed": Answer(BODY, etag='"c"', headers={"Set-Cookie": "reader=1; Max-Age=99999; Path=/"})},
    }


async def poll(folder: Path, hours: int, by: str) -> None:
    """`watcher poll --due` so many hours from now; its exit code says that feeds fail, as some here do."""
    arguments = ["--config", str(folder), "poll", "--due"]
    if by == "clock":
        assert await ended(moved_clock.main, str(hours * HOUR), *arguments) in {0, 1}
        return
    command = ["faketime", "-f", f"+{hours * HOUR}s", sys.executable, "-m", "watcher", *arguments]
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=-1, stderr=-1)
    _, said = await process.communicate()
    assert process.returncode in {0, 1}, said.decode()


async def rounds(folder: Path, by: str, extra: str = "") -> Rounds:
    """What each feed's server received, round by round."""
    now = {"in 90 minutes": format_datetime(clock.now() + timedelta(minutes=90), usegmt=True)}
    found: Rounds = {}
    async with AsyncExitStack() as stack:
        servers: dict[str, HttpServer] = {}
        for name, routes in feeds(now).items():
            servers[name] = await stack.enter_async_context(http_server(routes))
        configure(folder, {name: server.url("/feed") for name, server in servers.items()}, settings=PATIENT)
        file = folder / "publishers" / "army.toml"
        file.write_text(file.read_text().replace("\nurl =", f"\n{extra}url ="))
        for hours in range(ROUNDS):
            before = {name: len(server.requests) for name, server in servers.items()}
            await poll(folder, hours, by)
            for name, server in servers.items():
                found.setdefault(name, []).append(server.requests[before[name] :])
    return found


@pytest.fixture(
    scope="module",
    params=[
        "clock",
        pytest.param(
            "faketime", marks=pytest.mark.skipif(not shutil.which("faketime"), reason="faketime is not installed")
        ),
        "clock, every hour",
    ],
)
def seen(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Rounds:
    """The four rounds: with a moved clock, under faketime, and with `interval = "1h"` in the publisher's file."""
    by, _, hourly = str(request.param).partition(", ")
    found: list[Rounds] = []

    @in_loop
    async def scenario() -> None:
        folder = tmp_path_factory.mktemp("reader")
        found.append(await rounds(folder, by, 'interval = "1h"\n' if hourly else ""))

    scenario()
    return found[0]


def sent(seen: Rounds, feed: str, path: str = "/feed") -> list[list[tuple[str | None, str | None]]]:
    """ETag and Last-Modified as they came back, a list a round."""
    return [
        [(one.header("If-None-Match"), one.header("If-Modified-Since")) for one in each if one.path == path]
        for each in seen[feed]
    ]


def counts(seen: Rounds, feed: str, path: str = "/feed") -> list[int]:
    """How often a path was asked, round by round."""
    return [sum(one.path == path for one in each) for each in seen[feed]]


def every(seen: Rounds) -> list[ReceivedRequest]:
    """All requests of all feeds."""
    return [one for feed in seen.values() for each in feed for one in each]


def test_point_1_steady_etag_comes_back(seen: Rounds) -> None:
    """The first request knows nothing, each later one the ETag as it was given (check 1)."""
    assert [[etag for etag, _ in each] for each in sent(seen, "steady")] == [[None], ['"a"'], ['"a"'], ['"a"']]


def test_point_2_steady_last_modified_comes_back(seen: Rounds) -> None:
    """The same for Last-Modified, beside the ETag (check 1)."""
    date = "Tue, 03 Mar 2026 10:00:00 GMT"
    assert [[modified for _, modified in each] for each in sent(seen, "steady")] == [[None], [date], [date], [date]]


def test_point_3_odd_etag_comes_back_byte_for_byte(seen: Rounds) -> None:
    """A weak one with commas, quotes and letters beyond ASCII is as opaque as any other (check 1)."""
    as_bytes = ODD_ETAG.encode().decode("latin-1")
    assert [[etag for etag, _ in each] for each in sent(seen, "odd")] == [[None], *[[as_bytes]] * 3]


def test_point_4_odd_date_comes_back_byte_for_byte(seen: Rounds) -> None:
    """Last-Modified is not read as a date, so it may be none (check 1)."""
    assert [[modified for _, modified in each] for each in sent(seen, "odd")] == [[None], *[[ODD_DATE]] * 3]


def test_point_5_only_an_etag(seen: Rounds) -> None:
    """No If-Modified-Since is made up from our own clock (check 1)."""
    assert sent(seen, "only-etag") == [[(None, None)], *[[('"only"', None)]] * 3]


def test_point_6_only_a_date(seen: Rounds) -> None:
    """A feed without an ETag is asked conditionally too (check 1)."""
    assert sent(seen, "only-date") == [[(None, None)], *[[(None, "Tue, 03 Mar 2026 10:00:00 GMT")]] * 3]


def test_point_7_new_validators_with_the_same_body(seen: Rounds) -> None:
    """What came last is what is sent next, whether anything else changed or not (check 2)."""
    assert sent(seen, "changing") == [[(None, None)], *[[(f'"v{n}"', f"noon {n}")] for n in range(ROUNDS - 1)]]


def test_point_8_bare_304_forgets_nothing(seen: Rounds) -> None:
    """A 304 without headers leaves both validators as they were (check 3)."""
    assert sent(seen, "bare") == [[(None, None)], *[[('"kept"', "kept noon")]] * 3]


def test_point_9_429_with_seconds(seen: Rounds) -> None:
    """Nothing is asked within the 90 minutes, and again after them (check 7)."""
    assert counts(seen, "busy") == [1, 0, 1, 1]


def test_point_10_503_with_a_date(seen: Rounds) -> None:
    """The same for the other status and the other form (check 7)."""
    assert counts(seen, "away") == [1, 0, 1, 1]


def test_point_11_410_is_the_end(seen: Rounds) -> None:
    """Gone is gone: one request (check 9)."""
    assert counts(seen, "gone") == [1, 0, 0, 0]


def test_point_12_max_age_is_kept_on_200_and_on_304(seen: Rounds) -> None:
    """90 minutes leave out the second round and, after the 304 in the third, the fourth (check 6)."""
    assert counts(seen, "fresh") == [1, 0, 1, 0]
    assert sent(seen, "fresh")[2] == [('"f"', None)]


def test_point_13_permanent_move_is_taken_over(seen: Rounds) -> None:
    """The new place is asked directly, with its validators; the old one three times at the most (check 10)."""
    assert counts(seen, "moved") == [1, 0, 0, 0]
    assert sent(seen, "moved", "/new") == [[(None, None)], *[[('"new"', "noon")]] * 3]


def test_point_14_temporary_move_is_not(seen: Rounds) -> None:
    """Each round begins at the address that was configured (check 10)."""
    assert counts(seen, "lent") == counts(seen, "lent", "/new") == [1] * ROUNDS
    assert sent(seen, "lent", "/new") == [[(None, None)], *[[('"new"', "noon")]] * 3]


def test_point_15_no_cookies(seen: Rounds) -> None:
    """What a server sets is not sent back (check 12)."""
    assert counts(seen, "cookies") == [1] * ROUNDS
    assert not [one for one in every(seen) if one.header("Cookie")]


def test_point_16_no_referer(seen: Rounds) -> None:
    """No request says where we come from, not even after a redirect (check 12)."""
    assert not [one for one in every(seen) if one.header("Referer")]


def test_point_17_nothing_but_one_get_of_the_feed(seen: Rounds) -> None:
    """No HEAD, no second GET, no robots.txt, no icon, no query made up against caches (check 12)."""
    assert {(one.method, one.path) for one in every(seen)} == {("GET", "/feed"), ("GET", "/new")}
    assert all(count <= 1 for feed in seen for count in counts(seen, feed))


def test_point_18_gzip_is_asked_for_and_nothing_else(seen: Rounds) -> None:
    """One Accept-Encoding, and it says gzip (check 14)."""
    said = [[value for name, value in one.headers if name.lower() == "accept-encoding"] for one in every(seen)]
    assert said == [["gzip"]] * len(said)
    assert said
