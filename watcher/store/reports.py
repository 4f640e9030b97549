"""What commands list: feeds, releases, alerts, one release whole; the figures of the daily report and test."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from sqlite_utils import Database

from watcher.errors import WatcherError
from watcher.model.alert import StatusReport
from watcher.store.alerts import whole_message
from watcher.store.chain import chain_head
from watcher.store.mail_signatures import signatures_of
from watcher.store.rows import COUNTS_FROM, at, moment
from watcher.store.syndication import copies_of

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping
    from datetime import datetime

    from watcher.model.alert import AlertEvent


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
  releases.revision_count AS revisions,
  CASE is_removed WHEN 1 THEN 'removed' ELSE releases.page_outcome END AS page, releases.url, releases.first_seen_at,
  releases.is_reported, releases.is_removed, releases.removed_at
FROM {{those}} CROSS JOIN publishers ON publishers.id = publisher_id
WHERE {{fits}} AND (:reported = 0 OR is_reported = 1)
  AND (:since IS NULL OR {COUNTS_FROM} >= :since)
ORDER BY {COUNTS_FROM} DESC, releases.id DESC LIMIT :limit
"""
_OF_PUBLISHER = "publisher_id = (SELECT id FROM publishers WHERE code = :publisher)"
_HITS = "SELECT rowid FROM revisions_fts WHERE revisions_fts MATCH :words ORDER BY rowid DESC LIMIT :most"
# Words in few texts are looked up; those in many are looked for in the newest releases, one by one.
_MOST_HITS = 10_000
_FOUND = """
(SELECT DISTINCT release_id FROM revisions WHERE id IN (SELECT value FROM json_each(:hits)))
CROSS JOIN releases ON releases.id = release_id
"""
_HAS_WORDS = """
EXISTS (SELECT 1 FROM revisions WHERE release_id = releases.id
  AND EXISTS (SELECT 1 FROM revisions_fts WHERE revisions_fts MATCH :words AND rowid = revisions.id))
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
    """The newest releases; `words` are searched in every revision, diacritics folded."""
    values = {"publisher": publisher, "reported": int(is_reported), "since": since, "limit": limit}
    those, fits, found = _with_words(db, words) if words else ("releases", "1", {})
    sql = _RELEASES.format(those=those, fits=f"{fits} AND {_OF_PUBLISHER}" if publisher is not None else fits)
    return list(db.query(sql, values | found))


def _with_words(db: Database, words: str) -> tuple[str, str, dict[str, object]]:
    """Where releases with these words are looked for: what to begin with, a condition, and the values of both."""
    # Each word is quoted, so that no sign is read as an operator; signs alone are a word that no text holds.
    quoted = " ".join(f'"{word}"' for word in words.replace('"', " ").split() or ["-"])
    hits = [row[0] for row in db.conn.execute(_HITS, {"words": quoted, "most": _MOST_HITS})]
    if len(hits) < _MOST_HITS:
        return _FOUND, "1", {"hits": json.dumps(hits)}
    return "releases", _HAS_WORDS, {"words": quoted}


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


def release(db: Database, release_id: int) -> Row:
    """One release whole: record, current claims, feeds, attachments, revisions, copies, problems, events and alerts."""
    row = dict(next(db.query("SELECT * FROM records WHERE id = ?", [release_id])))
    state = "SELECT rechecked_at, recheck_due_at, missing_since_at, missing_count FROM releases WHERE id = ?"
    row |= next(db.query(state, [release_id]))
    for name in ("tags", "links", "captions", "totals", "languages", "published_readings", "updated_readings"):
        row[name] = json.loads(row[name])
    row["feeds"] = row["feeds"].split(" ") if row["feeds"] else []
    of = [release_id]
    row["claims"] = [_claim(db, claim) for claim in db.query(_CLAIMS, of)]
    row["attachments"] = [_attachment(attachment, row["claims"]) for attachment in db.query(_ATTACHMENTS, of)]
    row["revisions"] = list(db.query(_REVISIONS, of))
    row["problems"] = list(db.query("SELECT kind, detail, at FROM problems WHERE release_id = ?", of))
    row["syndicated_copies"] = [asdict(copy) for copy in copies_of(db, release_id)]
    row["signatures"] = signatures_of(db, release_id)
    copied = (
        "SELECT copied_from, copied_url, copied_at FROM revisions WHERE release_id = ? ORDER BY number DESC LIMIT 1"
    )
    row |= next(db.query(copied, of))
    row["events"] = list(db.query("SELECT kind, at, detail FROM events WHERE release_id = ?", of))
    row["alerts"] = list(db.query("SELECT id, event, priority, title, created_at FROM alerts WHERE release_id = ?", of))
    return row


_CLAIMS = """
SELECT claims.*, attachments.url AS document FROM claims JOIN revisions ON revisions.id = claims.revision_id
LEFT JOIN attachment_texts ON attachment_texts.id = attachment_text_id
LEFT JOIN attachments ON attachments.id = attachment_id
JOIN releases ON releases.id = revisions.release_id AND revisions.number = releases.revision_count
WHERE releases.id = ? AND is_current = 1 ORDER BY claims.number
"""
_ATTACHMENTS = """
SELECT url, media_type, title, outcome, coalesce(text, '') AS text, coalesce(page_starts, '[]') AS page_starts,
  file_created_at, file_modified_at, texts.id AS text_id
