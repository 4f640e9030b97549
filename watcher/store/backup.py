"""Copies of the database: made while it is in use, verified before they count, and restored without losing the old one.

A plain `cp` of a database that is in use loses what still lies in its log (-wal); SQLite's own backup does not.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from watcher.errors import Damaged, StoreError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sqlite_utils import Database


def copy_database(source: Database, target: Path, check: Callable[[Path], None]) -> None:
    """Copy a database that may be in use into a new file, which appears only when `check` has not raised.

    The copy is one consistent state, a single file without a log. Raises StoreError where something is there already
    or it cannot be written, and what `check` raises.
    """
    if target.exists():
        raise StoreError(f"{target} exists already; nothing was written")
    partial = target.with_name(f".{target.name}.partial")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        partial.unlink(missing_ok=True)
        with closing(sqlite3.connect(partial)) as copy:
            # All pages in one step: in several, a writer would make it begin again and again.
            source.conn.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")
        check(partial)
        sync(partial)
        partial.rename(target)
        sync(target.parent)
    except (OSError, sqlite3.Error) as error:
        raise StoreError(f"{target}: the copy failed: {error}") from error
    finally:
        _discard(partial)


def put_back(backup: Path, database: Path, aside: Path | None, check: Callable[[Path], None]) -> None:
    """Put a verified copy of `backup` in the place of the database; the old one is kept as `aside`, its log with it.

    The new file replaces the old one in a single step, so that a crash leaves one of the two whole. Raises StoreError
    where it cannot be written, and what `check` raises; then the old database is where it was.
    """
    partial = database.with_name(f".{database.name}.partial")
    try:
        database.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(backup, partial)
        check(partial)
        sync(partial)
        if aside is not None:
            _set_aside(database, aside)
        partial.replace(database)
        sync(database.parent)
    except Damaged as error:
        raise Damaged(f"nothing was restored: {str(error).replace(str(partial), str(backup))}") from error
    except OSError as error:
        raise StoreError(f"{database}: nothing was restored: {error}") from error
    finally:
        _discard(partial)


def _set_aside(database: Path, aside: Path) -> None:
    """Give the old database a second name; its log goes along, since beside another database it would be applied."""
    try:
        with closing(sqlite3.connect(database)) as old:
            old.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except sqlite3.Error:
        pass  # it is damaged: its log is kept as it is
    for ending in ("-wal", "-shm"):
        log = database.with_name(database.name + ending)
        if log.exists():
            log.rename(aside.with_name(aside.name + ending))
    os.link(database, aside)


def check_copy(path: Path) -> None:
    """Raise Damaged where SQLite finds the file unsound."""
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as db:
            said = [row[0] for row in db.execute("PRAGMA integrity_check(5)")]
    except sqlite3.Error as error:
        raise Damaged(f"{path}: {error}") from error
    if said != ["ok"]:
        raise Damaged(f"{path}: {'; '.join(said)}")


def sync(path: Path) -> None:
    """Wait until the disk has it: a file's content, or the names in a folder."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _discard(partial: Path) -> None:
    for ending in ("", "-wal", "-shm", "-journal"):
        partial.with_name(partial.name + ending).unlink(missing_ok=True)
