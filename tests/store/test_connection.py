"""Connections and the one thread that writes: success is reported after the commit, a failure is one's own."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.disk import read_only
from tests.support.servers import in_loop
from watcher.errors import Damaged, Refused, Replaced, StoreError, Unwritable
from watcher.store.connection import connect, store_error, write
from watcher.store.schema import migrate
from watcher.store.writing_thread import CACHE_BYTES, LOG_PAGES, open_store

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from sqlite_utils import Database


def pragma(db: Database, name: str) -> Any:
    return db.execute(f"PRAGMA {name}").fetchone()[0]


def host(db: Database, name: str) -> str:
    db.conn.execute("INSERT INTO hosts (host) VALUES (?)", [name])
    return name


def all_hosts(db: Database, names: Sequence[str]) -> None:
    """Write hosts together; one named "broken" leaves a row whose missing parent is noticed only by the commit."""
    for name in names:
        if name == "broken":
            db.execute("PRAGMA defer_foreign_keys = ON")
            said = "'x', '', 99, '2026-11-24T00:00:00.000Z'"
            db.conn.execute(f"INSERT INTO problems (kind, detail, feed_id, at) VALUES ({said})")
        host(db, name)


def hosts(path: Path) -> set[str]:
    with closing(sqlite3.connect(path)) as db:
        return {row[0] for row in db.execute("SELECT host FROM hosts")}


async def held(store: object) -> threading.Event:
    """Keep the store's thread busy until the event is set, so that jobs wait for it together."""
    go, begun = threading.Event(), threading.Event()

    def wait(_: Database) -> None:
        begun.set()
        go.wait()

    task = asyncio.create_task(store.read(wait))  # type: ignore[attr-defined]
    task.add_done_callback(lambda done: done.exception())
    await asyncio.to_thread(begun.wait)
    return go


@in_loop
async def test_success_is_told_after_the_commit(tmp_path: Path) -> None:
    """When the one who asked hears of it, another connection can read it: so would a restart."""
    async with open_store(tmp_path / "w.db") as store:
        seen: list[set[str]] = []
        answers = [store.write_together(all_hosts, name) for name in ("a", "b", "c")]
        for answer in answers:
            answer.add_done_callback(lambda _: seen.append(hosts(tmp_path / "w.db")))
        await asyncio.sleep(0.05)
        assert not any(answer.done() for answer in answers), "they wait for others"
        store.flush()
        await asyncio.gather(*answers)
        await asyncio.sleep(0)
    assert seen == [{"a", "b", "c"}] * 3


@in_loop
async def test_quiet_writes_do_not_wait_for_ever(tmp_path: Path) -> None:
    """Nobody has to flush: half a second later they are written all the same."""
    async with open_store(tmp_path / "w.db") as store:
        await store.write_together(all_hosts, "a")
        assert hosts(tmp_path / "w.db") == {"a"}


@in_loop
async def test_shared_commit_comes_when_its_own_time_is_over_and_answers_each(tmp_path: Path) -> None:
    """A poll with news does not wait as long as a quiet one; one that cannot wait takes along those that can."""

    def counted(db: Database, names: Sequence[str]) -> int:
        all_hosts(db, names)
        return len(names)

    async with open_store(tmp_path / "w.db") as store:
        quiet = store.write_together(all_hosts, "q")
        answers = [store.write_together(counted, name, seconds=0) for name in ("a", "b")]
        assert await asyncio.gather(*answers) == [2, 2]
        assert await store.write_together(counted, "c", seconds=0) == 1
        patient = store.write_together(counted, "d", seconds=60)
        assert await store.write_together(counted, "e", seconds=0) == await patient == 2
        assert not quiet.done()
    assert hosts(tmp_path / "w.db") == {"a", "b", "c", "d", "e", "q"}


