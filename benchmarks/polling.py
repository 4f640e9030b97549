"""The CPU cost of a poll that finds nothing new: the whole route against feedparser's own fetching in the same run.

1,000 feeds on 50 hosts of the loopback network, all answering 304 to their own validators. The servers run in a
process of their own, so only the client's CPU counts, user and system, all threads. Ours is everything that `watcher
poll` does for the feeds, rows and commits included, without its start (printed beside it). Theirs is a plain loop of
`feedparser.parse(url, etag=…, modified=…)`. Both run in turn, and the best of each counts. It is measured twice: with
servers that keep their connections, and with servers that close each one.

Run it with `.venv/bin/python benchmarks/polling.py [ROUNDS]`.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import resource
import shutil
import subprocess
import sys
import tempfile
import time
import warnings
from contextlib import contextmanager
from ipaddress import ip_network
from pathlib import Path
from typing import TYPE_CHECKING

import feedparser

from watcher.config.load import load
from watcher.fetch.client import open_client
from watcher.fetch.conditional import NotModified, fetch
from watcher.fetch.hosts import Hosts
from watcher.fetch.request import Request
from watcher.fetch.validators import Validators
from watcher.pipeline.poll import poll_feeds
from watcher.pipeline.runtime import open_runtime
from watcher.store.feeds import select

if TYPE_CHECKING:
    from collections.abc import Iterator
    from multiprocessing.connection import Connection

    from watcher.config.load import Configuration


HOSTS, FEEDS, ROUNDS = 50, 1_000, 5
WORDS = Path(__file__).resolve().parents[1] / "config" / "words"
ETAG, MODIFIED = '"steady"', "Tue, 03 Mar 2026 10:00:00 GMT"
VALIDATORS = f"ETag: {ETAG}\r\nLast-Modified: {MODIFIED}\r\nCache-Control: max-age=1\r\n"
UNCHANGED = f"HTTP/1.1 304 Not Modified\r\n{VALIDATORS}\r\n"
FEED = (
    '<?xml version="1.0"?><rss version="2.0"><channel><title>Releases</title><link>http://army.example/</link>'
    "<description>All</description><item><title>Release</title><guid>{}</guid></item></channel></rss>"
)


class Steady(asyncio.Protocol):
    """Answers 304 to a conditional request, else a feed; keeps the connection unless asked not to."""

    closes = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remember the connection."""
        self.transport, self.head = transport, b""

    def data_received(self, part: bytes) -> None:
        """Answer each complete request."""
        self.head += part
        while b"\r\n\r\n" in self.head:
            head, _, self.head = self.head.partition(b"\r\n\r\n")
            self.transport.write(self.answer(head.lower()))  # type: ignore[attr-defined]
            if self.closes or b"connection: close" in head.lower():
                self.transport.close()

    def answer(self, head: bytes) -> bytes:
        """The response to a request's head in lower case."""
        if b"if-none-match" in head:
            return UNCHANGED.replace("HTTP/1.1", "HTTP/1.0" if self.closes else "HTTP/1.1").encode()
        body = FEED.format((head.split(b" ")[1] + str(self.transport.get_extra_info("sockname")).encode()).hex())
        return f"HTTP/1.1 200 OK\r\n{VALIDATORS}Content-Length: {len(body)}\r\n\r\n{body}".encode()


class Closing(Steady):
    """The same, closing the connection after each response."""

    closes = True


def serve(ports: Connection, kind: type[Steady]) -> None:
    """Serve on 50 loopback addresses until killed."""

    async def forever() -> None:
        loop = asyncio.get_running_loop()
        servers = [await loop.create_server(kind, f"127.0.0.{number + 1}", 0) for number in range(HOSTS)]
        ports.send([server.sockets[0].getsockname()[:2] for server in servers])
        await asyncio.Event().wait()

    asyncio.run(forever())


