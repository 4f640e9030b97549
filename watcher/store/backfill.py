"""What a walk through a publisher's past brings: releases without alerts, and sightings that are listed nowhere now."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from watcher.store.write import save_capture, save_observation, save_unlisted

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
        save_unlisted(db, feed.id, release_id, seen)