@in_loop
async def test_shared_commit_holds_no_more_than_so_many_and_comes_when_it_is_full(tmp_path: Path) -> None:
    """Whoever reads meanwhile would wait for one long transaction, and all polls would go on at the same moment."""
    shared: list[int] = []

    def together(db: Database, names: Sequence[str]) -> None:
        shared.append(len(names))
        all_hosts(db, names)

    async with open_store(tmp_path / "a.db") as store:
        full = [store.write_together(together, f"h{n}", seconds=60, most=4) for n in range(8)]
        left = store.write_together(together, "last", seconds=60, most=4)
        await asyncio.gather(*full)
        assert (shared, left.done()) == ([4, 4], False)
        store.flush()
        await left
    assert len(hosts(tmp_path / "a.db")) == 9


@in_loop
async def test_commit_that_fails_is_the_failure_of_its_maker_alone(tmp_path: Path) -> None:
    """A shared commit that is refused: the others are written all the same, and told so truly."""
    async with open_store(tmp_path / "w.db") as store:
        answers = [store.write_together(all_hosts, name) for name in ("a", "broken", "b", "a")]
        store.flush()
        results = await asyncio.gather(*answers, return_exceptions=True)
        assert [type(one) for one in results] == [type(None), Refused, type(None), Refused]
        assert await store.write(host, "c") == "c", "the thread goes on"
    assert hosts(tmp_path / "w.db") == {"a", "b", "c"}


@in_loop
async def test_jobs_keep_their_order(tmp_path: Path) -> None:
    """A read that was asked for after a write sees it."""
    async with open_store(tmp_path / "w.db") as store:
        go = await held(store)
        jobs = [
            store.write(host, "a"),
            store.read(lambda db: db["hosts"].count),
            store.write(host, "b"),
            store.read(lambda db: db["hosts"].count),
        ]
        tasks = [asyncio.ensure_future(job) for job in jobs]
        await asyncio.sleep(0)
        go.set()
        assert await asyncio.gather(*tasks) == ["a", 1, "b", 2]


@in_loop
async def test_error_of_a_job_comes_back_as_itself_and_leaves_nothing(tmp_path: Path) -> None:
    """A mistake in the program is not called a mistake of the disk."""

    def half(db: Database) -> None:
        host(db, "half")
        raise LookupError("in the middle")

    async with open_store(tmp_path / "w.db") as store:
        with pytest.raises(LookupError, match="in the middle"):
            await store.write(half)
        with pytest.raises(LookupError, match="in the middle"):
            await store.write_together(lambda db, _: half(db), 1)
    assert hosts(tmp_path / "w.db") == set()


@in_loop
async def test_one_who_no_longer_waits_stops_nobody(tmp_path: Path) -> None:
    """A poll that was cancelled at its end is written all the same."""
    async with open_store(tmp_path / "w.db") as store:
        go = await held(store)
        task = asyncio.create_task(store.write(host, "a"))
        await asyncio.sleep(0)
        quiet = store.write_together(all_hosts, "q")
        task.cancel()
        quiet.cancel()
        go.set()
        await store.write(host, "b")
    assert hosts(tmp_path / "w.db") == {"a", "b", "q"}


@in_loop
async def test_a_thousand_quiet_writes_are_one_commit(tmp_path: Path) -> None:
    """A tick of a thousand feeds that say nothing new; what still waits at the end is written too."""
    calls: list[int] = []

    def counted(db: Database, names: Sequence[str]) -> None:
        calls.append(len(names))
        all_hosts(db, names)

    async with open_store(tmp_path / "w.db") as store:
        answers = [store.write_together(counted, str(number)) for number in range(1000)]
    await asyncio.gather(*answers)
    assert calls == [1000]
    assert len(hosts(tmp_path / "w.db")) == 1000


