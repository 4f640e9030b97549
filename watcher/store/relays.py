"""Releases of other publishers that say the same: looked for within a window of days, linked and never merged."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from watcher.likeness import RELAY, likeness
from watcher.messages import Relay
from watcher.store.rows import at

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlite_utils import Database

# A statement is passed on within days. Older signatures are dropped, so the lookup stays as quick as it was.
WINDOW = timedelta(days=14)
_MOST_CANDIDATES = 20

_CANDIDATES = """
SELECT releases.id AS release_id, publishers.code AS publisher, publishers.name AS publisher_name, releases.title,
  releases.url, count(*) AS shared,
  (SELECT text FROM revisions WHERE release_id = releases.id AND number = releases.revision_count) AS text
FROM likenesses JOIN releases ON releases.id = likenesses.release_id JOIN publishers ON publishers.id = publisher_id
WHERE band IN (SELECT value FROM json_each(?)) AND seen_at >= ? AND publisher_id <> ?
GROUP BY releases.id ORDER BY shared DESC, releases.id LIMIT ?
"""
_LINKED = """
SELECT releases.id AS release_id, publishers.code AS publisher, publishers.name AS publisher_name, releases.title,
  releases.url, similarity
FROM (SELECT other_release_id AS linked, similarity FROM relays WHERE release_id = :id
  UNION ALL SELECT release_id, similarity FROM relays WHERE other_release_id = :id)
JOIN releases ON releases.id = linked JOIN publishers ON publishers.id = publisher_id
ORDER BY similarity DESC, releases.id
"""


def find_relays(
    db: Database, bands: Sequence[int], text: str, *, publisher_id: int, now: datetime
) -> tuple[Relay, ...]:
    """Releases of other publishers, seen within the window, whose newest text is this one or nearly; the likest first.

    `bands` are the text's (`watcher.likeness.bands`). At most 20 candidates are read, found by their index.
    """
    if not bands:
        return ()
    rows = list(db.query(_CANDIDATES, [str(list(bands)), at(now - WINDOW), publisher_id, _MOST_CANDIDATES]))
    measured = [(likeness(text, row["text"]), row) for row in rows]
    alike = sorted((pair for pair in measured if pair[0] >= RELAY), key=lambda pair: (-pair[0], pair[1]["release_id"]))
    names = ("release_id", "publisher", "publisher_name", "title", "url")
    return tuple(Relay(**{name: row[name] for name in names}, similarity=round(part, 3)) for part, row in alike)


def save_relays(
    db: Database, release_id: int, bands: Sequence[int], text: str, *, publisher_id: int, now: datetime
) -> None:
    """Link a release's new text with those that say the same, and keep its signature for the ones to come.

    Looked up within the writing transaction: another publisher's poll may have stored its release a moment ago. A
    link that was found once stays, whatever either of them becomes.
    """
    for relay in find_relays(db, bands, text, publisher_id=publisher_id, now=now):
        db.conn.execute(
            "INSERT INTO relays (release_id, other_release_id, similarity, found_at) SELECT ?, ?, ?, ?"
            " WHERE NOT EXISTS (SELECT 1 FROM relays WHERE release_id = ? AND other_release_id = ?)"
            " ON CONFLICT DO NOTHING",
            [release_id, relay.release_id, relay.similarity, at(now), relay.release_id, release_id],
        )
    db.conn.execute("DELETE FROM likenesses WHERE release_id = ? OR seen_at < ?", [release_id, at(now - WINDOW)])
    db.conn.executemany(
        "INSERT OR IGNORE INTO likenesses (band, release_id, seen_at) VALUES (?, ?, ?)",
        [(band, release_id, at(now)) for band in bands],
    )


def relays_of(db: Database, release_id: int) -> tuple[Relay, ...]:
    """What a release is linked with, from either side, the likest first."""
    return tuple(Relay(**row) for row in db.query(_LINKED, {"id": release_id}))
