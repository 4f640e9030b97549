"""What a walk through a publisher's past brings: releases without alerts, and sightings that are listed nowhere now."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import TYPE_CHECKING

from watcher.store.rows import as_json, at
from watcher.store.write import save_capture, save_observation

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlite_utils import Database

    from watcher.records import Capture, FeedState, Observation


def save_past(db: Database, feed: FeedState, capture: Capture | None, observations: Sequence[Observation]) -> None:
    """Write old releases of a feed and the document that listed them; nobody is alerted, no poll is logged.

    A release is not marked as listed: it stands on an older page, and its absence from the first one means nothing.
    """
    capture_id = save_capture(db, feed.id, capture) if capture else None
    for seen in observations:
        release_id = save_observation(db, feed, replace(seen, alert=None), capture_id)
        parsed, now = seen.parsed, at(seen.observed_at)
        db.conn.execute(
            "INSERT OR IGNORE INTO sightings (release_id, feed_id, entry_key, entry_sha256, entry, position,"
            " is_listed, first_seen_at, last_seen_at) VALUES (?,?,?,?,?,?,0,?,?)",
            [release_id, feed.id, parsed.entry.key, parsed.sha256, as_json(asdict(parsed.entry)), -1, now, now],
        )
