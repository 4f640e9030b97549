"""Captures in their order with their bytes, for a web archive."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from watcher.store.rows import body_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlite_utils import Database

_CAPTURES = """
SELECT captures.*, chain.seq AS chain_seq, chain.hash AS chain_hash FROM captures
JOIN feeds ON feeds.id = feed_id JOIN publishers ON publishers.id = publisher_id
LEFT JOIN chain ON chain.kind = 'capture' AND chain.row_id = captures.id
WHERE (:since IS NULL OR started_at >= :since) AND (:publisher IS NULL OR publishers.code = :publisher)
  AND captures.id > :after ORDER BY captures.id LIMIT 100
"""


def captures(
    db: Database, *, since: str | None = None, publisher: str | None = None
) -> Iterator[tuple[dict[str, Any], bytes | None]]:
    """Every capture with its body before content-decoding, None where the bytes were not kept."""
    after = 0
    while rows := list(db.query(_CAPTURES, {"since": since, "publisher": publisher, "after": after})):
        after = rows[-1]["id"]
        for row in rows:
            yield row, _wire(db, row["wire_snapshot_id"] or row["snapshot_id"])


def _wire(db: Database, snapshot_id: int | None) -> bytes | None:
    row = next(db.query("SELECT compression, body FROM snapshots WHERE id = ?", [snapshot_id]), None)
    return None if row is None else body_of(row)
