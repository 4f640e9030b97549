"""Evidence as it is read back: of one release or alert, and row by row for the integrity check; copies elsewhere.

Each query of the integrity check is made so that one unreadable row hides no other.
"""

from __future__ import annotations

import sqlite3
from collections import deque
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from watcher.archive.canonical_form import TABLES, digest
from watcher.archive.chain import GENESIS, Finding, Head, link_body
from watcher.archive.release_evidence import EvidenceRow, ReleaseEvidence, StoredAnchor
from watcher.errors import Damaged, WatcherError
from watcher.store.alerts import whole_message
from watcher.store.chain import chain_head, content_of, link_of, links
from watcher.store.packing import unpack
from watcher.store.revisions import numbered_revision
from watcher.store.rows import at, update
from watcher.store.schema import pending_migrations
from watcher.store.snapshots import body_of, snapshots_with
from watcher.store.triggers import GUARDS, missing_triggers

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from sqlite_utils import Database

    from watcher.archive.chain import ChainLink
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
# Messages that say word for word what another feed said first are no revision's; their signatures are the release's.
_MESSAGES = "UNION SELECT capture_id FROM mail_signatures WHERE release_id = :release"
_SNAPSHOTS = """
SELECT snapshot_id AS id FROM captures WHERE id IN ({0}) AND snapshot_id IS NOT NULL
UNION SELECT wire_snapshot_id FROM captures WHERE id IN ({0}) AND wire_snapshot_id IS NOT NULL
"""
_SIZE = "SELECT coalesce(sum(byte_count), 0) FROM snapshots WHERE id IN ({0})"
_FIRST_LINK = """
SELECT (SELECT max(seq) FROM chain) - min(seq) FROM chain WHERE kind = 'revision' AND row_id = (
  SELECT min(id) FROM revisions WHERE release_id = ?)
"""
_ARCHIVE_COPIES = """
SELECT service, archive_copies.url, state, result_url, queued_at, done_at, number AS revision FROM archive_copies
JOIN revisions ON revisions.id = revision_id WHERE release_id = ? ORDER BY archive_copies.id
"""
_ROWS = {
    "revision": "SELECT id FROM revisions WHERE release_id = ?",
    "claims": "SELECT min(claims.id) AS id FROM claims JOIN revisions ON revisions.id = revision_id"
    " WHERE release_id = ? GROUP BY revision_id, detector_version",
    "totals": "SELECT claim_totals.id FROM claim_totals JOIN revisions ON revisions.id = revision_id"
    " WHERE release_id = ?",
    "document": "SELECT attachment_texts.id FROM attachment_texts JOIN attachments ON attachments.id = attachment_id"
    " WHERE release_id = ?",
    "alert": "SELECT id FROM alerts WHERE release_id = ?",
    "event": "SELECT id FROM events WHERE release_id = ?",
    "signature": "SELECT id FROM mail_signatures WHERE release_id = ?",
}


def release_evidence(db: Database, release_id: int) -> ReleaseEvidence:
    """Everything of one release, with the chain from its first link to the head. Raises Damaged where a row is gone."""
    release = next(db.query(_RELEASE, [release_id]))
    there = set(db.table_names())  # those of an earlier version, where the next start upgrades it
    known = (sql for sql in _ROWS.items() if TABLES[sql[0]] in there)
    wanted = [(kind, row["id"]) for kind, sql in known for row in db.query(sql, [release_id])]
    captures = [row["id"] for row in db.query(_captures(there), {"release": release_id})]
    snapshots = _snapshots(db, captures)
    wanted += [("capture", capture) for capture in captures] + [("snapshot", row["id"]) for row in snapshots]
    rows = tuple(sorted(_proven(db, wanted), key=lambda one: one.link.seq))
    first = rows[0].link.seq if rows else 1
    return ReleaseEvidence(
        release=release | {"archive_copies": list(db.query(_ARCHIVE_COPIES, [release_id]))},
        rows=rows,
        snapshots={row["sha256"]: body_of(db, row) for row in snapshots},
        before=Head(first - 1, rows[0].link.prev if rows else GENESIS),
        bodies=tuple(link_body(link) for link in links(db, after=first - 1)),
        head=chain_head(db),
        anchors=tuple(_anchors(db, first)),
    )


def evidence_size(db: Database, release_id: int) -> tuple[int, int]:
    """What `release_evidence` would read of a release: bytes of bodies, and links of the chain."""
    wanted = _SNAPSHOTS.format(_captures(set(db.table_names())))
    (size,) = db.execute(_SIZE.format(wanted), {"release": release_id}).fetchone()
    (links,) = db.execute(_FIRST_LINK, [release_id]).fetchone()
    return int(size), int(links or 0)


