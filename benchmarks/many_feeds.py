"""What a round of polls costs the more feeds there are: from 100 to 10,000, all of which answer 304.

Each size has a database and a configuration of its own and is polled by the command `watcher poll`; the CPU of all its
processes counts (`process_tree.py`), less that of a poll of one feed of them, which is its start. Feeds are on 50
addresses of loopback that keep their connections. The validators of an earlier poll are put into the database, since
ten thousand first rounds are another benchmark. Then the daemon runs twice over the largest size with nothing due, once
for so many seconds longer: what its ticks, its signs of health and its looks at the database cost by themselves.

Polled every 15 minutes, all feeds cost the CPU of a round in 900 seconds, which is printed as a share of one core.

Run it with `.venv/bin/python benchmarks/many_feeds.py [LARGEST [SECONDS]] [--write]`.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import sqlite3
import sys
import tempfile
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from plot import lines
from process_tree import cost_of
from report import machine, table, write_section
from rounds import configure

if TYPE_CHECKING:
    from collections.abc import Iterator
    from multiprocessing.connection import Connection

HOSTS = 50
ETAG, MODIFIED = '"steady"', "Tue, 03 Mar 2026 10:00:00 GMT"
VALIDATORS = f"ETag: {ETAG}\r\nLast-Modified: {MODIFIED}\r\nCache-Control: max-age=1\r\n"
UNCHANGED = f"HTTP/1.1 304 Not Modified\r\n{VALIDATORS}\r\n"
FEED = (
    '<?xml version="1.0"?><rss version="2.0"><channel><title>Releases</title><link>http://army.example/</link>'
    "<description>All</description><item><title>Release</title><guid>{}</guid></item></channel></rss>"
)
LARGEST, SECONDS, EACH = 10_000, 30, 900
SIZES = (100, 300, 1_000, 3_000, 10_000)
FAR = "2099-01-01T00:00:00.000Z"


class Steady(asyncio.Protocol):
    """Answers 304 to a conditional request, else a feed; keeps the connection unless asked not to."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remember the connection."""
        self.transport, self.head = transport, b""

    def data_received(self, part: bytes) -> None:
        """Answer each complete request."""
        self.head += part
        while b"\r\n\r\n" in self.head:
            head, _, self.head = self.head.partition(b"\r\n\r\n")
            self.transport.write(self.answer(head.lower()))  # type: ignore[attr-defined]
            if b"connection: close" in head.lower():
                self.transport.close()

    def answer(self, head: bytes) -> bytes:
        """The response to a request's head in lower case."""
        if b"if-none-match" in head:
            return UNCHANGED.encode()
        body = FEED.format((head.split(b" ")[1] + str(self.transport.get_extra_info("sockname")).encode()).hex())
        return f"HTTP/1.1 200 OK\r\n{VALIDATORS}Content-Length: {len(body)}\r\n\r\n{body}".encode()


def serve(ports: Connection) -> None:
    """Serve on 50 loopback addresses until killed."""

    async def forever() -> None:
        loop = asyncio.get_running_loop()
        servers = [await loop.create_server(Steady, f"127.0.0.{number + 1}", 0) for number in range(HOSTS)]
        ports.send([server.sockets[0].getsockname()[:2] for server in servers])
        await asyncio.Event().wait()

    asyncio.run(forever())


@contextmanager
def servers() -> Iterator[list[str]]:
    """The addresses of the hosts."""
    here, there = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=serve, args=(there,), daemon=True)
    process.start()
    try:
        yield [f"http://{host}:{port}" for host, port in here.recv()]
    finally:
        process.terminate()


@dataclass(frozen=True, slots=True)
class Round:
    """CPU seconds of a round over so many feeds, without its start, and of the start."""

    feeds: int
    cpu: float
    start: float

    @property
    def share(self) -> float:
        """The share of one core where it is done every 15 minutes."""
        return self.cpu / EACH


