"""What happened to a feed or a release: a row before anybody is told of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.store.chain import keep
from watcher.store.rows import at

if TYPE_CHECKING:
    from datetime import datetime

    from sqlite_utils import Database

    from watcher.model.alert import EventKind


def save_event(
    db: Database,
    kind: EventKind,
    now: datetime,
    *,
    feed_id: int | None = None,
    release_id: int | None = None,
    revision_id: int | None = None,
    detail: str = "",
    is_decided: bool = False,
) -> int:
    """Write one event within the caller's transaction, and return its id.

    It stays undecided (`decided_at` NULL) until it is weighed against the rules, so a crash between the two loses no
    alert. `is_decided`: it has its alert already, or needs none.
    """
    row = {"kind": kind, "feed_id": feed_id, "release_id": release_id, "revision_id": revision_id}
    decided_at = at(now) if is_decided else None
    return keep(db, "event", row | {"at": at(now), "detail": detail, "decided_at": decided_at})
