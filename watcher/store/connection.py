"""Connections with the right settings, and the one way to write: for all who ask, with or without a loop."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from watcher.errors import Damaged, Refused, Replaced, StoreError, Unwritable
from watcher.lean_imports import without_modules

# sqlite-utils loads these wherever they are installed, for columns of their types, of which there are none here: a
# quarter of a second at each start of a command.
with without_modules("numpy", "pandas"):
    from sqlite_utils import Database

if TYPE_CHECKING:
    from collections.abc import Iterator


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
