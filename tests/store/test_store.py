"""The database itself: settings, transactions, the writing thread, search, what people list."""

from __future__ import annotations

import asyncio
import sqlite3
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.scenario import HARM, configure, entry, one_round, rows, rss
from tests.support.servers import Answer, http_server, in_loop
from watcher.errors import Damaged, SchemaTooNew, StoreError, WatcherError
from watcher.store import reports as stored
from watcher.store.captures import snapshot
from watcher.store.connection import connect, open_store, write
from watcher.store.rows import body_of, insert
from watcher.store.schema import NAMES, migrate, migrations

if TYPE_CHECKING:
    from pathlib import Path

    from sqlite_utils import Database

    from watcher.config.load import Configuration


@pytest.fixture
def db(tmp_path: Path) -> Database:
    made = connect(tmp_path / "watcher.db")
    migrate(made)
    return made


def pragma(db: Database, name: str) -> Any:
    return db.execute(f"PRAGMA {name}").fetchone()[0]


def host(db: Database, name: str) -> None:
    db.conn.execute("INSERT INTO hosts (host) VALUES (?)", [name])


def test_settings_of_every_connection(db: Database) -> None:
    """(check 33) An acknowledged commit survives a power cut, and keys are kept."""
    values = {name: pragma(db, name) for name in ("journal_mode", "synchronous", "foreign_keys", "recursive_triggers")}
    assert values == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "recursive_triggers": 1}
    assert pragma(db, "busy_timeout") >= 5000


def test_every_table_is_strict_and_every_migration_is_named(db: Database) -> None:
    """A wrong type is refused by the database itself; an older program can tell a newer file."""
    names = [name for name in db.table_names() if not name.startswith(("_", "revisions_fts", "sqlite"))]
    assert [name for name in names if "STRICT" not in db[name].schema] == []
    assert [migration.name for migration in migrations.applied(db)] == list(NAMES)
    with pytest.raises(sqlite3.IntegrityError):
        insert(
            db,
            "snapshots",
            {"sha256": "a" * 64, "byte_count": "many", "compression": "none", "body": b"", "created_at": "x"},
        )


def test_newer_schema_is_refused(db: Database) -> None:
    """Check 43: an old program must not write into what it does not understand."""
    db["_sqlite_migrations"].insert({"migration_set": "watcher", "name": "9999_later", "applied_at": "2030"})  # type: ignore[union-attr]
    with pytest.raises(SchemaTooNew, match="9999_later"):
        migrate(db)


def test_file_that_is_no_database_is_damaged(tmp_path: Path) -> None:
    """It is never overwritten: it may be somebody's only copy."""
    path = tmp_path / "watcher.db"
    path.write_bytes(b"this is a letter and no database" * 100)
    with pytest.raises(Damaged):
        connect(path)
    assert path.read_bytes().startswith(b"this is a letter")


@in_loop
async def test_damaged_file_with_a_good_head_is_damaged_too(tmp_path: Path) -> None:
    """The error has our own name wherever it is noticed, and the file stays as it is."""
    path = tmp_path / "watcher.db"
    async with open_store(path):
        pass
    whole = path.read_bytes()
    path.write_bytes(whole[:100] + b"\xff" * (len(whole) - 100))
    with pytest.raises(Damaged):
        async with open_store(path):
            pass


def test_failed_write_leaves_nothing(db: Database) -> None:
    """All or nothing, and the error has our own name."""
    with pytest.raises(StoreError), write(db):  # noqa: PT012 - the first of the two is what must not stay
        host(db, "a:80")
        host(db, "a:80")
    assert db["hosts"].count == 0


@in_loop
async def test_what_was_asked_is_done_before_the_end(tmp_path: Path) -> None:
    """Closing the store waits for every write that was begun."""
    async with open_store(tmp_path / "watcher.db") as store:
        tasks = [asyncio.create_task(store.write(host, f"h{number}:80")) for number in range(20)]
        await asyncio.sleep(0)
    await asyncio.gather(*tasks)
    with sqlite3.connect(tmp_path / "watcher.db") as db:
        assert db.execute("SELECT count(*) FROM hosts").fetchone() == (20,)


@pytest.mark.parametrize("body", [b"", b"short", b"long " * 1000, bytes(range(256))])
def test_snapshot_keeps_the_bytes_once(db: Database, body: bytes) -> None:
    """What was received comes out again byte for byte, however often it came."""
    from watcher import clock  # noqa: PLC0415 - only here

    first, second = (snapshot(db, body, clock.now()) for _ in range(2))
    assert first == second
    (row,) = db.query("SELECT * FROM snapshots")
    assert body_of(row) == body


async def _release(folder: Path, text: str = HARM) -> Configuration:
    async with http_server() as server:
        items = [
            entry(number, "http://army.example", link="", title=title, text=text)
            for number, title in enumerate(("Statement of the army", "Statement of the navy", "100% certain_ty"))
        ]
        server.routes["/feed"] = Answer(rss(*items))
        configuration = configure(folder, {"news": server.url("/feed")})
        await one_round(configuration)
    return configuration


@in_loop
async def test_search_folds_diacritics_and_takes_any_words(tmp_path: Path) -> None:
    """Names are spelt in many ways, and a search field takes what people type."""
    configuration = await _release(tmp_path, "Fighting near Al-Ḥudaydah went on.")
    db = connect(configuration.database, is_read_only=True)
    assert len(stored.releases(db, words="al-hudaydah")) == 3
    for odd in ('"', "a AND (", "near*", "-", "' OR 1=1 --"):
        stored.releases(db, words=odd)


@in_loop
async def test_release_is_found_by_number_url_or_start_of_its_title(tmp_path: Path) -> None:
    """As a person would name it; where two fit, both are told."""
    db = connect((await _release(tmp_path)).database, is_read_only=True)
    assert stored.find_release(db, "2") == 2
    assert stored.find_release(db, "Statement of the n") == 2
    assert stored.find_release(db, "100% certain_") == 3
    with pytest.raises(WatcherError, match="more than one"):
        stored.find_release(db, "Statement")
    with pytest.raises(WatcherError, match="there is no release"):
        stored.find_release(db, "100% certainXty")


@in_loop
async def test_read_only_connection_writes_nothing(tmp_path: Path) -> None:
    """Commands that list must not be able to change evidence."""
    configuration = await _release(tmp_path)
    db = connect(configuration.database, is_read_only=True)
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        db.conn.execute("DELETE FROM claims")
    assert rows(configuration, "SELECT count(*) AS n FROM claims") == [{"n": 6}]
