"""The database that is damaged, deleted, moved or replaced under the running daemon: it stops, tells, and ends."""

from __future__ import annotations

import asyncio
import json
import shutil
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.daemon import prepared, running, until
from tests.support.scenario import HARM, configure, entry, one, one_round, rss
from tests.support.servers import Answer, HttpServer, http_server, in_loop
from watcher.errors import Damaged, Replaced, StoreError
from watcher.pipeline.runtime import open_runtime
from watcher.store.feeds import select

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from watcher.config.load import Configuration


async def filled(folder: Path, server: HttpServer) -> Configuration:
    """A database with evidence whose feed is due again later, and a channel that was told already."""
    server.routes |= {"/feed": Answer(rss(entry(1, server.url(""), link="", text=HARM))), "/hook": Answer()}
    hook = f'[[channel]]\nname = "hook"\nkind = "webhook"\nurl = "{server.url("/hook")}"\n'
    configuration = configure(folder, {"news": server.url("/feed")}, settings=hook)
    await one_round(configuration, sends=True)
    server.requests.clear()
    return configuration


def delete(database: Path) -> None:
    database.unlink()


def move(database: Path) -> None:
    database.rename(database.with_name("moved.db"))


def replace_by_another(database: Path) -> None:
    """Another database of the same tables takes its name in one step."""
    other = database.with_name("other.db")
    with closing(sqlite3.connect(other)) as db:
        db.execute("CREATE TABLE chain (seq, hash)")
    other.replace(database)


def overwrite(database: Path) -> None:
    """Another database is copied over the same file, as `cp` does."""
    other = database.with_name("other.db")
    with closing(sqlite3.connect(other)) as db:
        db.execute("CREATE TABLE chain (seq INTEGER PRIMARY KEY, hash TEXT)")
    shutil.copyfile(other, database)
    database.with_name(f"{database.name}-wal").unlink(missing_ok=True)


def write_garbage(database: Path) -> None:
    database.write_bytes(b"This was a database. " * 5000)


@pytest.mark.parametrize(
    ("harm", "kind"),
    [
        (delete, Replaced),
        (move, Replaced),
        (replace_by_another, Replaced),
        (overwrite, StoreError),
        (write_garbage, Damaged),
    ],
)
def test_file_that_is_no_longer_the_same_ends_the_daemon(
    tmp_path: Path, harm: Callable[[Path], None], kind: type[StoreError]
) -> None:
    """The next tick sees it; from then on nothing is written, whoever asks."""

    @in_loop
    async def scenario() -> None:
        async with http_server() as server:
            configuration = await filled(tmp_path, server)
            async with open_runtime(configuration) as runtime:
                daemon = await prepared(runtime)
                await daemon.schedule.run(daemon.schedule.jobs["database"])
                assert daemon.database.sign().is_well
                harm(configuration.database)
                await daemon.schedule.run(daemon.schedule.jobs["database"])
                assert isinstance(daemon.database.found, kind)
                assert daemon.signals.stopped.is_set()
                assert not daemon.database.sign().is_well
                with pytest.raises(kind):
                    await runtime.store.write(lambda db: db.execute("DELETE FROM polls"))

    scenario()


@in_loop
async def test_deleted_database_ends_the_command_after_an_alarm_and_a_copy(tmp_path: Path) -> None:
    """The installed command: exit code 66, every channel told, and what was stored until then kept as a copy."""
    async with http_server() as server:
        configuration = await filled(tmp_path, server)
        async with running(configuration) as process:
            await until(configuration, "SELECT count(*) FROM anchors", 1)
            for name in ("", "-wal", "-shm", ".lock"):
                configuration.database.with_name(f"watcher.db{name}").unlink(missing_ok=True)
            assert await asyncio.wait_for(process.wait(), 60) == 66
        told = [json.loads(request.body)["type"] for request in server.seen("/hook")]
    assert told == ["watcher.replaced"]
    assert not configuration.database.exists(), "no new database is begun in its place"
    (rescued,) = [path for path in configuration.database.parent.iterdir() if ".rescued-" in path.name]
    with closing(sqlite3.connect(rescued)) as db:
        assert db.execute("SELECT count(*) FROM revisions").fetchone() == (1,)


@in_loop
async def test_damage_that_any_job_meets_ends_the_daemon(tmp_path: Path) -> None:
    """A page that is malformed where a poll, the outbox or the report reads; those go on after any other error."""
    async with http_server() as server:
        configuration = await filled(tmp_path, server)
        async with open_runtime(configuration) as runtime:
            daemon = await prepared(runtime)

            def read_damaged(_: Any) -> None:
                with closing(sqlite3.connect(tmp_path / "damaged.db")) as db:
                    db.execute("SELECT * FROM feeds").fetchall()

            (tmp_path / "damaged.db").write_bytes(b"SQLite format 3\x00" + b"\xff" * 5000)
            with pytest.raises(Damaged):
                await runtime.store.read(read_damaged)
            await daemon.schedule.run(daemon.schedule.jobs["database"])
            assert isinstance(daemon.database.found, Damaged)
            assert daemon.signals.stopped.is_set()
            assert len(await runtime.store.read(select)) == 1, "what can be read is read"


@in_loop
async def test_start_on_a_malformed_file_raises_the_alarm(tmp_path: Path) -> None:
    """The schema itself cannot be read: the command says so, every channel is told, the file stays as it is."""
    async with http_server() as server:
        configuration = await filled(tmp_path, server)
        with configuration.database.open("r+b") as file:
            file.seek(100)
            file.write(bytes(3000))
        before = configuration.database.read_bytes()
        async with running(configuration) as process:
            _, said = await asyncio.wait_for(process.communicate(), 60)
        assert process.returncode == 1
        assert b"watcher:" in said
        assert b"Traceback" not in said
        told = [json.loads(request.body)["type"] for request in server.seen("/hook")]
    assert told == ["watcher.damaged"]
    assert configuration.database.read_bytes() == before


@in_loop
async def test_daemon_that_has_nothing_to_write_sees_a_file_that_cannot_be_written(tmp_path: Path) -> None:
    """Feeds that are polled once a day must not hide it for a day: a page is written as it is, and no row."""
    async with http_server() as server:
        configuration = await filled(tmp_path, server)
        changed = one(configuration, "SELECT count(*) FROM chain")
        async with open_runtime(configuration) as runtime:
            daemon = await prepared(runtime)
            daemon.database.probed = runtime.store.condition.written = -1000.0
            await daemon.database.check()
            assert runtime.store.condition.written > 0
            daemon.database.probed = runtime.store.condition.written = -1000.0
            await runtime.store.read(lambda db: db.execute("PRAGMA query_only = ON").fetchall())
            await daemon.database.check()
            assert not daemon.database.sign().is_well
            told = daemon.database.alarm
            assert told is not None
            await told
            await runtime.store.read(lambda db: db.execute("PRAGMA query_only = OFF").fetchall())
            await daemon.database.check()
            assert daemon.database.sign().is_well
            assert daemon.database.alarm is None
    assert [json.loads(request.body)["type"] for request in server.seen("/hook")] == ["watcher.cannot_write"]
    assert one(configuration, "SELECT count(*) FROM chain") == changed
