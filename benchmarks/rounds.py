"""Rounds of polls beside a plain script's over the same feeds in the same minute: seconds of the clock and of CPU.

300 feeds of 20 entries on 50 sites of `origin.py`, pages of 60 to 120 KB that no page rule knows. Ours is `watcher
poll` as it is shipped: evidence, snapshots, hash chain, synchronous=FULL, claims. Theirs is `simple_script.py`. Both
are commands, start-up included, and CPU is that of all their processes (`process_tree.py`). They take turns, and the
median of each counts; rounds that take long are done half as often, since there a moment more or less says nothing.

Limits towards hosts are set so that neither waits: `host_interval = 0`, for the script makes no pauses. One connection
to a host at a time is what we are shipped with and what a script does that asks one after the other; that several hosts
are asked side by side is what ours is built for, so it stays. robots.txt is asked for by ours alone.

The first round of ours is measured too: releases a second, fifth by fifth, since it must not slow down, and the room
that a release takes; at the end once more with page rules for every site. The script begins with what stands in the
feeds (`--no-pages`), which no table shows.

Run it with `.venv/bin/python benchmarks/rounds.py [FEEDS [TURNS [ENTRIES]]] [--write]`; `--write` puts the table into
docs/reference/benchmarks.md.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from origin import RULES, Kind, Origin, serving
from plot import bars
from process_tree import Cost, cost_of
from report import machine, table, write_section
from sqlite_utils import Database

if TYPE_CHECKING:
    from collections.abc import Sequence

HERE = Path(__file__).resolve().parent
FEEDS, SITES, ENTRIES, TURNS = 300, 50, 20, 3
# What is answered in a round, how many entries of each feed are new, and the share of the script's time that is wanted.
ROUNDS: dict[str, tuple[Kind, int, float]] = {
    "all 304": ("conditional", 0, 0.9),
    "same body, 200": ("full", 0, 0.2),
    "only the build date changed": ("rebuilt", 0, 0.5),
    "one new entry each, with pages": ("conditional", 1, 0.5),
}
# Releases a second in a first round, and the milliseconds of CPU that one costs with page rules.
WANTED_PER_SECOND, WANTED_MS = 60, 12
HEAD = ["round", "script, s", "its CPU", "watcher, s", "its CPU", "ratio", "ratio of CPU", "wanted"]


@dataclass(frozen=True, slots=True)
class Both:
    """What a round cost the script and us, the median of some turns."""

    theirs: Cost
    ours: Cost


def configure(folder: Path, sites: list[list[str]], said: str = "", rules: Sequence[str] = ("",)) -> None:
    """One publisher per site, with its feeds, nothing else than is shipped but for the loopback addresses.

    `said` are lines of TOML that each feed says beside its address, `rules` the page rules that sites have in turn.
    """
    (folder / "publishers").mkdir(parents=True)
    shutil.copytree(HERE.parent / "config" / "words", folder / "words")
    http = '[http]\nallow_addresses = ["127.0.0.0/8"]\nhost_interval = 0\n'
    (folder / "watcher.toml").write_text(f'database = "watcher.db"\n{http}')
    for number, feeds in enumerate(sites):
        tables = (f'[[feed]]\ncode = "f{n}"\nurl = "{url}"\n{said}' for n, url in enumerate(feeds))
        head = f'name = "Command {number}"\n{rules[number % len(rules)]}'
        (folder / "publishers" / f"p{number}.toml").write_text(f"{head}{''.join(tables)}")


def ours(folder: Path) -> list[str]:
    """Our command."""
    return [sys.executable, "-m", "watcher", "--config", str(folder / "config"), "poll"]


def theirs(folder: Path, *options: str) -> list[str]:
    """The script's."""
    return [
        sys.executable,
        str(HERE / "simple_script.py"),
        str(folder / "feeds.txt"),
        str(folder / "script.db"),
        *options,
    ]


