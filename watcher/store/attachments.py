"""The documents of releases: their texts, and the validators for the next request."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from watcher.model.release import Attachment, PageText
from watcher.model.revision import KeptDocument
from watcher.store.chain import insert_evidence
from watcher.store.json_columns import lines_of
from watcher.store.rows import as_json, at, stated_at, update

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlite_utils import Database

    from watcher.model.poll import ReadDocument


_TEXTS = """
SELECT attachments.*, texts.id AS text_id, text, page_starts, lines, dateline, language FROM attachments
LEFT JOIN attachment_texts AS texts ON texts.id =
  (SELECT max(id) FROM attachment_texts WHERE attachment_id = attachments.id AND (? IS NULL OR revision_id <= ?))
WHERE release_id = ? ORDER BY attachments.id
"""


def list_attachments(db: Database, release_id: int, attachments: Sequence[Attachment], now: datetime) -> None:
    """Note the files that a release names, each once."""
    db.conn.executemany(
        "INSERT OR IGNORE INTO attachments (release_id, url, media_type, title, first_seen_at) VALUES (?,?,?,?,?)",
        [(release_id, one.url, one.media_type, one.title, at(now)) for one in attachments],
    )


def kept_documents(db: Database, release_id: int, revision_id: int | None = None) -> tuple[KeptDocument, ...]:
    """The documents of a release that were asked for, with their texts as of a revision or as they are now."""
    rows = db.query(_TEXTS, [revision_id, revision_id, release_id])
    return tuple(_kept(row) for row in rows if row["fetched_at"] or row["text_id"])


def _kept(row: Mapping[str, Any]) -> KeptDocument:
    page = None
    if row["text_id"] is not None:
        starts = tuple(json.loads(row["page_starts"]))
        lines = lines_of(row["lines"])
        page = PageText(
            "", row["text"], dateline=row["dateline"], language=row["language"], page_starts=starts, lines=lines
        )
    attachment = Attachment(row["url"], row["media_type"], row["title"])
    return KeptDocument(attachment, row["etag"], row["last_modified"], row["body_sha256"], page, row["text_id"])


def has_new_text(db: Database, release_id: int, documents: Sequence[ReadDocument]) -> bool:
    """Whether one of the documents has a text that is not stored, also not by another feed's poll meanwhile."""
    known = {one.attachment.url: one.page.text for one in kept_documents(db, release_id) if one.page is not None}
    return any(one.page and known.get(one.attachment.url) != one.page.text for one in documents if one.is_new)


def save_document(
    db: Database,
    release_id: int,
    revision_id: int | None,
    document: ReadDocument,
    capture_id: int | None,
    now: datetime,
) -> int | None:
    """Write the outcome of an attachment that is listed, and return the row of its text.

    A new text belongs to the revision it came with; without one neither the text nor the validators that would hide
    it by a 304 are kept. Earlier texts stay.
    """
    of = [release_id, document.attachment.url]
    found = db.conn.execute("SELECT id FROM attachments WHERE release_id = ? AND url = ?", of).fetchone()
    if found is None or document.outcome == "not_fetched" or (document.is_new and revision_id is None):
        return document.text_id
    snapshot_id = _save_outcome(db, found[0], document, capture_id, now)
    if document.page is None or document.text_id is not None or revision_id is None:
        return document.text_id
    page = document.page
    text = {
        "attachment_id": found[0],
        "revision_id": revision_id,
        "snapshot_id": snapshot_id,
        "text": page.text,
        "page_starts": as_json(page.page_starts),
        "lines": as_json(page.lines),
        "dateline": page.dateline,
        "language": page.language,
        "file_created_at": stated_at(page.published),
        "file_modified_at": stated_at(page.updated),
        "extracted_at": at(now),
    }
    return insert_evidence(db, "document", text, url=document.attachment.url)


def _save_outcome(
    db: Database, attachment_id: int, document: ReadDocument, capture_id: int | None, now: datetime
) -> int | None:
    """Write what came of an attachment's fetch; the snapshot of what it answered, where its bytes are kept."""
    kept = db.conn.execute("SELECT snapshot_id, body_sha256 FROM captures WHERE id = ?", [capture_id]).fetchone()
    snapshot_id, body_sha256 = kept or (None, None)
    row: dict[str, Any] = {"etag": document.etag, "last_modified": document.last_modified, "fetched_at": at(now)}
    if document.outcome != "not_modified":
        row |= {"outcome": document.outcome, "capture_id": capture_id}
    if document.outcome in {"ok", "no_text", "scan", "encrypted", "killed"} and snapshot_id is not None:
        row |= {"snapshot_id": snapshot_id, "body_sha256": body_sha256}
    update(db, "attachments", attachment_id, row)
    return int(snapshot_id) if snapshot_id is not None else None
