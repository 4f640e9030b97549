"""What a poll costs that finds nothing new: our fetch against feedparser's own, CPU time in the same run.

1,000 feeds on 50 hosts of the loopback network, all answering 304 to the validators they gave. The server runs in a
process of its own, so only the client's CPU counts. Run it with `.venv/bin/python benchmarks/polling.py`.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import time
import warnings
from ipaddress import ip_network
from typing import TYPE_CHECKING

import feedparser

from watcher.fetch import Hosts, NotModified, Validators, fetch
from watcher.net import Request, open_client

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

HOSTS, FEEDS, ROUNDS = 50, 1_000, 3
ETAG, MODIFIED = '"steady"', "Tue, 03 Mar 2026 10:00:00 GMT"
ANSWER = f"HTTP/1.1 304 Not Modified\r\nETag: {ETAG}\r\nLast-Modified: {MODIFIED}\r\nCache-Control: max-age=900\r\n\r\n"


class Always304(asyncio.Protocol):
    """Answers every request head with a 304, and keeps the connection unless it is asked not to."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remember where to answer."""
        self.transport, self.head = transport, b""

    def data_received(self, part: bytes) -> None:
        """Answer each complete head."""
        self.head += part
        while b"\r\n\r\n" in self.head:
            head, _, self.head = self.head.partition(b"\r\n\r\n")
            self.transport.write(ANSWER.encode())  # type: ignore[attr-defined]
            if b"connection: close" in head.lower():
                self.transport.close()


def serve(ports: Connection) -> None:
    """Serve on 50 loopback addresses until killed."""

    async def forever() -> None:
        loop = asyncio.get_running_loop()
        servers = [await loop.create_server(Always304, f"127.0.0.{number + 1}", 0) for number in range(HOSTS)]
        ports.send([server.sockets[0].getsockname()[:2] for server in servers])
        await asyncio.Event().wait()

    asyncio.run(forever())


async def ours(urls: list[str]) -> float:
    """CPU milliseconds a feed through `fetch`, hosts side by side, feeds of a host one after the other."""
    hosts, validators = Hosts(interval=0), Validators(ETAG, MODIFIED)
    headers = {"User-Agent": "release-watcher/0 (benchmark)", "Accept": "application/rss+xml, */*;q=0.1"}
    async with open_client(allow_addresses=(ip_network("127.0.0.0/8"),)) as client:
        started = time.process_time()
        answers = await asyncio.gather(*(fetch(client, hosts, Request(url, headers), validators) for url in urls))
        spent = time.process_time() - started
    assert all(isinstance(answer, NotModified) for answer in answers)  # noqa: S101 - else the numbers mean nothing
    return spent * 1000 / len(urls)


def theirs(urls: list[str]) -> float:
    """CPU milliseconds a feed through feedparser.parse, one after the other."""
    started = time.process_time()
    statuses = [feedparser.parse(url, etag=ETAG, modified=MODIFIED).status for url in urls]
    spent = time.process_time() - started
    assert set(statuses) == {304}  # noqa: S101 - else the numbers mean nothing
    return spent * 1000 / len(urls)


def main() -> None:
    """Print both and their ratio, the best of a few rounds each."""
    warnings.simplefilter("ignore")
    here, there = multiprocessing.Pipe()
    server = multiprocessing.get_context("spawn").Process(target=serve, args=(there,), daemon=True)
    server.start()
    addresses = here.recv()
    urls = [f"http://{host}:{port}/feed/{n}" for n in range(FEEDS // HOSTS) for host, port in addresses]
    best_ours = min(asyncio.run(ours(urls)) for _ in range(ROUNDS))
    best_theirs = min(theirs(urls) for _ in range(ROUNDS))
    server.terminate()
    print(f"polling {FEEDS} unchanged feeds on {HOSTS} hosts, CPU per feed:")
    print(f"  watcher    {best_ours:.3f} ms")
    print(f"  feedparser {best_theirs:.3f} ms")
    print(f"  ratio      {best_ours / best_theirs:.2f}")


if __name__ == "__main__":
    main()