def _captures(there: set[str]) -> str:
    return f"{_CAPTURES} {_MESSAGES}" if "mail_signatures" in there else _CAPTURES


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
  CASE text_from WHEN 'feed' THEN feed_capture_id ELSE page_capture_id END AS capture_id
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
        message=whole_message(db, row["message"]),
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


_MOST_COMPLAINTS = 100
# Which rows of a table of evidence have a link, where that is not each of them.
_CHAINED = {
    "capture": "SELECT id FROM captures WHERE (kind <> 'feed' OR snapshot_id IS NOT NULL)",
    "claims": "SELECT min(id) AS id FROM claims GROUP BY revision_id, detector_version",
}


def check_file(db: Database, *, is_quick: bool) -> Iterator[Finding]:
    """What SQLite itself finds wrong with the file, its keys and our triggers."""
    pragma = "quick_check" if is_quick else "integrity_check"
    try:
        for (said,) in db.conn.execute(f"PRAGMA {pragma}({_MOST_COMPLAINTS})"):
            if said != "ok":
                yield Finding("damaged", "file", said)
        if not is_quick:
            for table, row_id, parent, _ in db.conn.execute("PRAGMA foreign_key_check"):
                yield Finding("orphan", f"{table} {row_id}", f"the row of {parent} that it belongs to is not there")
    except (sqlite3.Error, UnicodeError) as error:
        yield Finding("damaged", "file", str(error))


def check_guards(db: Database) -> Iterator[Finding]:
    """Which triggers are gone or changed; before a migration they are those of the version before."""
    if not pending_migrations(db):
        for name in missing_triggers(db):
            yield Finding("unguarded", f"trigger {name}", "it is not as the schema has it: evidence could be changed")


def check_text(db: Database) -> Iterator[Finding]:
    """Rows of evidence whose text is not UTF-8, in whichever column: whoever reads their table gets an error there.

    It reads what no link covers too: the time an event was decided at, anchors, answers that said nothing new.
    """
    there = set(db.table_names())  # `chain` is a table in earlier versions only
    for table in (guard.table for guard in GUARDS if guard.table in there):
        names = [row[1] for row in db.conn.execute(f"PRAGMA table_info({table})") if row[2] == "TEXT"]
        columns = ", ".join(f'"{name}"' for name in names)
        try:
            deque(db.conn.execute(f"SELECT {columns} FROM {table}"), maxlen=0)
        except (sqlite3.Error, UnicodeError):
            yield from _undecodable(db, table, names)


def _undecodable(db: Database, table: str, names: Sequence[str]) -> Iterator[Finding]:
    """Each such row; read as bytes, since as text the reading ends at the first of them."""
    columns = ", ".join(f'CAST("{name}" AS BLOB)' for name in names)
    try:
        for row_id, *values in db.conn.execute(f"SELECT rowid, {columns} FROM {table}"):
            wrong = [name for name, value in zip(names, values, strict=True) if not _is_utf8(value or b"")]
            if wrong:
                yield Finding("damaged", f"{table} {row_id}", f"it cannot be read: no UTF-8 in {', '.join(wrong)}")
    except sqlite3.Error as error:
        yield Finding("damaged", table, str(error))


def _is_utf8(value: bytes) -> bool:
    try:
        value.decode()
    except UnicodeDecodeError:
        return False
    return True


def check_row(db: Database, link: ChainLink) -> Iterator[Finding]:
    """Whether the row of a link still says what it said, and a snapshot's bytes still have their hash."""
    place = f"{TABLES.get(link.kind, link.kind)} {link.row_id}"
    try:
        content = content_of(db, link.kind, link.form, link.row_id)
        if content is None:
            yield Finding("missing", place, f"link {link.seq} covers it, but the row is missing")
        elif digest(content) != link.sha256:
            yield Finding("changed", place, f"it is not what was written on {link.at} (link {link.seq})")
        if link.kind == "snapshot" and content is not None:
            yield from _check_bytes(db, link.row_id, place)
        if link.kind == "dictionary":
            yield from _check_dictionary(db, link.row_id, place)
    except LookupError as error:
        yield Finding("unknown", place, f"link {link.seq} has a {error.args[0]} that this version does not know")
    except (sqlite3.Error, UnicodeError, TypeError, ValueError) as error:
        yield Finding("damaged", place, str(error))


def _check_bytes(db: Database, row_id: int, place: str) -> Iterator[Finding]:
    row = next(db.query("SELECT * FROM snapshots WHERE id = ?", [row_id]))  # of an earlier version too
    try:
        body = body_of(db, row)
    except Damaged as error:
        yield Finding("changed", place, str(error))
        return
    if digest(body) != row["sha256"]:
        yield Finding("changed", place, f"its bytes are not those of {row['sha256']}")


