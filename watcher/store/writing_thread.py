"""The one thread in which the running program reads and writes its database, asked from the loop."""

from __future__ import annotations

import asyncio
import math
import sqlite3
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import asynccontextmanager
from contextvars import copy_context
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeAlias, TypeVar

from watcher import clock
from watcher.errors import Damaged, Replaced, StoreError, Unwritable
from watcher.store.connection import connect, store_error, write
from watcher.store.schema import migrate

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence
    from pathlib import Path

    from sqlite_utils import Database


P = ParamSpec("P")
T = TypeVar("T")
V = TypeVar("V")
# What a transaction gave, or the error for which nothing was written.
_Done: TypeAlias = tuple[T | None, BaseException | None]
# Quiet polls wait this long for others like them. A longer wait would save nothing more, a shorter one costs CPU: while
# polls are under way the store's thread and theirs get in each other's way.
QUIET_SECONDS = 0.5
# Of the database in memory at most. SQLite's own two megabytes hold the indexes of some hundred releases: with these a
# release costs a tenth less to write after three thousand of them, and with eight a twentieth.
CACHE_BYTES = 32 * 1024 * 1024
# Pages of the log after which SQLite writes them into the database, with two syncs: with its own thousand that is after
# every hundred releases, each time many of the same pages. The log then takes 16 MB.
LOG_PAGES = 4000


@dataclass(slots=True)
class Condition:
    """What the jobs of the store have met: damage, after which nothing is written, and since when writing fails.

    `unwritable` is the error of the last write where the disk or the file refused it, `written` the monotonic time of
    the last write that was done. `damage` is Damaged or Replaced.
    """

    damage: StoreError | None = None
    unwritable: Unwritable | None = None
    written: float = 0.0

    def failed(self, error: StoreError) -> None:
        """Note an error of any job."""
        if isinstance(error, Damaged | Replaced):
            self.damage = self.damage or error
        elif isinstance(error, Unwritable):
            self.unwritable = error

    def wrote(self) -> None:
        """Note that a transaction was committed."""
        self.unwritable, self.written = None, clock.monotonic()


