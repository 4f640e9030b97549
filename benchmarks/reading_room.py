"""The server's time for each kind of page of the reading room: 100,000 releases, 300,000 claims, hostile titles.

The titles are long and in Arabic, Hebrew and English, with mark-up, direction signs, words without an end and signs
that combine. Each page is asked for eleven times within one process, after one that is not counted; the median counts
and must stay under 150 ms. Pages are found by their links: the front's and the navigation's, one of each kind, with one
of each filter.

Run it with `.venv/bin/python benchmarks/reading_room.py [RELEASES] [FOLDER]`; a folder keeps the database, for looking
at it with `watcher serve`.
"""

from __future__ import annotations

import asyncio
import json
import random
import re
import sys
import tempfile
import time
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, quote, urldefrag, urlsplit

from watcher.clock import to_text
from watcher.store.connection import connect
from watcher.store.schema import migrate
from watcher.web.guarded_database import Access
from watcher.web.serve import datasette_of

if TYPE_CHECKING:
    from sqlite_utils import Database


RELEASES, CLAIMS_OF_EACH, PUBLISHERS, ROUNDS, MOST_MS = 100_000, 3, 20, 11, 150
NEWEST = datetime(2026, 11, 29, 12, tzinfo=UTC)
WORDS = {
    "en": "statement on the strike near a village soldiers civilians reported command says inquiry border night",
    "ar": "بيان الوزارة عن الغارة قرب القرية جنود مدنيين قتلى جرحى الحدود ليلة أمس تحقيق القيادة",
    "he": "הודעת המשרד על התקיפה ליד הכפר חיילים אזרחים הרוגים פצועים הגבול אמש חקירה הפיקוד",
}
HOSTILE = (
    "<script>alert(1)</script>",
    "\u202eesrever si siht\u202c",
    "Donau" + "dampfschifffahrts" * 12,
    "a\u0301\u0327" + "\u0336" * 40,
    '"><img src=x onerror=alert(1)>',
    "{{ 7*7 }} =HYPERLINK(1) '; DROP TABLE releases; --",
    "\u2066\u2069\u200f\u200b mixed עברית with عربي and English",
)
# In every third text, in some, in none, the beginning of a word, and what people type.
SEARCHES = ("civilians", "HYPERLINK", "zzzz", "dampf*", "مدنيين", '"near a" -border', "al-Hamis")
HARMS = ("killed", "injured", "missing", "captured")
VICTIMS = ("civilian", "military", "police", "unknown")
STANCES = ("asserted", "assessed", "alleged", "denied", "historical")


def fill(database: Database, releases: int) -> None:
    """Publishers with a feed each, their releases with one revision, and every twentieth with a second one."""
    chance = random.Random(7)  # noqa: S311 - the same titles at every run
    with database.conn:
        for number in range(1, PUBLISHERS + 1):
            name = f"{_title(chance, tuple(WORDS)[number % 3])[:80]} {number}"
            _insert(database, "publishers", id=number, code=f"p{number}", name=name, country="", is_verified=1)
            feed = {"name": f"p{number}/news", "kind": "feed", "url": "http://a.example/", "is_enabled": 1}
            state = {"configured_url": "http://a.example/", "interval_seconds": 900, "outcome": "new"}
            _insert(
                database, "feeds", id=number, publisher_id=number, title=name, **feed, **state, due_at=to_text(NEWEST)
            )
        for number in range(1, releases + 1):
            _release(database, number, chance, NEWEST - timedelta(minutes=3 * (releases - number)))
    database.execute("ANALYZE")


def _release(database: Database, number: int, chance: random.Random, published: datetime) -> None:
    language = ("en", "ar", "he")[number % 3]
    title, at, publisher = _title(chance, language), to_text(published), chance.randint(1, PUBLISHERS)
    text = "\n".join(_title(chance, language) for _ in range(6))
    totals = [] if number % 3 == 0 else [_total(chance) for _ in range(2)]
    times = {"published_at": at, "first_seen_at": at, "last_seen_at": to_text(NEWEST)}
    known = {"publisher_id": publisher, "identity": f"r{number}", "url": f"http://a.example/{number}", "title": title}
    revisions = 2 if number % 20 == 0 else 1
    state = {"revision_count": revisions, "is_reported": int(bool(totals)), "page_outcome": "ok"}
    _insert(database, "releases", id=number, **known, **times, **state, totals=json.dumps(totals))
    for revision in range(1, revisions + 1):
        said = f"{text}\n{'Corrected. ' * (revision - 1)}"
        row = {"title": title, "text": said, "text_from": "page", "language": language, "page_outcome": "ok"}
        found = {"text_sha256": sha256(said.encode()).hexdigest(), "observed_at": at, "published_at": at}
        key = _insert(database, "revisions", release_id=number, number=revision, **row, **found)
        for claim in range(1, CLAIMS_OF_EACH + 1):
            _claim(database, key, claim, said, chance)