FROM attachments LEFT JOIN attachment_texts AS texts
  ON texts.id = (SELECT max(id) FROM attachment_texts WHERE attachment_id = attachments.id)
WHERE release_id = ? ORDER BY attachments.id
"""
_REVISIONS = """
SELECT number, observed_at, text_from, page_outcome, length(text) AS characters, text_sha256 FROM revisions
WHERE release_id = ? ORDER BY number
"""


def _attachment(row: Row, claims: list[Row]) -> Row:
    """An attachment with the claims in the text that was read last."""
    text_id, starts = row.pop("text_id"), json.loads(row["page_starts"])
    own = [claim for claim in claims if text_id is not None and claim["attachment_text_id"] == text_id]
    return row | {"page_starts": starts, "claims": own}


def _claim(db: Database, row: Row) -> Row:
    people = db.query(
        'SELECT name, rank, age, unit, home_town, harm, start, "end" FROM people WHERE claim_id = ?', [row["id"]]
    )
    return row | {"rules": json.loads(row["rules"]), "people": list(people)}


_FAILING = """
SELECT name, outcome, error, succeeded_at, stopped_at FROM feeds WHERE is_enabled = 1
  AND (failure_count > 0 OR stopped_at IS NOT NULL) ORDER BY name
"""
_COUNTS = """
SELECT (SELECT count(*) FROM feeds WHERE is_enabled = 1) AS feeds,
  (SELECT count(*) FROM releases WHERE first_seen_at >= :since) AS releases,
  (SELECT count(*) FROM revisions WHERE number > 1 AND observed_at >= :since) AS revisions,
  (SELECT max(first_seen_at) FROM releases) AS last_release_at,
  (SELECT count(*) FROM alerts WHERE created_at >= :since AND release_id IS NOT NULL) AS alerts,
  (SELECT count(*) FROM deliveries WHERE sent_at >= :since) AS sent,
  (SELECT count(*) FROM deliveries WHERE state = 'pending') AS pending,
  (SELECT count(*) FROM deliveries WHERE state = 'held') AS held,
  (SELECT count(*) FROM deliveries WHERE state = 'dead') AS dead,
  (SELECT min(created_at) FROM deliveries CROSS JOIN alerts ON alerts.id = alert_id
    WHERE state = 'pending') AS oldest_at,
  (SELECT count(*) FROM problems WHERE kind = 'unread' AND at >= :since) AS unread
"""
_SELFTESTS = """
SELECT alerts.uid, alerts.created_at, channel, state, sent_at FROM alerts CROSS JOIN deliveries ON alert_id = alerts.id
WHERE event = 'selftest'
  AND created_at >= coalesce(:since, (SELECT max(created_at) FROM alerts WHERE event = 'selftest'))
ORDER BY alerts.id, channel
"""


@dataclass(frozen=True, slots=True)
class SelftestResult:
    """One channel's part of a daily test: `seconds` from its start until the channel took it, None if it did not."""

    alert_uid: str
    started_at: datetime
    channel: str
    seconds: float | None


def is_raised_since(db: Database, event: AlertEvent, since: datetime, *, until: datetime) -> bool:
    """Whether an alert of this kind was raised since then; one of a clock that was ahead (after `until`) is none."""
    sql = "SELECT 1 FROM alerts WHERE event = ? AND created_at BETWEEN ? AND ? LIMIT 1"
    return db.conn.execute(sql, [event, at(since), at(until)]).fetchone() is not None


def status_report(db: Database, since: datetime) -> StatusReport:
    """The state now, and what was stored `since` then."""
    head = chain_head(db)
    disabled = db.query("SELECT name FROM channels WHERE disabled_at IS NOT NULL ORDER BY name")
    return StatusReport(
        counts=next(db.query(_COUNTS, {"since": at(since)})),
        failing=tuple(db.query(_FAILING)),
        disabled=tuple(row["name"] for row in disabled),
        head=f"{head.seq} {head.hash}",
    )


def selftest_results(db: Database, since: datetime | None = None) -> tuple[SelftestResult, ...]:
    """The results of the daily tests since then, or of the last one."""
    return tuple(_result(row) for row in db.query(_SELFTESTS, {"since": at(since)}))


def _result(row: Mapping[str, Any]) -> SelftestResult:
    started_at, sent_at = moment(row["created_at"]), moment(row["sent_at"])
    assert started_at is not None  # noqa: S101 - the column is NOT NULL
    seconds = (sent_at - started_at).total_seconds() if sent_at is not None else None
    return SelftestResult(row["uid"], started_at, row["channel"], seconds)


def newest_alert(db: Database) -> tuple[str, dict[str, Any]] | None:
    """Title and message of the alert that was raised last."""
    row = next(db.query("SELECT title, message FROM alerts ORDER BY id DESC LIMIT 1"), None)
    return (row["title"], whole_message(db, row["message"])) if row else None


def saved_query(connection: sqlite3.Connection, sql: str, values: dict[str, str]) -> list[Row]:
    """The rows of a query that a configuration names."""
    return list(Database(connection).query(sql, values))
