"""A disk of a few megabytes that a test can fill, and a medium that nobody can write on; both need root."""

from __future__ import annotations

import errno
import os
import subprocess
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def small_disk(folder: Path, megabytes: int = 4) -> Iterator[Path]:
    """A file system in memory of this size, mounted on a new folder; skips the test where nothing can be mounted."""
    folder.mkdir(exist_ok=True)
    _mount("-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder))
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)  # noqa: S603, S607 - a test's own mount


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """The folder as a read-only medium while the block runs; skips the test where nothing can be mounted."""
    _mount("--bind", str(folder), str(folder))
    try:
        _mount("-o", "remount,ro,bind", str(folder))
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)  # noqa: S603, S607 - the same


def _mount(*options: str) -> None:
    done = subprocess.run(["mount", *options], capture_output=True, text=True, check=False)  # noqa: S603, S607 - the same
    if done.returncode != 0:
        pytest.skip(f"nothing can be mounted here: {done.stderr.strip()}")


def fill(disk: Path) -> Path:
    """Fill a disk to its last byte; the file that does it, to be deleted when there is to be room again."""
    filler = disk / "filler"
    handle = os.open(filler, os.O_WRONLY | os.O_CREAT)
    try:
        for size in (1 << 16, 1 << 12, 1):
            _fill_by(handle, bytes(size))
    finally:
        os.close(handle)
    return filler


def _fill_by(handle: int, block: bytes) -> None:
    try:
        while os.write(handle, block):
            pass
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
