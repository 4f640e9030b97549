"""The reading room as the command serves it, asked over HTTP."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.support.servers import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


@dataclass(frozen=True)
class WebAnswer:
    """One answer; the names of headers are in small letters."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode(errors="replace")

    def json(self) -> Any:
        """The body, which is JSON."""
        return json.loads(self.body)


@dataclass(frozen=True)
class Served:
    """A process that serves the database of a configuration's folder."""

    folder: Path
    port: int
    pid: int

    @property
    def database(self) -> Path:
        """The database that is served."""
        return self.folder / "watcher.db"

    def get(self, path: str, *, host: str | None = None) -> WebAnswer:
        """Ask for a page, under another host's name where one is given."""
        return self._ask("GET", path, None, {} if host is None else {"Host": host})

    def post(self, path: str, body: bytes) -> WebAnswer:
        """Post a body."""
        return self._ask("POST", path, body, {})

    def _ask(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> WebAnswer:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            named = {name.lower(): value for name, value in answer.getheaders()}
            return WebAnswer(answer.status, named, answer.read())
        finally:
            connection.close()

    def peak_bytes(self) -> int:
        """The most memory that the process and those that it started have held, each by itself, added up."""
        return sum(_peak(pid) for pid in (self.pid, *_children(self.pid)))


def _children(pid: int) -> list[int]:
    return [int(one) for file in Path(f"/proc/{pid}/task").glob("*/children") for one in file.read_text().split()]


def _peak(pid: int) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))


@contextmanager
def serving(folder: Path, *options: str) -> Iterator[Served]:
    """`watcher serve` on loopback until the block ends."""
    port = free_port()
    command = [sys.executable, "-m", "watcher", "--config", str(folder), "serve", "--port", str(port), *options]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)  # noqa: S603 - our own command
    try:
        _wait(port, process)
        yield Served(folder, port, process.pid)
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) in {0, -signal.SIGTERM}


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        assert process.poll() is None
        with socket.socket() as attempt:
            if attempt.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise AssertionError("nothing answers")
