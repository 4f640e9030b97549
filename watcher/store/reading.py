"""One release as it is read: a revision with its claims and documents, what was captured, and how that is proved."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlite_utils import Database

from watcher.archive.canonical_form import digest
from watcher.archive.chain import link_body, link_hash
from watcher.model.claim import Person, claim_from_row
from watcher.store.chain import content_of, link_of
from watcher.store.json_columns import lines_of, totals_of
from watcher.store.mail_signatures import signatures_of
from watcher.store.revisions import numbered_revision, text_to_compare
from watcher.store.rows import NOT_READ
from watcher.store.syndication import copies_of

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Mapping, Sequence

    from watcher.archive.chain import ChainLink
    from watcher.content.revision_diff import RevisionText
    from watcher.model.alert import SyndicatedCopy
    from watcher.model.claim import Claim


Row = dict[str, Any]
_RELEASE = """
SELECT releases.*, publishers.code AS publisher, publishers.name AS publisher_name, organisation, country, time_zone,
  (SELECT max(polled_at) FROM feeds JOIN sightings ON feed_id = feeds.id WHERE release_id = releases.id) AS asked_at,
  (SELECT group_concat(feeds.name, ', ') FROM sightings JOIN feeds ON feeds.id = feed_id
    WHERE release_id = releases.id) AS feeds
FROM releases JOIN publishers ON publishers.id = publisher_id WHERE releases.id = ?
"""
_REVISION = """
SELECT revisions.*, captures.body_sha256, captures.url AS captured_url, captures.ended_at AS captured_at FROM revisions
LEFT JOIN captures ON captures.id = CASE text_from WHEN 'feed' THEN feed_capture_id ELSE page_capture_id END
WHERE release_id = ? AND number = ?
"""
_REVISIONS = f"""
SELECT number, observed_at, text_from, page_outcome, title, length(text) AS characters, text_sha256,
  (SELECT totals FROM claim_totals WHERE revision_id = revisions.id ORDER BY id DESC LIMIT 1) AS totals,
  {NOT_READ} AS not_read
FROM revisions WHERE release_id = ? ORDER BY number DESC LIMIT 200
"""
_CLAIMS = "SELECT * FROM claims WHERE revision_id = ? ORDER BY is_current DESC, number, id"
_PEOPLE = """
SELECT claim_id, people.name, people.harm, people.rank, people.age, unit, home_town, people.start, people."end"
FROM people JOIN claims ON claims.id = claim_id WHERE revision_id = ? AND is_current = 1 ORDER BY people.id
"""
# Of each attachment the text that was the newest when the revision was observed.
_DOCUMENTS = """
SELECT attachments.id, attachments.url, media_type, attachments.title, outcome, body_sha256, fetched_at,
  texts.id AS text_id, coalesce(texts.text, '') AS text, coalesce(page_starts, '[]') AS page_starts,
  coalesce(lines, '[]') AS lines, coalesce(texts.language, '') AS language, file_created_at, file_modified_at
FROM attachments LEFT JOIN attachment_texts AS texts ON texts.id = (
  SELECT max(id) FROM attachment_texts WHERE attachment_id = attachments.id AND revision_id <= :revision)
WHERE release_id = :release ORDER BY attachments.id LIMIT 40
"""
# The exchanges that its revisions and documents came from, and the rechecks of its page, the newest first.
_CAPTURES = """
SELECT id, kind, url, status, reason, outcome, started_at, address, body_sha256, body_byte_count, snapshot_id
FROM captures WHERE id IN (
  SELECT feed_capture_id FROM revisions WHERE release_id = :release
  UNION SELECT page_capture_id FROM revisions WHERE release_id = :release
  UNION SELECT capture_id FROM attachments WHERE release_id = :release
  UNION SELECT capture_id FROM mail_signatures WHERE release_id = :release
  UNION SELECT id FROM captures WHERE kind <> 'feed' AND requested_url = (SELECT url FROM releases WHERE id = :release))
ORDER BY id DESC LIMIT 50
"""
_EVENTS = "SELECT kind, at, detail FROM events WHERE release_id = ? ORDER BY id DESC LIMIT 50"
_ALERTS = """
SELECT uid, event, priority, alerts.title, created_at, rules, number AS revision FROM alerts
LEFT JOIN revisions ON revisions.id = revision_id WHERE alerts.release_id = ? ORDER BY alerts.id DESC LIMIT 50
"""
_ANCHOR = "SELECT kind, place, seq, at FROM anchors WHERE seq >= ? AND state = 'done' ORDER BY seq LIMIT 1"


@dataclass(frozen=True, slots=True)
class StatedClaim:
    """A claim with the number of its row, the document's text that it stands in (None for the release's) and page."""

    id: int
    claim: Claim
    document: int | None
    page: int | None
    people: tuple[Person, ...] = ()


@dataclass(frozen=True, slots=True)
class Proof:
    """A row's link in the chain; `is_as_written`: the row still has the hash that the link holds."""

    link: ChainLink
    is_as_written: bool


