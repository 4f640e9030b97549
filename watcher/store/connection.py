"""Connections with the right settings, and the one thread in which the daemon reads and writes."""

from __future__ import annotations

import asyncio
import sqlite3
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

from sqlite_utils import Database

from watcher.errors import Damaged, StoreError
from watcher.store.schema import migrate

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator, Sequence
    from pathlib import Path


P = ParamSpec("P")
T = TypeVar("T")
V = TypeVar("V")
# Quiet polls wait this long for others like them. A longer wait would save nothing more, a shorter one costs CPU: while
# polls are under way the store's thread and theirs get in each other's way.
_QUIET_SECONDS = 0.5


def connect(path: Path, *, is_read_only: bool = False) -> Database:
    """Open the database with the settings that keep every acknowledged commit.

    WAL with synchronous=FULL: with NORMAL, commits that were acknowledged can be lost in a power cut, since the WAL is
    synced only at checkpoints. Raises Damaged where the file is no database, StoreError where it cannot be opened.
    """
    try:
        if is_read_only:
            connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, check_same_thread=False)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            connection = sqlite3.connect(path, check_same_thread=False)
        db = Database(connection)
        if not is_read_only:
            db.enable_wal()
        for pragma in ("synchronous=FULL", "foreign_keys=ON", "recursive_triggers=ON", "busy_timeout=10000"):
            db.execute(f"PRAGMA {pragma}")
    except sqlite3.DatabaseError as error:
        kind = Damaged if "not a database" in str(error) or "malformed" in str(error) else StoreError
        raise kind(f"{path}: {error}") from error
    except UnicodeError as error:  # SQLite's own message holds a piece of a damaged schema
        raise Damaged(f"{path}: its schema cannot be read") from error
    except OSError as error:
        raise StoreError(f"{path}: {error}") from error
    return db


def begin_read(db: Database) -> None:
    """Read the database as it is now until the connection ends, whatever another process writes meanwhile."""
    db.execute("BEGIN")


@contextmanager
def write(db: Database) -> Iterator[Database]:
    """One transaction that is certain to get the lock before it reads: the only way to write.

    Raises StoreError where SQLite refuses (disk full, read-only, broken rule); then nothing was written.
    """
    try:
        db.execute("BEGIN IMMEDIATE")
        try:
            yield db
        except BaseException:
            db.rollback()
            raise
        db.commit()
    except sqlite3.Error as error:
        if db.conn.in_transaction:
            db.rollback()
        raise StoreError(str(error)) from error


@dataclass(frozen=True, slots=True)
class _Quiet:
    """Values of one kind that wait for a shared commit, and the future of each."""

    values: list[Any] = field(default_factory=list)
    futures: list[asyncio.Future[None]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Store:
    """The database of the running program: one connection and one thread, in which jobs run in their order."""

    path: Path
    _db: Database
    _thread: ThreadPoolExecutor
    _quiet: dict[Callable[[Database, Sequence[Any]], None], _Quiet] = field(default_factory=dict)

    async def write(self, work: Callable[Concatenate[Database, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `work` in a transaction of its own. Raises StoreError; then nothing was written."""
        return await self._ask(partial(_transaction, self._db, partial(work, self._db, *args, **kwargs)))

    def write_together(self, work: Callable[[Database, Sequence[V]], None], value: V) -> asyncio.Future[None]:
        """Write a value in a transaction that it shares with others that come within half a second, or until `flush`.

        For polls that brought nothing. Nothing counts as stored before the commit. What is awaited raises StoreError;
        then this value was not written, others may be.
        """
        loop = asyncio.get_running_loop()
        waiting = self._quiet.get(work)
        if waiting is None:
            waiting = self._quiet[work] = _Quiet()
            loop.call_later(_QUIET_SECONDS, self._send_quiet, work)
        future: asyncio.Future[None] = loop.create_future()
        waiting.values.append(value)
        waiting.futures.append(future)
        return future

    def flush(self) -> None:
        """Write what waits for a shared commit now."""
        for work in list(self._quiet):
            self._send_quiet(work)

    async def read(self, work: Callable[Concatenate[Database, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `work` without a transaction."""
        return await self._ask(partial(work, self._db, *args, **kwargs))

    async def _ask(self, work: Callable[[], T]) -> T:
        answer: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._submit(partial(_answer, answer), work)
        return await answer

    def _send_quiet(self, work: Callable[[Database, Sequence[Any]], None]) -> None:
        if (waiting := self._quiet.pop(work, None)) is not None:
            self._submit(partial(_answer_each, waiting.futures), partial(_write_all, self._db, work, waiting.values))

    def _submit(self, answer: Callable[[Future[T]], None], work: Callable[[], T]) -> None:
        """Run a job in the thread and call `answer` in the loop; not `run_in_executor`, which cancels what waits."""
        loop = asyncio.get_running_loop()
        self._thread.submit(_run, work).add_done_callback(lambda done: loop.call_soon_threadsafe(answer, done))


def _answer(answer: asyncio.Future[T], job: Future[T]) -> None:
    error = job.exception()
    _settle(answer, None if error else job.result(), error)


def _answer_each(answers: list[asyncio.Future[None]], job: Future[list[BaseException | None]]) -> None:
    """Tell each whether its own value was written."""
    for answer, error in zip(answers, job.result(), strict=True):
        _settle(answer, None, error)


def _settle(answer: asyncio.Future[Any], result: Any, error: BaseException | None) -> None:
    if answer.done():
        return  # nobody waits for it any more
    if error is None:
        answer.set_result(result)
    else:
        answer.set_exception(error)


def _run(work: Callable[[], T]) -> T:
    """One job in the store's thread; what SQLite refuses is a StoreError."""
    try:
        return work()
    except sqlite3.Error as error:
        raise StoreError(str(error)) from error


def _transaction(db: Database, work: Callable[[], T]) -> T:
    with write(db):
        return work()


def _write_all(
    db: Database, work: Callable[[Database, Sequence[V]], None], values: list[V]
) -> list[BaseException | None]:
    """One commit for all; where that fails each is written alone, so that each fails only by its own error."""
    try:
        _transaction(db, partial(work, db, values))
    except BaseException:  # noqa: BLE001 - each one's own error reaches it below
        return [_write_one(db, work, value) for value in values]
    return [None] * len(values)


def _write_one(db: Database, work: Callable[[Database, Sequence[V]], None], value: V) -> BaseException | None:
    try:
        _transaction(db, partial(work, db, [value]))
    except BaseException as error:  # noqa: BLE001 - whatever it was belongs to the one who asked
        return error
    return None


@asynccontextmanager
async def open_store(path: Path) -> AsyncIterator[Store]:
    """Open and migrate the database and start its thread; at the end all jobs are done first.

    Raises Damaged where the file is not sound, SchemaTooNew for a newer version's database.
    """
    db = connect(path)
    try:
        migrate(db)
    except (sqlite3.DatabaseError, UnicodeError) as error:
        db.close()
        raise Damaged(f"{path}: {error}") from error
    except BaseException:
        db.close()
        raise
    store = Store(path, db, ThreadPoolExecutor(1, thread_name_prefix="store"))
    try:
        yield store
    finally:
        store.flush()
        await asyncio.to_thread(store._thread.shutdown)  # noqa: SLF001 - its own module
        db.close()
