"""Under which names a release was seen, and which stored release a new one turns out to be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.store.read import same_text
from watcher.store.rows import plain

if TYPE_CHECKING:
    from sqlite_utils import Database

    from watcher.records import FeedState, Observation, ParsedEntry


def release_of(db: Database, feed: FeedState, seen: Observation) -> int | None:
    """The release that another feed's poll stored meanwhile, by its identity or its words."""
    found = db.conn.execute("SELECT id FROM releases WHERE identity = ?", [seen.parsed.identity]).fetchone()
    if found:
        return int(found[0])
    return same_text(db, feed.publisher_id, seen.page, seen.text_from, seen.text_sha256)


def save_names(db: Database, release_id: int, parsed: ParsedEntry) -> None:
    """Remember under which guid and at which place a release was seen; the first to use a name keeps it."""
    db.conn.executemany(
        "INSERT OR IGNORE INTO identities (name, release_id) VALUES (?, ?)",
        [(plain(name), release_id) for name in (*parsed.names, parsed.place) if name],
    )
