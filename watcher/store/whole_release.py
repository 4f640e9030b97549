"""One release with everything stored of it, as `watcher show` and the reading room give it."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from watcher.store.mail_signatures import signatures_of
from watcher.store.rows import NOT_READ
from watcher.store.syndication import copies_of

if TYPE_CHECKING:
    from sqlite_utils import Database


Row = dict[str, Any]


def whole_release(db: Database, release_id: int) -> Row:
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
    row["not_read"] = next(db.query(_NOT_READ, of))["not_read"]
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
_NOT_READ = f"SELECT {NOT_READ} AS not_read FROM revisions WHERE release_id = ? ORDER BY number DESC LIMIT 1"
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
