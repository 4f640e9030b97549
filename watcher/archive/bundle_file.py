"""A bundle on disk: its files written as a folder or a ZIP, and read back, whole or not at all."""

from __future__ import annotations

import contextlib
import io
import shutil
import zipfile
import zlib
from typing import TYPE_CHECKING, Any

from watcher.errors import WatcherError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path


# What a bundle may hold once it is unpacked: all of it is checked in memory, and bodies are small.
_LIMIT = 500_000_000
_EPOCH = (1980, 1, 1, 0, 0, 0)


def pack(path: Path, files: Mapping[str, bytes]) -> None:
    """Write a ZIP where the path ends in .zip, else a folder; it appears under its name only when it is whole.

    Raises WatcherError where something is there already or it cannot be written.
    """
    if path.exists():
        raise WatcherError(f"{path} exists already; nothing was written")
    partial = path.with_name(f".{path.name}.partial")
    try:
        _remove(partial)
        partial.parent.mkdir(parents=True, exist_ok=True)
        if path.suffix.lower() == ".zip":
            with partial.open("wb") as out:
                out.writelines(zipped_parts(files))
        else:
            for name, content in files.items():
                (partial / name).parent.mkdir(parents=True, exist_ok=True)
                (partial / name).write_bytes(content)
        partial.rename(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            _remove(partial)
        raise WatcherError(f"{path} cannot be written: {error}") from error


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


class _Sink(io.RawIOBase):
    """What a ZIP is written to and taken from again, piece by piece; nobody can seek in it."""

    def __init__(self) -> None:
        self.waiting: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, part: Any) -> int:
        self.waiting.append(bytes(part))
        return len(part)

    def take(self) -> bytes:
        taken, self.waiting = b"".join(self.waiting), []
        return taken


def zipped_parts(files: Mapping[str, bytes]) -> Iterator[bytes]:
    """The ZIP piece by piece, each file's as soon as it is packed. The same files give the same bytes."""
    sink = _Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), files[name], zipfile.ZIP_DEFLATED)
            yield sink.take()
    yield sink.take()


def unpack(path: Path) -> dict[str, bytes]:
    """Every file of a folder or ZIP by its path. Raises WatcherError where it cannot be read."""
    try:
        if path.is_dir():
            files = [found for found in sorted(path.rglob("*")) if found.is_file() and not found.is_symlink()]
            _refuse_larger(path, (found.stat().st_size for found in files))
            return {found.relative_to(path).as_posix(): found.read_bytes() for found in files}
        with zipfile.ZipFile(path) as archive:
            parts = [one for one in archive.infolist() if not one.is_dir()]
            # What is announced is also all that is read of each part.
            _refuse_larger(path, (one.file_size for one in parts))
            return {one.filename: archive.read(one) for one in parts}
    except (OSError, EOFError, zipfile.BadZipFile, zlib.error, NotImplementedError, ValueError) as error:
        raise WatcherError(f"{path} cannot be read: {error}") from error


def _refuse_larger(path: Path, sizes: Iterable[int]) -> None:
    if sum(sizes) > _LIMIT:
        raise WatcherError(f"{path} holds more than {_LIMIT // 1_000_000} MB, and no bundle does")
