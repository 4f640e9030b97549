"""The daemon's polls: what cannot be written waits, and no step of the wall clock changes a feed's pace."""

from __future__ import annotations

import asyncio
import json
import os
import random
import shutil
import signal
import string
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from tests.support import ROOT, TESTS
from tests.support.daemon import until
from tests.support.scenario import configure, entry, one, one_round, rss
from tests.support.servers import Answer, http_server, in_loop
from watcher import clock
from watcher.jobs import polling
from watcher.pipeline.runtime import open_runtime

if TYPE_CHECKING:
    from pathlib import Path

    from watcher.config.load import Configuration


@in_loop
async def test_clock_that_jumps_shifts_what_is_due(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Check 38: a wall clock set back by a year changes no feed's pace."""
    async with http_server({"/feed": Answer(rss(entry(1, "http://army.example")), etag='"a"')}) as server:
        configuration = configure(tmp_path, {"news": server.url("/feed")})
        await one_round(configuration)
        before = one(configuration, "SELECT due_at FROM feeds")
        async with open_runtime(configuration) as runtime:
            state = polling.Polling(runtime)
            real = clock.now
            monkeypatch.setattr(clock, "now", lambda: real() - timedelta(days=365))
            await polling.tick(state)
            assert state.polls == {}
    moved = clock.from_text(before) - clock.from_text(one(configuration, "SELECT due_at FROM feeds"))
    assert abs(moved - timedelta(days=365)) < timedelta(seconds=5)


@in_loop
async def test_full_disk_pauses_the_feed_and_goes_on(tmp_path: Path) -> None:
    """Check 35: where nothing can be written the daemon says so, asks no server in vain, and stays alive."""
    long = "".join(random.choices(string.ascii_letters, k=300_000))
    async with http_server({"/feed": Answer(rss(entry(1, "http://army.example", link="", text=long)))}) as server:
        configuration = configure(tmp_path, {"news": server.url("/feed")})
        async with open_runtime(configuration) as runtime:
            await runtime.store.read(lambda db: db.execute("PRAGMA max_page_count = 1").fetchall())
            state = polling.Polling(runtime)
            await polling.tick(state)
            await asyncio.gather(*state.polls.values())
            assert state.paused
            await polling.tick(state)
            assert len(server.requests) == 1
            await runtime.store.read(lambda db: db.execute("PRAGMA max_page_count = 1000000").fetchall())
            await polling.tick(state)
            assert (state.unwritten, state.paused) == ({}, {})
            await polling.tick(state)
            assert state.polls == {}, "the poll was written, and the feed waits for its next one"
    assert one(configuration, "SELECT outcome FROM polls") == "new"


@pytest.fixture(scope="module")
def preloaded_clock(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library that moves the wall clock of any program; where no compiler is at hand the test is skipped."""
    compiler = shutil.which("cc")
    if compiler is None or not sys.platform.startswith("linux"):
        pytest.skip("no compiler for the preloaded clock")
    library = tmp_path_factory.mktemp("clock") / "clock.so"
    source = TESTS / "data" / "jobs" / "wall_clock.c"
    subprocess.run([compiler, "-shared", "-fPIC", "-o", str(library), str(source)], check=True)  # noqa: S603 - our own source
    return library


def test_steps_of_the_wall_clock_change_no_pace(tmp_path: Path, preloaded_clock: Path) -> None:
    """The command under a clock that is set by 90 s, an hour and a year, forth and back, while it runs and meanwhile.

    The feed's wait stays what it was, no request is made early, and the signs stay fresh and well.
    """

    @in_loop
    async def scenario() -> None:
        ahead = tmp_path / "ahead"
        ahead.write_text("0")
        environment = os.environ | {"LD_PRELOAD": str(preloaded_clock), "WALL_CLOCK_AHEAD": str(ahead)}
        async with http_server() as server:
            server.routes["/feed"] = Answer(rss(entry(1, server.url(""), link="")), etag='"a"')
            configuration = configure(tmp_path, {"news": server.url("/feed")})
            command = (sys.executable, "-m", "watcher", "--config", str(tmp_path), "run")
            offset = 0
            # Set while it runs, and once more while it does not.
            for at_start, steps in ((0, (90, -90, 3600, -3600, 31_536_000, -31_536_000)), (-7200, ())):
                offset += at_start
                ahead.write_text(str(offset))
                process = await asyncio.create_subprocess_exec(*command, env=environment, cwd=ROOT)
                await until(configuration, "SELECT count(*) FROM polls", 1)
                await fresh_signs(configuration.database, offset)
                for step in steps:
                    offset += step
                    due = one(configuration, "SELECT due_at FROM feeds")
                    ahead.write_text(str(offset))
                    while one(configuration, "SELECT due_at FROM feeds") == due:
                        await asyncio.sleep(0.1)
                    assert 240 < wait_of(configuration, offset) < 900, step
                signs = await fresh_signs(configuration.database, offset)
                assert [sign["name"] for sign in signs if not sign["is_well"]] == []
                assert 240 < wait_of(configuration, offset) < 900
                process.send_signal(signal.SIGTERM)
                assert await process.wait() == 0
            assert len(server.seen("/feed")) == 1

    scenario()


def now(offset: int) -> float:
    """The wall clock of the program that runs under the preloaded one."""
    return time.time() + offset


def wait_of(configuration: Configuration, offset: int) -> float:
    """The seconds until the feed is due."""
    return clock.from_text(one(configuration, "SELECT due_at FROM feeds")).timestamp() - now(offset)


async def fresh_signs(database: Path, offset: int) -> list[dict[str, object]]:
    """The signs that the daemon wrote by its present clock."""
    while True:
        try:
            said = json.loads(database.with_name("watcher.db.health").read_text(encoding="utf-8"))
        except OSError:
            said = {"at": "1970-01-01T00:00:00.000Z"}
        if abs(datetime.fromisoformat(said["at"]).astimezone(UTC).timestamp() - now(offset)) < 6:
            signs: list[dict[str, object]] = said["signs"]
            return signs
        await asyncio.sleep(0.1)


@in_loop
async def test_due_times_of_a_clock_that_was_ahead_are_not_believed(tmp_path: Path) -> None:
    """Written by a clock a year ahead that nobody knows of any more: feed, host and delivery would wait for a year."""
    async with http_server({"/feed": Answer(rss(entry(1, "http://army.example", link="")))}) as server:
        configuration = configure(tmp_path, {"news": server.url("/feed"), "slow": server.url("/feed")})
        await one_round(configuration)
        async with open_runtime(configuration) as runtime:
            start = clock.now()
            ahead = clock.to_text(start + timedelta(days=365))
            week = clock.to_text(start + timedelta(days=6))
            sql = "UPDATE feeds SET due_at = ?, not_before_at = ? WHERE name = ?"
            stored = [(ahead, ahead, "army/news"), (week, week, "army/slow")]
            await runtime.store.write(lambda db: db.conn.executemany(sql, stored))
            await polling.correct_due_times(runtime, None)
            wait = clock.from_text(one(configuration, "SELECT due_at FROM feeds WHERE name = 'army/news'")) - start
            assert timedelta(0) < wait <= timedelta(hours=6)
            assert one(configuration, "SELECT due_at FROM feeds WHERE name = 'army/slow'") == week, "Retry-After holds"
            before = one(configuration, "SELECT due_at FROM feeds WHERE name = 'army/news'")
            await polling.correct_due_times(runtime, clock.now() + timedelta(seconds=30))
            assert one(configuration, "SELECT due_at FROM feeds WHERE name = 'army/news'") == before
