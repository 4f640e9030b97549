"""Stored revisions as a comparison takes them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlite_utils import Database

from watcher import clock
from watcher.content.revision_diff import RevisionText
from watcher.errors import WatcherError
from watcher.model.claim import Detection, DocumentPage, Total, claim_from_row
from watcher.model.release import Attachment, Link, PageText, Problem, StatedDate
from watcher.model.revision import KeptDocument, RemovalState, StoredRevision
from watcher.store.chain import links
from watcher.store.evidence import check_row
from watcher.store.feeds import sighted_entry
from watcher.store.rows import body_of, moment

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from watcher.archive.chain import ChainLink, Finding
    from watcher.model.claim import Claim
    from watcher.model.feed import ParsedEntry


# So long a text is not written twice by chance.
_LONG = 400
_SAME_DAYS = timedelta(hours=36)
_HAS_PAGE = "EXISTS (SELECT 1 FROM revisions AS r WHERE r.release_id = releases.id AND r.text_from = 'page')"
_IS_VANISHED = (
    "(EXISTS (SELECT 1 FROM sightings WHERE release_id = releases.id AND vanished_at IS NOT NULL)"
    " AND NOT EXISTS (SELECT 1 FROM sightings WHERE release_id = releases.id AND is_listed = 1))"
)


def latest_revision(db: Database, release_id: int) -> StoredRevision:
    """The latest revision of a release, with what its current claims say and whether anybody was alerted."""
    row = next(
        db.query(
            "SELECT revisions.*, releases.page_outcome AS outcome_now, page_failure_count, page_etag,"
            " page_last_modified, page_sha256, first_seen_at, is_removed, removed_at, missing_since_at, missing_count,"
            f" {_HAS_PAGE} AS has_page, {_IS_VANISHED} AS is_vanished FROM"
            " revisions JOIN releases ON releases.id = release_id WHERE release_id = ? ORDER BY number DESC LIMIT 1",
            [release_id],
        )
    )
    claims = db.conn.execute(
        "SELECT harm, count_min, count_max, victim, stance FROM claims WHERE revision_id = ? AND is_current = 1",
        [row["id"]],
    )
    has_alert = db.conn.execute("SELECT 1 FROM alerts WHERE release_id = ?", [release_id]).fetchone() is not None
    return StoredRevision(
        release_id=release_id,
        number=row["number"],
        text_sha256=row["text_sha256"],
        text_from=row["text_from"],
        page_outcome=row["outcome_now"],
        page_failure_count=row["page_failure_count"],
        claims=frozenset(claims.fetchall()),
        has_alert=has_alert,
        page=stored_page(row),
        etag=row["page_etag"],
        last_modified=row["page_last_modified"],
        page_sha256=row["page_sha256"],
        first_seen_at=moment(row["first_seen_at"]),
        removal=_removal(row),
        has_page=bool(row["has_page"]),
        is_vanished=bool(row["is_vanished"]),
    )


def _removal(row: Mapping[str, Any]) -> RemovalState:
    return RemovalState(
        is_removed=bool(row["is_removed"]),
        removed_at=moment(row["removed_at"]),
        missing_since=moment(row["missing_since_at"]),
        missing_count=row["missing_count"],
    )


def same_text(db: Database, publisher_id: int, page: PageText, text_from: str, text_sha256: str) -> int | None:
    """The publisher's release whose newest text is this one, word for word, from the same day or two; None for none.

    A teaser proves nothing: "announced the death of a soldier" may be said twice a day. Nor does a short page without
    a date.
    """
    is_long, published_at = len(page.text) >= _LONG, page.published.at if page.published else None
    if text_from != "page" and not is_long:
        return None
    rows = db.query(
        "SELECT releases.id, releases.published_at FROM revisions JOIN releases ON releases.id = release_id"
        " AND number = revision_count WHERE text_sha256 = ? AND publisher_id = ? ORDER BY releases.id",
        [text_sha256, publisher_id],
    )
    for row in rows:
        if _is_same_day(published_at, moment(row["published_at"]), otherwise=is_long):
            return int(row["id"])
    return None


def _is_same_day(one: datetime | None, other: datetime | None, *, otherwise: bool) -> bool:
    return otherwise if one is None or other is None else abs(one - other) <= _SAME_DAYS


_TEXTS = """
SELECT attachments.*, texts.id AS text_id, text, page_starts, dateline, language FROM attachments
LEFT JOIN attachment_texts AS texts ON texts.id =
  (SELECT max(id) FROM attachment_texts WHERE attachment_id = attachments.id AND (? IS NULL OR revision_id <= ?))
