"""The reading room over the demo: the command as a process of its own, its pages found by their links, a browser."""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
import sys
import threading
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import TYPE_CHECKING
from urllib.error import HTTPError
from urllib.parse import urljoin, urlsplit

import pytest
from playwright.sync_api import sync_playwright

from tests.support.servers import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
LAST_LINE = "Ctrl-C ends it and deletes everything."


@dataclass
class Demo:
    """A running `watcher demo`: its reading room, its temporary folder, and the lines that it has printed."""

    process: subprocess.Popen[str]
    address: str
    temporary: Path
    lines: list[str] = field(default_factory=list)

    def worth_opening(self) -> list[str]:
        """The addresses that it names at the end of its story."""
        return [found[1] for line in self.lines if (found := re.match(r"  (http://\S+)  ", line))]

    def stop(self) -> int:
        """End it as Ctrl-C does; its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        return self.process.wait(20)


@contextmanager
def running_demo(temporary: Path) -> Iterator[Demo]:
    """The demo after its story is told, with `temporary` as the folder for its own one."""
    port = free_port()
    process = subprocess.Popen(  # noqa: S603 - our own command
        (sys.executable, "-m", "watcher", "demo", "--port", str(port)),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={"TMPDIR": str(temporary), "PYTHONUNBUFFERED": "1", "PATH": "/usr/bin:/bin"},
    )
    demo = Demo(process, f"http://127.0.0.1:{port}", temporary)
    assert process.stdout is not None
    try:
        for line in process.stdout:
            demo.lines.append(line.rstrip("\n"))
            if LAST_LINE in line:
                break
        # What is said from now on must not fill the pipe.
        reading = threading.Thread(target=demo.lines.extend, args=(process.stdout,), daemon=True)
        reading.start()
        yield demo
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()
        reading.join()
        process.stdout.close()


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.ids: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - its base gives it
        given = dict(attrs)
        self.found += [value for name in ("href", "src", "action") if (value := given.get(name))]
        self.ids |= {str(given["id"])} if "id" in given else set()


@dataclass(frozen=True)
class Answered:
    """What an address answered: status, kind, and of a page its links and the ids that a link may name."""

    status: int
    content_type: str
    links: tuple[str, ...]
    ids: frozenset[str]


def get(address: str) -> Answered:
    """Ask for an address as a browser would."""
    try:
        with urllib.request.urlopen(address, timeout=30) as response:  # noqa: S310 - of the demo
            status, kind, body = response.status, response.headers["content-type"] or "", response.read()
    except HTTPError as error:
        with error:
            status, kind, body = error.code, error.headers["content-type"] or "", error.read()
    parser = _Links()
    if kind.startswith("text/html"):
        parser.feed(body.decode())
    return Answered(status, kind, tuple(urljoin(address, link) for link in parser.found), frozenset(parser.ids))


def kind_of_page(address: str) -> str:
    """The path with its numbers left open: pages of one kind are made by the same template."""
    return re.sub(r"\d+", "N", urlsplit(address).path)


@contextmanager
def browser() -> Iterator[Browser]:
    """Debian's Chromium; where there is none the test is skipped."""
    if CHROMIUM is None:
        pytest.skip("chromium is not installed: no page is looked at in a real browser")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM)
        try:
            yield opened
        finally:
            opened.close()