@dataclass(frozen=True, slots=True)
class ReleaseReading:
    """One revision of a release with all that a reader wants to know of it.

    `earlier` are claims that a former version of the detector found in this revision: links to them stay good. `proofs`
    are by kind and number of the row; `signatures` are those of a message (DKIM);
    `anchor` is the first note of the chain's head that covers the revision.
    """

    release: Row
    revision: Row
    revisions: tuple[Row, ...]
    claims: tuple[StatedClaim, ...]
    earlier: tuple[StatedClaim, ...]
    documents: tuple[Row, ...]
    captures: tuple[Row, ...]
    events: tuple[Row, ...]
    alerts: tuple[Row, ...]
    copies: tuple[SyndicatedCopy, ...]
    proofs: Mapping[tuple[str, int], Proof]
    anchor: Row | None
    signatures: tuple[Row, ...] = ()

    @property
    def is_newest(self) -> bool:
        """Whether this is the newest revision."""
        return bool(self.revision["number"] == self.release["revision_count"])

    @property
    def not_read(self) -> str:
        """Why this revision, or a part of it, could not be read; empty where it was."""
        return next((row["not_read"] or "" for row in self.revisions if row["number"] == self.revision["number"]), "")

    @property
    def proof(self) -> Proof | None:
        """The link of the revision itself."""
        return self.proofs.get(("revision", self.revision["id"]))


def read_release(connection: sqlite3.Connection, release_id: int, number: int | None = None) -> ReleaseReading | None:
    """A release with its newest revision, or with the one of that number; None where there is none."""
    db = Database(connection)
    release = next(db.query(_RELEASE, [release_id]), None)
    if release is None:
        return None
    of = [release_id]
    revision = next(db.query(_REVISION, [release_id, number or release["revision_count"]]), None)
    if revision is None:
        return None
    claims, earlier = _claims(db, revision["id"])
    captures = tuple(db.query(_CAPTURES, {"release": release_id}))
    documents = tuple(map(_document, db.query(_DOCUMENTS, {"release": release_id, "revision": revision["id"]})))
    signatures = tuple(signatures_of(db, release_id))
    proofs = _proofs(db, revision, captures, documents, signatures)
    own = proofs.get(("revision", revision["id"]))
    return ReleaseReading(
        release=release | {"totals": totals_of(release["totals"])},
        revision=_parsed(revision),
        revisions=tuple(row | {"totals": totals_of(row["totals"])} for row in db.query(_REVISIONS, of)),
        claims=claims,
        earlier=earlier,
        documents=documents,
        captures=captures,
        events=tuple(db.query(_EVENTS, of)),
        alerts=tuple(row | {"rules": json.loads(row["rules"])} for row in db.query(_ALERTS, of)),
        copies=copies_of(db, release_id),
        proofs=proofs,
        anchor=next(db.query(_ANCHOR, [own.link.seq]), None) if own else None,
        signatures=signatures,
    )


def _proofs(
    db: Database, revision: Row, captures: Sequence[Row], documents: Sequence[Row], signatures: Sequence[Row]
) -> dict[tuple[str, int], Proof]:
    """The links in the chain of a revision and of all that belongs to it, by kind and number of the row."""
    wanted = [("revision", revision["id"]), *(("capture", row["id"]) for row in captures)]
    wanted += [("document", row["text_id"]) for row in documents if row["text_id"]]
    wanted += [("signature", row["id"]) for row in signatures]
    return {key: proof for key in wanted if (proof := _proof(db, *key)) is not None}


def _parsed(revision: Row) -> Row:
    """The row of a revision with its lists."""
    parsed = {name: json.loads(revision[name]) for name in ("captions", "tags", "published_readings", "languages")}
    return revision | parsed | {"lines": lines_of(revision["lines"])}


def _document(row: Row) -> Row:
    return row | {"page_starts": json.loads(row["page_starts"]), "lines": lines_of(row["lines"])}


def _claims(db: Database, revision_id: int) -> tuple[tuple[StatedClaim, ...], tuple[StatedClaim, ...]]:
    """The claims as they are found today, and those of former versions of the detector."""
    people: dict[int, list[Person]] = {}
    for row in db.query(_PEOPLE, [revision_id]):
        people.setdefault(row.pop("claim_id"), []).append(Person(**row))
    rows = list(db.query(_CLAIMS, [revision_id]))
    return (
        tuple(_claim(row, people.get(row["id"], ())) for row in rows if row["is_current"]),
        tuple(_claim(row, ()) for row in rows if not row["is_current"]),
    )


def _claim(row: Row, people: Iterable[Person]) -> StatedClaim:
    return StatedClaim(row["id"], claim_from_row(row), row["attachment_text_id"], row["page"], tuple(people))


def _proof(db: Database, kind: str, row_id: int) -> Proof | None:
    link = link_of(db, kind, row_id)
    if link is None:
        return None
    content = content_of(db, kind, link.form, row_id)
    is_same = content is not None and digest(content) == link.sha256
    return Proof(link, is_same and link_hash(link.prev, link_body(link)) == link.hash)


def compared_revisions(
    connection: sqlite3.Connection, release_id: int, old: int, new: int
) -> tuple[RevisionText, RevisionText]:
    """Two revisions of a release as they are compared. Raises WatcherError where one is missing."""
    db = Database(connection)
    old_text, new_text = (text_to_compare(db, numbered_revision(db, release_id, number)) for number in (old, new))
    return old_text, new_text
