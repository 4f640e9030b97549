"""What need not be done again while it is as it was: each by the hash with which it was done last."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

from watcher import clock
from watcher.store.rows import at

if TYPE_CHECKING:
    from sqlite_utils import Database

    Name: TypeAlias = Literal["configuration", "schema"]


def is_checked(db: Database, name: Name, sha256: str) -> bool:
    """Whether this was done with what has this hash, and with nothing else since."""
    return db.conn.execute("SELECT 1 FROM checked WHERE name = ? AND sha256 = ?", [name, sha256]).fetchone() is not None


def save_checked(db: Database, name: Name, sha256: str) -> None:
    """Note within the caller's transaction that it was done."""
    forget(db, name)
    db.conn.execute("INSERT INTO checked (name, sha256, checked_at) VALUES (?,?,?)", [name, sha256, at(clock.now())])


def forget(db: Database, name: Name) -> None:
    """Have it done again."""
    db.conn.execute("DELETE FROM checked WHERE name = ?", [name])