def first_round(folder: Path) -> tuple[Cost, list[float], int]:
    """What our first round cost, how many releases a second it stored in each fifth of it, and the file's bytes."""
    cost, file = cost_of(ours(folder)), folder / "config" / "watcher.db"
    with closing(Database(file)) as database:
        rows = database.query("SELECT first_seen_at AS at FROM releases ORDER BY first_seen_at")
        times = [datetime.fromisoformat(row["at"]).timestamp() for row in rows]
    step = max(1, len(times) // 5)
    marks = times[::step][:5] + times[-1:]
    return cost, [step / max(0.001, late - early) for early, late in pairwise(marks)], file.stat().st_size


def turns_of(kind: Kind, new: int, turns: int) -> int:
    """How often a round is done: only that of all 304 is as short as what disturbs it."""
    return turns if (kind, new) == ("conditional", 0) else max(1, turns // 2)


def take_turns(origin: Origin, folder: Path, kind: Kind, new: int, turns: int) -> Both:
    """The median cost of a round; both see the same answers, one after the other."""
    costs: list[tuple[Cost, Cost]] = []
    for _ in range(turns_of(kind, new, turns)):
        origin.turn(kind, new=new)
        costs.append((cost_of(theirs(folder)), cost_of(ours(folder))))
    their_costs, our_costs = zip(*costs, strict=True)
    return Both(_middle(their_costs), _middle(our_costs))


def _middle(costs: Sequence[Cost]) -> Cost:
    return Cost(*(median(getattr(one, name) for one in costs) for name in ("wall", "cpu", "largest_mb")))


def measure(folder: Path, feeds: int, turns: int, entries: int) -> tuple[str, dict[str, Both]]:
    """The first round of ours in a sentence, then each round of both; each is printed as soon as it is measured."""
    with serving(feeds, sites=min(SITES, feeds), entries=entries) as origin:
        configure(folder / "config", origin.feeds)
        (folder / "feeds.txt").write_text("\n".join(url for site in origin.feeds for url in site))
        cost_of(theirs(folder, "--no-pages"))
        first, found = in_words(feeds * entries, *first_round(folder)), {}
        print(f"{first}\n\n{table(HEAD, ())}", flush=True)
        for name, (kind, new, _) in ROUNDS.items():
            found[name] = take_turns(origin, folder, kind, new, turns)
            print(f"| {' | '.join(row_of(name, found[name]))} |", flush=True)
        configure(folder / "ruled" / "config", origin.feeds, rules=RULES)
        cost, _, _ = first_round(folder / "ruled")
    ruled = (
        f"With page rules for every site a release costs {cost.cpu / (feeds * entries) * 1000:.0f} ms of CPU "
        f"(wanted: {WANTED_MS}), {feeds * entries / cost.wall:.0f} releases a second."
    )
    print(f"\n{ruled}", flush=True)
    return f"{first} {ruled}", found


def in_words(releases: int, cost: Cost, rates: list[float], size: int) -> str:
    """What our first round cost, how fast each fifth of it was, and the room that its releases take."""
    return (
        f"First round of watcher, {releases} releases with their pages: {cost.wall:.0f} s ({cost.cpu:.0f} s of CPU, "
        f"{cost.cpu / releases * 1000:.0f} ms a release), {releases / cost.wall:.0f} releases a second (wanted: "
        f"{WANTED_PER_SECOND}); from fifth to fifth {', '.join(f'{rate:.0f}' for rate in rates)} a second. "
        f"With page, evidence and index a release takes {size / releases / 1000:.1f} KB of the database (wanted: 12)."
    )


def row_of(name: str, both: Both) -> list[str]:
    """A row of the table: seconds of both, the ratios of clock and CPU, and what is wanted of the first."""
    they, we = both.theirs, both.ours
    shares = [we.wall / they.wall, we.cpu / they.cpu]
    numbers = [they.wall, they.cpu, we.wall, we.cpu, *shares, ROUNDS[name][2]]
    return [name, *(f"{number:.2f}" for number in numbers)]


def main() -> None:
    """Measure, print what is measured as it comes, and write the section where that is asked for."""
    given = [int(one) for one in sys.argv[1:] if one != "--write"]
    feeds, turns, entries = given + [FEEDS, TURNS, ENTRIES][len(given) :]
    with tempfile.TemporaryDirectory() as place:
        first, found = measure(Path(place), feeds, turns, entries)
    body = f"{table(HEAD, (row_of(name, both) for name, both in found.items()))}\n\n{first}"
    if "--write" in sys.argv:
        groups = {name: {"script": both.theirs.wall, "watcher": both.ours.wall} for name, both in found.items()}
        picture = bars("Seconds of a round, start-up included", groups, "s")
        what = (__doc__ or "").partition("Run it with")[0].strip()
        used = machine("feedparser", "beautifulsoup4", "lxml", "sqlite-utils", "requests", "aiohttp")
        body = f"{what}\n\n{body}\n\n![Bars of the table](../images/benchmark-rounds.svg)\n\n{used}"
        write_section("Rounds beside a plain script", body, images={"benchmark-rounds.svg": picture})


if __name__ == "__main__":
    main()