def test_writer_waits_for_the_lock_before_it_reads(tmp_path: Path) -> None:
    """BEGIN IMMEDIATE: two that read, add and write lose no addition (deferred transactions lost most)."""
    first = connect(tmp_path / "w.db")
    first.execute("CREATE TABLE counts (n INTEGER NOT NULL)")
    first.execute("INSERT INTO counts VALUES (0)")
    first.conn.commit()

    def add() -> None:
        db = connect(tmp_path / "w.db")
        for _ in range(50):
            with write(db):
                (count,) = db.execute("SELECT n FROM counts").fetchone()
                db.execute("UPDATE counts SET n = ?", [count + 1])
        db.close()

    threads = [threading.Thread(target=add) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert first.execute("SELECT n FROM counts").fetchone() == (150,)
    first.close()


@in_loop
async def test_every_connection_has_the_same_settings(tmp_path: Path) -> None:
    """(check 33) Also those of a command and of one that only reads; the writing thread keeps more at hand."""
    names = ("journal_mode", "synchronous", "foreign_keys", "recursive_triggers", "busy_timeout")

    def told(db: Database) -> list[object]:
        return [db.execute(f"PRAGMA {name}").fetchone()[0] for name in names]

    async with open_store(tmp_path / "w.db") as store:
        found = [await store.read(told)]
        for is_read_only in (False, True):
            db = connect(tmp_path / "w.db", is_read_only=is_read_only)
            found.append(told(db))
            db.close()
        kept = [await store.read(pragma, name) for name in ("temp_store", "cache_size", "wal_autocheckpoint")]
    assert found == [["wal", 2, 1, 1, 10_000]] * 3
    assert kept == [2, -CACHE_BYTES // 1024, LOG_PAGES]  # in memory; KB where it is negative


def test_place_that_cannot_hold_a_database_is_told(tmp_path: Path) -> None:
    """The message names the file."""
    (tmp_path / "file").write_text("")
    for path in (tmp_path / "file" / "w.db", tmp_path):
        with pytest.raises(StoreError, match=str(path)):
            connect(path)
    with pytest.raises(StoreError, match="absent"):
        connect(tmp_path / "absent.db", is_read_only=True)


def test_settings_of_every_connection(db: Database) -> None:
    """(check 33) An acknowledged commit survives a power cut, and keys are kept."""
    values = {name: pragma(db, name) for name in ("journal_mode", "synchronous", "foreign_keys", "recursive_triggers")}
    assert values == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "recursive_triggers": 1}
    assert pragma(db, "busy_timeout") >= 5000


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


@pytest.mark.parametrize("left", ["nothing", "log", "log and shared memory"])
def test_reads_from_a_read_only_medium(tmp_path: Path, left: str) -> None:
    """A disk image, a stick: also where a crash has left the log beside the file, which holds the last rows."""
    medium = tmp_path / "medium"
    made = connect(medium / "watcher.db")
    migrate(made)
    made.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with write(made):
        host(made, "late.example")
    if left == "nothing":
        made.close()
        assert [path.name for path in medium.iterdir()] == ["watcher.db"]
    elif left == "log":
        (medium / "watcher.db-shm").unlink()
    with read_only(medium):
        db = connect(medium / "watcher.db", is_read_only=True)
        assert [row["host"] for row in db.query("SELECT host FROM hosts")] == ["late.example"]
        assert pragma(db, "integrity_check") == "ok"
        with pytest.raises(Unwritable):
            store_error_of(db)
        db.close()


def store_error_of(db: Database) -> None:
    with write(db):
        host(db, "x")


def test_what_sqlite_refuses_gets_its_name() -> None:
    """The daemon ends by the one, waits after the other, and goes on after the rest."""

    def refused(code: int) -> type[StoreError]:
        error = sqlite3.OperationalError("said")
        error.sqlite_errorcode = code
        return type(store_error(error))

    assert refused(sqlite3.SQLITE_CORRUPT_INDEX) is refused(sqlite3.SQLITE_NOTADB) is Damaged
    assert refused(sqlite3.SQLITE_IOERR_SHORT_READ) is Damaged
    assert refused(sqlite3.SQLITE_READONLY_DBMOVED) is Replaced
    assert refused(sqlite3.SQLITE_FULL) is refused(sqlite3.SQLITE_IOERR_WRITE) is Unwritable
    assert refused(sqlite3.SQLITE_READONLY) is refused(sqlite3.SQLITE_CANTOPEN) is Unwritable
    assert refused(sqlite3.SQLITE_BUSY) is refused(sqlite3.SQLITE_CONSTRAINT_UNIQUE) is StoreError
    assert type(store_error(UnicodeDecodeError("utf-8", b"\xff", 0, 1, "bad"))) is Damaged
