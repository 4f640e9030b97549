"""Polls that brought nothing, many in one go: a log row and a capture each, and the feeds' new state last."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from watcher.store.rows import insert_many, update_many
from watcher.store.write import capture_row, feed_row, poll_row

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlite_utils import Database

    from watcher.records import PollRecord


def save_quiet(db: Database, records: Sequence[PollRecord]) -> None:
    """Write these polls as `save_poll` would one by one, a few statements for all of them.

    Only for records whose `is_quiet` is true: there is nothing else in them to be written.
    """
    next_id = int(db.conn.execute("SELECT coalesce(max(id), 0) + 1 FROM captures").fetchone()[0])
    captures: list[dict[str, Any]] = []
    polls: list[dict[str, Any]] = []
    for record in records:
        capture_id = None
        if record.capture is not None:
            capture_id = next_id + len(captures)
            captures.append({"id": capture_id} | capture_row(record.feed.id, record.capture))
        polls.append(poll_row(record, capture_id))
    insert_many(db, "captures", captures)
    insert_many(db, "polls", polls)
    changed: dict[tuple[str, ...], list[tuple[int, dict[str, Any]]]] = {}
    for record in records:
        row = feed_row(record.next_feed, record.feed)
        changed.setdefault(tuple(row), []).append((record.feed.id, row))
    for rows in changed.values():
        update_many(db, "feeds", rows)
