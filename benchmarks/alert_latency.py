"""From the feed's answer to the webhook's receipt: one new release, its page on loopback, `host_interval = 0`.

A server of our own is feed, page and receiver. Each round adds one release to the feed, makes the feed due, and lets
the daemon's own tick and outbox do the rest; the clock runs from the moment at which the feed's answer has left. Run it
with `.venv/bin/python benchmarks/alert_latency.py`.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from typing import TYPE_CHECKING

from sqlite_utils import Database

from tests.support.scenario import LOCAL, configure, entry, page, rss
from tests.support.servers import Answer, HttpServer, ReceivedRequest, http_server
from watcher import clock

if TYPE_CHECKING:
    from watcher.config.load import Configuration

ROUNDS, LONGEST = 25, 30.0


class Stage:
    """Feed, pages and receiver; remembers when the feed answered and when each alert came."""

    def __init__(self, server: HttpServer) -> None:
        """Serve an empty stage: one release that reports nothing."""
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
        """Take an alert."""
        self.received.put_nowait(time.monotonic())
        return Answer(status=204)

    def publish(self) -> None:
        """One more release, with casualties that no other has."""
        self.count += 1
        harm = f"{self.count + 1} civilians were killed and {self.count + 3} were injured in strike {self.count}."
        self.server.routes[f"/releases/{self.count}"] = Answer(
            page(f"Statement {self.count}", harm, "An inquiry began."), content_type="text/html"
        )


async def until_stored(configuration: Configuration) -> None:
    """Wait for the end of the first poll: what it writes would undo that the feed is due again."""
    for _ in range(100):
        await asyncio.sleep(0.5)
        db = Database(configuration.database)
        is_stored = db["polls"].count > 0
        db.close()
        if is_stored:
            return
    raise TimeoutError("the first poll did not end")


def make_due(configuration: Configuration) -> None:
    """Let the daemon ask the feed with its next tick."""
    db = Database(configuration.database)
    db.execute("PRAGMA busy_timeout=5000")
    with db.conn:
        db.conn.execute("UPDATE feeds SET due_at = ?, not_before_at = NULL", [clock.to_text(clock.now())])
    db.close()


async def measure(folder: Path) -> list[float]:
    """Seconds from answer to receipt, one a round."""
    async with http_server() as server:
        stage = Stage(server)
        hook = f'[[channel]]\nname = "hook"\nkind = "webhook"\nurl = "{server.url("/hook")}"\n'
        configuration = configure(folder, {"news": server.url("/feed")}, settings=hook + LOCAL)
        command = (sys.executable, "-m", "watcher", "--config", str(folder), "run")
        daemon = await asyncio.create_subprocess_exec(*command, stderr=asyncio.subprocess.DEVNULL)
        try:
            await stage.is_asked.wait()
            await until_stored(configuration)
            return [await one_round(stage, configuration) for _ in range(ROUNDS)]
        finally:
            daemon.terminate()
            await daemon.wait()


async def one_round(stage: Stage, configuration: Configuration) -> float:
    """Publish one release and wait for its alert."""
    stage.publish()
    make_due(configuration)
    received_at = await asyncio.wait_for(stage.received.get(), LONGEST)
    return received_at - stage.answered_at


def main() -> None:
    """Print the median and the extremes."""
    with TemporaryDirectory() as folder:
        found = sorted(asyncio.run(measure(Path(folder))))
    print(f"from the feed's answer to the webhook's receipt, {len(found)} rounds with one new release each:")
    print(f"  median  {statistics.median(found):.2f} s")
    print(f"  fastest {found[0]:.2f} s, slowest {found[-1]:.2f} s")


if __name__ == "__main__":
    main()
