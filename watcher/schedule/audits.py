"""Distrust that keeps the record whole: a window that rolled past us, a server that always says 304 (pure)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

_LEAST = timedelta(hours=24)


def has_rolled_past(known: Collection[str], seen: Collection[str]) -> bool:
    """Whether a feed's window moved on so far that no known entry is left, so that some may never have been seen.

    `known` are the keys of the feed's entries before this poll, `seen` those in it. False for a first poll and for an
    empty feed, which are other outcomes.
    """
    return bool(known) and bool(seen) and not set(known) & set(seen)


def audit_due(
    now: datetime,
    *,
    last_body_at: datetime | None,
    last_audit_at: datetime | None = None,
    every: timedelta = timedelta(days=7),
) -> bool:
    """Whether the next request is to go without validators, to see whether the 304s of this feed are true.

    Due when the last answer with a body (`last_body_at`) and the last audit, whatever became of it, are both at least
    `every` ago, and never more than once in 24 hours. False for a feed that never answered with a body: it has no
    validators.
    """
    if last_body_at is None:
        return False
    last = last_body_at if last_audit_at is None else max(last_body_at, last_audit_at)
    return now - last >= max(every, _LEAST)
