"""A disk that is full while the daemon runs: what is stored is sent, what is found is kept, and nothing is lost."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

import pytest

from tests.support.daemon import prepared
from tests.support.disk import fill, small_disk
from tests.support.scenario import HARM, configure, entry, one_round, rows, rss
from tests.support.servers import Answer, HttpServer, http_server, in_loop
from watcher.errors import Unwritable
from watcher.jobs.alarm import make_room_for_marker
from watcher.jobs.daemon import run
from watcher.jobs.polling import write_kept
from watcher.pipeline.runtime import open_runtime

if TYPE_CHECKING:
    from pathlib import Path

    from watcher.config.load import Configuration
    from watcher.jobs.daemon import Running


async def once(running: Running, *names: str) -> None:
    """Run these jobs, and wait for the polls and deliveries that they start."""
    for name in names:
        await running.schedule.run(running.schedule.jobs[name])
        await asyncio.gather(*running.polling.tasks(), *running.sending.running())


async def start_on_full_disk(configuration: Configuration, server: HttpServer, disk: Path) -> None:
    """A supervisor starts the daemon again and again: each start fails, and one alarm says why."""
    make_room_for_marker(configuration.database)
    filler, before = fill(disk), len(server.seen("/hook"))
    for _ in range(2):
        with pytest.raises(Unwritable):
            await asyncio.wait_for(run(configuration), 60)
    filler.unlink()
    (said,) = server.seen("/hook")[before:]
    assert b"could not start" in said.body


@in_loop
async def test_full_disk_loses_nothing_and_sends_what_is_stored(tmp_path: Path) -> None:
    """Check 35 on a real disk: alerts go out once, one notice says it, no server is asked in vain, all is written."""
    with small_disk(tmp_path / "disk") as disk:
        async with http_server() as server:
            base = server.url("")
            server.routes |= {
                "/news": Answer(rss(entry(1, base, link="", text=HARM))),
                "/late": Answer(rss(entry(2, base, link="", text="Three soldiers were killed."))),
                "/hook": Answer(),
            }
            settings = f'database = "{disk}/watcher.db"\n[[channel]]\nname = "hook"\nkind = "webhook"\n'
            settings += f'url = "{server.url("/hook")}"\n'
            await one_round(configure(tmp_path, {"news": server.url("/news")}, settings=settings))
            feeds = {"news": server.url("/news"), "late": server.url("/late")}
            configuration = configure(tmp_path, feeds, settings=settings)
            async with open_runtime(configuration) as runtime:
                running = await prepared(runtime)
                filler = fill(disk)
                for _ in range(3):
                    await once(running, "outbox", "polls", "database", "signs")
                assert running.database.alarm is not None
                await running.database.alarm
                sent = [json.loads(request.body)["type"] for request in server.seen("/hook")]
                assert sorted(sent) == ["release.new", "watcher.cannot_write"]
                assert len(server.seen("/late")) == 1
                assert len(running.polling.unwritten) == len(running.sending.kept) == 1
                assert running.database.sign().is_well is False
                assert "signs cannot be written" in running.schedule.jobs["signs"].error

                runtime.store.condition.unwritable = None
                assert not running.database.sign().is_well, "the log may have room where the disk has none"

                filler.unlink()
                await write_kept(running.polling)
                await once(running, "outbox", "signs", "database", "signs")
                assert running.database.sign().is_well, running.database.sign()
                assert running.health is not None
                assert running.health.is_well, running.health.ill
                await once(running, "events", "outbox")
            assert len(server.seen("/late")) == 1
            assert len(server.seen("/hook")) == 3, "that of the kept poll, and no other a second time"
            attempts = rows(configuration, "SELECT number, outcome FROM attempts ORDER BY id")
            assert [tuple(row.values()) for row in attempts] == [(1, "sent"), (1, "sent")]
            await start_on_full_disk(configuration, server, disk)
            states = rows(configuration, "SELECT DISTINCT state FROM deliveries")
            assert states == [{"state": "sent"}]
            assert len(rows(configuration, "SELECT * FROM polls")) == 2
