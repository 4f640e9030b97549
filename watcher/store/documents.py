"""The PDFs of releases: what was read of each, and the claims in them with their pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from watcher.pages import page_of
from watcher.store.rows import as_json, at, insert, update

if TYPE_CHECKING:
    from sqlite_utils import Database

    from watcher.models import StatedDate
    from watcher.records import ReadDocument

_FIELDS = ("harm", "count_min", "count_max", "count_raw", "victim", "stance", "sentence", "start", "end")


def save_document(db: Database, release_id: int, document: ReadDocument, capture_id: int | None) -> None:
    """Write what became of an attachment that is listed already.

    Its row tells the newest reading; a failed one leaves the text that was read before. Claims of every reading stay.
    """
    of = [release_id, document.attachment.url]
    found = db.conn.execute("SELECT id FROM attachments WHERE release_id = ? AND url = ?", of).fetchone()
    if found is None:
        return
    row: dict[str, Any] = {"outcome": document.outcome, "capture_id": capture_id}
    kept = db.conn.execute("SELECT snapshot_id FROM captures WHERE id = ?", [capture_id]).fetchone()
    snapshot_id = kept[0] if kept else None
    if snapshot_id is not None and document.outcome in {"ok", "no_text"}:
        row["snapshot_id"] = snapshot_id
    if document.page is not None:
        row |= {"text": document.page.text, "page_starts": as_json(document.page.page_starts)}
        row |= {"file_created_at": _at(document.page.published), "file_modified_at": _at(document.page.updated)}
    update(db, "attachments", found[0], row)
    if snapshot_id is not None:
        _claims(db, found[0], snapshot_id, document)


def _at(stated: StatedDate | None) -> str | None:
    return at(stated.at) if stated is not None else None


def _claims(db: Database, attachment_id: int, snapshot_id: int, document: ReadDocument) -> None:
    if document.page is None or document.detection is None:
        return
    of = {
        "attachment_id": attachment_id,
        "snapshot_id": snapshot_id,
        "detector_version": document.detection.version,
    }
    known = "SELECT 1 FROM attachment_claims WHERE attachment_id = ? AND snapshot_id = ? AND detector_version = ?"
    if db.conn.execute(known, list(of.values())).fetchone():
        return
    for number, claim in enumerate(document.detection.claims, start=1):
        said = {name: getattr(claim, name) for name in _FIELDS}
        place = {"number": number, "page": page_of(claim.start, document.page.page_starts)}
        insert(db, "attachment_claims", of | place | said)
