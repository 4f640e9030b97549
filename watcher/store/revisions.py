"""Revisions as they are read back: one text of a release with its claims, for rules, comparisons and detectors."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from watcher.content.revision_diff import RevisionText
from watcher.errors import WatcherError
from watcher.model.claim import Detection, DocumentPage, claim_from_row
from watcher.model.release import Copy, LanguagePart, Link, PageText, Problem, StatedDate
from watcher.model.revision import PageState, ReleaseState, RemovalState, StoredRevision
from watcher.store.captures import kept_body
from watcher.store.feed_entries import sighted_entry
from watcher.store.json_columns import lines_of, totals_of
from watcher.store.rows import COUNTS_FROM, moment, query

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from sqlite_utils import Database

    from watcher.model.claim import Claim
    from watcher.model.feed import ParsedEntry
    from watcher.model.poll import ExtractedRelease
    from watcher.store.captures import KeptBody


# So long a text is not written twice by chance.
_LONG = 400
_SAME_DAYS = timedelta(hours=36)
_REVISION = """
SELECT revisions.*, identity, publishers.code AS publisher, publishers.name AS publisher_name, releases.url,
  revision_count, first_seen_at, releases.page_outcome AS outcome_now, page_failure_count, recheck_due_at, page_etag,
  page_last_modified, page_sha256, is_removed, removed_at, missing_since_at, missing_count,
  (SELECT min(feeds.name) FROM sightings JOIN feeds ON feeds.id = feed_id WHERE release_id = releases.id) AS feed,
  EXISTS (SELECT 1 FROM revisions AS r WHERE r.release_id = releases.id AND r.text_from <> 'feed') AS has_page,
  EXISTS (SELECT 1 FROM sightings WHERE release_id = releases.id AND vanished_at IS NOT NULL)
    AND NOT EXISTS (SELECT 1 FROM sightings WHERE release_id = releases.id AND is_listed = 1) AS is_vanished,
  EXISTS (SELECT 1 FROM alerts WHERE release_id = releases.id)
    OR EXISTS (SELECT 1 FROM alert_releases WHERE release_id = releases.id) AS has_alert
FROM revisions JOIN releases ON releases.id = revisions.release_id JOIN publishers ON publishers.id = publisher_id
"""
# SQLite would begin with all releases of the publisher. A text that stands in a hundred releases (a notice, a page that
# a script would fill) tells none of them from another, so only the newest with it are looked at.
_OF_TEXT = """
SELECT releases.id, releases.published_at
FROM (SELECT release_id, number FROM revisions INDEXED BY revisions_by_text WHERE text_sha256 = ?
  ORDER BY id DESC LIMIT 100) AS found