WHERE release_id = ? ORDER BY attachments.id
"""


def kept_documents(db: Database, release_id: int, revision_id: int | None = None) -> tuple[KeptDocument, ...]:
    """The documents of a release that were asked for, with their texts as of a revision or as they are now."""
    rows = db.query(_TEXTS, [revision_id, revision_id, release_id])
    return tuple(_kept(row) for row in rows if row["asked_at"] or row["text_id"])


def _kept(row: Mapping[str, Any]) -> KeptDocument:
    page = None
    if row["text_id"] is not None:
        starts = tuple(json.loads(row["page_starts"]))
        page = PageText("", row["text"], dateline=row["dateline"], language=row["language"], page_starts=starts)
    attachment = Attachment(row["url"], row["media_type"], row["title"])
    return KeptDocument(attachment, row["etag"], row["last_modified"], row["body_sha256"], page, row["text_id"])


# Stored revisions as a comparison takes them.

# The bytes are the page's where the text is the page's, else the feed document's.
_REVISION = """
SELECT revisions.id, number, title, text, text_sha256, observed_at, text_from,
  coalesce((SELECT body_sha256 FROM captures WHERE captures.id =
    CASE text_from WHEN 'page' THEN page_capture_id ELSE feed_capture_id END), '') AS body_sha256
FROM revisions WHERE release_id = ? AND number = ?
"""
_CLAIMS = """
SELECT * FROM claims WHERE revision_id = ? AND is_current = 1 AND (? = 0 OR attachment_text_id IS NOT NULL)
ORDER BY number
"""


def revision_text(db: Database, release_id: int, number: int) -> RevisionText:
    """One revision of a release with its current claims. Raises WatcherError where there is none of that number."""
    row = next(db.query(_REVISION, [release_id, number]), None)
    if row is None:
        raise WatcherError(f"release {release_id} has no revision {number}; `watcher show {release_id}` lists them")
    claims = said_in(db, row.pop("id"))
    return RevisionText(**row, claims=claims)


def said_in(db: Database, revision_id: int, *, in_documents: bool = False) -> tuple[Claim, ...]:
    """What a revision claims, in the order of its text; or only what its documents claim."""
    return tuple(claim_from_row(row) for row in db.query(_CLAIMS, [revision_id, int(in_documents)]))


@dataclass(frozen=True, slots=True)
class History:
    """A release's revisions without their claims, and the two that are compared, None where there is only one."""

    title: str
    revisions: tuple[RevisionText, ...]
    compared: tuple[RevisionText, RevisionText] | None


def history_of(
    connection: sqlite3.Connection, release_id: int, first: int | None, second: int | None
) -> History | None:
    """What is to be shown of a release's past: its last two revisions, or those two; None where one is missing."""
    db = Database(connection)
    newest = db.execute("SELECT title, revision_count FROM releases WHERE id = ?", [release_id]).fetchone()
    if newest is None:
        return None
    title, count = newest
    to = second or count
    since = first or max(1, to - 1)
    if not (1 <= since <= count and 1 <= to <= count):
        return None
    rows = db.query(_REVISION.replace("AND number = ?", "ORDER BY number"), [release_id])
    revisions = tuple(RevisionText(**{name: row[name] for name in row if name != "id"}) for row in rows)
    compared = (revision_text(db, release_id, since), revision_text(db, release_id, to)) if count > 1 else None
    return History(title, revisions, compared)


