"""What a round of polls costs the more feeds there are: from 100 to 10,000, all of which answer 304.

Each size has a database and a configuration of its own and is polled by the command `watcher poll`; the CPU of all its
processes counts (`process_tree.py`), less that of `watcher poll --due` with nothing due, which is its start. Feeds are
on 50 addresses of loopback that keep their connections. The validators of an earlier poll are put into the database,
since ten thousand first rounds are another benchmark. Then the daemon runs for some seconds over the largest size with
nothing due: what its ticks, its signs of health and its looks at the database cost by themselves.

Polled every 15 minutes, all feeds cost the CPU of a round in 900 seconds, which is printed as a share of one core.

Run it with `.venv/bin/python benchmarks/many_feeds.py [LARGEST [SECONDS]] [--write]`.
"""

from __future__ import annotations

import sqlite3
import sys
import tempfile
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from plot import lines
from polling import ETAG, HOSTS, MODIFIED, Steady, configure, servers
from process_tree import cost_of
from report import machine, table, write_section

LARGEST, SECONDS, EACH = 10_000, 30, 900
SIZES = (100, 300, 1_000, 3_000, 10_000)
FAR = "2099-01-01T00:00:00.000Z"


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
    folder.mkdir()
    configure(folder, urls)
    cost_of(command(folder, "poll", "p0/f0"))
    with closing(sqlite3.connect(folder / "watcher.db")) as database, database:
        validators = (ETAG, MODIFIED, "not_modified", FAR)
        database.execute("UPDATE feeds SET etag = ?, last_modified = ?, outcome = ?, due_at = ?", validators)
        database.execute("UPDATE feeds SET not_before_at = NULL")


def round_of(folder: Path, feeds: int) -> Round:
    """What a round over all feeds costs."""
    start = cost_of(command(folder, "poll", "--due")).cpu
    return Round(feeds, cost_of(command(folder, "poll")).cpu - start, start)


def idle(folder: Path, seconds: int) -> float:
    """The share of a core that the daemon takes with nothing due: of two runs, what the longer one costs more."""
    with closing(sqlite3.connect(folder / "watcher.db")) as database, database:
        database.execute("UPDATE feeds SET due_at = ?", (FAR,))
    costs = []
    for length in (seconds / 3, seconds):
        daemon = " ".join(command(folder, "run"))
        costs.append(cost_of(["sh", "-c", f"timeout -s TERM {length:.0f} {daemon}; true"]).cpu)
    return (costs[1] - costs[0]) / (seconds * 2 / 3)


def measure(place: Path, largest: int, seconds: int) -> tuple[list[Round], float]:
    """A round of each size, and the daemon over the largest."""
    rounds = []
    with servers(Steady) as urls:
        addresses = [one[0].rpartition("/")[0] for one in urls]
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
    daemon = (
        f"The daemon over {rounds[-1].feeds:,} feeds with nothing due takes {share:.2%} of one core; the start of a "
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
