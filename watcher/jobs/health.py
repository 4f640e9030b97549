"""The health of every feed is judged, and what began or ended becomes an event."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher import clock
from watcher.alerts.health import state_changes
from watcher.pipeline.alerting import raise_all
from watcher.store.events import save_event
from watcher.store.health import feed_histories

if TYPE_CHECKING:
    from datetime import datetime

    from sqlite_utils import Database

    from watcher.config.settings import Settings
    from watcher.pipeline.runtime import Runtime


async def check_feeds(runtime: Runtime) -> None:
    """Judge the health of every feed, and alert on what began or ended. Raises StoreError."""
    now, settings = clock.now(), runtime.configuration.settings
    await runtime.store.write(_judge_all, settings, now)


def _judge_all(db: Database, settings: Settings, now: datetime) -> None:
    if save_health(db, now):
        raise_all(db, settings, now)


def save_health(db: Database, now: datetime) -> int:
    """Judge every feed and write the events that follow, within the caller's transaction; the number of events."""
    count = 0
    for history in feed_histories(db):
        for kind, detail in state_changes(history, now):
            save_event(db, kind, now, feed_id=history.feed_id, detail=detail)
            count += 1
    return count