def before_text(db: Database, previous: StoredRevision) -> RevisionText:
    """The newest revision as the next one is compared with it: only with the claims of its documents.

    Its text is searched again by the detector of today, so that a better detector makes no edit of its own.
    """
    row = next(db.query(_REVISION, [previous.release_id, previous.number]))
    claims = said_in(db, row.pop("id"), in_documents=True)
    return RevisionText(**row, claims=claims)


def stored_page(row: Mapping[str, Any]) -> PageText:
    """The record that a row of revisions keeps."""
    names = ("title", "text", "summary", "dateline", "release_number", "contact", "language")
    fields: dict[str, Any] = {name: row[name] for name in names}
    fields |= {name: tuple(json.loads(row[name])) for name in ("tags", "captions", "page_starts")}
    return PageText(
        **fields,
        byline=row["author"],
        published=_stated(row, "published"),
        updated=_stated(row, "updated"),
        links=tuple(Link(**link) for link in json.loads(row["links"])),
    )


def _stated(row: Mapping[str, Any], name: str) -> StatedDate | None:
    raw = row[f"{name}_raw"]
    return StatedDate(moment(row[f"{name}_at"]), raw, row[f"{name}_from"] or "feed") if raw else None


def last_two(db: Database, release_id: int) -> tuple[int, int]:
    """The numbers of a release's newest revision and the one before it. Raises WatcherError where it has only one."""
    (newest,) = db.conn.execute("SELECT revision_count FROM releases WHERE id = ?", [release_id]).fetchone()
    if newest == 1:
        raise WatcherError(f"release {release_id} has one revision: nothing was changed since it was first seen")
    return newest - 1, newest


# Releases as they stand: the newest text and its current claims, for the rules to be asked about them again.

_STANDING = """
SELECT releases.id AS release_id, identity, publishers.code AS publisher, publishers.name AS publisher_name,
  releases.url, releases.totals, releases.page_outcome, revisions.id AS revision_id, revisions.text_from,
  revisions.title, revisions.text, revisions.dateline, revisions.release_number, revisions.language,
  revisions.published_at, revisions.published_raw, revisions.published_from, releases.first_seen_at,
  (SELECT min(feeds.name) FROM sightings JOIN feeds ON feeds.id = feed_id WHERE release_id = releases.id) AS feed
FROM releases JOIN publishers ON publishers.id = publisher_id
JOIN revisions ON revisions.release_id = releases.id AND revisions.number = releases.revision_count
"""
_CURRENT_CLAIMS = """
SELECT claims.*, attachments.url AS document_url, attachments.title AS document_title, attachment_texts.text AS text
FROM claims LEFT JOIN attachment_texts ON attachment_texts.id = attachment_text_id
LEFT JOIN attachments ON attachments.id = attachment_id
WHERE claims.revision_id = ? AND is_current = 1 ORDER BY claims.number
"""


@dataclass(frozen=True, slots=True)
class StandingRelease:
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


def standing_release(db: Database, release_id: int) -> StandingRelease:
    """One release as it stands."""
    return _standing_release(db, next(db.query(_STANDING + " WHERE releases.id = ?", [release_id])))


def standing_releases(db: Database, *, since: str) -> Iterator[StandingRelease]:
    """The releases that were published, or first seen, since an instant: the oldest first, one after the other."""
    when = "coalesce(releases.published_at, releases.first_seen_at)"
    sql = f"{_STANDING} WHERE {when} >= ? ORDER BY {when}, releases.id"
    return (_standing_release(db, row) for row in db.query(sql, [since]))


def _standing_release(db: Database, row: Mapping[str, Any]) -> StandingRelease:
    names = ("release_id", "revision_id", "identity", "publisher", "publisher_name", "url", "text_from")
    said = {name: row[name] for name in (*names, "page_outcome", "first_seen_at")}
    return StandingRelease(**said, feed=row["feed"] or "", page=_page(row), detection=_detection(db, row))


