"""A checked configuration kept beside the database, so that a start with the very same files checks nothing again.

It is a file of values: tables and paths, no secrets, which stand in environment variables and files of their own, and
readable by its owner alone. It counts only with the hash of all files and of the code that reads them
(`folder.hash_of`), and only whole; in any other case the files are read and checked as if there were none. Only tables
of ours and paths are made of it, whatever somebody has written into it. `watcher check` never looks at it.
"""

from __future__ import annotations

import hashlib
import io
import ipaddress
import pathlib
import pickle
from contextlib import suppress
from dataclasses import is_dataclass
from importlib import import_module
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

_HASH_BYTES = 32
_TABLES = ("evidence", "publishers", "rules", "settings", "tables")
_OURS = {*(f"watcher.config.{name}" for name in _TABLES), "watcher.model.api", "watcher.model.selectors"}
_PLAIN = (pathlib.PurePath, ipaddress.IPv4Network, ipaddress.IPv6Network, ipaddress.IPv4Address, ipaddress.IPv6Address)


def file_beside(database: Path) -> Path:
    """Where it is kept."""
    return database.with_name(f"{database.name}.configuration")


def keep(database: Path, key: str, values: tuple[Any, ...]) -> None:
    """Keep values by a key; where that cannot be done, the next start checks again.

    Only beside a database: who only looks at a configuration leaves nothing behind.
    """
    body = pickle.dumps((key, values), protocol=5)
    with suppress(OSError):
        if database.is_file():
            _replace(file_beside(database), hashlib.sha256(body).digest() + body)


def _replace(path: Path, body: bytes) -> None:
    """Put a whole file in the place of another, for its owner alone."""
    with NamedTemporaryFile(dir=path.parent, prefix=path.name, delete=False) as file:
        try:
            file.write(body)
            file.close()
            pathlib.Path(file.name).replace(path)
        except OSError:
            pathlib.Path(file.name).unlink(missing_ok=True)
            raise


def kept(database: Path, key: str) -> tuple[Any, ...] | None:
    """The values that are kept by this key; None where there are none, or the file is not as it was written."""
    try:
        written = file_beside(database).read_bytes()
        body = written[_HASH_BYTES:]
        if hashlib.sha256(body).digest() != written[:_HASH_BYTES]:
            return None
        known, values = _Tables(io.BytesIO(body)).load()
    except Exception:  # noqa: BLE001 - whatever is wrong with it, the files themselves are there
        return None
    return values if known == key else None


class _Tables(pickle.Unpickler):
    """Makes nothing but our own tables, paths and networks."""

    def find_class(self, module: str, name: str) -> Any:
        """The class of that name. Raises UnpicklingError for anything else."""
        if module in _OURS or module.partition(".")[0] in {"pathlib", "ipaddress"}:
            found = getattr(import_module(module), name)
            if isinstance(found, type) and (is_dataclass(found) or issubclass(found, _PLAIN)):
                return found
        raise pickle.UnpicklingError(f"{module}.{name} is no table")