@contextmanager
def servers(kind: type[Steady]) -> Iterator[list[list[str]]]:
    """The feeds' URLs, host by host."""
    here, there = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=serve, args=(there, kind), daemon=True)
    process.start()
    try:
        yield [[f"http://{host}:{port}/{n}" for n in range(FEEDS // HOSTS)] for host, port in here.recv()]
    finally:
        process.terminate()


def configure(folder: Path, urls: list[list[str]]) -> Configuration:
    """One publisher per host, with its feeds."""
    (folder / "publishers").mkdir()
    shutil.copytree(WORDS, folder / "words")
    http = '[http]\nallow_addresses = ["127.0.0.0/8"]\nhost_interval = 0\n'
    (folder / "watcher.toml").write_text(f'database = "watcher.db"\n{http}')
    for number, feeds in enumerate(urls):
        tables = (f'[[feed]]\ncode = "f{n}"\nurl = "{url}"\nfetch_pages = false\n' for n, url in enumerate(feeds))
        (folder / "publishers" / f"p{number}.toml").write_text(f'name = "Publisher {number}"\n{"".join(tables)}')
    return load(folder)


async def route(configuration: Configuration) -> tuple[float, set[str]]:
    """CPU milliseconds per feed through the whole route, and the outcomes."""
    async with open_runtime(configuration) as runtime:
        started = time.process_time()
        feeds = await runtime.store.read(select)
        outcomes = {str(getattr(record, "outcome", record)) async for _, record in poll_feeds(runtime, feeds)}
        return (time.process_time() - started) * 1000 / FEEDS, outcomes


async def fetching(urls: list[list[str]]) -> float:
    """CPU milliseconds per feed through `fetch` alone, hosts side by side, feeds of a host one after the other."""
    hosts, validators = Hosts(interval=0), Validators(ETAG, MODIFIED)
    headers = {"User-Agent": "release-watcher/0 (benchmark)", "Accept": "application/rss+xml, */*;q=0.1"}

    async def lane(feeds: list[str]) -> bool:
        answers = [await fetch(client, hosts, Request(url, headers), validators) for url in feeds]
        return all(isinstance(answer, NotModified) for answer in answers)

    async with open_client(allow_addresses=(ip_network("127.0.0.0/8"),)) as client:
        started = time.process_time()
        fine = await asyncio.gather(*(lane(feeds) for feeds in urls))
        spent = time.process_time() - started
    assert all(fine)  # noqa: S101 - else the numbers mean nothing
    return spent * 1000 / FEEDS


def theirs(urls: list[list[str]]) -> float:
    """CPU milliseconds per feed through feedparser.parse, one after the other."""
    started = time.process_time()
    statuses = [feedparser.parse(url, etag=ETAG, modified=MODIFIED).status for feeds in urls for url in feeds]
    spent = time.process_time() - started
    assert set(statuses) == {304}  # noqa: S101 - else the numbers mean nothing
    return spent * 1000 / FEEDS


def program(folder: Path, *arguments: str) -> float:
    """CPU seconds of the program run as a process of its own."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-m", "watcher", "--config", str(folder), *arguments]
    subprocess.run(command, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    """Print both costs and their ratio."""
    warnings.simplefilter("ignore")
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    for kind, what in ((Steady, "connections kept"), (Closing, "each connection closed by the server")):
        measure(kind, what, rounds)


def measure(kind: type[Steady], what: str, rounds: int) -> None:
    """Measure and print with one kind of servers."""
    with servers(kind) as urls, tempfile.TemporaryDirectory() as place:
        configuration = configure(Path(place), urls)
        asyncio.run(route(configuration))
        time.sleep(1)  # max-age
        ours, plain, fetched = [], [], []
        for _ in range(rounds):
            spent, outcomes = asyncio.run(route(configuration))
            assert outcomes == {"not_modified"}, outcomes  # noqa: S101 - else the numbers mean nothing
            ours.append(spent)
            plain.append(theirs(urls))
            fetched.append(asyncio.run(fetching(urls)))
        start = min(program(configuration.folder, "poll", "--due") for _ in range(2))
        time.sleep(1)
        whole = program(configuration.folder, "poll")
    print(f"{FEEDS} unchanged feeds on {HOSTS} hosts, {what}, CPU per feed, best of {rounds}:")
    print(f"  watcher    {min(ours):.3f} ms, of it {min(fetched):.3f} for the fetch; every round: {_all(ours)}")
    print(f"  feedparser {min(plain):.3f} ms; every round: {_all(plain)}")
    print(f"  ratio      {min(ours) / min(plain):.2f}")
    print(f"`watcher poll` as a process: {whole:.2f} s, of it {start:.2f} s start")


def _all(numbers: list[float]) -> str:
    return " ".join(f"{number:.3f}" for number in numbers)


if __name__ == "__main__":
    main()
