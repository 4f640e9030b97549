"""The lock of the one program that writes the database, on the database's own file.

The lock is on the file itself, so whoever deletes other files lets no second daemon in. It is an open file description
lock on one byte far beyond SQLite's own: unlike those of a process, it is not lost when another descriptor of the file
is closed, and SQLite never looks at it. Where the system has none, a file beside the database is locked instead.
"""

from __future__ import annotations

import fcntl
import os
import struct
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from watcher.errors import Locked, StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


# SQLite locks bytes from 2^30 on (its pending byte) and no file of its own is this long.
_BYTE = 1 << 62
_LAYOUT = "hhqqi0q"
_LOCK = struct.pack(_LAYOUT, fcntl.F_WRLCK, os.SEEK_SET, _BYTE, 1, 0)
_HAS_OWN_LOCKS = hasattr(fcntl, "F_OFD_SETLK")


@contextmanager
def only_instance(database: Path) -> Iterator[None]:
    """Hold the database for this process alone, by a lock that dies with it.

    A database that is not there yet is begun as an empty file, which goes again where it stays empty. Raises Locked
    where another process has it, StoreError without access.
    """
    handle = _locked_file(database)
    try:
        yield
    finally:
        with suppress(OSError):
            if os.fstat(handle).st_size == 0 and identity_of(database) == _identity(os.fstat(handle)):
                database.unlink()
        os.close(handle)


def _file_to_lock(database: Path) -> Path:
    return database if _HAS_OWN_LOCKS else database.with_name(f"{database.name}.lock")


def _locked_file(database: Path) -> int:
    path = _file_to_lock(database)
    while True:
        try:
            database.parent.mkdir(parents=True, exist_ok=True)
            handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise StoreError(f"{path}: {error}") from error
        try:
            _lock(handle)
            if identity_of(path) == _identity(os.fstat(handle)):
                return handle
        except BlockingIOError as error:
            os.close(handle)
            raise Locked(f"another instance is running on {database}") from error
        os.close(handle)  # it was replaced between the opening and the lock: once more


def _lock(handle: int) -> None:
    if _HAS_OWN_LOCKS:
        fcntl.fcntl(handle, fcntl.F_OFD_SETLK, _LOCK)
    else:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


def is_held(database: Path) -> bool:
    """Whether a program holds the database. To be asked before the database is opened: closing drops SQLite's locks.

    Raises StoreError without access.
    """
    path = _file_to_lock(database)
    try:
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    except OSError as error:
        raise StoreError(f"{path}: {error}") from error
    try:
        return _is_locked(handle)
    finally:
        os.close(handle)


def _is_locked(handle: int) -> bool:
    if not _HAS_OWN_LOCKS:
        try:
            _lock(handle)
        except BlockingIOError:
            return True
        return False
    found = struct.unpack(_LAYOUT, fcntl.fcntl(handle, fcntl.F_OFD_GETLK, _LOCK))
    return bool(found[0] != fcntl.F_UNLCK)


def identity_of(path: Path) -> tuple[int, int] | None:
    """Device and inode of a file, None where there is none."""
    try:
        return _identity(path.stat())
    except OSError:
        return None


def _identity(found: os.stat_result) -> tuple[int, int]:
    return found.st_dev, found.st_ino
