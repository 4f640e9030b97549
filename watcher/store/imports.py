"""Old releases: from web archives at their original times, each record once, or from a backfill.

Nobody is alerted about them.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from watcher.store.captures import save_capture
from watcher.store.feeds import put_publisher, state_of
from watcher.store.releases import save_observation, save_unlisted
from watcher.store.rows import at, insert

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from sqlite_utils import Database

    from watcher.config.publishers import Publisher
    from watcher.model.feed import FeedState
    from watcher.model.poll import Capture, Observation


def archive_feed(db: Database, publisher: Publisher) -> FeedState:
    """The feed that a publisher's imported captures belong to: never polled; created if it does not exist."""
    name = f"{publisher.code}/web-archive"
    publisher_id = put_publisher(db, publisher)
    if not db.conn.execute("SELECT 1 FROM feeds WHERE name = ?", [name]).fetchone():
        title = f"{publisher.name}: imported from web archives"
        row = {"publisher_id": publisher_id, "name": name, "title": title, "kind": "feed", "url": ""}
        insert(db, "feeds", row | {"configured_url": "", "is_enabled": 0, "interval_seconds": 0})
    return state_of(db, name)


def known_records(db: Database, names: Iterable[str]) -> set[str]:
    """Which records were imported before."""
    asked = "SELECT 1 FROM imports WHERE record = ?"
    return {name for name in names if db.conn.execute(asked, [name]).fetchone()}


def newest_observation(db: Database, identity: str) -> tuple[int, str, str] | None:
    """The release of an identity with the time and the text's hash of its newest revision."""
    found = db.conn.execute(
        "SELECT release_id, observed_at, text_sha256 FROM revisions JOIN releases ON releases.id = release_id"
        " WHERE identity = ? ORDER BY number DESC LIMIT 1",
        [identity],
    ).fetchone()
    return tuple(found) if found else None


def identity_at(db: Database, url: str) -> str | None:
    """The identity of the release at an address, where its feed gave it another name."""
    found = db.conn.execute("SELECT identity FROM releases WHERE url = ? LIMIT 1", [url]).fetchone()
    return str(found[0]) if found else None


def save_import(
    db: Database,
    feed: FeedState,
    capture: Capture | None,
    observations: Sequence[Observation],
    *,
    record: str,
    file: str,
    outcome: str,
    now: datetime,
) -> None:
    """Write what one record of an archive brought, with the note that it was imported; nobody is alerted.

    `capture` is a feed's document, or a page that brought no revision; an observation brings its own.
    """
    save_past(db, feed, capture, observations)
    is_kept = capture is not None or bool(observations)
    capture_id = db.conn.execute("SELECT max(id) FROM captures").fetchone()[0] if is_kept else None
    row = {"record": record, "file": file, "outcome": outcome, "capture_id": capture_id, "at": at(now)}
    insert(db, "imports", row)


def save_past(db: Database, feed: FeedState, capture: Capture | None, observations: Sequence[Observation]) -> None:
    """Write old releases of a feed and the document that listed them; nobody is alerted, no poll is logged.

    A release is not marked as listed: it is listed on an older page, and its absence from the first one means nothing.
    """
    capture_id = save_capture(db, feed.id, capture) if capture else None
    for seen in observations:
        release_id = save_observation(db, feed, replace(seen, alert=None), capture_id)
        save_unlisted(db, feed.id, release_id, seen)
