"""What commands list: feeds, releases, alerts, with nothing loaded but what their rows need."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sqlite_utils import Database

from watcher.errors import WatcherError
from watcher.store.rows import COUNTS_FROM, NOT_READ, moment

if TYPE_CHECKING:
    import sqlite3
    from datetime import datetime


Row = dict[str, Any]
_FEEDS = """
SELECT feeds.name AS feed, feeds.outcome, feeds.polled_at, feeds.succeeded_at, feeds.due_at, feeds.failure_count,
  feeds.release_count AS releases, feeds.error, feeds.url, feeds.is_enabled,
  feeds.not_before_at, feeds.stopped_at
FROM feeds ORDER BY feeds.name
"""
_RELEASES = f"""
SELECT releases.id AS release, publishers.code AS publisher, releases.published_at, releases.title,
  (SELECT count(*) FROM claims JOIN revisions ON revisions.id = revision_id
    WHERE revisions.release_id = releases.id AND revisions.number = releases.revision_count AND is_current = 1)
    AS claims,
  releases.totals,
  (SELECT {{not_read}} FROM revisions
    WHERE revisions.release_id = releases.id AND revisions.number = releases.revision_count) AS not_read,
  releases.revision_count AS revisions,
  CASE is_removed WHEN 1 THEN 'removed' ELSE releases.page_outcome END AS page, releases.url, releases.first_seen_at,
  releases.is_reported, releases.is_removed, releases.removed_at
FROM {{those}} CROSS JOIN publishers ON publishers.id = publisher_id
WHERE {{fits}} AND (:reported = 0 OR is_reported = 1)
  AND (:since IS NULL OR {COUNTS_FROM} >= :since)
ORDER BY {COUNTS_FROM} DESC, releases.id DESC LIMIT :limit
"""
_OF_PUBLISHER = "publisher_id = (SELECT id FROM publishers WHERE code = :publisher)"
# Words in few texts are looked up; those in many are looked for in the newest releases, one by one.
_MOST_HITS = 10_000
_FOUND = "(SELECT value AS release_id FROM json_each(:found)) CROSS JOIN releases ON releases.id = release_id"
_HAS_WORDS = """
(releases.id IN (SELECT value FROM json_each(:found)) OR EXISTS (SELECT 1 FROM revisions WHERE release_id = releases.id
  AND EXISTS (SELECT 1 FROM revisions_fts WHERE revisions_fts MATCH :words AND rowid = revisions.id)))
"""
_ALERTS = """
SELECT alerts.id AS alert, alerts.created_at, alerts.priority, alerts.event, alerts.title, alerts.release_id AS release,
  coalesce((SELECT group_concat(channel || ' ' || state || CASE WHEN state = 'pending' AND attempt_count > 0
    THEN ' (' || attempt_count || ' tries)' WHEN state = 'held' THEN ' until ' || due_at ELSE '' END, ', ')
    FROM deliveries WHERE alert_id = alerts.id), nullif(muted, '')) AS deliveries,
  alerts.rules, alerts.uid, alerts.muted
FROM alerts ORDER BY alerts.id DESC LIMIT :limit
"""


def feeds(db: Database) -> list[Row]:
    """Every feed that is configured or once was, with its last outcome and its next due time."""
    return list(db.query(_FEEDS))


def releases(
    db: Database,
    *,
    publisher: str | None = None,
    is_reported: bool = False,
    since: str | None = None,
    words: str | None = None,
    limit: int = 50,
) -> list[Row]:
    """The newest releases; `words` are typed as into the reading room's search, and looked for as there."""
    values = {"publisher": publisher, "reported": int(is_reported), "since": since, "limit": limit}
    those, fits, found = _with_words(db, words) if words else ("releases", "1", {})
    # A database of before the totals of claims can be listed too.
    not_read = NOT_READ if db["claim_totals"].exists() else "NULL"
    fits = f"{fits} AND {_OF_PUBLISHER}" if publisher is not None else fits
    sql = _RELEASES.format(those=those, fits=fits, not_read=not_read)
    return list(db.query(sql, values | found))


def _with_words(db: Database, words: str) -> tuple[str, str, dict[str, object]]:
    """Where releases with these words are looked for: what to begin with, a condition, and the values of both."""
    from watcher.store.search import releases_with  # noqa: PLC0415 - most lists ask for no words

    found = releases_with(db, words, most=_MOST_HITS)
    ids = json.dumps(found.release_ids)
    if found.is_cut and found.query:
        return "releases", _HAS_WORDS, {"words": found.query, "found": ids}
    return _FOUND, "1", {"found": ids}


def alerts(db: Database, *, limit: int = 50) -> list[Row]:
    """The newest alerts with the state of their deliveries."""
    return list(db.query(_ALERTS, {"limit": limit}))


def last_poll(db: Database) -> datetime | None:
    """When a feed was last polled, whatever the outcome."""
    return moment(db.conn.execute("SELECT max(polled_at) FROM feeds").fetchone()[0])


def find_release(db: Database, wanted: str) -> int:
    """The id of a release named by its number, its URL, or a start of its title that only it has.

    Raises WatcherError where there is none or more than one.
    """
    like = wanted.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    ways: tuple[tuple[str, str], ...] = (
        ("id = ?", wanted if wanted.isdecimal() else ""),
        ("url = ?", wanted),
        ("title LIKE ? ESCAPE '\\'", like),
    )
    for condition, value in ways:
        found = list(db.query(f"SELECT id, title FROM releases WHERE {condition} LIMIT 6", [value])) if value else []
        if len(found) == 1:
            return int(found[0]["id"])
        if found:
            choice = "\n".join(f"  {row['id']}  {row['title']}" for row in found)
            raise WatcherError(f'more than one release begins with "{wanted}":\n{choice}')
    raise WatcherError(f'there is no release "{wanted}"; `watcher releases` lists them')


def saved_query(connection: sqlite3.Connection, sql: str, values: dict[str, str]) -> list[Row]:
    """The rows of a query that a configuration names."""
    return list(Database(connection).query(sql, values))
