"""Pages are checked again: when, how politely, and what follows from it."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from tests.support.scenario import HARM, LOCAL, configure, entry, one, one_round, page, rows, rss
from tests.support.servers import Answer, http_server, in_loop
from watcher import clock
from watcher.cli.main import cli
from watcher.config.load import load
from watcher.errors import StoreError
from watcher.pipeline import recheck
from watcher.pipeline.poll import poll_feed
from watcher.pipeline.recheck import recheck_due
from watcher.pipeline.runtime import open_runtime
from watcher.store.feeds import select
from watcher.store.releases import _DUE

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from sqlite_utils import Database

    from tests.support.servers import HttpServer, ReceivedRequest
    from watcher.config.load import Configuration


START = datetime(2026, 11, 24, 12, tzinfo=UTC)
TEXT = (HARM, "The army has begun an inquiry and will report within a week.")


class Time:
    """The wall clock, set by hand."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Stop the clock at the start."""
        self.now = START
        monkeypatch.setattr(clock, "now", lambda: self.now)

    def set(self, hours: float) -> None:
        """So many hours after the start."""
        self.now = START + timedelta(hours=hours)

    @property
    def hours(self) -> float:
        """Hours since the start."""
        return (self.now - START).total_seconds() / 3600


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    return Time(monkeypatch)


async def rechecks(configuration: Configuration, time: Time, hours: Sequence[float]) -> list[float]:
    """Take what is due at each of these hours; the hours at which something was."""
    found = []
    async with open_runtime(configuration) as runtime:
        for hour in hours:
            time.set(hour)
            seen = [one async for _, one in recheck_due(runtime)]
            assert [one for one in seen if isinstance(one, Exception)] == []
            found += [hour] * len(seen)
    return found


def site(server: HttpServer, answer: Answer | None = None) -> None:
    """A feed with one release, and its page."""
    server.routes["/feed"] = Answer(rss(entry(1, server.url(""), title="Strike")), etag='"f"')
    server.routes["/releases/1"] = answer or Answer(page("Strike", *TEXT), etag='"p"', content_type="text/html")


@in_loop
async def watched(tmp_path: Path, time: Time, hours: Sequence[float], settings: str = "", publisher: str = "") -> None:
    """Poll once, recheck at these hours, and keep what was asked in `tmp_path / "asked"`."""
    asked: list[str] = []

    def told(seen: ReceivedRequest) -> Answer:
        asked.append(f"{time.hours:g} {seen.header('If-None-Match')}")
        return Answer(page("Strike", *TEXT), etag='"p"', content_type="text/html")

    async with http_server() as server:
        site(server)
        server.routes["/releases/1"] = told
        configuration = configure(
            tmp_path, {"news": server.url("/feed")}, settings=settings + LOCAL, publisher=publisher
        )
        await one_round(configuration)
        await rechecks(configuration, time, hours)
    (tmp_path / "asked").write_text("\n".join(asked))


def asked(tmp_path: Path) -> list[float]:
    return [float(line.split()[0]) for line in (tmp_path / "asked").read_text().splitlines()]


def test_pages_are_asked_at_their_times_and_conditionally(tmp_path: Path, time: Time) -> None:
    """1 h, 6 h, 1 d, 3 d, 7 d, 30 d after first sight, each time with the page's own ETag (check 81)."""
    watched(tmp_path, time, [quarter / 4 for quarter in range(4 * 24 * 31)])
    assert asked(tmp_path) == [0, 1, 6, 24, 72, 168, 720]
    sent = [line.split()[1] for line in (tmp_path / "asked").read_text().splitlines()]
    assert sent == ["None"] + ['"p"'] * 6
    configuration = load(tmp_path)
    assert one(configuration, "SELECT count(*) FROM revisions") == 1
    captures = rows(configuration, "SELECT status, outcome, snapshot_id FROM captures WHERE kind = 'page' ORDER BY id")
    assert [row["status"] for row in captures] == [200] + [304] * 6
    assert captures[1] == {"status": 304, "outcome": "not_modified", "snapshot_id": None}
    last = rows(configuration, "SELECT page_outcome, recheck_due_at, is_removed FROM releases")
    assert last == [{"page_outcome": "ok", "recheck_due_at": None, "is_removed": 0}]


def test_late_look_catches_up_once(tmp_path: Path, time: Time) -> None:
    """After eight days of being switched off a page is asked once and not five times, then at its next time."""
    watched(tmp_path, time, [192, 192, 193, 719, 720])
    assert asked(tmp_path) == [0, 192, 720]


