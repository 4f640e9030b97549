"""Releases as they stand: the newest text and its current claims, for the rules to be asked about them again."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from watcher.models import Claim, Detection, DocumentPage, PageText, Problem, StatedDate, Total
from watcher.store.rows import moment

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sqlite_utils import Database

_STANDING = """
SELECT releases.id AS release_id, identity, publishers.code AS publisher, publishers.name AS publisher_name,
  releases.url, releases.totals, releases.page_outcome, revisions.id AS revision_id, revisions.text_from,
  revisions.title, revisions.text, revisions.dateline, revisions.release_number, revisions.language,
  revisions.published_at, revisions.published_raw, revisions.published_from, releases.first_seen_at,
  (SELECT min(feeds.name) FROM sightings JOIN feeds ON feeds.id = feed_id WHERE release_id = releases.id) AS feed
FROM releases JOIN publishers ON publishers.id = publisher_id
JOIN revisions ON revisions.release_id = releases.id AND revisions.number = releases.revision_count
"""
_CLAIMS = """
SELECT claims.*, attachments.url AS document_url, attachments.title AS document_title, attachment_texts.text AS text
FROM claims LEFT JOIN attachment_texts ON attachment_texts.id = attachment_text_id
LEFT JOIN attachments ON attachments.id = attachment_id
WHERE claims.revision_id = ? AND is_current = 1 ORDER BY claims.number
"""
_KEPT = tuple(field.name for field in fields(Claim) if field.name not in {"people", "rules"})


@dataclass(frozen=True, slots=True)
class Standing:
    """One release with its newest text and claims; `first_seen_at` as the tables keep it."""

    release_id: int
    revision_id: int
    identity: str
    publisher: str
    publisher_name: str
    feed: str
    url: str | None
    text_from: str
    page_outcome: str
    first_seen_at: str
    page: PageText
    detection: Detection


def standing_release(db: Database, release_id: int) -> Standing:
    """One release as it stands."""
    return _standing(db, next(db.query(_STANDING + " WHERE releases.id = ?", [release_id])))


def standing_releases(db: Database, *, since: str) -> Iterator[Standing]:
    """The releases that were published, or first seen, since an instant: the oldest first, one after the other."""
    when = "coalesce(releases.published_at, releases.first_seen_at)"
    sql = f"{_STANDING} WHERE {when} >= ? ORDER BY {when}, releases.id"
    return (_standing(db, row) for row in db.query(sql, [since]))


def _standing(db: Database, row: Mapping[str, Any]) -> Standing:
    names = ("release_id", "revision_id", "identity", "publisher", "publisher_name", "url", "text_from")
    said = {name: row[name] for name in (*names, "page_outcome", "first_seen_at")}
    return Standing(**said, feed=row["feed"] or "", page=_page(row), detection=_detection(db, row))


def _page(row: Mapping[str, Any]) -> PageText:
    published = StatedDate(moment(row["published_at"]), row["published_raw"], row["published_from"] or "feed")
    names = ("title", "text", "dateline", "release_number", "language")
    return PageText(**{name: row[name] for name in names}, published=published if row["published_raw"] else None)


def _detection(db: Database, row: Mapping[str, Any]) -> Detection:
    found = list(db.query(_CLAIMS, [row["revision_id"]]))
    unread = db.query("SELECT kind, detail FROM problems WHERE release_id = ? AND kind = 'unread'", [row["release_id"]])
    return Detection(
        claims=tuple(_claim(claim) for claim in found),
        totals_by=tuple(Total(**total) for total in json.loads(row["totals"])),
        problems=tuple(Problem(**problem) for problem in unread),
        version=found[0]["detector_version"] if found else "",
        documents=tuple(_place(claim) for claim in found),
    )


def _claim(row: Mapping[str, Any]) -> Claim:
    said = {name: row[name] for name in _KEPT}
    said |= {name: bool(row[name]) for name in ("is_background", "is_explicit")}
    return Claim(**said, rules=tuple(json.loads(row["rules"])))


def _place(row: Mapping[str, Any]) -> DocumentPage | None:
    if row["text"] is None:
        return None
    return DocumentPage(row["document_url"], row["document_title"], row["page"] or 1, row["text"])
