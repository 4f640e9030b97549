"""Polls that brought nothing leave the same rows, written together or one by one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from tests.support.scenario import configure, entry, one_round, rows, rss
from tests.support.servers import Answer, http_server, in_loop
from watcher import clock
from watcher.pipeline import poll
from watcher.store.polls import save_poll

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import pytest
    from sqlite_utils import Database

    from watcher.config.load import Configuration
    from watcher.model.poll import PollRecord


START = datetime(2026, 11, 24, 8, tzinfo=UTC)
_TIMES = ("milliseconds", "started_at", "ended_at", "polled_at", "succeeded_at", "due_at", "body_at", "not_before_at")


async def _polled(folder: Path) -> Configuration:
    """Four feeds that answer 304, the same body, a 404 and nothing, asked twice; the second time is quiet."""
    async with http_server() as server:
        body = rss(entry(1, "http://army.example", link="", pubDate=""))
        server.routes |= {
            "/known": Answer(body, etag='"a"'),
            "/same": Answer(body, headers={"Cache-Control": "max-age=60"}),
            "/missing": Answer(status=404),
        }
        feeds = {name: server.url(f"/{name}") for name in ("known", "same", "missing")}
        configuration = configure(folder, feeds | {"absent": "http://127.0.0.1:9/"})
        await one_round(configuration)
        await one_round(configuration)
    return configuration


def _rows(configuration: Configuration, table: str) -> list[dict[str, Any]]:
    """What stands there, without what differs from run to run; `captures` hold the port of the server."""
    found = rows(configuration, f"SELECT * FROM {table} ORDER BY feed_id, id")
    varied = {"id", "capture_id", *_TIMES, "url", "requested_url", "request_headers", "response_headers", "address"}
    return [{name: value for name, value in row.items() if name not in varied} for row in found]


@in_loop
async def test_written_together_is_written_as_one_by_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The fast way for what says nothing new must leave out nothing that the plain way writes (check 87)."""
    together = await _polled(tmp_path / "together")

    def one_by_one(db: Database, records: Sequence[PollRecord]) -> None:
        for record in records:
            save_poll(db, record)

    monkeypatch.setattr(poll, "save_quiet", one_by_one)
    apart = await _polled(tmp_path / "apart")
    for table in ("polls", "captures"):
        assert _rows(together, table) == _rows(apart, table)
    assert len(_rows(together, "polls")) == 8
    sql = "SELECT outcome, error, etag, failure_count, interval_seconds, fresh_seconds FROM feeds ORDER BY name"
    assert rows(together, sql) == rows(apart, sql)
    joined = (
        "SELECT count(*) AS n FROM polls JOIN captures ON captures.id = capture_id AND captures.feed_id = polls.feed_id"
    )
    assert rows(together, joined) == [{"n": 8}]


@in_loop
async def test_quiet_poll_moves_the_feed_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only what differs is written of a feed's state, and that is all that a restart needs (check 4)."""
    async with http_server({"/feed": Answer(rss(entry(1, "http://army.example", link="")), etag='"a"')}) as server:
        configuration = configure(tmp_path, {"news": server.url("/feed")})
        for hours in range(3):
            monkeypatch.setattr(clock, "now", lambda hours=hours: START + timedelta(hours=hours))
            (record,) = (await one_round(configuration)).values()
    (row,) = rows(configuration, "SELECT polled_at, due_at, interval_seconds, etag FROM feeds")
    assert row["polled_at"] == clock.to_text(START + timedelta(hours=2))
    assert record.next_feed.due_at is not None
    assert row["due_at"] == clock.to_text(record.next_feed.due_at)
    assert (row["interval_seconds"], row["etag"]) == (2025, '"a"')
