"""Alerts for the feeds that we give, as messages: from a connection of our own or of whoever serves the database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlite_utils import Database

from watcher.store.outbox import JOINED, message_of

if TYPE_CHECKING:
    import sqlite3

# What is told of releases and feeds; what the installation tells of itself, and what was muted, is nobody else's.
_ALERTS = f"""
SELECT uid AS alert_uid, event, title, message, created_at, release_id,
  {JOINED}
FROM alerts
WHERE (release_id IS NOT NULL OR feed_id IS NOT NULL) AND muted = '' ORDER BY id DESC LIMIT ?
"""


def published_alerts(connection: sqlite3.Connection, limit: int = 100) -> list[dict[str, Any]]:
    """The newest alerts about releases and feeds, the newest first."""
    return [message_of(row) for row in Database(connection).query(_ALERTS, [limit])]


def queried(connection: sqlite3.Connection, sql: str, values: dict[str, str]) -> list[dict[str, Any]]:
    """The rows of a saved query."""
    return list(Database(connection).query(sql, values))
