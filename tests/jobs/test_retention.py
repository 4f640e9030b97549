"""The daemon's own retention: once a day, without keeping polls from being stored, and loud where the log grows."""

from __future__ import annotations

import logging
import sqlite3
from contextlib import closing
from datetime import timedelta
from typing import TYPE_CHECKING

from tests.support.scenario import configure, entry, one, one_round, rows, rss
from tests.support.servers import Answer, http_server, in_loop
from watcher import clock
from watcher.jobs import health, retention
from watcher.pipeline.runtime import open_runtime
from watcher.store import retention as stored

if TYPE_CHECKING:
    from pathlib import Path

    import pytest
    from sqlite_utils import Database

    from watcher.pipeline.runtime import Runtime

_HOOK = '[[channel]]\nname = "desk"\nkind = "webhook"\nurl = "http://127.0.0.1:9/"\n'


@in_loop
async def test_retention_runs_by_itself_once_a_day(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Quiet polls lose their rows after two days; a second call on the same day, or a restart, does nothing."""
    caplog.set_level(logging.INFO)
    async with http_server({"/feed": Answer(rss(entry(1, "http://army.example", link="")), etag='"a"')}) as server:
        configuration = configure(tmp_path, {"news": server.url("/feed")})
        start = clock.now()
        for hours in range(5):
            monkeypatch.setattr(clock, "now", lambda hours=hours: start + timedelta(hours=hours))
            await one_round(configuration)
        monkeypatch.setattr(clock, "now", lambda: start + timedelta(days=3))
        for _ in range(2):
            async with open_runtime(configuration) as runtime:
                await retention.keep_small(runtime)
    assert rows(configuration, "SELECT outcome, sum(poll_count) AS n FROM quiet_polls GROUP BY outcome") == [
        {"outcome": "not_modified", "n": 3}
    ]
    assert one(configuration, "SELECT count(*) FROM polls") == 2, "the one that brought a release, and the newest"
    assert one(configuration, "SELECT count(*) FROM custody WHERE action = 'prune' AND why = 'retention'") == 1
    assert one(configuration, "SELECT byte_count > 0 FROM database_sizes") == 1
    assert [line for line in caplog.messages if line.startswith("retention: 3 quiet polls counted by day")]


def _grow(db: Database, number: int) -> None:
    db.execute(f"CREATE TABLE bulk_{number} AS SELECT zeroblob(100000) AS body")


async def _says_that_the_log_is_well(runtime: Runtime) -> bool:
    signs = await health.signs_from_tables(runtime, started_at=clock.now())
    return next(sign.is_well for sign in signs if sign.name == "log")


@in_loop
async def test_a_reader_without_an_end_raises_one_alert_a_day(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The log would fill the disk, and nothing else shows it; the alert says which program it is."""
    monkeypatch.setattr(stored, "LARGE_LOG", 100_000)
    monkeypatch.setattr(retention, "LARGE_LOG", 100_000)
    monkeypatch.setattr(health, "LARGE_LOG", 100_000)
    configuration = configure(tmp_path, {}, settings=_HOOK)
    async with open_runtime(configuration) as runtime:
        await retention.keep_small(runtime)
        with closing(sqlite3.connect(configuration.database)) as reader:
            reader.execute("BEGIN").execute("SELECT count(*) FROM feeds").fetchone()
            for number in range(4):
                await runtime.store.write(_grow, number)
            await retention.keep_small(runtime)
            await retention.keep_small(runtime)
            assert await _says_that_the_log_is_well(runtime) is False
        await retention.keep_small(runtime)
        assert await _says_that_the_log_is_well(runtime) is True
    (alert,) = rows(configuration, "SELECT event, message FROM alerts")
    assert alert["event"] == "log_grows"
    assert "watcher.db-wal has 0 MB" in alert["message"]
    assert one(configuration, "SELECT channel FROM deliveries") == "desk"
    assert stored.log_bytes(stored.log_of(configuration.database)) <= 100_000