def command(folder: Path, *words: str) -> list[str]:
    """Our command with this configuration."""
    return [sys.executable, "-m", "watcher", "--config", str(folder), *words]


def prepare(folder: Path, addresses: list[str], feeds: int) -> None:
    """A configuration and a database that knows each feed's validators; none is due."""
    urls = [[f"{address}/{n}" for n in range(host, feeds, HOSTS)] for host, address in enumerate(addresses)]
    configure(folder, urls, "fetch_pages = false\n")
    cost_of(command(folder, "poll", "p0/f0"))
    with closing(sqlite3.connect(folder / "watcher.db")) as database, database:
        validators = (ETAG, MODIFIED, "not_modified", FAR)
        database.execute("UPDATE feeds SET etag = ?, last_modified = ?, outcome = ?, due_at = ?", validators)
        database.execute("UPDATE feeds SET not_before_at = NULL")


def round_of(folder: Path, feeds: int) -> Round:
    """What a round over all feeds costs."""
    start = cost_of(command(folder, "poll", "p0/f0")).cpu
    return Round(feeds, cost_of(command(folder, "poll")).cpu - start, start)


def idle(folder: Path, seconds: int) -> float:
    """The share of a core that the daemon takes with nothing due: of two runs, what the longer one costs more.

    The shorter one has started and done once what is done at each start, on a busy machine too.
    """
    with closing(sqlite3.connect(folder / "watcher.db")) as database, database:
        database.execute("UPDATE feeds SET due_at = ?", (FAR,))
    started = 10 + 10 * cost_of(command(folder, "check")).wall
    costs = []
    for length in (started, started + seconds):
        daemon = " ".join(command(folder, "run"))
        costs.append(cost_of(["sh", "-c", f"timeout -s TERM {length:.0f} {daemon}; true"]).cpu)
    return (costs[1] - costs[0]) / seconds


def measure(place: Path, largest: int, seconds: int) -> tuple[list[Round], float]:
    """A round of each size, and the daemon over the largest."""
    rounds = []
    with servers() as addresses:
        for feeds in sorted({min(size, largest) for size in SIZES}):
            prepare(place / str(feeds), addresses, feeds)
            rounds.append(round_of(place / str(feeds), feeds))
        return rounds, idle(place / str(rounds[-1].feeds), seconds)


def main() -> None:
    """Measure, print, and write the section where that is asked for."""
    given = [int(one) for one in sys.argv[1:] if one != "--write"]
    largest, seconds = given + [LARGEST, SECONDS][len(given) :]
    with tempfile.TemporaryDirectory() as place:
        rounds, share = measure(Path(place), largest, seconds)
    rows = [
        [f"{one.feeds:,}", f"{one.cpu:.2f}", f"{one.cpu / one.feeds * 1000:.2f}", f"{one.share:.2%}"] for one in rounds
    ]
    head = ["feeds", "CPU of a round, s", "a feed, ms", "of one core, every 15 minutes"]
    taken = f"takes {share:.2%} of one core" if share > 0 else "takes less than can be told from the noise of its start"
    daemon = (
        f"The daemon over {rounds[-1].feeds:,} feeds with nothing due {taken}; the start of a "
        f"command over as many takes {rounds[-1].start:.1f} s of CPU."
    )
    body = f"{table(head, rows)}\n\n{daemon}"
    print(body)
    if "--write" in sys.argv:
        points = [(0.0, 0.0), *((float(one.feeds), one.cpu) for one in rounds)]
        picture = lines("A round of polls that are all 304", "feeds", "CPU, s", {"watcher poll": points})
        what = (__doc__ or "").partition("Run it with")[0].strip()
        image = "![The CPU of a round over feeds](../images/benchmark-feeds.svg)"
        body = f"{what}\n\n{body}\n\n{image}\n\n{machine('aiohttp')}"
        write_section("Many feeds", body, images={"benchmark-feeds.svg": picture})


if __name__ == "__main__":
    main()
