"""What a long archive costs those who ask it: a million releases of 3 KB with their claims, alerts and full-text index.

The search (common and rare words, the beginning of a word, of one publisher), the front page's query with and without
filters, one release, and the newest alerts are asked eleven times each after one that is not counted. Counted is the
time of the processor, which other programs do not change; the median of each must stay under 100 ms. The size of the
file is said. Texts are drawn from 30,000 words, of which few are frequent and most are rare, as in any language.

Run it with `.venv/bin/python benchmarks/long_archive.py [RELEASES] [FOLDER] [--write]`; a folder keeps the database,
`--write` puts the table into docs/reference/benchmarks.md. A million releases take half an hour and 9 GB of disk.
"""

from __future__ import annotations

import json
import random
import sys
import tempfile
import time
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import accumulate
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from report import machine, table, write_section

from watcher.clock import to_text
from watcher.store.alerts import published_alerts
from watcher.store.connection import connect
from watcher.store.reading import read_release
from watcher.store.reported import Wanted, newest_reported
from watcher.store.reports import alerts, releases
from watcher.store.retention import optimize
from watcher.store.schema import migrate
from watcher.store.search import Search, find

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from sqlite_utils import Database

    Row = tuple[str, float, float]  # a question, and milliseconds at the median and at most


RELEASES, PUBLISHERS, ROUNDS, MOST_MS, AT_ONCE = 1_000_000, 100, 11, 100, 5000
NEWEST = datetime(2026, 11, 29, 12, tzinfo=UTC)
SYLLABLES = ("ba", "ke", "lo", "mi", "nu", "ra", "se", "ti", "vo", "za", "der", "fin", "gol", "har", "jun", "pel")
# In nearly every text, in one of eight, and as the beginning of three words.
COMMON = ("the", "of", "civilians", "civil", "civilian", "soldiers", "killed", "village", "inquiry", "patrol")
HEAD = ["question", "median, ms of CPU", "slowest, ms"]
HARMS, VICTIMS = ("killed", "injured", "missing"), ("civilian", "military", "police", "unknown")
STANCES = ("asserted", "assessed", "alleged", "denied")
# The columns of each table that is filled, in the order of `_rows`.
COLUMNS = {
    "releases": "id publisher_id identity url title published_at revision_count is_reported totals page_outcome"
    " first_seen_at last_seen_at",
    "revisions": "id release_id number title text text_from text_sha256 language published_at page_outcome observed_at",
    "claims": "id revision_id detector_version number is_current harm count_min count_max count_kind count_raw victim"
    " victim_raw stance is_background is_explicit place place_raw date_raw event_from event_to speaker sentence start"
    " end incident rules confidence",
    "claim_totals": "id revision_id detector_version is_reported totals",
    "alerts": "id uid event thread release_id revision_id priority rules title message created_at",
}


def _words(chance: random.Random) -> list[str]:
    made = {"".join(chance.choices(SYLLABLES, k=chance.randint(2, 4))) for _ in range(40_000)}
    return [*COMMON, *sorted(made)[:30_000]]


def _paragraphs(chance: random.Random) -> list[str]:
    """Paragraphs of some 500 characters, of which texts are put together; few words are frequent, most are rare."""
    words = _words(chance)
    weights = list(accumulate(1 / (rank + 5) for rank in range(len(words))))
    return [" ".join(chance.choices(words, cum_weights=weights, k=75)) for _ in range(5000)]


def fill(database: Database, count: int) -> None:
    """Publishers, their releases with one revision, three claims each in two of three, an alert in one of ten."""
    chance = random.Random(7)  # noqa: S311 - the same texts at every run
    paragraphs = _paragraphs(chance)
    for number in range(1, PUBLISHERS + 1):
        database.execute(
            "INSERT INTO publishers (id, code, name, country, is_verified) VALUES (?1, 'p' || ?1, 'P ' || ?1, 'NO', 1)",
            [number],
        )
    database.conn.commit()
    for first in range(1, count + 1, AT_ONCE):
        rows: dict[str, list[tuple[object, ...]]] = {name: [] for name in COLUMNS}
        for number in range(first, min(first + AT_ONCE, count + 1)):
            for name, row in _rows(number, chance, paragraphs, NEWEST - timedelta(minutes=count - number)):
                rows[name].append(row)
        with database.conn:
            for name, columns in COLUMNS.items():
                names = ", ".join(f'"{column}"' for column in columns.split())
                marks = ", ".join("?" * len(columns.split()))
                database.conn.executemany(f"INSERT INTO {name} ({names}) VALUES ({marks})", rows[name])


