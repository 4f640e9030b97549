"""The guard over real HTTP: the installed command serves, and strangers ask for everything that it must not give."""

from __future__ import annotations

import asyncio
import csv
import io
import threading
import time
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from tests.support.scenario import HARM, entry, store
from tests.support.web import Served, serving
from watcher.config.load import load
from watcher.store.connection import connect, write
from watcher.store.readers import PRIVATE
from watcher.web.guard import harmless_csv
from watcher.web.guarded_database import Access
from watcher.web.serve import access_of, datasette_of

if TYPE_CHECKING:
    from collections.abc import Iterator

SECRET = "desk-secret@example.org"
NUMBERS = "with recursive n(x) as (select 1 union all select x + 1 from n) "
# Each needs gigabytes, or a step of many seconds that SQLite does not interrupt.
BOMBS = [
    "select hex(randomblob(2e8))",
    NUMBERS + "select count(*) from n",
    NUMBERS + "select group_concat(x || hex(randomblob(1000))) from n",
    NUMBERS + "select x, hex(randomblob(100000)) from n",
    NUMBERS + "select hex(randomblob(500)) as y from n order by y",
    "select printf('%.*c', 1000000000, 'x')",
    "select instr(printf('%.*c', 999999, 'x'), printf('%.*c', 499999, 'x') || 'b')",
    "select replace(printf('%.*c', 999999, 'x'), printf('%.*c', 499999, 'x') || 'b', '')",
    f"select printf('%.*c', 999999, 'a') like '{'%a' * 90}b'",
    f"with x(a) as (select printf('%.*c', 999999, 'x')) select {', '.join(['a'] * 60)} from x",
]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A release whose title is a formula, a recipient, and the command that serves them."""
    folder = tmp_path_factory.mktemp("guard")
    title = '=HYPERLINK("http://evil.example";"x")'
    found = store(folder, lambda base: [entry(1, base, link="", title=title, text=HARM)])
    with (folder / "watcher.toml").open("a") as file:
        file.write('[web]\nhosts = ["room.example"]\n')
    database = connect(found.database)
    with write(database):
        database.execute("INSERT INTO channels (name) VALUES (?)", [SECRET])
        database.execute(
            "INSERT INTO custody (at, action, who, program_version) VALUES ('2026-01-01T00:00:00Z', 'backup', ?, '1')",
            [SECRET],
        )
    database.close()
    with serving(folder) as served:
        yield served


def test_private_tables_are_open_on_no_route(served: Served) -> None:
    """Recipients, channels and the names of those who work here are asked for by every route that Datasette has."""
    routes = [
        f"/watcher/{table}{form}" for table in PRIVATE for form in ("", ".json", ".csv?_stream=1", "/1", "/1.json")
    ]
    routes += [f"/watcher.{form}?sql=select+*+from+{table}" for table in PRIVATE for form in ("json", "csv")]
    routes += ["/watcher/Custody.json", "/watcher/CHANNELS.csv", "/watcher/custody.json?_facet=who&_nl=on"]
    routes += ["/watcher/releases.json?_where=exists(select+1+from+custody)", "/watcher/revisions_fts_data.json"]
    routes += ["/watcher.json?sql=" + quote("select sql from sqlite_master"), "/watcher/sqlite_master.json"]
    routes += [
        "/-/databases.json",
        "/-/databases",
        "/-/threads.json",
        "/_internal.json",
        "/watcher.db",
        "/_internal/tables.json",
    ]
    for route in routes:
        answer = served.get(route)
        assert answer.status in {400, 403, 404}, (route, answer.status)
        assert SECRET not in answer.text, route
        assert str(served.database.parent) not in answer.text, route
    home = served.get("/watcher.json").json()
    assert {table["name"] for table in home["tables"]} & PRIVATE == set()
    assert "custody" not in served.get("/watcher").text


def test_tables_that_private_ones_refer_to_can_be_opened(served: Served) -> None:
    """Datasette counts what refers to a row: a private table among them must not shut the row."""
    assert served.get("/watcher/releases/1.json?_extras=foreign_key_tables").status == 200
    assert served.get("/watcher/releases/1").status == 200
    assert served.get("/watcher/feeds/1").status == 200


def test_every_answer_has_the_headers_of_this_site(served: Served) -> None:
    """Own pages allow no script between their lines; Datasette's need them, on their own routes only."""
    for route, is_stock in {
        "/-/watcher/style.css": False,
        "/watcher": True,
        "/nowhere": False,
        "/watcher/claims.json": True,
    }.items():
        headers = served.get(route).headers
        policy = headers["content-security-policy"]
        assert ("unsafe-inline" in policy) == is_stock, route
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert headers["x-frame-options"] == "DENY"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize(
    ("host", "status"),
    {
        "127.0.0.1:1": 200, "localhost": 200, "LOCALHOST:8001": 200, "[::1]:8001": 200, "room.example": 200,
        "evil.example": 400, "localhost.evil.example": 400, "127.0.0.1.evil.example": 400,
        "room.example@evil.example": 400,
        "": 400, "[": 400, "10.0.0.1": 400,
    }.items(),
)  # fmt: skip
def test_only_known_hosts_are_answered(served: Served, host: str, status: int) -> None:
    """A site of somebody else's whose name points to loopback must not read the database in a visitor's browser."""
    assert served.get("/-/watcher/style.css", host=host).status == status


