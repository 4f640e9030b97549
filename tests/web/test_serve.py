"""Datasette over a real database: every query answers, every table is explained, nothing can be written."""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.disk import read_only
from tests.support.scenario import HARM, entry, store
from watcher.errors import WatcherError
from watcher.store.connection import connect, still_copy, write
from watcher.store.readers import PRIVATE
from watcher.store.schema import migrate
from watcher.web.guarded_database import Access
from watcher.web.metadata import metadata
from watcher.web.serve import datasette_of, serve

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from datasette.app import Datasette

DENIAL = "The claim that three civilians were killed is false."
DESCRIBED: dict[str, Any] = metadata("watcher")["databases"]["watcher"]
SIGNS = {
    "": 0,
    '"': 0,
    "-": 0,
    "(": 0,
    "' or 1=1 --": 0,
    "near*": 2,
    "AND": 1,
    "town OR war": 0,
    "Al-Ḥudaydah": 1,
    "town": 1,
}


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with a release that reports, one that denies, and one that does neither."""
    folder = tmp_path_factory.mktemp("web")
    texts = (HARM, DENIAL, "Fighting near Al-Ḥudaydah went on.")
    return store(folder, lambda base: [entry(n, base, link="", text=text) for n, text in enumerate(texts)]).database


@pytest.fixture(scope="module")
def served(database: Path) -> Iterator[Datasette]:
    datasette = datasette_of(database)
    yield datasette
    datasette.close()


def get(datasette: Datasette, path: str, **parameters: str) -> Any:
    """The answer to one request, in the process of the test."""
    return asyncio.run(datasette.client.get(path, params=parameters))


def answer(datasette: Datasette, query: str, **parameters: str) -> list[dict[str, Any]]:
    response = get(datasette, f"/watcher/{query}.json", _shape="array", **parameters)
    assert response.status_code == 200, response.text
    found: list[dict[str, Any]] = response.json()
    return found


def test_every_table_is_described_and_every_description_has_its_table(database: Path) -> None:
    """A person who opens the database must not guess what a table is."""
    db = connect(database, is_read_only=True)
    tables = {name for name in db.table_names() if not name.startswith(("_", "revisions_fts", "sqlite"))}
    described = {name for name, said in DESCRIBED["tables"].items() if said.get("description")}
    assert described - set(db.view_names()) == tables
    columns = {(name, column) for name, said in DESCRIBED["tables"].items() for column in said.get("columns", {})}
    assert {column for name, column in columns if column not in db[name].columns_dict} == set()
    db.close()


@pytest.mark.parametrize("query", DESCRIBED["queries"])
def test_every_query_answers(served: Datasette, query: str) -> None:
    """A query that fails on today's schema would be found by a reader."""
    assert isinstance(answer(served, query, publisher="", words="town"), list)


def test_queries_tell_reports_from_denials(served: Datasette) -> None:
    """What was denied must not stand among what was reported."""
    assert {(row["harm"], row["count_min"]) for row in answer(served, "casualties", publisher="")} == {
        ("killed", 2),
        ("injured", 4),
    }
    assert answer(served, "casualties", publisher="navy") == []
    assert [row["sentence"] for row in answer(served, "denials")] == [DENIAL]
    assert [row["name"] for row in answer(served, "feed_health")] == ["army/news"]


@pytest.mark.parametrize(("words", "count"), SIGNS.items())
def test_search_takes_whatever_is_typed(served: Datasette, words: str, count: int) -> None:
    """Check 67: signs of SQL and of the search language are words like others."""
    assert len(answer(served, "search", words=words)) == count


def test_search_folds_diacritics(served: Datasette) -> None:
    """Names of places are spelt in many ways."""
    assert len(answer(served, "search", words="AL-HUDAYDAH")) == 1


def test_every_table_can_be_opened(served: Datasette) -> None:
    """Facets and sort columns that do not exist would be errors."""
    for table in DESCRIBED["tables"]:
        assert get(served, f"/watcher/{table}").status_code == (403 if table in PRIVATE else 200), table


def test_nothing_can_be_written_and_the_file_is_not_handed_out(served: Datasette, database: Path) -> None:
    """Check 66: the database is evidence, also against its readers."""
    before = database.read_bytes()
    assert get(served, "/watcher.json", sql="delete from claims").status_code == 400
    assert get(served, "/watcher.db").status_code in {403, 404}
    assert database.read_bytes() == before


def test_tables_that_only_the_program_needs_are_hidden() -> None:
    """The first page is to lead to releases and claims, not to the program's own bookkeeping."""
    tables = metadata("watcher")["databases"]["watcher"]["tables"]
    hidden = {name for name, said in tables.items() if said.get("hidden")}
    assert "_sqlite_migrations" in hidden
    assert not hidden & {"releases", "revisions", "claims", "alerts", "feeds", "captures", "chain"}


def test_log_left_on_a_read_only_medium_is_served_too(tmp_path: Path) -> None:
    """What was written last before a crash stands in the log alone: Datasette must not show the file without it."""
    medium = tmp_path / "medium"
    made = connect(medium / "watcher.db")
    migrate(made)
    with write(made):
        made.conn.execute("INSERT INTO publishers (code, name, is_verified) VALUES ('late', 'Late', 0)")
    (medium / "watcher.db-shm").unlink()
    with read_only(medium), still_copy(medium / "watcher.db") as still:
        assert still is not None
        assert still != medium / "watcher.db"
        datasette = datasette_of(still)
        answer = asyncio.run(datasette.client.get("/watcher/publishers.json?_shape=array"))
        assert [row["code"] for row in answer.json()] == ["late"]
        datasette.close()
    made.close()


def test_port_that_is_taken_is_said_in_a_sentence(database: Path) -> None:
    """The server's library ended the command with a code of its own."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(WatcherError, match=f"nothing can be served at 127.0.0.1:{port}"):
            serve(database, Access(), host="127.0.0.1", port=port)


@pytest.mark.soak
def test_server_beside_the_daemon_ends_in_order_where_the_port_is_taken(database: Path) -> None:
    """Beside the daemon Python aborted with a dump of its threads, and the log said that Datasette ended with -6."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        command = (sys.executable, "-m", "watcher", "--config", str(database.parent), "serve", "--until-eof", "--port")
        with subprocess.Popen(  # noqa: S603 - our own command
            [*command, str(taken.getsockname()[1])], stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as process:
            assert process.wait(60) == 1
            assert process.stderr is not None
            said = process.stderr.read()
    assert "watcher: nothing can be served at 127.0.0.1:" in said
    assert "Fatal" not in said