def _check_dictionary(db: Database, row_id: int, place: str) -> Iterator[Finding]:
    """What is lost with a dictionary; each snapshot that cannot be unpacked is a finding of its own too."""
    row = next(db.query("SELECT scope, sha256, body FROM dictionaries WHERE id = ?", [row_id]), None)
    try:
        if row is not None and digest(unpack(row["body"])) == row["sha256"]:
            return
    except (Damaged, TypeError):
        pass
    lost = f"the bytes of {snapshots_with(db, row_id)} snapshots cannot be unpacked without it"
    yield Finding("changed", place, f"{lost}: {row['scope']}" if row is not None else lost)


def check_unchained(db: Database) -> Iterator[Finding]:
    """Rows of evidence that no link covers: put in by something else than this program."""
    there = set(db.table_names())
    for kind, table in TABLES.items():
        if table not in there:
            continue  # a database of an earlier version, which the next start upgrades
        chained = _CHAINED.get(kind, f"SELECT id FROM {table}")
        asked = f"SELECT id FROM ({chained}) WHERE id NOT IN (SELECT row_id FROM chain WHERE kind = ?)"
        try:
            for (row_id,) in db.conn.execute(asked, [kind]):
                yield Finding("unchained", f"{table} {row_id}", "no link covers it: this program did not write it")
        except sqlite3.Error as error:
            yield Finding("damaged", table, str(error))


# What is older when the service is switched on is not asked for: the page may say something else by now.
_FRESH = timedelta(days=1)
_QUEUE = """
INSERT INTO archive_copies (revision_id, service, url, state, queued_at, due_at)
SELECT revisions.id, :service, captures.requested_url, 'pending', :now, :now FROM revisions
JOIN captures ON captures.id = page_capture_id
WHERE observed_at >= :since AND imported_from IS NULL AND revisions.id NOT IN
  (SELECT revision_id FROM archive_copies WHERE service = :service)
"""


@dataclass(frozen=True, slots=True)
class DueArchiveCopy:
    """One page to be submitted, or, with a `job`, one whose job is to be checked."""

    id: int
    url: str
    job: str | None
    attempt_count: int


def queue_archive_copies(db: Database, service: str, now: datetime) -> int:
    """Queue the pages of the last day's revisions that are not queued yet; returns how many."""
    return db.conn.execute(_QUEUE, {"service": service, "now": at(now), "since": at(now - _FRESH)}).rowcount


def next_archive_copy(db: Database, service: str, now: datetime, *, daily_limit: int) -> DueArchiveCopy | None:
    """The one that is due longest; no more new ones a day than the limit, but always those with a job."""
    requested = "SELECT count(*) FROM archive_copies WHERE service = ? AND state <> 'pending' AND queued_at >= ?"
    used = db.conn.execute(requested, [service, at(now - timedelta(days=1))]).fetchone()[0]
    states = "('pending', 'requested')" if used < daily_limit else "('requested')"
    row = db.conn.execute(
        "SELECT id, url, job, attempt_count FROM archive_copies"
        f" WHERE service = ? AND state IN {states} AND due_at <= ? ORDER BY due_at, id LIMIT 1",
        [service, at(now)],
    ).fetchone()
    return DueArchiveCopy(*row) if row else None


def archive_copy_requested(db: Database, copy: DueArchiveCopy, job: str, due_at: datetime) -> None:
    """The service has accepted it as this job."""
    state = {"state": "requested", "job": job, "due_at": at(due_at), "attempt_count": copy.attempt_count + 1}
    update(db, "archive_copies", copy.id, state | {"detail": ""})


def archive_copy_waits(db: Database, copy: DueArchiveCopy, due_at: datetime) -> None:
    """The service is not done yet."""
    update(db, "archive_copies", copy.id, {"due_at": at(due_at)})


def archive_copy_failed(db: Database, copy: DueArchiveCopy, detail: str, retry_at: datetime | None) -> None:
    """It failed; without `retry_at` it is given up, and kept with the reason."""
    attempts = copy.attempt_count + (copy.job is None)
    state = {"state": "pending" if retry_at else "failed", "job": None, "due_at": at(retry_at), "detail": detail}
    update(db, "archive_copies", copy.id, state | {"attempt_count": attempts})


def hold_archive_copies(db: Database, service: str, until: datetime) -> None:
    """Send the service nothing before an instant: it answered that there were too many requests, or failed."""
    held = "UPDATE archive_copies SET due_at = ? WHERE service = ? AND state IN ('pending', 'requested') AND due_at < ?"
    db.conn.execute(held, [at(until), service, at(until)])


def archive_copy_saved(db: Database, copy: DueArchiveCopy, result_url: str, now: datetime) -> None:
    """The service says where it keeps the page."""
    state = {"state": "saved", "result_url": result_url, "due_at": None, "done_at": at(now), "detail": ""}
    update(db, "archive_copies", copy.id, state)