CROSS JOIN releases ON releases.id = found.release_id AND found.number = revision_count
WHERE publisher_id = ? ORDER BY releases.id
"""
_CLAIMS = "SELECT * FROM claims WHERE revision_id = ? AND is_current = 1 ORDER BY number"
_CLAIMS_WITH_PAGES = """
SELECT claims.*, attachments.url AS document_url, attachments.title AS document_title, attachment_texts.text AS text
FROM claims LEFT JOIN attachment_texts ON attachment_texts.id = attachment_text_id
LEFT JOIN attachments ON attachments.id = attachment_id
WHERE claims.revision_id = ? AND is_current = 1 ORDER BY claims.number
"""
_SIGHTING = """
SELECT sightings.*, identity FROM sightings JOIN releases ON releases.id = release_id
WHERE release_id = ? ORDER BY sightings.id LIMIT 1
"""


def newest_revision(db: Database, release_id: int) -> StoredRevision:
    """The newest revision of a release."""
    (found,) = _revisions(db, "release_id = ? AND number = revision_count", [release_id])
    return found


def numbered_revision(db: Database, release_id: int, number: int) -> StoredRevision:
    """One revision of a release. Raises WatcherError where there is none of that number."""
    found = next(_revisions(db, "release_id = ? AND number = ?", [release_id, number]), None)
    if found is None:
        raise WatcherError(f"release {release_id} has no revision {number}; `watcher show {release_id}` lists them")
    return found


def newest_revisions(db: Database, *, since: str) -> Iterator[StoredRevision]:
    """The newest revision of each release that was published, or first seen, since an instant; the oldest first."""
    condition = f"number = revision_count AND {COUNTS_FROM} >= ? ORDER BY {COUNTS_FROM}, releases.id"
    return _revisions(db, condition, [since])


def revisions_after(
    db: Database, *, after: int, since: str | None = None, release_id: int | None = None, limit: int
) -> tuple[StoredRevision, ...]:
    """The next revisions in the order of their ids, of every release or of one, observed since an instant."""
    condition = "revisions.id > ?1 AND (?2 IS NULL OR observed_at >= ?2) AND (?3 IS NULL OR release_id = ?3)"
    return tuple(_revisions(db, f"{condition} ORDER BY revisions.id LIMIT ?4", [after, since, release_id, limit]))


def count_revisions(db: Database, *, since: str | None = None, release_id: int | None = None) -> int:
    """How many revisions `revisions_after` gives in all."""
    condition = "(?1 IS NULL OR observed_at >= ?1) AND (?2 IS NULL OR release_id = ?2)"
    rows = db.query(f"SELECT count(*) AS count FROM revisions WHERE {condition}", [since, release_id])
    return int(next(iter(rows))["count"])


def _revisions(db: Database, condition: str, values: Sequence[Any]) -> Iterator[StoredRevision]:
    return (_revision(db, row) for row in db.query(f"{_REVISION} WHERE {condition}", values))


def _revision(db: Database, row: Mapping[str, Any]) -> StoredRevision:
    names = ("id", "release_id", "number", "identity", "publisher", "publisher_name", "url", "text_from", "text_sha256")
    others = ("page_outcome", "observed_at", "feed_capture_id", "page_capture_id")
    return StoredRevision(
        **{name: row[name] for name in (*names, *others)},
        feed=row["feed"] or "",
        is_newest=row["number"] == row["revision_count"],
        page=_page(row),
        claims_by_text=_claims_by_text(db, row["id"]),
        release=_release_state(row),
        copy=_copy(row),
    )


def _copy(row: Mapping[str, Any]) -> Copy | None:
    made_at = moment(row["copied_at"])
    return Copy(row["copied_from"], row["copied_url"], made_at) if row["copied_from"] and made_at else None


def _page(row: Mapping[str, Any]) -> PageText:
    names = ("title", "text", "summary", "dateline", "release_number", "contact", "language")
    fields: dict[str, Any] = {name: row[name] for name in names}
    fields |= {name: tuple(json.loads(row[name])) for name in ("tags", "captions", "page_starts")}
    return PageText(
        **fields,
        byline=row["author"],
        published=_stated(row, "published"),
        updated=_stated(row, "updated"),
        links=tuple(Link(**link) for link in json.loads(row["links"])),
        lines=lines_of(row["lines"]),
        languages=tuple(LanguagePart(**part) for part in json.loads(row["languages"])),
        text_from=row["text_from"],
    )


def _stated(row: Mapping[str, Any], name: str) -> StatedDate | None:
    raw = row[f"{name}_raw"]
    if not raw:
        return None
    readings = tuple(filter(None, map(moment, json.loads(row[f"{name}_readings"]))))
    return StatedDate(moment(row[f"{name}_at"]), raw, row[f"{name}_from"] or "feed", readings=readings)


def _release_state(row: Mapping[str, Any]) -> ReleaseState:
    first_seen_at = moment(row["first_seen_at"])
    assert first_seen_at is not None  # noqa: S101 - the column is NOT NULL
    removal = RemovalState(
        is_removed=bool(row["is_removed"]),
        removed_at=moment(row["removed_at"]),
        missing_since=moment(row["missing_since_at"]),
        missing_count=row["missing_count"],
    )
    return ReleaseState(
        first_seen_at=first_seen_at,
        page_outcome=row["outcome_now"],
        page_failure_count=row["page_failure_count"],
        page_state=PageState(
            moment(row["recheck_due_at"]), row["page_etag"], row["page_last_modified"], row["page_sha256"], removal
        ),
        **{name: bool(row[name]) for name in ("has_page", "is_vanished", "has_alert")},
    )


def _claims_by_text(db: Database, revision_id: int) -> dict[int | None, tuple[Claim, ...]]:
    found: dict[int | None, tuple[Claim, ...]] = {}
    for row in db.query(_CLAIMS, [revision_id]):
        text_id = row["attachment_text_id"]
        found[text_id] = (*found.get(text_id, ()), claim_from_row(row))
    return found


def stored_detection(db: Database, revision: StoredRevision) -> Detection:
    """What was found in a newest revision and its documents, with the place of each claim in a document."""
    rows = list(db.query(_CLAIMS_WITH_PAGES, [revision.id]))
    of = [revision.release_id]
    (totals,) = db.conn.execute("SELECT totals FROM releases WHERE id = ?", of).fetchone()
    unread = db.query("SELECT kind, detail FROM problems WHERE release_id = ? AND kind = 'unread'", of)
    return Detection(
        claims=tuple(claim_from_row(row) for row in rows),
        totals_by=totals_of(totals),
        problems=tuple(Problem(**problem) for problem in unread),
        version=rows[0]["detector_version"] if rows else "",
        documents=tuple(_document_page(row) for row in rows),
    )


def _document_page(row: Mapping[str, Any]) -> DocumentPage | None:
    if row["text"] is None:
        return None
    return DocumentPage(row["document_url"], row["document_title"], row["page"] or 1, row["text"])


def text_to_compare(db: Database, revision: StoredRevision, *, only_documents: bool = False) -> RevisionText:
    """A revision as the next one is compared with it, with the hash of the bytes that it was read from.

    `only_documents`: with the claims of its documents alone. Its own text is searched again by the detector of today,
    so that a better detector makes no edit of its own.
    """
    capture_id = revision.page_capture_id if revision.is_from_page else revision.feed_capture_id
    capture = db.conn.execute("SELECT body_sha256 FROM captures WHERE id = ?", [capture_id]).fetchone()
    of_documents = (one for text_id, claims in revision.claims_by_text.items() if text_id is not None for one in claims)
    return RevisionText(
        number=revision.number,
        title=revision.page.title,
        text=revision.page.text,
        text_sha256=revision.text_sha256,
        observed_at=revision.observed_at,
        body_sha256=(capture[0] if capture else None) or "",
        text_from=revision.text_from,
        claims=tuple(of_documents) if only_documents else revision.claims,
    )


def last_two(db: Database, release_id: int) -> tuple[int, int]:
    """The numbers of a release's newest revision and the one before it. Raises WatcherError where it has only one."""
    (newest,) = db.conn.execute("SELECT revision_count FROM releases WHERE id = ?", [release_id]).fetchone()
    if newest == 1:
        raise WatcherError(f"release {release_id} has one revision: nothing was changed since it was first seen")
    return newest - 1, newest


