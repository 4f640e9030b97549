"""Connections with the right settings, and the one thread that writes."""

from __future__ import annotations

import asyncio
import queue
import sqlite3
import threading
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

from sqlite_utils import Database

from watcher.errors import Damaged, StoreError
from watcher.store.schema import migrate

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator
    from pathlib import Path

P = ParamSpec("P")
T = TypeVar("T")

_SHARED_COMMIT = 100


def connect(path: Path, *, is_read_only: bool = False) -> Database:
    """Open the database with the settings that keep every acknowledged commit.

    WAL with synchronous=FULL: NORMAL lost acknowledged commits in power cuts (HOUSE.md, decisions). Raises Damaged
    where the file is no database, StoreError where it cannot be opened.
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
class _Job:
    """Something to be done in the store's thread, and where its answer goes."""

    work: Callable[[Database], Any]
    answer: asyncio.Future[Any]
    loop: asyncio.AbstractEventLoop
    shares_commit: bool

    def resolve(self, result: Any, error: BaseException | None = None) -> None:
        def finish() -> None:
            if self.answer.cancelled():
                return
            if error is None:
                self.answer.set_result(result)
            else:
                self.answer.set_exception(error)

        if not self.loop.is_closed():
            self.loop.call_soon_threadsafe(finish)


@dataclass(frozen=True, slots=True)
class Store:
    """The database as the route sees it: one thread, one connection, jobs in their order."""

    path: Path
    _jobs: queue.SimpleQueue[_Job | None] = field(default_factory=queue.SimpleQueue)

    async def write(self, work: Callable[Concatenate[Database, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `work` in a transaction of its own. Raises StoreError; then nothing was written."""
        return await self._ask(lambda db: _transaction(db, lambda: work(db, *args, **kwargs)), shares_commit=False)

    async def write_quiet(self, work: Callable[Concatenate[Database, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `work` in a transaction that it may share with other quiet work: polls that brought nothing."""
        return await self._ask(lambda db: work(db, *args, **kwargs), shares_commit=True)

    async def read(self, work: Callable[Concatenate[Database, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `work` without a transaction."""
        return await self._ask(lambda db: work(db, *args, **kwargs), shares_commit=False)

    async def _ask(self, work: Callable[[Database], T], *, shares_commit: bool) -> T:
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[T] = loop.create_future()
        self._jobs.put(_Job(work, answer, loop, shares_commit))
        return await answer


def _transaction(db: Database, work: Callable[[], T]) -> T:
    with write(db):
        return work()


def _serve(db: Database, jobs: queue.SimpleQueue[_Job | None]) -> None:
    held: _Job | None = None
    while (job := held or jobs.get()) is not None:
        held = None
        if job.shares_commit:
            batch, held, is_over = _batch(job, jobs)
            _run_together(db, batch)
            if is_over:
                break
        else:
            _run(db, job)
    db.close()


def _batch(first: _Job, jobs: queue.SimpleQueue[_Job | None]) -> tuple[list[_Job], _Job | None, bool]:
    """The quiet jobs that wait now, the first other one behind them, and whether the end was asked for."""
    batch = [first]
    while len(batch) < _SHARED_COMMIT:
        try:
            job = jobs.get_nowait()
        except queue.Empty:
            return batch, None, False
        if job is None or not job.shares_commit:
            return batch, job, job is None
        batch.append(job)
    return batch, None, False


def _run(db: Database, job: _Job) -> None:
    try:
        job.resolve(job.work(db))
    except sqlite3.Error as error:
        job.resolve(None, StoreError(str(error)))
    except BaseException as error:  # noqa: BLE001 - whatever it was belongs to the one who asked
        job.resolve(None, error)


def _run_together(db: Database, batch: list[_Job]) -> None:
    """One commit for all; nobody is told of success before it, and a failure of one is the failure of none else."""
    try:
        results = _transaction(db, lambda: [job.work(db) for job in batch])
    except BaseException:  # noqa: BLE001 - each is then tried alone, where its own error reaches it
        for job in batch:
            _run(db, _Job(lambda db, job=job: _transaction(db, lambda: job.work(db)), job.answer, job.loop, False))  # type: ignore[misc]  # noqa: FBT003 - a plain value
        return
    for job, result in zip(batch, results, strict=True):
        job.resolve(result)


@asynccontextmanager
async def open_store(path: Path) -> AsyncIterator[Store]:
    """Open and migrate the database and start its thread; at the end all that was asked is done first.

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
    store = Store(path)
    thread = threading.Thread(target=_serve, args=(db, store._jobs), name="store")  # noqa: SLF001 - its own module
    thread.start()
    try:
        yield store
    finally:
        store._jobs.put(None)  # noqa: SLF001 - its own module
        await asyncio.to_thread(thread.join)
