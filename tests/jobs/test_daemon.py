"""The daemon as a user starts it: it polls what is due, sends what is due, and ends when it is told to."""

from __future__ import annotations

import asyncio
import random
import signal
import socket
import string
import sys
import urllib.request
from datetime import timedelta
from typing import TYPE_CHECKING

from tests.support.daemon import notify_socket, running, told, until
from tests.support.scenario import HARM, configure, entry, one, one_round, rows, rss
from tests.support.servers import Answer, free_port, http_server, in_loop
from watcher import clock
from watcher.jobs import polling
from watcher.pipeline.runtime import open_runtime

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


@in_loop
async def test_daemon_polls_alerts_and_ends_cleanly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Checks 45, 89, 90 and 91: from start to a delivered alert, then SIGTERM ends it with 0 and nothing half done.

    Whoever watches it hears of it: systemd, a service that waits for heartbeats, whoever asks its status page.
    """
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
    monkeypatch.setenv("WATCHDOG_USEC", "20000000")
    port = free_port()
    async with http_server() as server:
        server.routes |= {"/feed": Answer(rss(entry(1, server.url(""), text=HARM))), "/hook": Answer()}
        server.routes |= {"/beat": Answer(), "/beat/start": Answer()}
        hook = f'[[channel]]\nname = "hook"\nkind = "webhook"\nurl = "{server.url("/hook")}"\n'
        watched = f'[status]\nport = {port}\n[heartbeat]\nurl = "{server.url("/beat")}"\n'
        configuration = configure(tmp_path, {"news": server.url("/feed")}, settings=hook + watched)
        with notify_socket(str(tmp_path / "notify")) as supervisor:
            async with running(configuration) as process:
                await until(configuration, "SELECT count(*) FROM deliveries WHERE state = 'sent'", 1)
                while not server.seen("/beat"):
                    await asyncio.sleep(0.05)
                status = await asyncio.to_thread(urllib.request.urlopen, f"http://127.0.0.1:{port}/readyz")
                process.send_signal(signal.SIGTERM)
                assert await asyncio.wait_for(process.wait(), 10) == 0
            heard = told(supervisor)
    assert status.status == 200
    assert heard[0] == "READY=1"
    assert "STATUS=well\nWATCHDOG=1" in heard
    assert heard[-1].startswith("STOPPING=1")
    assert [one.path.partition("?")[0] for one in server.requests if "/beat" in one.path] == ["/beat/start", "/beat"]
    assert len(server.seen("/hook")) == 1
    assert rows(configuration, "PRAGMA integrity_check") == [{"integrity_check": "ok"}]


@in_loop
async def test_health_tells_a_running_daemon_from_none(tmp_path: Path) -> None:
    """The container's health check: 0 while a daemon holds the database, 1 and a reason when there is none."""
    configuration = configure(tmp_path, {})
    command = (sys.executable, "-m", "watcher", "--config", str(configuration.folder), "health")
    async with running(configuration):
        await until(configuration, "SELECT count(*) FROM feeds", 0)
        process = await asyncio.create_subprocess_exec(*command)
        assert await process.wait() == 0
    process = await asyncio.create_subprocess_exec(*command, stderr=asyncio.subprocess.PIPE)
    _, said = await process.communicate()
    assert process.returncode == 1
    assert b"no daemon is running" in said


@in_loop
async def test_sigterm_during_a_hung_fetch(tmp_path: Path) -> None:
    """Check 45: a server that says nothing does not hold up the end, and the feed is as it was."""
    async with http_server({"/feed": Answer(delay=30)}) as server:
        settings = '[http]\nallow_addresses = ["127.0.0.0/8"]\ndeadline = 60\n'
        configuration = configure(tmp_path, {"news": server.url("/feed")}, settings=settings)
        async with running(configuration) as process:
            while not server.requests:
                await asyncio.sleep(0.05)
            process.send_signal(signal.SIGTERM)
            assert await asyncio.wait_for(process.wait(), 10) == 0
    assert one(configuration, "SELECT polled_at IS NULL FROM feeds") == 1


@in_loop
async def test_second_instance_is_refused_and_the_lock_dies_with_the_first(tmp_path: Path) -> None:
    """Check 37: two daemons on one database would poll twice; a killed one leaves no lock behind."""
    configuration = configure(tmp_path, {})
    async with running(configuration) as first:
        await until(configuration, "SELECT count(*) FROM feeds", 0)
        async with running(configuration) as second:
            assert await second.wait() == 75
            assert second.stderr is not None
            assert b"another instance" in await second.stderr.read()
        first.kill()
        await first.wait()
    async with running(configuration) as third:
        await asyncio.sleep(1.5)
        assert third.returncode is None


@in_loop
async def test_unreachable_feed_is_logged_with_its_next_try(tmp_path: Path) -> None:
    """Without internet a new user sees for each feed what is wrong and when it is tried again."""
    configuration = configure(tmp_path, {"news": "http://127.0.0.1:9/feed"})
    async with running(configuration) as process:
        assert process.stderr is not None
        line = b""
        while b"army/news" not in line:
            line = await process.stderr.readline()
    assert b"unreachable" in line
    assert b"again at" in line


@in_loop
async def test_serve_opens_datasette_beside_it(tmp_path: Path) -> None:
    """`make run` is one command: the daemon, and the database to look at, which ends with it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    configuration = configure(tmp_path, {})
    async with running(configuration, "--serve", "--port", str(port)) as process:
        body = await asyncio.to_thread(_page, port)
        assert "Official releases" in body
        process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(process.wait(), 10) == 0


def _page(port: int) -> str:
    while True:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5) as answer:
                return str(answer.read().decode())
        except OSError:
            continue


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