def same_text(db: Database, publisher_id: int, read: ExtractedRelease) -> int | None:
    """The publisher's release whose newest text is this one, word for word, from the same day or two, or None.

    A teaser proves nothing: "announced the death of a soldier" may be said twice a day. Nor does a short page without
    a date.
    """
    page = read.page
    is_long, published_at = len(page.text) >= _LONG, page.published.at if page.published else None
    if not read.is_from_page and not is_long:
        return None
    for row in query(db, _OF_TEXT, [read.text_sha256, publisher_id]):
        if _is_same_day(published_at, moment(row["published_at"]), otherwise=is_long):
            return int(row["id"])
    return None


def _is_same_day(one: datetime | None, other: datetime | None, *, otherwise: bool) -> bool:
    return otherwise if one is None or other is None else abs(one - other) <= _SAME_DAYS


@dataclass(frozen=True, slots=True)
class RevisionSource:
    """What a revision was made from: its row, the bytes of the feed's document and of the page, the entry.

    A body is None where it was not kept or there was none, the entry (as it was last seen) for a release in no
    feed.
    """

    row: Mapping[str, Any]
    document: KeptBody | None
    page: KeptBody | None
    entry: ParsedEntry | None


def revision_source(db: Database, revision: StoredRevision) -> RevisionSource:
    """The row of a revision as it is stored, and the bytes that it was made from."""
    row = next(db.query("SELECT * FROM revisions WHERE id = ?", [revision.id]))
    entry = next((sighted_entry(seen) for seen in db.query(_SIGHTING, [revision.release_id])), None)
    return RevisionSource(row, kept_body(db, revision.feed_capture_id), kept_body(db, revision.page_capture_id), entry)