def test_long_bodies_are_refused(served: Served) -> None:
    """Datasette keeps what is posted in memory."""
    assert served.post("/watcher", b"x" * 1_000_000).status == 413
    assert served.get("/-/watcher/style.css").status == 200


def test_cells_of_datasettes_own_csv_run_no_formula(served: Served) -> None:
    """A title that begins with = would be run by the spreadsheet of whoever opens the file."""
    for route in (
        "/watcher/releases.csv",
        "/watcher/releases.csv?_stream=1&_dl=1",
        "/watcher.csv?sql=select+title+from+releases",
    ):
        rows = list(csv.DictReader(io.StringIO(served.get(route).text, newline="")))
        assert [row["title"] for row in rows] == ['\'=HYPERLINK("http://evil.example";"x")'], route


def test_numbers_and_line_ends_in_csv_stay() -> None:
    """Only what would be run is changed."""
    rows = 'a,-5,"-5+1","x, ""y""\nz",@me\r\n'
    assert list(csv.reader(io.StringIO(harmless_csv(rows), newline=""))) == [
        ["a", "-5", "'-5+1", 'x, "y"\nz', "'@me"],
    ]


def test_memory_and_other_pages_hold_whatever_is_asked(served: Served) -> None:
    """Nine bombs, three at once, while another reader opens pages: under 300 MB in all, no page waits."""
    slowest = 0.0
    answers: list[int] = []

    def throw(bombs: list[str]) -> None:
        answers.extend(served.get(f"/watcher.json?_shape=array&sql={quote(sql)}").status for sql in bombs)

    throwers = [threading.Thread(target=throw, args=(BOMBS[first::3],)) for first in range(3)]
    for one in throwers:
        one.start()
    while any(one.is_alive() for one in throwers):
        for route in ("/release/1", "/", "/watcher/claims", "/-/watcher/alerts.atom"):
            before = time.monotonic()
            assert served.get(route).status == 200
            slowest = max(slowest, time.monotonic() - before)
    assert set(answers) <= {200, 400, 503}, answers
    assert served.get("/watcher.json?sql=select+1&_shape=arrays").json()["rows"] == [[1]]
    assert slowest < 3, slowest  # half a second on an idle machine
    assert served.peak_bytes() < 300_000_000


def test_sql_is_off_by_one_line(served: Served) -> None:
    """For a public host: no SQL of readers, no conditions of their own; tables and saved queries stay."""
    settings = load(served.folder).settings
    assert access_of(settings, "127.0.0.1") == Access(frozenset({"room.example", "127.0.0.1"}), is_sql_open=True)
    assert not access_of(settings, "0.0.0.0").is_sql_open  # noqa: S104 - nothing listens there
    closed = settings.with_changes(web=settings.web.with_changes(sql=False))
    datasette = datasette_of(served.database, access_of(closed, "127.0.0.1"))

    async def ask() -> list[int]:
        routes = (
            "/watcher.json?sql=select+1",
            "/watcher/claims.json?_where=1=1",
            "/watcher/claims.json",
            "/watcher/denials.json",
        )
        return [(await datasette.client.get(route)).status_code for route in routes]

    assert asyncio.run(ask()) == [403, 403, 200, 200]
    datasette.close()
