"""Stored revisions with the bytes they were read from."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from watcher import clock
from watcher.store.read import sighted_entry
from watcher.store.rows import body_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlite_utils import Database

    from watcher.records import ParsedEntry

_REVISIONS = """
SELECT revisions.*, identity, publishers.code AS publisher FROM revisions
JOIN releases ON releases.id = release_id JOIN publishers ON publishers.id = publisher_id
WHERE revisions.id > :after AND (:release IS NULL OR release_id = :release) ORDER BY revisions.id LIMIT :limit
"""
_CAPTURE = """
SELECT captures.url, captures.outcome, response_headers, ended_at, feeds.name AS feed, compression, body FROM captures
JOIN feeds ON feeds.id = feed_id JOIN snapshots ON snapshots.id = snapshot_id WHERE captures.id = ?
"""
_SIGHTING = """
SELECT sightings.*, identity FROM sightings JOIN releases ON releases.id = release_id
WHERE release_id = ? ORDER BY sightings.id LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class StoredBytes:
    """A body that was kept, with what the server said of it."""

    feed: str
    url: str
    outcome: str
    content_type: str
    ended_at: datetime
    body: bytes


@dataclass(frozen=True, slots=True)
class StoredReading:
    """A revision as its row keeps it, the feed's document and the page that it came from, and the entry as last seen.

    `document` is None where the feed's body was not kept, `page` where there was none, `sighted` for a release that
    stands in no feed.
    """

    row: Mapping[str, Any]
    document: StoredBytes | None
    page: StoredBytes | None
    sighted: ParsedEntry | None


def stored_readings(db: Database, *, after: int, release_id: int | None, limit: int) -> tuple[StoredReading, ...]:
    """The next revisions after one, of every release or of one."""
    rows = list(db.query(_REVISIONS, {"after": after, "release": release_id, "limit": limit}))
    return tuple(
        StoredReading(
            row,
            _bytes(db, row["feed_capture_id"]),
            _bytes(db, row["page_capture_id"]),
            next((sighted_entry(sighting) for sighting in db.query(_SIGHTING, [row["release_id"]])), None),
        )
        for row in rows
    )


def _bytes(db: Database, capture_id: int | None) -> StoredBytes | None:
    row = next(db.query(_CAPTURE, [capture_id]), None)
    if row is None:
        return None
    headers = {name.lower(): value for name, value in json.loads(row["response_headers"])}
    ended_at = clock.from_text(row["ended_at"])
    return StoredBytes(row["feed"], row["url"], row["outcome"], headers.get("content-type", ""), ended_at, body_of(row))
