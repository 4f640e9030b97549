"""All the evidence of one release, or of one alert."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from watcher.archive.chain import GENESIS, Finding, Head, link_body
from watcher.archive.release_evidence import EvidenceRow, ReleaseEvidence, StoredAnchor
from watcher.errors import Damaged, WatcherError
from watcher.store.chain import chain_head, content_of, link_of, links
from watcher.store.integrity import check_row
from watcher.store.revisions import numbered_revision
from watcher.store.rows import body_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from sqlite_utils import Database

    from watcher.model.revision import StoredRevision


_RELEASE = """
SELECT releases.id, identity, releases.url, title, published_at, revision_count, first_seen_at, last_seen_at,
  publishers.code AS publisher, publishers.name AS publisher_name FROM releases
JOIN publishers ON publishers.id = publisher_id WHERE releases.id = ?
"""
# The exchanges of its revisions and documents, and every recheck of its pages, whatever its outcome.
_CAPTURES = """
SELECT feed_capture_id AS id FROM revisions WHERE release_id = :release AND feed_capture_id IS NOT NULL
UNION SELECT page_capture_id FROM revisions WHERE release_id = :release AND page_capture_id IS NOT NULL
UNION SELECT capture_id FROM attachments WHERE release_id = :release AND capture_id IS NOT NULL
UNION SELECT captures.id FROM captures WHERE kind <> 'feed' AND requested_url IN (
  SELECT url FROM releases WHERE id = :release
  UNION SELECT json_extract(entry, '$.url') FROM sightings WHERE release_id = :release
  UNION SELECT url FROM attachments WHERE release_id = :release)
"""
_SNAPSHOTS = """
SELECT snapshot_id AS id FROM captures WHERE id IN ({0}) AND snapshot_id IS NOT NULL
UNION SELECT wire_snapshot_id FROM captures WHERE id IN ({0}) AND wire_snapshot_id IS NOT NULL
"""
_WITNESSES = """
SELECT service, witnesses.url, state, result_url, queued_at, done_at, number AS revision FROM witnesses
JOIN revisions ON revisions.id = revision_id WHERE release_id = ? ORDER BY witnesses.id
"""
_ROWS = {
    "revision": "SELECT id FROM revisions WHERE release_id = ?",
    "claims": "SELECT min(claims.id) AS id FROM claims JOIN revisions ON revisions.id = revision_id"
    " WHERE release_id = ? GROUP BY revision_id, detector_version",
    "document": "SELECT attachment_texts.id FROM attachment_texts JOIN attachments ON attachments.id = attachment_id"
    " WHERE release_id = ?",
    "alert": "SELECT id FROM alerts WHERE release_id = ?",
    "event": "SELECT id FROM events WHERE release_id = ?",
}


def release_evidence(db: Database, release_id: int) -> ReleaseEvidence:
    """Everything of one release, with the chain from its first link to the head. Raises Damaged where a row is gone."""
    release = next(db.query(_RELEASE, [release_id]))
    wanted = [(kind, row["id"]) for kind, sql in _ROWS.items() for row in db.query(sql, [release_id])]
    captures = [row["id"] for row in db.query(_CAPTURES, {"release": release_id})]
    snapshots = _snapshots(db, captures)
    wanted += [("capture", capture) for capture in captures] + [("snapshot", row["id"]) for row in snapshots]
    rows = tuple(sorted(_proven(db, wanted), key=lambda one: one.link.seq))
    first = rows[0].link.seq if rows else 1
    return ReleaseEvidence(
        release=release | {"witnesses": list(db.query(_WITNESSES, [release_id]))},
        rows=rows,
        snapshots={row["sha256"]: body_of(row) for row in snapshots},
        before=Head(first - 1, rows[0].link.prev if rows else GENESIS),
        bodies=tuple(link_body(link) for link in links(db, after=first - 1)),
        head=chain_head(db),
        anchors=tuple(_anchors(db, first)),
    )


def _snapshots(db: Database, captures: list[int]) -> list[dict[str, Any]]:
    marks = ",".join(str(int(capture)) for capture in captures)
    return list(db.query(f"SELECT * FROM snapshots WHERE id IN ({_SNAPSHOTS.format(marks)})"))


def _proven(db: Database, wanted: Iterable[tuple[str, int]]) -> Iterable[EvidenceRow]:
    for kind, row_id in wanted:
        link = link_of(db, kind, row_id)
        if link is None:
            continue  # an unchanged feed's answer, which no link covers
        content = content_of(db, kind, link.form, row_id)
        if content is None:
            raise Damaged(f"{kind} {row_id} is not there; `watcher verify` says more")
        yield EvidenceRow(link, content)


def _anchors(db: Database, first: int) -> Iterable[StoredAnchor]:
    names = "kind, place, seq, hash, at, state, token"
    rows: Iterable[Mapping[str, Any]] = db.query(f"SELECT {names} FROM anchors WHERE seq >= ? ORDER BY id", [first])
    yield from (StoredAnchor(**row) for row in rows)


_ALERT = """
SELECT alerts.*, number,
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
class AlertEvidence:
    """What an alert is based on: its revision, None where it is about none, and what is wrong with its rows.

    `documents` are the texts of its attachments by address; `body_sha256` is the hash of the bytes that the revision's
    text was read from, `url` where they were.
    """

    uid: str
    title: str
    message: Mapping[str, Any]
    revision: StoredRevision | None
    url: str
    body_sha256: str
    documents: Mapping[str, str]
    findings: tuple[Finding, ...]


def alert_evidence(db: Database, wanted: str) -> AlertEvidence:
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
    return AlertEvidence(
        uid=row["uid"],
        title=row["title"],
        message=json.loads(row["message"]),
        revision=numbered_revision(db, row["release_id"], row["number"]) if row["number"] is not None else None,
        url=capture.get("url") or "",
        body_sha256=capture.get("body_sha256") or "",
        documents={one["url"]: one["text"] for one in documents},
        findings=tuple(_check_alert(db, row, capture, [one["id"] for one in documents])),
    )


def _check_alert(
    db: Database, row: Mapping[str, Any], capture: Mapping[str, Any], documents: list[int]
) -> Iterator[Finding]:
    """What is wrong with the rows that the alert is based on."""
    wanted = [("alert", row["id"]), ("revision", row["revision_id"]), ("capture", capture.get("id"))]
    wanted += [("snapshot", capture.get(name)) for name in ("snapshot_id", "wire_snapshot_id")]
    wanted += [("document", one) for one in documents]
    for kind, row_id in wanted:
        link = link_of(db, kind, row_id) if row_id is not None else None
        if link is not None:
            yield from check_row(db, link)
