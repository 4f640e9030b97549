"""When a feed is due next, and what its history of answers means: pure decisions, every fact an argument."""

from __future__ import annotations

from watcher.schedule.audits import audit_due, has_rolled_past
from watcher.schedule.moves import Move, Moved, consider_move, is_same_site, where_to_ask
from watcher.schedule.pace import Pace, after_failure, after_success
from watcher.schedule.quiet import skip_until

__all__ = [
    "Move",
    "Moved",
    "Pace",
    "after_failure",
    "after_success",
    "audit_due",
    "consider_move",
    "has_rolled_past",
    "is_same_site",
    "skip_until",
    "where_to_ask",
]