def test_times_are_the_operators(tmp_path: Path, time: Time) -> None:
    """Set for all and otherwise for one publisher; an empty list means never."""
    every_hour = range(60)
    watched(tmp_path / "a", time, every_hour, settings='[recheck]\nafter = ["2h", "2d"]\n')
    assert asked(tmp_path / "a") == [0, 2, 48]
    time.set(0)
    watched(
        tmp_path / "b", time, every_hour, settings='[recheck]\nafter = ["2h"]\n', publisher='recheck_after = ["5h"]'
    )
    assert asked(tmp_path / "b") == [0, 5]
    time.set(0)
    watched(tmp_path / "c", time, every_hour, publisher="recheck_after = []")
    assert asked(tmp_path / "c") == [0]


def test_old_release_is_looked_at_by_its_date(tmp_path: Path, time: Time) -> None:
    """A first poll of fifty old entries must not ask for each of them six times more."""

    @in_loop
    async def run() -> None:
        async with http_server() as server:
            site(server)
            server.routes["/feed"] = Answer(rss(entry(1, server.url(""), pubDate="Thu, 19 Nov 2026 12:00:00 GMT")))
            configuration = configure(tmp_path, {"news": server.url("/feed")})
            await one_round(configuration)
            found.extend(await rechecks(configuration, time, [1, 6, 24, 47, 48, 72, 599, 600]))

    found: list[float] = []
    run()
    assert found == [48, 600]


@in_loop
async def test_edit_is_found_after_the_entry_left_the_feed(tmp_path: Path, time: Time) -> None:
    """A feed of ten entries rolls on within hours; what is edited later is found all the same, and alerted."""
    async with http_server() as server:
        site(server)
        configuration = configure(tmp_path, {"news": server.url("/feed")})
        await one_round(configuration)
        time.set(0.5)
        server.routes["/feed"] = Answer(rss(entry(2, server.url(""), title="Another")), etag='"g"')
        await one_round(configuration)
        changed = page("Strike", HARM.replace("Two", "Eight"), TEXT[1])
        server.routes["/releases/1"] = Answer(changed, etag='"q"', content_type="text/html")
        await rechecks(configuration, time, [1, 2, 6])
    assert rows(configuration, "SELECT is_listed FROM sightings WHERE release_id = 1") == [{"is_listed": 0}]
    assert one(configuration, "SELECT revision_count FROM releases WHERE id = 1") == 2
    told = rows(configuration, "SELECT event FROM alerts WHERE release_id = 1 ORDER BY id")
    assert told == [{"event": "new"}, {"event": "changed"}]
    assert one(configuration, "SELECT page_etag FROM releases WHERE id = 1") == '"q"'
    assert one(configuration, "SELECT page_capture_id FROM revisions WHERE number = 2") is not None


@in_loop
async def test_same_bytes_without_validators_are_not_read_again(tmp_path: Path, time: Time) -> None:
    """Many sites give neither ETag nor Last-Modified: the bytes' own hash shows that nothing was changed."""
    async with http_server() as server:
        site(server, Answer(page("Strike", *TEXT), content_type="text/html"))
        configuration = configure(tmp_path, {"news": server.url("/feed")})
        await one_round(configuration)
        assert await rechecks(configuration, time, [1, 6]) == [1, 6]
    assert one(configuration, "SELECT count(*) FROM revisions") == 1
    assert one(configuration, "SELECT count(*) FROM snapshots") == 2
    assert one(configuration, "SELECT page_outcome FROM releases") == "ok"


@in_loop
async def test_polls_ask_for_no_page_again(tmp_path: Path, time: Time) -> None:
    """A poll that brings nothing costs one request, however many rechecks are due (check 81)."""
    async with http_server() as server:
        site(server)
        configuration = configure(tmp_path, {"news": server.url("/feed")})
        await one_round(configuration)
        time.set(5)
        before = len(server.requests)
        record = (await one_round(configuration))["news"]
        assert [request.path for request in server.requests[before:]] == ["/feed"]
    assert (record.outcome, record.is_quiet) == ("not_modified", True)


@in_loop
async def test_disabled_feed_leaves_its_pages_in_peace(tmp_path: Path, time: Time) -> None:
    """Whoever takes a feed out means its pages too; put back, they are caught up with once."""
    async with http_server() as server:
        site(server)
        configuration = configure(tmp_path, {"news": server.url("/feed")})
        await one_round(configuration)
        for table, due in (("enabled = false", []), ("", [30])):
            text = f'name = "The Army"\n[[feed]]\ncode = "news"\nurl = "{server.url("/feed")}"\n{table}\n'
            (tmp_path / "publishers" / "army.toml").write_text(text)
            assert await rechecks(load(tmp_path), time, [30]) == due