@dataclass(slots=True)
class _Waiting:
    """Values of one kind that wait for a shared commit until a time of the loop, and the future of each.

    `alone` writes one of them where they could not be written together.
    """

    until: float
    alone: Callable[[Database, Sequence[Any]], Any]
    values: list[Any] = field(default_factory=list)
    futures: list[asyncio.Future[Any]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Store:
    """The database of the running program: one connection and one thread, in which jobs run in their order."""

    path: Path
    _db: Database
    _thread: ThreadPoolExecutor
    condition: Condition = field(default_factory=Condition)
    _waiting: dict[Callable[[Database, Sequence[Any]], Any], _Waiting] = field(default_factory=dict)

    async def write(self, work: Callable[Concatenate[Database, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `work` in a transaction of its own. Raises StoreError; then nothing was written."""
        return await self._ask(partial(self._transaction, partial(work, self._db, *args, **kwargs)))

    def write_together(
        self,
        work: Callable[[Database, Sequence[V]], T],
        value: V,
        *,
        seconds: float = QUIET_SECONDS,
        most: int | None = None,
        alone: Callable[[Database, Sequence[V]], T] | None = None,
    ) -> asyncio.Future[T]:
        """Write a value in a transaction that it shares with others, at the latest in so many seconds or at `flush`.

        `most`: no more of them than so many share one; what waits is written at once when there are as many.

        Nothing counts as stored before the commit. What is awaited is what `work` gave for all of them, or raises
        StoreError; then this value was not written, others may be. Where `work` fails, `alone` is tried with each
        value by itself; it is `work` too unless another is given.
        """
        loop = asyncio.get_running_loop()
        until = loop.time() + seconds
        waiting = self._waiting.setdefault(work, _Waiting(math.inf, alone or work))
        if until < waiting.until:
            waiting.until = until
            loop.call_later(seconds, self._send, work, waiting)
        future: asyncio.Future[T] = loop.create_future()
        waiting.values.append(value)
        waiting.futures.append(future)
        if most is not None and len(waiting.values) >= most:
            self._send(work, waiting)
        return future

    def flush(self) -> None:
        """Write what waits for a shared commit now."""
        for work, waiting in list(self._waiting.items()):
            self._send(work, waiting)

    async def read(self, work: Callable[Concatenate[Database, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `work` without a transaction."""
        return await self._ask(partial(work, self._db, *args, **kwargs))

    async def _ask(self, work: Callable[[], T]) -> T:
        answer: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._submit(partial(_answer, answer), work)
        return await answer

    def _send(self, work: Callable[[Database, Sequence[Any]], Any], waiting: _Waiting) -> None:
        """Write these, unless that was done: others may wait for the same work since."""
        if self._waiting.get(work) is waiting:
            del self._waiting[work]
            self._submit(partial(_answer_each, waiting.futures), partial(self._write_all, work, waiting))

    def _submit(self, answer: Callable[[Future[T]], None], work: Callable[[], T]) -> None:
        """Run a job in the thread and call `answer` in the loop; not `run_in_executor`, which cancels what waits."""
        loop = asyncio.get_running_loop()
        job = self._thread.submit(copy_context().run, self._run, work)  # with the trace of the one who asks
        job.add_done_callback(lambda done: loop.call_soon_threadsafe(answer, done))

    def _run(self, work: Callable[[], T]) -> T:
        """One job in the store's thread; what SQLite refuses is a StoreError, and is noted."""
        try:
            return work()
        except sqlite3.Error as error:
            found = store_error(error)
            self.condition.failed(found)
            raise found from error

    def _transaction(self, work: Callable[[], T]) -> T:
        """One transaction; after damage there is none any more."""
        if self.condition.damage is not None:
            raise self.condition.damage
        try:
            with write(self._db):
                done = work()
        except StoreError as error:
            self.condition.failed(error)
            raise
        self.condition.wrote()
        return done

    def _write_all(self, work: Callable[[Database, Sequence[V]], T], waiting: _Waiting) -> list[_Done[T]]:
        """One commit for all; where that fails each is written alone, so that each fails only by its own error."""
        try:
            done = self._transaction(partial(work, self._db, waiting.values))
        except BaseException:  # noqa: BLE001 - each one's own error reaches it below
            return [self._write_one(waiting.alone, value) for value in waiting.values]
        return [(done, None)] * len(waiting.values)

    def _write_one(self, work: Callable[[Database, Sequence[V]], T], value: V) -> _Done[T]:
        try:
            return self._transaction(partial(work, self._db, [value])), None
        except BaseException as error:  # noqa: BLE001 - whatever it was belongs to the one who asked
            return None, error


def _answer(answer: asyncio.Future[T], job: Future[T]) -> None:
    error = job.exception()
    _settle(answer, None if error else job.result(), error)


def _answer_each(answers: list[asyncio.Future[T]], job: Future[list[_Done[T]]]) -> None:
    """Tell each whether its own value was written."""
    for answer, (result, error) in zip(answers, job.result(), strict=True):
        _settle(answer, result, error)


def _settle(answer: asyncio.Future[Any], result: Any, error: BaseException | None) -> None:
    if answer.done():
        return  # nobody waits for it any more
    if error is None:
        answer.set_result(result)
    else:
        answer.set_exception(error)


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
        found = store_error(error, path)
        raise (found if isinstance(found, Unwritable) else Damaged(str(found))) from error
    except BaseException:
        db.close()
        raise
    _keep_in_memory(db)
    store = Store(path, db, ThreadPoolExecutor(1, thread_name_prefix="store"))
    try:
        yield store
    finally:
        store.flush()
        await asyncio.to_thread(store._thread.shutdown)  # noqa: SLF001 - its own module
        db.close()


def _keep_in_memory(db: Database) -> None:
    """Keep what a release's savepoint would take back in memory: some sixty pages a release, a file made for each poll.

    And of the database as much as the indexes of hashes need that every release adds to at random places. Only here,
    after the migrations: elsewhere a new index or a VACUUM would put a whole database there.
    """
    db.execute("PRAGMA temp_store=MEMORY")
    db.execute(f"PRAGMA cache_size=-{CACHE_BYTES // 1024}")
    db.execute(f"PRAGMA wal_autocheckpoint={LOG_PAGES}")
