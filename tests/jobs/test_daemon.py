"""The daemon as a user starts it: it polls what is due, sends what is due, and ends when it is told to."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import time
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING

from tests.support.command_line import watcher
from tests.support.daemon import notify_socket, running, told, until
from tests.support.scenario import HARM, configure, entry, one, rows, rss
from tests.support.servers import Answer, free_port, http_server, in_loop

if TYPE_CHECKING:
    import pytest

    from tests.support.daemon import Process


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
            async with running(configuration, is_new=True) as process:
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
    configuration = configure(tmp_path, {"news": "http://127.0.0.1:9/"})
    asked = ("--config", configuration.folder, "health")
    async with running(configuration):
        await until(configuration, "SELECT count(*) FROM feeds", 1)
        while watcher(*asked).returncode:  # until it has said something of itself
            await asyncio.sleep(0.1)
    alone = watcher(*asked)
    assert alone.returncode == 1
    assert "no daemon is running" in alone.stderr


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
async def test_serve_keeps_datasette_beside_it(tmp_path: Path) -> None:
    """`make run` is one command: the daemon, and the database to look at, which comes again when it dies.

    It ends with the daemon, also with one that is killed: it would hold the port against the next.
    """
    port = free_port()
    configuration = configure(tmp_path, {})
    async with running(configuration, "--serve", "--port", str(port)) as process:
        assert "<h1>Newest</h1>" in await asyncio.to_thread(_page, port)
        (datasette,) = [child for child in _children(process.pid) if "serve" in _command(child)]
        os.kill(datasette, signal.SIGKILL)
        while datasette in _children(process.pid):
            await asyncio.sleep(0.05)
        assert "<h1>Newest</h1>" in await asyncio.to_thread(_page, port)
        process.kill()
        await process.wait()
        while await asyncio.to_thread(_answers, port):
            await asyncio.sleep(0.05)


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="utf-8").split()]


def _command(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_text(encoding="utf-8")


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _page(port: int) -> str:
    while True:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5) as answer:
                return str(answer.read().decode())
        except OSError:
            time.sleep(0.1)


@in_loop
async def test_sigterm_before_the_first_poll_ends_it_too(tmp_path: Path) -> None:
    """While it opens the database, and before it listens to signals itself: a supervisor that changes its mind."""
    configuration = configure(tmp_path, {})
    async with running(configuration) as process:
        while not configuration.database.exists():
            await asyncio.sleep(0.005)
        process.send_signal(signal.SIGTERM)
        _, said = await asyncio.wait_for(process.communicate(), 20)
    assert (process.returncode, b"watching" in said, b"Traceback" in said) == (0, False, False)


@in_loop
async def test_sighup_takes_over_a_valid_configuration_only(tmp_path: Path) -> None:
    """A mistake in a file, or a key that is not set, must not end the daemon nor be taken: it says why and goes on."""
    async with http_server() as server:
        names = ("old", "new", "last")
        server.routes |= {f"/{name}": Answer(rss(entry(1, server.url(""), link=""))) for name in names}
        configuration = configure(tmp_path, {"old": server.url("/old")})
        settings = configuration.folder / "watcher.toml"
        good = settings.read_text(encoding="utf-8")
        async with running(configuration) as process:
            lines = _lines(process)
            await _said(lines, b"army/old: new")
            for wrong, why in (
                (good.replace("workers = 1", "workers = 'many'"), b"workers"),
                (f"database = '{tmp_path}/other.db'\n" + good, b"another database"),
                (
                    good + '[websub]\ncallback = "https://w.example/"\nsecret = { env = "NO_SUCH_KEY" }\n',
                    b"NO_SUCH_KEY",
                ),
            ):
                settings.write_text(wrong, encoding="utf-8")
                process.send_signal(signal.SIGHUP)
                await _said(lines, why)
            settings.write_text(good, encoding="utf-8")
            configure(tmp_path, {"old": server.url("/old"), "new": server.url("/new")})
            process.send_signal(signal.SIGHUP)
            await _said(lines, b"army/new: new")
            process.send_signal(signal.SIGTERM)
            assert await asyncio.wait_for(process.wait(), 10) == 0
        assert len(server.seen("/old")) == 1, "what was polled is not polled again for it"


def _lines(process: Process) -> asyncio.StreamReader:
    assert process.stderr is not None
    return process.stderr


async def _said(lines: asyncio.StreamReader, words: bytes) -> None:
    while words not in await lines.readline():
        assert not lines.at_eof(), words
