"""Judge the health of every feed; what began or ended becomes an event."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher import clock
from watcher.alerts.health import state_changes
from watcher.pipeline.alerting import raise_all
from watcher.store.events import save_event
from watcher.store.polls import feed_histories

if TYPE_CHECKING:
    from datetime import datetime

    from sqlite_utils import Database

    from watcher.config.settings import Settings
    from watcher.pipeline.runtime import Runtime


async def check_feeds(runtime: Runtime) -> None:
    """Judge the health of every feed, and alert on what began or ended. Raises StoreError."""
    now, settings = clock.now(), runtime.configuration.settings
    await runtime.store.write(_check_all, settings, now)


def _check_all(db: Database, settings: Settings, now: datetime) -> None:
    """Write the events that follow from the feeds' histories, with their alerts, in one transaction."""
    found = [(feed.feed_id, *change) for feed in feed_histories(db) for change in state_changes(feed, now)]
    for feed_id, kind, detail in found:
        save_event(db, kind, now, feed_id=feed_id, detail=detail)
    if found:
        raise_all(db, settings, now)
