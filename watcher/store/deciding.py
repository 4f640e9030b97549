"""Events that nobody has weighed yet: each becomes an alert, or none, once, and is marked in the same transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from watcher.alerts import (
    EVENT_OF,
    FeedEvent,
    ReleaseEvent,
    decide_feed_event,
    decide_release_event,
    occasion_of,
    plan_of,
    rules_of,
)
from watcher.messages import About
from watcher.store.alerts import save_alert
from watcher.store.mutes import active_mutes
from watcher.store.rows import at, moment
from watcher.store.standing import standing_release

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlite_utils import Database

    from watcher.alerts import Plan
    from watcher.config import Rule, Settings
    from watcher.messages import AlertRecord

# In the order in which they happened; a lot at a time keeps the transaction short.
_UNDECIDED = """
SELECT events.*, feeds.name AS feed, publishers.code AS publisher, publishers.name AS publisher_name
FROM events LEFT JOIN feeds ON feeds.id = events.feed_id LEFT JOIN publishers ON publishers.id = feeds.publisher_id
WHERE decided_at IS NULL ORDER BY events.id LIMIT 200
"""


def has_undecided(db: Database) -> bool:
    """Whether an event waits to be weighed."""
    return db.conn.execute("SELECT 1 FROM events WHERE decided_at IS NULL LIMIT 1").fetchone() is not None


def decide_events(db: Database, settings: Settings, now: datetime) -> int:
    """Weigh the next events against the rules within the caller's transaction; how many there were.

    An event and its alert are written with the mark that it is decided, so a crash before the commit leaves it to the
    next run, and none is told twice.
    """
    rows = list(db.query(_UNDECIDED))
    rules, plan = rules_of(settings), plan_of(settings, active_mutes(db, now))
    for row in rows:
        if row["kind"] in EVENT_OF:
            _raise(db, row, settings, rules, plan, now)
        db.conn.execute("UPDATE events SET decided_at = ? WHERE id = ?", [at(now), row["id"]])
    return len(rows)


def _raise(
    db: Database, row: Mapping[str, Any], settings: Settings, rules: Sequence[Rule], plan: Plan, now: datetime
) -> None:
    if row["release_id"] is not None:
        alert, identity, about = _of_release(db, row, settings, rules, plan, now)
        thread = identity
    elif row["feed"] is not None:
        alert = decide_feed_event(_feed_event(row, settings, now), rules=rules, plan=plan)
        about, thread = About(feed_id=row["feed_id"], event_id=row["id"]), f"feed:{row['feed']}"
    else:
        return
    if alert is not None:
        key = (thread, row["kind"], row["at"], str(row["id"]))
        save_alert(db, alert, about, key=key, thread=thread, now=now)


def _feed_event(row: Mapping[str, Any], settings: Settings, now: datetime) -> FeedEvent:
    names = ("kind", "detail", "publisher", "publisher_name", "feed")
    said = {name: row[name] for name in names}
    return FeedEvent(**said, at=moment(row["at"]) or now, installation=settings.name)


def _of_release(
    db: Database, row: Mapping[str, Any], settings: Settings, rules: Sequence[Rule], plan: Plan, now: datetime
) -> tuple[AlertRecord | None, str, About]:
    standing = standing_release(db, row["release_id"])
    happened_at = moment(row["at"]) or now
    occasion = occasion_of(standing, happened_at, installation=settings.name, feed=row["feed"] or "")
    found = ReleaseEvent(row["kind"], row["detail"], happened_at, standing.page, standing.detection, occasion)
    about = About(standing.release_id, standing.revision_id, row["feed_id"], row["id"])
    return decide_release_event(found, rules=rules, plan=plan), standing.identity, about