def _rows(
    number: int, chance: random.Random, paragraphs: list[str], moment: datetime
) -> Iterator[tuple[str, tuple[object, ...]]]:
    """One release with all that is its own, by table."""
    at, text = to_text(moment), f"{number} " + "\n".join(chance.choices(paragraphs, k=6))
    title, key = text[:80], sha256(text.encode()).hexdigest()
    made = [_claim(chance) for _ in range(3 if number % 3 else 0)]
    totals = json.dumps([{"harm": h, "victim": v, "stance": s, "count_min": n, "count_max": n} for h, v, s, n in made])
    publisher, url = chance.randint(1, PUBLISHERS), f"http://a.example/{number}"
    yield "releases", (number, publisher, url, url, title, at, 1, int(bool(made)), totals, "ok", at, at)
    yield "revisions", (number, number, 1, title, text, "page", key, "en", at, "ok", at)
    yield "claim_totals", (number, number, "1", int(bool(made)), totals)
    for place, (harm, victim, stance, people) in enumerate(made):
        said = (harm, people, people, "exact", str(people), victim, victim, stance, 0, 1, "", "", "", "", "", "")
        found = (number * 3 + place, number, "1", place + 1, 1, *said, text[:90], 0, 90, 1, '["killed"]')
        yield "claims", (*found, round(chance.random(), 2))
    if number % 10 == 1:
        message = json.dumps({"title": title, "totals": json.loads(totals), "release": {"url": url}})
        yield "alerts", (number, key[:32], "new", url, number, number, "normal", "[]", title, message, at)


def _claim(chance: random.Random) -> tuple[str, str, str, int]:
    return chance.choice(HARMS), chance.choice(VICTIMS), chance.choices(STANCES, (6, 2, 2, 1))[0], chance.randint(1, 40)


def questions(database: Database, count: int) -> dict[str, Callable[[], object]]:
    """What is asked, by its name."""
    connection = database.conn
    asked: dict[str, Callable[[], object]] = {
        f"search {q}": lambda q=q: find(connection, Search(q=q))  # type: ignore[misc] # each with its own words
        for q in (
            "civilians",
            "civil*",
            "ba*",
            "bakelo*",
            "village patrol",
            '"village patrol"',
            str(count // 2),
            "zzzz",
        )
    }
    asked |= {
        "search civilians of a publisher": lambda: find(connection, Search(q="civilians", publisher="p7")),
        "search of a publisher": lambda: find(connection, Search(publisher="p7")),
        "search of a country": lambda: find(connection, Search(country="NO")),
        "search of anything": lambda: find(connection, Search()),
        "front": lambda: newest_reported(connection, Wanted(), limit=50),
        "front, a harm": lambda: newest_reported(connection, Wanted(harm="missing", victim="police"), limit=50),
        "front, a publisher": lambda: newest_reported(connection, Wanted(publisher="p7"), limit=50),
        "one release": lambda: read_release(connection, count // 2),
        "newest alerts": lambda: alerts(database),
        "published alerts": lambda: published_alerts(connection),
        "watcher releases": lambda: releases(database),
        "watcher releases --publisher": lambda: releases(database, publisher="p7"),
        "watcher releases --search": lambda: releases(database, words="civilians"),
    }
    return asked


def measure(database: Database, count: int) -> list[Row]:
    """The median and the slowest of each question in milliseconds; each is printed as it is measured."""
    rows = []
    for name, ask in questions(database, count).items():
        times = []
        for _ in range(ROUNDS + 1):
            started = time.process_time()
            ask()
            times.append((time.process_time() - started) * 1000)
        middle, slowest = median(times[1:]), max(times[1:])
        rows.append((name, middle, slowest))
        print(f"{middle:7.1f} ms  slowest {slowest:7.1f} ms  {name}{'' if middle < MOST_MS else '  too slow'}")
    return rows


def build(file: Path, count: int) -> None:
    """Make the database, without waiting for the disk and with most of it in memory; and say how long that took."""
    started, worked = time.perf_counter(), time.process_time()
    database = connect(file)
    migrate(database)
    for pragma in ("synchronous = OFF", "cache_size = -400000"):
        database.execute(f"PRAGMA {pragma}")
    fill(database, count)
    optimize(database)
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    database.close()
    took, cpu = time.perf_counter() - started, time.process_time() - worked
    print(f"filled in {took:.0f} s, {cpu:.0f} s of CPU")


def write(size: str, rows: Sequence[Row]) -> None:
    """Put the section into the page of the benchmarks."""
    what = (__doc__ or "").partition("Run it with")[0].strip()
    found = table(HEAD, ([name, f"{middle:.1f}", f"{slowest:.1f}"] for name, middle, slowest in rows))
    write_section("Long archives", f"{what}\n\n{found}\n\n{size}.\n\n{machine('sqlite-utils')}")


def main() -> int:
    """Fill the database where it is not there yet, then ask."""
    given = [one for one in sys.argv[1:] if one != "--write"]
    count = int(given[0]) if given else RELEASES
    with nullcontext(given[1]) if given[1:] else tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "watcher.db"
        if not file.exists():
            build(file, count)
        database = connect(file)
        size = f"{count:,} releases, {file.stat().st_size / 1e6:,.0f} MB"
        print(size)
        rows = measure(database, count)
    if "--write" in sys.argv:
        write(size, rows)
    return 0 if all(middle < MOST_MS for _, middle, _ in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