@in_loop
async def test_manners_hold(tmp_path: Path, time: Time) -> None:
    """robots.txt is obeyed, and a host that is held is left alone until that is over, over a restart too."""
    async with http_server() as server:
        site(server)
        configuration = configure(tmp_path, {"news": server.url("/feed")})
        await one_round(configuration)
        server.routes["/releases/1"] = Answer(status=429, headers={"Retry-After": "36000"})
        assert await rechecks(configuration, time, [1]) == [1]
        assert one(configuration, "SELECT not_before_at FROM hosts") == clock.to_text(START + timedelta(hours=11))
        assert await rechecks(configuration, time, [6, 10]) == []
        server.routes |= {"/robots.txt": Answer(b"User-agent: *\nDisallow: /releases/"), "/releases/1": Answer()}
        before = len(server.seen("/releases/1"))
        assert await rechecks(configuration, time, [30]) == [30]
        assert len(server.seen("/releases/1")) == before
    assert one(configuration, "SELECT page_outcome FROM releases") == "robots"
    assert one(configuration, "SELECT missing_count FROM releases") == 0


@in_loop
async def test_look_that_cannot_be_written_is_still_due(
    tmp_path: Path, time: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All or nothing: where the disk is full nothing is half written, and the recheck is made again."""
    async with http_server() as server:
        site(server)
        configuration = configure(tmp_path, {"news": server.url("/feed")})
        await one_round(configuration)
        server.routes["/releases/1"] = Answer(page("Strike", "Eight were killed."), content_type="text/html")
        with monkeypatch.context() as broken:
            broken.setattr("watcher.store.releases.save_holds", _full)
            async with open_runtime(configuration) as runtime:
                time.set(1)
                (failed,) = [one async for _, one in recheck_due(runtime)]
        assert isinstance(failed, StoreError)
        assert one(configuration, "SELECT count(*) FROM revisions") == 1
        assert await rechecks(configuration, time, [2]) == [2]
    assert one(configuration, "SELECT count(*) FROM revisions") == 2


def _full(*_: object) -> None:
    raise sqlite3.OperationalError("database or disk is full")


@in_loop
async def test_poll_and_look_do_not_look_twice(tmp_path: Path, time: Time) -> None:
    """A poll that saw an edit has read the page: the recheck that was waiting for it finds nothing to do."""
    async with http_server() as server:
        site(server)
        configuration = configure(tmp_path, {"news": server.url("/feed")})
        await one_round(configuration)
        time.set(1)
        async with open_runtime(configuration) as runtime:
            (due,) = await recheck.due_now(runtime)
            server.routes["/feed"] = Answer(rss(entry(1, server.url(""), title="Strike", author="Desk")))
            (feed,) = await runtime.store.read(select)
            await poll_feed(runtime, feed)
            before = len(server.seen("/releases/1"))
            assert await recheck.recheck(runtime, due) is None
            assert len(server.seen("/releases/1")) == before


def test_poll_command_makes_rechecks_and_reports_them(tmp_path: Path, time: Time) -> None:
    """`watcher poll --due`, by cron, does what the daemon does."""

    @in_loop
    async def run() -> None:
        async with http_server() as server:
            site(server)
            configuration = configure(tmp_path, {"news": server.url("/feed")})
            await one_round(configuration)
            server.routes["/releases/1"] = Answer(page("Strike", "Eight were killed."), content_type="text/html")
            time.set(1)
            result = await asyncio.to_thread(
                CliRunner().invoke, cli, ["--config", str(tmp_path), "poll", "--due", "--json"]
            )
            told.extend(json.loads(result.output))

    told: list[dict[str, object]] = []
    run()
    (row,) = [row for row in told if row["feed"] == "(pages)"]
    assert (row["outcome"], row["edited"], row["claims"]) == ("rechecked", 1, 1)
    assert str(row["note"]).startswith("1 rechecked; 1 revised")


def test_due_rechecks_are_found_by_their_index(tmp_path: Path, time: Time) -> None:
    """A million releases that are not due cost nothing."""
    watched(tmp_path, time, [])
    with closing(sqlite3.connect(load(tmp_path).database)) as db:
        plan = " ".join(str(row) for row in db.execute(f"EXPLAIN QUERY PLAN {_DUE}", ["", 1]))
    assert "releases_recheck_due" in plan


@in_loop
async def test_release_that_the_tables_do_not_take_is_rechecked_by_its_plan(
    tmp_path: Path, time: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither does it hold up the others, nor is it asked for again each minute; the stored text stays."""

    def refuse(db: Database, *_: object) -> None:
        db.conn.execute("INSERT INTO releases (id) VALUES (NULL)")

    async with http_server() as server:
        site(server)
        configuration = configure(tmp_path, {"news": server.url("/feed")})
        await one_round(configuration)
        server.routes["/releases/1"] = Answer(page("Strike", "Eight were killed."), content_type="text/html")
        with monkeypatch.context() as broken:
            broken.setattr("watcher.store.releases._save_revision", refuse)
            assert await rechecks(configuration, time, [1]) == [1]
            assert await rechecks(configuration, time, [1]) == []
        assert one(configuration, "SELECT page_outcome FROM releases") == "failed"
        assert one(configuration, "SELECT count(*) FROM revisions") == 1
        time.set(2)
        await one_round(configuration)
    assert one(configuration, "SELECT count(*) FROM revisions") == 2