def _page(row: Mapping[str, Any]) -> PageText:
    published = StatedDate(moment(row["published_at"]), row["published_raw"], row["published_from"] or "feed")
    names = ("title", "text", "dateline", "release_number", "language")
    return PageText(**{name: row[name] for name in names}, published=published if row["published_raw"] else None)


def _detection(db: Database, row: Mapping[str, Any]) -> Detection:
    found = list(db.query(_CURRENT_CLAIMS, [row["revision_id"]]))
    unread = db.query("SELECT kind, detail FROM problems WHERE release_id = ? AND kind = 'unread'", [row["release_id"]])
    return Detection(
        claims=tuple(claim_from_row(claim) for claim in found),
        totals_by=tuple(Total(**total) for total in json.loads(row["totals"])),
        problems=tuple(Problem(**problem) for problem in unread),
        version=found[0]["detector_version"] if found else "",
        documents=tuple(_place(claim) for claim in found),
    )


def _place(row: Mapping[str, Any]) -> DocumentPage | None:
    if row["text"] is None:
        return None
    return DocumentPage(row["document_url"], row["document_title"], row["page"] or 1, row["text"])


# Stored revisions for the detector to read again, and the new set of claims beside the old ones.

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
    claims: Mapping[int | None, tuple[Claim, ...]]


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


def _claims(db: Database, revision_id: int) -> dict[int | None, tuple[Claim, ...]]:
    rows = db.query("SELECT * FROM claims WHERE revision_id = ? AND is_current = 1 ORDER BY number", [revision_id])
    found: dict[int | None, tuple[Claim, ...]] = {}
    for row in rows:
        text_id = row["attachment_text_id"]
        found[text_id] = (*found.get(text_id, ()), claim_from_row(row))
    return found


# Stored revisions with the bytes they were read from.

_REPARSED = """
SELECT revisions.*, identity, publishers.code AS publisher FROM revisions
JOIN releases ON releases.id = release_id JOIN publishers ON publishers.id = publisher_id
WHERE revisions.id > :after AND (:release IS NULL OR release_id = :release) ORDER BY revisions.id LIMIT :limit
"""
_CAPTURE = """
SELECT captures.url, captures.outcome, response_headers, ended_at, feeds.name AS feed, compression, body FROM captures
JOIN feeds ON feeds.id = feed_id JOIN snapshots ON snapshots.id = snapshot_id WHERE captures.id = ?
"""
_SIGHTING = """
SELECT sightings.*, identity FROM sightings JOIN releases ON releases.id = release_id
WHERE release_id = ? ORDER BY sightings.id LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class StoredBytes:
    """A body that was kept, with what the server said of it."""

    feed: str
    url: str
    outcome: str
    content_type: str
    ended_at: datetime
    body: bytes


@dataclass(frozen=True, slots=True)
class StoredReading:
    """A revision as its row keeps it, the feed's document and the page that it came from, and the entry as last seen.

    `document` is None where the feed's body was not kept, `page` where there was none, `sighted` for a release that
    stands in no feed.
    """

    row: Mapping[str, Any]
    document: StoredBytes | None
    page: StoredBytes | None
    sighted: ParsedEntry | None

    @property
    def revision_id(self) -> int:
        """The id of the row."""
        return int(self.row["id"])


def stored_readings(db: Database, *, after: int, release_id: int | None, limit: int) -> tuple[StoredReading, ...]:
    """The next revisions after one, of every release or of one."""
    rows = list(db.query(_REPARSED, {"after": after, "release": release_id, "limit": limit}))
    return tuple(
        StoredReading(
            row,
            _bytes(db, row["feed_capture_id"]),
            _bytes(db, row["page_capture_id"]),
            next((sighted_entry(sighting) for sighting in db.query(_SIGHTING, [row["release_id"]])), None),
        )
        for row in rows
    )


def _bytes(db: Database, capture_id: int | None) -> StoredBytes | None:
    row = next(db.query(_CAPTURE, [capture_id]), None)
    if row is None:
        return None
    headers = {name.lower(): value for name, value in json.loads(row["response_headers"])}
    ended_at = clock.from_text(row["ended_at"])
    return StoredBytes(row["feed"], row["url"], row["outcome"], headers.get("content-type", ""), ended_at, body_of(row))


# What an alert stands on: its revision, the texts that its claims quote, the links that prove them.

_ALERT = """
SELECT alerts.*, number, text, text_sha256, observed_at, text_from,
  CASE text_from WHEN 'page' THEN page_capture_id ELSE feed_capture_id END AS capture_id
