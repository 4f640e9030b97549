"""The lines in which readers' questions wait: one process each, killed when it does not stop, and never too long."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
from typing import TYPE_CHECKING

import pytest
from datasette.database import QueryInterrupted
from datasette.utils.asgi import Forbidden

from watcher.store.connection import connect
from watcher.store.schema import migrate
from watcher.web.guarded_database import BusyError, GuardedDatabase
from watcher.web.serve import datasette_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# One step of SQLite that takes many seconds: no progress handler is called within it.
ENDLESS = "select instr(printf('%.*c', 999999, 'x'), printf('%.*c', 499999, 'x') || 'b')"

NUMBERS = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n)"


@pytest.fixture
def guarded(tmp_path: Path) -> Iterator[GuardedDatabase]:
    database = connect(tmp_path / "watcher.db")
    migrate(database)
    database.close()
    guarded = datasette_of(tmp_path / "watcher.db").get_database()
    yield guarded
    guarded.close()


def test_step_that_does_not_end_is_killed_and_the_next_question_answered(guarded: GuardedDatabase) -> None:
    """SQLite interrupts between steps only; without the kill this one would hold the line for a quarter of a minute."""

    async def ask() -> int:
        with pytest.raises(QueryInterrupted):
            await guarded.execute(ENDLESS, custom_time_limit=50)
        first = (await guarded.execute("select 1 as one")).first()
        assert (first["one"], first["ONE"], list(first.keys())) == (1, 1, ["one"])
        with pytest.raises(Forbidden):
            await guarded.execute("select * from recipients")
        with pytest.raises(sqlite3.OperationalError, match="no such column"):
            await guarded.execute("select nowhere")
        return int((await guarded.execute("select :a + 1", {"a": 1})).single_value())

    assert asyncio.run(ask()) == 2


@pytest.mark.parametrize(
    "sql",
    [
        f"{NUMBERS} SELECT x, hex(randomblob(100000)) AS y FROM n ORDER BY y",
        f"WITH x(a) AS (SELECT hex(randomblob(499999))) SELECT {', '.join(['a'] * 60)} FROM x",
    ],
)
def test_question_that_needs_too_much_memory_is_refused_in_words(guarded: GuardedDatabase, sql: str) -> None:
    """The bound on SQLite's heap holds for a whole process, so it is tried where it is set: in the readers' own."""
    with pytest.raises(sqlite3.OperationalError, match="needs more memory"):
        asyncio.run(guarded.execute(sql))


def test_process_that_dies_is_started_again(guarded: GuardedDatabase) -> None:
    """The kernel may kill it when memory is short: the reader is told, and the next one is served."""
    line = guarded._lines[False]

    async def ask() -> None:
        await guarded.execute("select 1")
        assert line._process is not None
        os.kill(line._process.pid, signal.SIGKILL)
        try:
            await guarded.execute("select 1")
        except sqlite3.OperationalError as error:
            assert "ended its process" in str(error)  # noqa: PT017 - it may have been seen to be dead before
        assert (await guarded.execute("select 2")).single_value() == 2

    asyncio.run(ask())


def test_line_that_is_too_long_is_refused_at_once(guarded: GuardedDatabase) -> None:
    """Whoever asks a hundred questions at once must not fill the memory with those that wait."""

    async def ask() -> list[object]:
        asked = (guarded.execute("select 1") for _ in range(90))
        return list(await asyncio.gather(*asked, return_exceptions=True))

    found = asyncio.run(ask())
    refused = [one for one in found if isinstance(one, BusyError)]
    assert 0 < len(refused) < len(found)
    assert not [one for one in found if isinstance(one, Exception) and not isinstance(one, BusyError)]
