"""The daemon as a process of its own, and waiting for what it writes."""

from __future__ import annotations

import asyncio
import socket
import sqlite3
import sys
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING

from tests.support.forked import Forked, forked, watcher
from tests.support.scenario import one
from watcher.jobs import daemon

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from watcher.config.load import Configuration
    from watcher.jobs.websub import Subscriber
    from watcher.pipeline.runtime import Runtime

Process = asyncio.subprocess.Process | Forked


@asynccontextmanager
async def running(configuration: Configuration, *options: str, is_new: bool = False) -> AsyncIterator[Process]:
    """The daemon as a process of its own, ended by SIGKILL at the latest when the test ends.

    A new interpreter is for tests of what is loaded or started by it; else one is forked that has all loaded.
    """
    arguments = ("--config", str(configuration.folder), "run", *options)
    process: Process
    if is_new:
        command = (sys.executable, "-m", "watcher", *arguments)
        process = await asyncio.create_subprocess_exec(*command, stderr=asyncio.subprocess.PIPE)
    else:
        process = await forked(watcher, *arguments)
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def prepared(runtime: Runtime, subscriber: Subscriber | None = None) -> daemon.Running:
    """The daemon in this process, with all its jobs, none of them started."""
    running = await daemon.prepare(runtime, daemon.Signals(), daemon.Memory())
    daemon.add_jobs(running, subscriber)
    return running


async def until(configuration: Configuration, sql: str, wanted: object) -> None:
    """Wait for the database to answer this; the test's own time limit ends a wait for ever."""
    while not configuration.database.exists() or _answer(configuration, sql) != wanted:
        await asyncio.sleep(0.05)


def _answer(configuration: Configuration, sql: str) -> object:
    try:
        return one(configuration, sql)
    except Exception:  # noqa: BLE001 - the tables may not be there yet
        return None


def make_due(configuration: Configuration) -> None:
    """Let every feed be due now, as if its interval were over."""
    db = sqlite3.connect(configuration.database)
    with db:
        db.execute("UPDATE feeds SET due_at = '2000-01-01T00:00:00.000000Z'")
    db.close()


@contextmanager
def notify_socket(address: str) -> Iterator[socket.socket]:
    """The supervisor's end."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(f"\0{address[1:]}" if address.startswith("@") else address)
        listening.setblocking(False)  # noqa: FBT003 - the only argument
        yield listening


def told(listening: socket.socket) -> list[str]:
    """Everything that has come so far."""
    messages = []
    while True:
        try:
            messages.append(listening.recv(4096).decode())
        except BlockingIOError:
            return messages