FROM alerts LEFT JOIN revisions ON revisions.id = revision_id WHERE alerts.uid LIKE ? || '%' OR alerts.id = ? LIMIT 2
"""
_DOCUMENTS = """
SELECT attachment_texts.id, url, text FROM claims JOIN attachment_texts ON attachment_texts.id = attachment_text_id
JOIN attachments ON attachments.id = attachment_id WHERE claims.revision_id = ? GROUP BY attachment_texts.id
"""
_BYTES = """
SELECT captures.id, captures.url, body_sha256, snapshot_id, wire_snapshot_id FROM captures WHERE captures.id = ?
"""


@dataclass(frozen=True, slots=True)
class AlertedText:
    """An alert with the revision it is of. `documents` are the texts of its attachments by address.

    `body_sha256` is the hash of the bytes that the text was read from, `url` where they were.
    """

    uid: str
    title: str
    message: Mapping[str, Any]
    release_id: int | None
    number: int | None
    text: str
    text_sha256: str
    observed_at: str
    url: str
    body_sha256: str
    documents: Mapping[str, str]
    findings: tuple[Finding, ...]


def alerted_text(db: Database, wanted: str) -> AlertedText:
    """The alert of a uid, a beginning of one that only it has, or a number. Raises WatcherError where there is none."""
    like = wanted.replace("%", "").replace("_", "")
    rows = list(db.query(_ALERT, [like or "-", int(wanted) if wanted.isdecimal() else -1]))
    if not rows:
        raise WatcherError(f"there is no alert {wanted}; `watcher alerts --json` lists their uids")
    exact = [row for row in rows if wanted in {row["uid"], str(row["id"])}] or rows
    if len(exact) > 1:
        raise WatcherError(f"more than one alert begins with {wanted}")
    row = exact[0]
    capture = next(db.query(_BYTES, [row["capture_id"]]), {})
    documents = list(db.query(_DOCUMENTS, [row["revision_id"]]))
    return AlertedText(
        uid=row["uid"],
        title=row["title"],
        message=json.loads(row["message"]),
        release_id=row["release_id"] if row["revision_id"] is not None else None,
        number=row["number"],
        text=row["text"] or "",
        text_sha256=row["text_sha256"] or "",
        observed_at=row["observed_at"] or "",
        url=capture.get("url") or "",
        body_sha256=capture.get("body_sha256") or "",
        documents={one["url"]: one["text"] for one in documents},
        findings=tuple(_check(db, row, capture, [one["id"] for one in documents])),
    )


def _check(db: Database, row: Mapping[str, Any], capture: Mapping[str, Any], documents: list[int]) -> Iterator[Finding]:
    """What is wrong with the rows behind the alert."""
    wanted = [("alert", row["id"]), ("revision", row["revision_id"]), ("capture", capture.get("id"))]
    wanted += [("snapshot", capture.get(name)) for name in ("snapshot_id", "wire_snapshot_id")]
    wanted += [("document", one) for one in documents]
    for kind, row_id in wanted:
        link = _link(db, kind, row_id) if row_id is not None else None
        if link is not None:
            yield from check_row(db, link)


def _link(db: Database, kind: str, row_id: int) -> ChainLink | None:
    found = db.conn.execute("SELECT seq FROM chain WHERE kind = ? AND row_id = ?", [kind, row_id]).fetchone()
    return next(links(db, after=found[0] - 1)) if found else None
