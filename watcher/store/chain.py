"""The hash chain: every row of evidence gets its link in the same transaction; and the log of custody."""

from __future__ import annotations

import getpass
import os
from typing import TYPE_CHECKING, Any

from watcher import __version__, clock
from watcher.archive.canonical_form import NEWEST, TABLES, canonical, columns_of, digest
from watcher.archive.chain import GENESIS, ChainLink, Head, next_link
from watcher.store.rows import as_json, at, insert

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

    from sqlite_utils import Database


_HEAD = "SELECT seq, hash FROM chain ORDER BY seq DESC LIMIT 1"
_SET = "SELECT revision_id, detector_version FROM claims WHERE id = ?"
# Rows from before there was a chain, in the order in which they came to be; what may be pruned is left out.
_BEFORE = (
    ("snapshot", "SELECT id, '' FROM snapshots ORDER BY id"),
    ("capture", "SELECT id, url FROM captures WHERE kind <> 'feed' OR snapshot_id IS NOT NULL ORDER BY id"),
    (
        "revision",
        "SELECT r.id, coalesce(url, identity) FROM revisions r JOIN releases s ON s.id = release_id ORDER BY 1",
    ),
    ("document", "SELECT t.id, url FROM attachment_texts t JOIN attachments a ON a.id = attachment_id ORDER BY 1"),
    ("claims", "SELECT min(id), '' FROM claims GROUP BY revision_id, detector_version ORDER BY 1"),
    ("event", "SELECT id, '' FROM events ORDER BY id"),
    ("alert", "SELECT id, '' FROM alerts ORDER BY id"),
)


def chain_head(db: Database) -> Head:
    """How many links there are, and the hash of the last: what is written down outside the database."""
    found = db.conn.execute(_HEAD).fetchone()
    return Head(*found) if found else Head(0, GENESIS)


def has_chain(db: Database) -> bool:
    """Whether the database is of a version that has a hash chain."""
    return db.conn.execute("SELECT 1 FROM sqlite_master WHERE name = 'chain'").fetchone() is not None


def link_hash(db: Database, seq: int) -> str | None:
    """The hash of the chain's link of that number."""
    found = db.conn.execute("SELECT hash FROM chain WHERE seq = ?", [seq]).fetchone()
    return found[0] if found else None


def insert_evidence(db: Database, kind: str, row: Mapping[str, Any], *, url: str = "") -> int:
    """Insert a row of evidence, link it into the chain, and return its id."""
    row_id = insert(db, TABLES[kind], row)
    add_link(db, kind, row_id, url=url)
    return row_id


def add_link(db: Database, kind: str, row_id: int, *, url: str = "") -> ChainLink:
    """Add the link of a row that is written; its content is read back, so that what is hashed is what is stored."""
    content = content_of(db, kind, NEWEST, row_id)
    if content is None:
        raise LookupError(f"{kind} {row_id}")
    link = next_link(chain_head(db), kind, row_id, NEWEST, url, digest(content), at(clock.now()) or "")
    db.conn.execute(
        "INSERT INTO chain (seq, kind, row_id, form, url, sha256, at, prev, hash) VALUES (?,?,?,?,?,?,?,?,?)",
        [link.seq, kind, row_id, link.form, url, link.sha256, link.at, link.prev, link.hash],
    )
    return link


def link_older_rows(db: Database) -> None:
    """Link every row that was written before there was a chain."""
    for kind, sql in _BEFORE:
        for row_id, url in db.conn.execute(sql).fetchall():
            add_link(db, kind, row_id, url=url)


def links(db: Database, *, after: int = 0) -> Iterator[ChainLink]:
    """The links after a number, in order."""
    names = "seq, kind, row_id, form, url, sha256, at, prev, hash"
    for row in db.conn.execute(f"SELECT {names} FROM chain WHERE seq > ? ORDER BY seq", [after]):
        yield ChainLink(*row)


def link_of(db: Database, kind: str, row_id: int) -> ChainLink | None:
    """The link of a row, None where it has none."""
    found = db.conn.execute("SELECT seq FROM chain WHERE kind = ? AND row_id = ?", [kind, row_id]).fetchone()
    return next(links(db, after=found[0] - 1)) if found else None


def content_of(db: Database, kind: str, form: int, row_id: int) -> bytes | None:
    """The canonical form of a row with all that belongs to it, None where it is not there.

    Raises LookupError for a kind or form that this version does not know.
    """
    row = _set_of(db, form, row_id) if kind == "claims" else _row(db, kind, TABLES.get(kind, ""), form, row_id)
    return None if row is None else canonical(kind, form, row)


def _row(db: Database, kind: str, table: str, form: int, row_id: int) -> dict[str, Any] | None:
    return next(_parts(db, kind, table, form, {"id": row_id}), None)


def _parts(db: Database, kind: str, table: str, form: int, where: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Rows as they are hashed, the columns of this form, in the order of their ids."""
    names = columns_of(kind, form)
    columns = ", ".join(f'"{name}"' for name in names)
    condition = " AND ".join(f"{name} = ?" for name in where)
    found = db.conn.execute(f"SELECT {columns} FROM {table} WHERE {condition} ORDER BY id", list(where.values()))
    yield from (dict(zip(names, row, strict=True)) for row in _all(found))


def _all(found: Iterable[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Read to the end before anything else is asked of the connection."""
    return list(found)


def _set_of(db: Database, form: int, first_id: int) -> dict[str, Any] | None:
    """The whole set of claims that begins with this one, with the people in them."""
    found = db.conn.execute(_SET, [first_id]).fetchone()
    if found is None:
        return None
    row = dict(zip(("revision_id", "detector_version"), found, strict=True))
    said = list(_parts(db, "claim", "claims", form, row))
    for claim in said:
        claim["people"] = list(_parts(db, "person", "people", form, {"claim_id": claim["id"]}))
    return row | {"claims": said}


def operator() -> str:
    """The user of the operating system who runs this program: name and number, the number alone where it has none."""
    try:
        return f"{getpass.getuser()} (uid {os.getuid()})"
    except (OSError, KeyError, ImportError):
        return f"uid {os.getuid()}"


def record(
    db: Database,
    action: str,
    now: datetime,
    *,
    why: str = "",
    detail: Mapping[str, Any],
    prunes_before: datetime | None = None,
) -> int:
    """Write one line of the log within the caller's transaction, and return its id."""
    row = {
        "at": at(now),
        "action": action,
        "who": operator(),
        "why": why,
        "detail": as_json(detail),
        "program_version": __version__,
        "prunes_before_at": at(prunes_before),
    }
    return insert_evidence(db, "custody", row)
