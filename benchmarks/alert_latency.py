"""Seconds from the feed's response to the webhook's receipt of an alert, for one new release on loopback.

One server is feed, page and receiver (`host_interval = 0`). Each round adds one release to the feed and makes the feed
due; the daemon's own tick and outbox do the rest. Time is measured from the moment at which the feed is answered.

Run it with `.venv/bin/python benchmarks/alert_latency.py [ROUNDS]`.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from typing import TYPE_CHECKING

from sqlite_utils import Database

from tests.support.scenario import LOCAL, configure, entry, page, rss
from tests.support.servers import Answer, HttpServer, ReceivedRequest, http_server
from watcher import clock

if TYPE_CHECKING:
    from watcher.config.load import Configuration

ROUNDS, LONGEST = 25, 30.0


class Site:
    """Feed, pages and receiver; remembers when the feed was answered and when each alert arrived."""

    def __init__(self, server: HttpServer) -> None:
        """Serve one release that reports no harm."""
        self.server, self.count, self.answered_at = server, 0, 0.0
        self.is_asked = asyncio.Event()
        self.received: asyncio.Queue[float] = asyncio.Queue()
        server.routes |= {"/feed": self.feed, "/hook": self.hook}
        server.routes["/releases/0"] = Answer(page("Concert", "The band played."), content_type="text/html")

    def feed(self, _request: ReceivedRequest) -> Answer:
        """All releases so far."""
        self.answered_at = time.monotonic()
        self.is_asked.set()
        return Answer(rss(*(entry(number, self.server.url("")) for number in reversed(range(self.count + 1)))))

    def hook(self, _request: ReceivedRequest) -> Answer:
        """Receive an alert."""
        self.received.put_nowait(time.monotonic())
        return Answer(status=204)

    def publish(self) -> None:
        """Add one more release, with casualties that no other has."""
        self.count += 1
        harm = f"{self.count + 1} civilians were killed and {self.count + 3} were injured in strike {self.count}."
        self.server.routes[f"/releases/{self.count}"] = Answer(
            page(f"Statement {self.count}", harm, "An inquiry began."), content_type="text/html"
        )


async def until_stored(configuration: Configuration) -> None:
    """Wait for the end of the first poll, since what it writes sets when the feed is due."""
    for _ in range(100):
        await asyncio.sleep(0.5)
        db = Database(configuration.database)
        is_stored = db["polls"].count > 0
        db.close()
        if is_stored:
            return
    raise TimeoutError("the first poll did not end")


def make_due(configuration: Configuration) -> None:
    """Make the feed due at the daemon's next tick."""
    db = Database(configuration.database)
    db.execute("PRAGMA busy_timeout=5000")
    with db.conn:
        db.conn.execute("UPDATE feeds SET due_at = ?, not_before_at = NULL", [clock.to_text(clock.now())])
    db.close()


async def measure(folder: Path, rounds: int) -> list[float]:
    """Seconds from response to receipt, one per round."""
    async with http_server() as server:
        site = Site(server)
        hook = f'[[channel]]\nname = "hook"\nkind = "webhook"\nurl = "{server.url("/hook")}"\n'
        configuration = configure(folder, {"news": server.url("/feed")}, settings=hook + LOCAL)
        command = (sys.executable, "-m", "watcher", "--config", str(folder), "run")
        daemon = await asyncio.create_subprocess_exec(*command, stderr=asyncio.subprocess.DEVNULL)
        try:
            await site.is_asked.wait()
            await until_stored(configuration)
            return [await one_round(site, configuration) for _ in range(rounds)]
        finally:
            daemon.terminate()
            await daemon.wait()


async def one_round(site: Site, configuration: Configuration) -> float:
    """Publish one release and wait for its alert."""
    site.publish()
    make_due(configuration)
    received_at = await asyncio.wait_for(site.received.get(), LONGEST)
    return received_at - site.answered_at


def main() -> None:
    """Print the median and the extremes."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    with TemporaryDirectory() as folder:
        found = sorted(asyncio.run(measure(Path(folder), rounds)))
    print(f"from the feed's response to the webhook's receipt, {len(found)} rounds with one new release each:")
    print(f"  median  {statistics.median(found):.2f} s")
    print(f"  fastest {found[0]:.2f} s, slowest {found[-1]:.2f} s")


if __name__ == "__main__":
    main()