def _total(chance: random.Random) -> dict[str, Any]:
    count = chance.randint(1, 40)
    said = {"harm": chance.choice(HARMS), "victim": chance.choice(VICTIMS), "stance": chance.choice(STANCES[:3])}
    return said | {"count_min": count, "count_max": count}


def _claim(database: Database, revision: int, number: int, text: str, chance: random.Random) -> None:
    start = chance.randint(0, max(0, len(text) - 60))
    count = chance.randint(1, 40)
    said = {"harm": chance.choice(HARMS), "victim": chance.choice(VICTIMS), "stance": chance.choice(STANCES)}
    place = {"place": "Tel Hamis", "place_raw": "Tel Hamis", "date_raw": "", "event_from": "", "event_to": ""}
    counted = {"count_min": count, "count_max": count, "count_kind": "exact", "count_raw": str(count)}
    flags = {"is_current": 1, "is_background": 0, "is_explicit": 1, "incident": 1, "rules": '["killed"]'}
    where = {"sentence": text[start : start + 50], "start": start, "end": start + 50, "speaker": "", "victim_raw": ""}
    values = said | place | counted | flags | where | {"confidence": round(chance.random(), 2)}
    _insert(database, "claims", revision_id=revision, detector_version="1", number=number, **values)


def _title(chance: random.Random, language: str) -> str:
    words = chance.choices(WORDS[language].split(), k=chance.randint(8, 40))
    if chance.random() < 0.3:  # noqa: PLR2004 - about a third of them mean harm
        words.insert(chance.randint(0, 8), chance.choice(HOSTILE))
    return " ".join(words)


def _insert(database: Database, table: str, **values: object) -> int:
    names, marks = ", ".join(f'"{name}"' for name in values), ", ".join("?" * len(values))
    cursor = database.conn.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", list(values.values()))
    return int(cursor.lastrowid or 0)


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a" and (link := dict(attrs).get("href")):
            self.found.append(urldefrag(link).url)


async def _kinds(datasette: Any) -> dict[str, str]:
    """One address of each kind of page: of its path with numbers left open, and of each filter."""
    kinds: dict[str, str] = {}
    waiting = ["/"]
    while waiting:
        address = waiting.pop(0)
        asked = urlsplit(address)
        kind = re.sub(r"\d+", "N", asked.path) + "".join(f"?{name}" for name in parse_qs(asked.query))
        if not address.startswith("/") or kind in kinds or not _is_page(address):
            continue
        kinds[kind] = address
        if "?" not in address:
            parser = _Links()
            parser.feed((await datasette.client.get(address)).text)
            waiting += parser.found
    return kinds


def _is_page(address: str) -> bool:
    """Whether it is one of our pages, and neither a file nor Datasette's own."""
    path = urlsplit(address).path
    return not path.startswith(("/watcher", "/-/")) and not re.search(r"\.\w+$|/bundle$", path)


async def measure(file: Path) -> bool:
    """Print the median, the slowest and the size of each kind of page; whether each is quick enough."""
    datasette = datasette_of(file, Access(reviewers={"anna": "-"}))
    signed = datasette.sign({"a": {"id": "anna"}}, "actor")
    cookies = {"ds_actor": signed}
    kinds = await _kinds(datasette)
    kinds["/review (logged in)"] = "/review"
    kinds |= {f"/search?q={words}": f"/search?q={quote(words)}" for words in SEARCHES}
    is_quick = True
    for kind, address in kinds.items():
        times, answer = [], None
        for _ in range(ROUNDS + 1):
            started = time.perf_counter()
            answer = await datasette.client.get(address, cookies=cookies if "logged in" in kind else None)
            times.append((time.perf_counter() - started) * 1000)
        middle = median(times[1:])
        is_quick &= middle < MOST_MS
        note = "" if middle < MOST_MS else "  too slow"
        size = len(answer.content) // 1024 if answer else 0
        status = answer.status_code if answer else 0
        print(f"{middle:7.0f} ms  slowest {max(times[1:]):7.0f} ms  {size:5} kB  {status}  {kind}{note}")
    for opened in datasette.databases.values():
        opened.close()
    return is_quick


def main() -> int:
    """Fill the database where it is not there yet, then ask for every kind of page."""
    with nullcontext(sys.argv[2]) if sys.argv[2:] else tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "watcher.db"
        if not file.exists():
            database = connect(file)
            migrate(database)
            started = time.perf_counter()
            fill(database, int(sys.argv[1]) if sys.argv[1:] else RELEASES)
            print(f"filled in {time.perf_counter() - started:.0f} s, {file.stat().st_size / 1e6:,.0f} MB")
            database.close()
        return 0 if asyncio.run(measure(file)) else 1


if __name__ == "__main__":
    sys.exit(main())
