"""The daemon does not write on evidence that is damaged: it says so, tells every channel, and ends."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

import pytest

from tests.support.daemon import running, until
from tests.support.evidence import tamper
from tests.support.scenario import HARM, configure, entry, one, one_round, rss
from tests.support.servers import Answer, http_server, in_loop
from watcher.errors import Damaged
from watcher.jobs import daemon
from watcher.jobs.integrity import ensure_sound
from watcher.pipeline.runtime import open_runtime

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.servers import HttpServer
    from watcher.config.load import Configuration


async def filled(folder: Path, server: HttpServer) -> Configuration:
    server.routes |= {"/feed": Answer(rss(entry(1, server.url(""), link="", text=HARM))), "/hook": Answer()}
    hook = f'[[channel]]\nname = "hook"\nkind = "webhook"\nurl = "{server.url("/hook")}"\n'
    configuration = configure(folder, {"news": server.url("/feed")}, settings=hook)
    await one_round(configuration)
    server.requests.clear()
    return configuration


@in_loop
async def test_daemon_does_not_start_on_damaged_evidence(tmp_path: Path) -> None:
    """(check 42) Found at the start: exit code 1, the row in the log, an alarm to the channel, nothing polled."""
    async with http_server() as server:
        configuration = await filled(tmp_path, server)
        tamper(configuration.database, "UPDATE revisions SET text = 'nothing happened' WHERE id = 1")
        size = configuration.database.stat().st_size
        for _ in range(2):
            async with running(configuration) as process:
                _, said = await asyncio.wait_for(process.communicate(), 60)
            assert process.returncode == 1
            assert b"revisions 1" in said
        posted = [json.loads(request.body) for request in server.seen("/hook")]
        assert server.seen("/feed") == []
    assert len(posted) == 1, "a supervisor that starts it again sends no second alarm"
    assert "revisions 1" in json.dumps(posted[0])
    assert one(configuration, "SELECT count(*) FROM events WHERE kind = 'damaged'") == 1
    assert configuration.database.stat().st_size >= size, "nothing was deleted"


@in_loop
async def test_file_that_is_unsound_is_not_written_on(tmp_path: Path) -> None:
    """(check 42) A page of zeros where evidence stood: told past the database, which is left as it is."""
    async with http_server() as server:
        configuration = await filled(tmp_path, server)
        page = one(configuration, "SELECT rootpage FROM sqlite_master WHERE name = 'revisions'")
        with configuration.database.open("r+b") as file:
            file.seek((page - 1) * 4096)
            file.write(bytes(4096))
        before = configuration.database.read_bytes()
        async with running(configuration) as process:
            _, said = await asyncio.wait_for(process.communicate(), 60)
        assert process.returncode == 1
        assert b"watcher:" in said
    assert configuration.database.read_bytes() == before


@in_loop
async def test_whole_chain_is_verified_each_night(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """(check 42) What the quick look at the start left out is found at night; the daemon ends with an error."""
    async with http_server() as server:
        configuration = await filled(tmp_path, server)
        tamper(configuration.database, "UPDATE chain SET url = 'x' WHERE seq = 1")
        async with open_runtime(configuration) as runtime:
            await ensure_sound(runtime, last=2)
            with pytest.raises(Damaged, match="chain 1"):
                await ensure_sound(runtime, last=None)
        jobs: list[str] = []
        real = daemon.keep_up

        async def at_once(run: daemon.Running, name: str) -> None:
            jobs.append(name)
            await real(run, "night")

        monkeypatch.setattr(daemon, "keep_up", at_once)
        short = configure(tmp_path, {}, settings="[evidence]\nverify_last = 2\n")
        with pytest.raises(Damaged, match="chain 1"):
            await asyncio.wait_for(daemon.run(short), 60)
    assert "anchors" in jobs


@in_loop
async def test_sound_evidence_is_polled_on(tmp_path: Path) -> None:
    """No false alarm: the same start on an untouched database polls and writes the first anchor."""
    async with http_server() as server:
        configuration = await filled(tmp_path, server)
        async with running(configuration):
            await until(configuration, "SELECT count(*) FROM anchors WHERE state = 'done'", 1)
        assert [request for request in server.seen("/hook") if b"damaged" in request.body] == []
    assert configuration.anchor_file.is_file()
