"""Connections with the right settings, and the one thread in which the daemon reads and writes."""

from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
import sys
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from contextvars import copy_context
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

# sqlite-utils loads these wherever they are installed, for columns of their types, of which there are none here. A
# quarter of a second at each start of a command is saved by their not being found for as long as it looks.
_NOT_FOUND = {name for name in ("numpy", "pandas") if name not in sys.modules}
sys.modules.update(dict.fromkeys(_NOT_FOUND))  # type: ignore[arg-type] # None is how Python says "not to be found"

from sqlite_utils import Database  # noqa: E402 - see above

for _name in _NOT_FOUND:
    del sys.modules[_name]

from watcher import clock  # noqa: E402 - the same
from watcher.errors import Damaged, Refused, Replaced, StoreError, Unwritable  # noqa: E402 - the same
from watcher.store.schema import migrate  # noqa: E402 - the same

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator, Sequence


P = ParamSpec("P")
T = TypeVar("T")
V = TypeVar("V")
# Quiet polls wait this long for others like them. A longer wait would save nothing more, a shorter one costs CPU: while
# polls are under way the store's thread and theirs get in each other's way.
_QUIET_SECONDS = 0.5
# Bytes that the log (-wal) keeps on the disk when everything in it has been moved into the database.
LOG_LIMIT = 64 * 1024 * 1024


def connect(path: Path, *, is_read_only: bool = False, busy_milliseconds: int = 10_000) -> Database:
    """Open the database with the settings that keep every acknowledged commit.

    WAL with synchronous=FULL: with NORMAL, commits that were acknowledged can be lost in a power cut, since the WAL is
    synced only at checkpoints. `busy_milliseconds` is how long another program's transaction is waited for. Raises
    Damaged where the file is no database, StoreError where it cannot be opened.
    """
    try:
        connection = _open_to_read(path) if is_read_only else _open_to_write(path)
        # No plugin of sqlite-utils has anything to do with evidence, and looking for some takes as long as a query.
        db = Database(connection, execute_plugins=False)
        if not is_read_only:
            db.enable_wal()
        db.execute(f"PRAGMA busy_timeout={int(busy_milliseconds)}")
        for pragma in ("synchronous=FULL", "foreign_keys=ON", "recursive_triggers=ON"):
            db.execute(f"PRAGMA {pragma}")
        db.execute(f"PRAGMA journal_size_limit={LOG_LIMIT}")
    except sqlite3.DatabaseError as error:
        raise store_error(error, path) from error
    except UnicodeError as error:  # SQLite's own message holds a piece of a damaged schema
        raise Damaged(f"{path}: its schema cannot be read") from error
    except OSError as error:
        raise StoreError(f"{path}: {error}") from error
    return db


def _open_to_write(path: Path) -> sqlite3.Connection:
    path.parent.mkdir(parents=True, exist_ok=True)
    return sqlite3.connect(path, check_same_thread=False)


def _open_to_read(path: Path) -> sqlite3.Connection:
    """Open it read-only; where nothing can be written beside it and no program has it open, as it lies there."""
    with still_copy(path) as still:
        how = "mode=ro" if still is None else "mode=ro&immutable=1" if still == path else "mode=ro"
        connection = sqlite3.connect(f"{(still or path).absolute().as_uri()}?{how}", uri=True, check_same_thread=False)
        if still not in {None, path}:
            connection.execute("SELECT count(*) FROM sqlite_master")  # opens its log, before the names go
    return connection


@contextmanager
def still_copy(path: Path) -> Iterator[Path | None]:
    """The file that can be read where SQLite cannot open a database on a read-only medium; None where it can.

    SQLite needs a file of shared memory beside a database with a log. Without one, and where none can be made, the
    database is read as it lies there (then it is `path` itself); with a log left by a crash, from a copy of both.
    """
    log = path.with_name(f"{path.name}-wal")
    if path.with_name(f"{path.name}-shm").exists() or os.access(path.parent, os.W_OK) or not path.is_file():
        yield None
    elif not log.exists() or log.stat().st_size == 0:
        yield path
    else:
        with TemporaryDirectory(prefix="watcher-read-") as folder:
            for file in (path, log):
                shutil.copyfile(file, Path(folder, file.name))
            yield Path(folder, path.name)


# The kinds of SQLite's results, the lowest byte of its extended codes.
_UNWRITABLE = frozenset(
    {sqlite3.SQLITE_FULL, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM}
)
_DAMAGED = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
_SHORT_READ = sqlite3.SQLITE_IOERR_SHORT_READ
_MOVED = sqlite3.SQLITE_READONLY_DBMOVED

_REFUSED = (sqlite3.IntegrityError, sqlite3.DataError, sqlite3.InterfaceError, sqlite3.ProgrammingError)


def store_error(error: sqlite3.Error | UnicodeError, path: Path | None = None) -> StoreError:
    """What SQLite refused, as an error of ours: Damaged, Replaced, Unwritable, Refused, or a plain StoreError."""
    said = f"{path}: {error}" if path is not None else str(error)
    code = getattr(error, "sqlite_errorcode", 0)
    if isinstance(error, UnicodeError) or "Could not decode to UTF-8" in said:
        return Damaged(said)  # what was written is UTF-8
    if code & 0xFF in _DAMAGED or code == _SHORT_READ:
        return Damaged(said)
    if code == _MOVED:
        return Replaced(said)
    if code & 0xFF in _UNWRITABLE:
        return Unwritable(said)
    return Refused(said) if isinstance(error, _REFUSED) else StoreError(said)


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
        raise store_error(error) from error


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
    condition: Condition = field(default_factory=Condition)
    _quiet: dict[Callable[[Database, Sequence[Any]], None], _Quiet] = field(default_factory=dict)

    async def write(self, work: Callable[Concatenate[Database, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `work` in a transaction of its own. Raises StoreError; then nothing was written."""
        return await self._ask(partial(self._transaction, partial(work, self._db, *args, **kwargs)))

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
            self._submit(partial(_answer_each, waiting.futures), partial(self._write_all, work, waiting.values))

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

    def _write_all(self, work: Callable[[Database, Sequence[V]], None], values: list[V]) -> list[BaseException | None]:
        """One commit for all; where that fails each is written alone, so that each fails only by its own error."""
        try:
            self._transaction(partial(work, self._db, values))
        except BaseException:  # noqa: BLE001 - each one's own error reaches it below
            return [self._write_one(work, value) for value in values]
        return [None] * len(values)

    def _write_one(self, work: Callable[[Database, Sequence[V]], None], value: V) -> BaseException | None:
        try:
            self._transaction(partial(work, self._db, [value]))
        except BaseException as error:  # noqa: BLE001 - whatever it was belongs to the one who asked
            return error
        return None


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
    store = Store(path, db, ThreadPoolExecutor(1, thread_name_prefix="store"))
    try:
        yield store
    finally:
        store.flush()
        await asyncio.to_thread(store._thread.shutdown)  # noqa: SLF001 - its own module
        db.close()
