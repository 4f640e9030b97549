"""Stored revisions for the detector to read again, and the new set of claims beside the old ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from watcher.compare import Said
from watcher.models import PageText, StatedDate
from watcher.store.documents import kept_documents
from watcher.store.rows import moment, update
from watcher.store.write import reported, save_claims

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from sqlite_utils import Database

    from watcher.models import Detection
    from watcher.records import KeptDocument

_REVISIONS = """
SELECT revisions.*, publishers.code AS publisher, publishers.name AS publisher_name, releases.url, identity,
  releases.revision_count, feed
FROM revisions JOIN releases ON releases.id = release_id
JOIN publishers ON publishers.id = publisher_id
LEFT JOIN (SELECT release_id AS seen_id, min(feeds.name) AS feed FROM sightings JOIN feeds ON feeds.id = feed_id
  GROUP BY release_id) ON seen_id = releases.id
WHERE revisions.id > ? AND (? IS NULL OR observed_at >= ?) ORDER BY revisions.id LIMIT ?
"""


@dataclass(frozen=True, slots=True)
class StoredText:
    """One revision with what an alert about it would need.

    `claims` are the current ones by the text they stand in: None for the revision's own, else a document's `text_id`.
    """

    revision_id: int
    release_id: int
    identity: str
    publisher: str
    publisher_name: str
    feed: str
    url: str | None
    text_sha256: str
    text_from: str
    page_outcome: str
    is_newest: bool
    page: PageText
    documents: tuple[KeptDocument, ...]
    claims: Mapping[int | None, tuple[Said, ...]]


def stored_texts(db: Database, *, after: int, since: str | None, limit: int) -> tuple[StoredText, ...]:
    """The next revisions in the order they were observed, with their current claims."""
    return tuple(_text(db, row) for row in list(db.query(_REVISIONS, [after, since, since, limit])))


def _text(db: Database, row: Mapping[str, Any]) -> StoredText:
    published = StatedDate(moment(row["published_at"]), row["published_raw"], row["published_from"] or "feed")
    page = PageText(
        title=row["title"],
        text=row["text"],
        dateline=row["dateline"],
        release_number=row["release_number"],
        language=row["language"],
        published=published if row["published_raw"] else None,
    )
    return StoredText(
        revision_id=row["id"],
        release_id=row["release_id"],
        identity=row["identity"],
        publisher=row["publisher"],
        publisher_name=row["publisher_name"],
        feed=row["feed"] or "",
        url=row["url"],
        text_sha256=row["text_sha256"],
        text_from=row["text_from"],
        page_outcome=row["page_outcome"],
        is_newest=row["number"] == row["revision_count"],
        page=page,
        documents=kept_documents(db, row["release_id"], row["id"]),
        claims=_claims(db, row["id"]),
    )


def _claims(db: Database, revision_id: int) -> dict[int | None, tuple[Said, ...]]:
    names = 'harm, count_min, count_max, victim, stance, is_background, start, "end", sentence, count_kind'
    rows = db.query(
        f"SELECT {names}, attachment_text_id FROM claims WHERE revision_id = ? AND is_current = 1 ORDER BY number",
        [revision_id],
    )
    found: dict[int | None, tuple[Said, ...]] = {}
    for row in rows:
        text_id = row.pop("attachment_text_id")
        found[text_id] = (*found.get(text_id, ()), Said(**row | {"is_background": bool(row["is_background"])}))
    return found


def save_detection(db: Database, stored: StoredText, detection: Detection) -> None:
    """Make this the revision's current set of claims; every earlier set stays."""
    texts = {one.attachment.url: one.text_id for one in stored.documents if one.text_id is not None}
    save_claims(db, stored.revision_id, detection, texts)
    if stored.is_newest:
        update(db, "releases", stored.release_id, reported(detection))
