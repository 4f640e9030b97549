"""An alarm of the daemon reaches every channel although the daemon ends, and is not repeated at each start."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from tests.support.daemon import make_due, running, until
from tests.support.scenario import HARM, configure, entry, rss
from tests.support.servers import Answer, http_server, in_loop
from watcher import clock
from watcher.jobs.alarm import raise_alarm

if TYPE_CHECKING:
    import pytest

HOOK = '[[channel]]\nname = "{0}"\nkind = "webhook"\nurl = "{1}"\n'
# What Python runs at its start: the fork server ends at once, as where no process is to be had.
NO_FORK_SERVER = "import os, sys\nif 'multiprocessing.forkserver' in ' '.join(sys.orig_argv):\n    os._exit(1)\n"


@in_loop
async def test_alarm_reaches_every_channel_once_in_a_while(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A channel that is down keeps it from no other, and a supervisor's restarts do not repeat it."""
    async with http_server({"/down": Answer(status=500), "/up": Answer()}) as server:
        hooks = "".join(HOOK.format(name, server.url(f"/{name}")) for name in ("down", "up"))
        configuration = configure(tmp_path, {}, settings=hooks)
        said, again = ("Nothing works.", "a detail"), timedelta(hours=1)
        assert await raise_alarm(configuration, "workers_failed", said, again=again)
        assert not await raise_alarm(configuration, "workers_failed", said, again=again)
        assert await raise_alarm(configuration, "damaged", said, again=again)
        later = clock.now() + timedelta(hours=2)
        monkeypatch.setattr(clock, "now", lambda: later)
        assert await raise_alarm(configuration, "damaged", said, again=again)
    assert [len(server.seen(path)) for path in ("/down", "/up")] == [3, 3]
    assert b"Nothing works." in server.seen("/up")[0].body


@in_loop
async def test_daemon_goes_on_when_its_processes_are_killed(tmp_path: Path) -> None:
    """The real command: workers and fork server die while it is idle, and the next release still raises its alert."""
    async with http_server({"/hook": Answer()}) as server:
        first = rss(entry(1, server.url(""), text=HARM))
        second = rss(entry(2, server.url(""), text=HARM), entry(1, server.url(""), text=HARM))
        server.routes["/feed"] = Answer(first)
        feed = {"news": server.url("/feed")}
        settings = "workers = 2\n" + HOOK.format("hook", server.url("/hook"))
        configuration = configure(tmp_path, feed, settings=settings)
        async with running(configuration, is_new=True) as process:
            await until(configuration, "SELECT count(*) FROM deliveries WHERE state = 'sent'", 1)
            killed = _children_of(process.pid)
            assert len(killed) >= 4, "the resource tracker, the fork server, two workers"
            for pid in killed:
                os.kill(pid, signal.SIGKILL)
            await asyncio.sleep(0.3)
            server.routes["/feed"] = Answer(second)
            make_due(configuration)
            await until(configuration, "SELECT count(*) FROM deliveries WHERE state = 'sent'", 2)
            process.send_signal(signal.SIGTERM)
            assert await asyncio.wait_for(process.wait(), 10) == 0


def _children_of(parent: int) -> list[int]:
    """Every process below a process, the fork server's workers too."""
    found: list[int] = []
    waiting = [parent]
    while waiting:
        pid = waiting.pop()
        lists = Path(f"/proc/{pid}/task").glob("*/children")  # each thread has its own
        below = [int(child) for children in lists for child in children.read_text().split()]
        found += below
        waiting += below
    return found


@in_loop
async def test_daemon_without_worker_processes_says_so_and_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where no process can be started nothing is read any more: every channel is told, the exit code is its own."""
    (tmp_path / "start").mkdir()
    (tmp_path / "start" / "sitecustomize.py").write_text(NO_FORK_SERVER)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path / "start"), *sys.path]))
    async with http_server({"/one": Answer(), "/two": Answer()}) as server:
        server.routes["/feed"] = Answer(rss(entry(1, server.url(""), text=HARM)))
        hooks = "".join(HOOK.format(name, server.url(f"/{name}")) for name in ("one", "two"))
        configuration = configure(tmp_path / "it", {"news": server.url("/feed")}, settings=hooks)
        async with running(configuration, is_new=True) as process:
            assert await process.wait() == 71
    for path in ("/one", "/two"):
        assert b"cannot start its worker processes" in server.seen(path)[0].body
