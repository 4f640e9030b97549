"""Rows in and out: the small conversions between values and what SQLite keeps."""

from __future__ import annotations

import hashlib
import json
import zlib
from typing import TYPE_CHECKING, Any

from watcher import clock

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlite_utils import Database


def at(moment: datetime | None) -> str | None:
    """An instant as the tables keep it."""
    return clock.to_text(moment) if moment is not None else None


def moment(text: str | None) -> datetime | None:
    """The instant that `at` wrote."""
    return clock.from_text(text) if text is not None else None


def plain(text: str) -> str:
    """Text that SQLite takes: lone surrogates, which no UTF-8 can hold, become question marks."""
    return text.encode("utf-8", errors="replace").decode("utf-8")


def as_json(value: object) -> str:
    """JSON as the tables keep it, readable in any script."""
    return plain(json.dumps(value, ensure_ascii=False, default=str))


def insert(db: Database, table: str, row: Mapping[str, Any]) -> int:
    """Insert a row and return its id; a row that breaks a rule of the schema raises sqlite3.IntegrityError."""
    columns = ", ".join(f'"{name}"' for name in row)
    marks = ", ".join("?" * len(row))
    values = [plain(value) if isinstance(value, str) else value for value in row.values()]
    return int(db.conn.execute(f"INSERT INTO {table} ({columns}) VALUES ({marks})", values).lastrowid or 0)


def update(db: Database, table: str, row_id: int, row: Mapping[str, Any]) -> None:
    """Change the named columns of one row."""
    columns = ", ".join(f'"{name}" = ?' for name in row)
    values = [plain(value) if isinstance(value, str) else value for value in row.values()]
    db.conn.execute(f"UPDATE {table} SET {columns} WHERE id = ?", [*values, row_id])


def sha256(body: bytes) -> str:
    """The hash that names a snapshot."""
    return hashlib.sha256(body).hexdigest()


def body_of(row: Mapping[str, Any]) -> bytes:
    """The bytes of a row of snapshots."""
    return zlib.decompress(row["body"]) if row["compression"] == "zlib" else bytes(row["body"])
