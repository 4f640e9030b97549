"""Due times follow the pace of real time, whatever happens to the wall clock."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.store.rows import at, moment

if TYPE_CHECKING:
    from datetime import timedelta

    from sqlite_utils import Database

_DUE = (
    ("feeds", "due_at"),
    ("feeds", "not_before_at"),
    ("hosts", "not_before_at"),
    ("subscriptions", "due_at"),
    ("releases", "page_due_at"),
    ("releases", "look_due_at"),
    ("deliveries", "due_at"),
    ("anchors", "due_at"),
    ("witnesses", "due_at"),
    ("channels", "rests_until_at"),
)


def shift(db: Database, by: timedelta) -> None:
    """Move every due time after the wall clock jumped by this much (check 38)."""
    for table, column in _DUE:
        rows = db.conn.execute(f"SELECT rowid, {column} FROM {table} WHERE {column} IS NOT NULL").fetchall()
        moved = [(at(due + by), row_id) for row_id, text in rows if (due := moment(text)) is not None]
        db.conn.executemany(f"UPDATE {table} SET {column} = ? WHERE rowid = ?", moved)
