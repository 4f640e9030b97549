"""What a feed's past says of its present: told once when it begins, once when it ends."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from tests.support.scenario import HARM, configure, entry, one, one_round, page, rows, rss
from tests.support.servers import Answer, http_server, in_loop
from watcher import clock
from watcher.alerts.health import FeedHistory, current_problems, longest_usual_gap, state_changes
from watcher.cli.main import cli
from watcher.config.load import load
from watcher.jobs.health import check_feeds
from watcher.pipeline.runtime import open_runtime

if TYPE_CHECKING:
    from pathlib import Path

    from watcher.config.load import Configuration


NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WELL = FeedHistory(
    feed_id=1,
    name="army/news",
    interval=HOUR,
    succeeded_at=NOW - HOUR,
    failing_since=None,
    error="",
    released_at=tuple(NOW - DAY * number / 2 for number in range(1, 40)),
    entry_counts=(20,) * 10,
    pages_changed=(False,) * 3,
)


def kinds(**fields: Any) -> list[str]:
    return [kind for kind, _ in state_changes(replace(WELL, **fields), NOW)]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, []),
        ({"failing_since": NOW - 5 * HOUR}, []),
        ({"failing_since": NOW - 6 * HOUR}, ["failing"]),
        ({"failing_since": NOW - 6 * HOUR, "interval": 3 * HOUR}, []),
        ({"failing_since": NOW - 9 * HOUR, "interval": 3 * HOUR}, ["failing"]),
        ({"failing_since": NOW - 7 * DAY, "succeeded_at": None}, ["failing"]),
        ({"released_at": tuple(NOW - 3 * DAY - DAY * number / 2 for number in range(40))}, ["silent"]),
        ({"released_at": tuple(NOW - 3 * DAY - DAY * number / 2 for number in range(10))}, []),
        ({"released_at": tuple(NOW - 3 * DAY - DAY * 4 * number for number in range(40))}, []),
        ({"released_at": tuple(NOW - 20 * HOUR - HOUR * number for number in range(40))}, []),
        ({"entry_counts": (5, *(20,) * 9)}, ["shrunk"]),
        ({"entry_counts": (10, *(20,) * 9)}, []),
        ({"entry_counts": (0, *(20,) * 3)}, []),
        ({"entry_counts": (0, *(4,) * 9)}, []),
        ({"pages_changed": (True, True, True)}, ["site_changed"]),
        ({"pages_changed": (True, True)}, []),
        ({"pages_changed": (True, False, True)}, []),
    ],
)
def test_what_is_told(fields: dict[str, Any], expected: list[str]) -> None:
    """The bounds of each state: long enough to matter, enough history to know."""
    assert kinds(**fields) == expected


def test_silence_is_not_judged_after_a_pause_of_our_own() -> None:
    """Who switches the machine on after a holiday has seen no releases because nobody looked."""
    old = tuple(NOW - 3 * DAY - DAY * number / 2 for number in range(40))
    assert kinds(released_at=old, succeeded_at=NOW - 3 * DAY) == []
    assert kinds(released_at=old, succeeded_at=NOW - 3 * DAY, open_states=frozenset({"silent"})) == []


def test_a_state_that_is_open_is_not_told_again() -> None:
    """Once: a feed that is down for a week is one message."""
    assert kinds(failing_since=NOW - DAY, open_states=frozenset({"failing"})) == []


@pytest.mark.parametrize("state", ["failing", "silent", "shrunk", "site_changed"])
def test_what_ends_is_told_once_with_its_name(state: str) -> None:
    """Recovery says what is over."""
    ((kind, detail),) = state_changes(replace(WELL, open_states=frozenset({state})), NOW)
    assert kind == "recovered"
    assert detail.startswith(f"{state}: ")


@given(st.lists(st.integers(0, 10**7), max_size=60))
def test_usual_gap_is_one_of_the_gaps(seconds: list[int]) -> None:
    """However a publisher's rhythm looks, at most one gap in a hundred is longer than the usual one."""
    times = [NOW - timedelta(seconds=number) for number in seconds]
    usual = longest_usual_gap(times)
    if len(times) < 21:
        assert usual is None
    else:
        ordered = sorted(times)
        gaps = [later - earlier for earlier, later in pairwise(ordered)]
        assert usual in gaps
        assert sum(gap > usual for gap in gaps) <= max(1, len(gaps) // 100)


async def look_after(configuration: Configuration) -> None:
    async with open_runtime(configuration) as runtime:
        await check_feeds(runtime)


@in_loop
async def test_failing_feed_is_told_once_and_its_recovery_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A feed that dies is one alert and its return another, over any number of restarts, in one thread."""
    start = clock.now()
    async with http_server() as server:
        good = Answer(rss(entry(1, server.url(""))))
        server.routes["/feed"] = good
        configuration = configure(tmp_path, {"news": server.url("/feed")})
        for hours, answer in ((0, good), (1, Answer(status=500)), (4, Answer(status=500)), (9, Answer(status=500))):
            monkeypatch.setattr(clock, "now", lambda hours=hours: start + timedelta(hours=hours))
            server.routes["/feed"] = answer
            await one_round(configuration)
            await look_after(configuration)
            await look_after(configuration)
        server.routes["/feed"] = good
        for hours in (10, 11):
            monkeypatch.setattr(clock, "now", lambda hours=hours: start + timedelta(hours=hours))
            await one_round(configuration)
            await look_after(configuration)
    found = rows(configuration, "SELECT event, priority, thread FROM alerts ORDER BY id")
    assert [tuple(row.values()) for row in found] == [
        ("source_unhealthy", "normal", "feed:army/news"),
        ("source_recovered", "low", "feed:army/news"),
    ]
    details = [row["detail"] for row in rows(configuration, "SELECT detail FROM events ORDER BY id")]
    assert details[0].startswith("no success since ")
    assert details[1].startswith("failing: read again since ")


@in_loop
async def test_shrunk_feed_and_changed_site_are_found_in_the_tables(tmp_path: Path) -> None:
    """The judgement is only as good as what is read from the rows: both states from real polls."""
    rules = '[page]\nbody = "div.never"\n'
    async with http_server() as server:
        base = server.url("")
        entries = [entry(number, base) for number in range(12)]
        for number in range(12):
            body = (
                f"<html><body><main><h1>R</h1><p>Words of release {number} that make a text.</p></main></body></html>"
            )
            server.routes[f"/releases/{number}"] = Answer(body.encode(), content_type="text/html")
        configuration = configure(tmp_path, {"news": server.url("/feed")})
        path = tmp_path / "publishers" / "army.toml"
        path.write_text(path.read_text() + rules)
        configuration = load(tmp_path)
        for count in (12, 11, 12, 11, 12, 11, 2):
            server.routes["/feed"] = Answer(rss(*entries[:count]))
            await one_round(configuration)
        await look_after(configuration)
    kinds_found = {row["kind"] for row in rows(configuration, "SELECT kind FROM events")}
    assert {"shrunk", "site_changed"} <= kinds_found


def test_what_is_wrong_now_is_said_whether_it_was_told_or_not() -> None:
    """Somebody who asks wants the present, not only what is new; one misfit page is reason enough to look."""
    ill = replace(WELL, failing_since=NOW - DAY, open_states=frozenset({"failing"}), pages_changed=(True, False))
    assert [kind for kind, _ in current_problems(ill, NOW)] == ["failing", "site_changed"]
    assert state_changes(ill, NOW) == ()
    assert current_problems(WELL, NOW) == ()
    assert [kind for kind, _ in current_problems(replace(WELL, pages_changed=(True,) * 3), NOW)] == ["site_changed"]


@in_loop
async def test_a_rule_that_no_longer_fits_is_loud_in_health(tmp_path: Path) -> None:
    """The release is read all the same, and the operator sees which feed's rules to mend."""
    rules = "[page]\nbody = ['div.gone']\n"
    async with http_server() as server:
        server.routes["/feed"] = Answer(rss(entry(1, server.url(""))))
        server.routes["/releases/1"] = Answer(page("Fire", HARM), content_type="text/html")
        table = f'[[feed]]\ncode = "news"\nurl = "{server.url("/feed")}"\n'
        configuration = configure(tmp_path, {}, publisher=rules + table)
        await one_round(configuration)
    said = CliRunner().invoke(cli, ["--config", str(tmp_path), "health"])
    assert "army/news: site_changed: the page rules found nothing" in said.output
    assert HARM in one(configuration, "SELECT text FROM revisions")
