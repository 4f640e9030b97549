"""Every due time that is stored: they follow the pace of real time, whatever happens to the wall clock."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from watcher.store.rows import at, moment

if TYPE_CHECKING:
    from datetime import datetime

    from sqlite_utils import Database


_DUE = (
    ("feeds", "due_at"),
    ("feeds", "not_before_at"),
    ("hosts", "not_before_at"),
    ("subscriptions", "due_at"),
    ("releases", "page_due_at"),
    ("releases", "recheck_due_at"),
    ("deliveries", "due_at"),
    ("anchors", "due_at"),
    ("archive_copies", "due_at"),
    ("proofs", "due_at"),
    ("channels", "back_off_until_at"),
)
# No retry, digest or end of quiet hours is further away than this.
_LONGEST_DELIVERY = timedelta(hours=27)
# Retry-After is kept for up to a week, and skipDays leave at least one day of a week.
_LONGEST_HOLD = timedelta(days=8)
_BOUNDS = (
    "UPDATE feeds SET not_before_at = NULL WHERE not_before_at > :hold",
    (
        "UPDATE feeds SET due_at = strftime('%Y-%m-%dT%H:%M:%fZ', :now, interval_seconds || ' seconds') WHERE due_at >"
        " CASE WHEN not_before_at = due_at OR skip_days <> '[]' OR skip_hours <> '[]' THEN :hold ELSE :wait END"
    ),
    "UPDATE hosts SET not_before_at = :now WHERE not_before_at > :hold",
    "UPDATE deliveries SET due_at = :now WHERE due_at > :delivery AND state IN ('pending', 'held')",
    "UPDATE channels SET back_off_until_at = NULL WHERE back_off_until_at > :delivery",
    "UPDATE releases SET page_due_at = :now WHERE page_due_at > :hold",
    "UPDATE proofs SET due_at = :now WHERE due_at > :hold",
)


def shift(db: Database, by: timedelta) -> None:
    """Move every due time after the wall clock jumped by this much."""
    for table, column in _DUE:
        rows = db.conn.execute(f"SELECT rowid, {column} FROM {table} WHERE {column} IS NOT NULL").fetchall()
        moved = [(at(due + by), row_id) for row_id, text in rows if (due := moment(text)) is not None]
        db.conn.executemany(f"UPDATE {table} SET {column} = ? WHERE rowid = ?", moved)


def bound(db: Database, now: datetime, *, longest_wait: timedelta) -> int:
    """Bring nearer what is due later than anything is ever planned; how many due times there were.

    They were stored by a clock that was ahead and was set back while the program did not run: a feed would be silent
    until then. `longest_wait` is the longest pause that a publisher may ask for.
    """
    values = {
        "now": at(now),
        "wait": at(now + max(longest_wait, timedelta(days=1)) + timedelta(hours=3)),
        "hold": at(now + _LONGEST_HOLD),
        "delivery": at(now + _LONGEST_DELIVERY),
    }
    return sum(db.conn.execute(sql, values).rowcount for sql in _BOUNDS)
