"""All that is stored of one release as evidence, read in one go."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from watcher.archive.chain import START, Head, body
from watcher.archive.release import Proven, ReleaseEvidence, StoredAnchor
from watcher.errors import Damaged
from watcher.store.chain import chain_head, content_of, links
from watcher.store.rows import body_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlite_utils import Database

    from watcher.archive.chain import Link

_RELEASE = """
SELECT releases.id, identity, releases.url, title, published_at, revision_count, first_seen_at, last_seen_at,
  publishers.code AS publisher, publishers.name AS publisher_name FROM releases
JOIN publishers ON publishers.id = publisher_id WHERE releases.id = ?
"""
# The exchanges behind its revisions and documents, and every look at its pages, whatever came of it.
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
        blobs={row["sha256"]: body_of(row) for row in snapshots},
        before=Head(first - 1, rows[0].link.prev if rows else START),
        bodies=tuple(body(link) for link in links(db, after=first - 1)),
        head=chain_head(db),
        anchors=tuple(_anchors(db, first)),
    )


def _snapshots(db: Database, captures: list[int]) -> list[dict[str, Any]]:
    marks = ",".join(str(int(capture)) for capture in captures)
    return list(db.query(f"SELECT * FROM snapshots WHERE id IN ({_SNAPSHOTS.format(marks)})"))


def _proven(db: Database, wanted: Iterable[tuple[str, int]]) -> Iterable[Proven]:
    for kind, row_id in wanted:
        link = _link(db, kind, row_id)
        if link is None:
            continue  # an unchanged feed's answer, which stands in no link
        content = content_of(db, kind, link.form, row_id)
        if content is None:
            raise Damaged(f"{kind} {row_id} is not there; `watcher verify` says more")
        yield Proven(link, content)


def _link(db: Database, kind: str, row_id: int) -> Link | None:
    found = db.conn.execute("SELECT seq FROM chain WHERE kind = ? AND row_id = ?", [kind, row_id]).fetchone()
    return next(links(db, after=found[0] - 1)) if found else None


def _anchors(db: Database, first: int) -> Iterable[StoredAnchor]:
    names = "kind, place, seq, hash, at, state, token"
    rows: Iterable[Mapping[str, Any]] = db.query(f"SELECT {names} FROM anchors WHERE seq >= ? ORDER BY id", [first])
    yield from (StoredAnchor(**row) for row in rows)
