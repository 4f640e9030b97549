"""The hash chain: every row of evidence gets its link in the same transaction; its anchors; the log of custody.

An anchor is the head of the chain as it is written down outside the database.
"""

from __future__ import annotations

import getpass
import os
import sqlite3
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import astuple, dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from watcher import __version__, clock
from watcher.archive.canonical_form import NEWEST, TABLES, canonical, columns_of, digest
from watcher.archive.chain import GENESIS, Anchor, ChainLink, Head, next_link
from watcher.store.rows import as_json, at, insert, moment, update

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime
    from typing import TypeAlias

    from sqlite_utils import Database

    # A row of evidence that is to be linked: its kind, its id, and the address that the link states.
    _Written: TypeAlias = tuple[str, int, str]


_WAITING: ContextVar[list[_Written] | None] = ContextVar("waiting", default=None)
_COLUMNS = "seq, kind, row_id, form, url, sha256, at, prev, hash"
# The view shows the hashes in hex, and that of the link before; the table keeps each once, as bytes.
_ADD = "INSERT INTO chain_links (seq, kind, row_id, form, url, sha256, at, hash) VALUES (?,?,?,?,?,?,?,?)"
# In a database of an earlier version, before its migration: a backup's custody is chained there too.
_ADD_BEFORE = "INSERT INTO chain (seq, kind, row_id, form, url, sha256, at, prev, hash) VALUES (?,?,?,?,?,?,?,?,?)"
_HEAD = "SELECT seq, hash FROM chain ORDER BY seq DESC LIMIT 1"
_SET = "SELECT revision_id, detector_version FROM claims WHERE id = ?"


def chain_head(db: Database) -> Head:
    """How many links there are, and the hash of the last: what is written down outside the database."""
    found = db.conn.execute(_HEAD).fetchone()
    return Head(*found) if found else Head(0, GENESIS)


def link_hash(db: Database, seq: int) -> str | None:
    """The hash of the chain's link of that number."""
    found = db.conn.execute("SELECT hash FROM chain WHERE seq = ?", [seq]).fetchone()
    return found[0] if found else None


def insert_evidence(db: Database, kind: str, row: Mapping[str, Any], *, url: str = "") -> int:
    """Insert a row of evidence, link it into the chain, and return its id."""
    row_id = insert(db, TABLES[kind], row)
    add_link(db, kind, row_id, url=url)
    return row_id


def add_link(db: Database, kind: str, row_id: int, *, url: str = "") -> None:
    """Add the link of a row that is written, or remember it until the end of `links_together`."""
    waiting = _WAITING.get()
    if waiting is None:
        _add_links(db, [(kind, row_id, url)])
    else:
        waiting.append((kind, row_id, url))


@contextmanager
def links_together(db: Database) -> Iterator[None]:
    """Add the links of all that is written within this block at its end, in the same order.

    They cost half of what they do one by one. The block is part of a transaction, and takes back no part of it.
    """
    waiting: list[_Written] = []
    token = _WAITING.set(waiting)
    try:
        yield
    finally:
        _WAITING.reset(token)
    _add_links(db, waiting)


def _add_links(db: Database, written: Sequence[_Written]) -> None:
    """Add these links; the content of a row is read back, so that what is hashed is what is stored."""
    head, now = chain_head(db), at(clock.now()) or ""
    links: list[ChainLink] = []
    for kind, row_id, url in written:
        content = content_of(db, kind, NEWEST, row_id)
        if content is None:
            raise LookupError(f"{kind} {row_id}")
        links.append(next_link(head, kind, row_id, NEWEST, url, digest(content), now))
        head = Head(links[-1].seq, links[-1].hash)
    try:
        db.conn.executemany(_ADD, map(_row_of, links))
    except sqlite3.OperationalError:
        if "chain" not in db.table_names():
            raise
        db.conn.executemany(_ADD_BEFORE, map(astuple, links))


def _row_of(link: ChainLink) -> Sequence[Any]:
    hashes = bytes.fromhex(link.sha256), bytes.fromhex(link.hash)
    return link.seq, link.kind, link.row_id, link.form, link.url, hashes[0], link.at, hashes[1]


def links(db: Database, *, after: int = 0) -> Iterator[ChainLink]:
    """The links after a number, in order."""
    for row in db.conn.execute(f"SELECT {_COLUMNS} FROM chain WHERE seq > ? ORDER BY seq", [after]):
        yield ChainLink(*row)


def link_of(db: Database, kind: str, row_id: int) -> ChainLink | None:
    """The link of a row, None where it has none."""
    sql = f"SELECT {_COLUMNS} FROM chain WHERE kind = ? AND row_id = ?"
    row = db.conn.execute(sql, [kind, row_id]).fetchone()
    return ChainLink(*row) if row else None


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
    # Read to the end before anything else is asked of the connection.
    found = db.conn.execute(_selection(kind, table, form, tuple(where)), list(where.values()))
    yield from (dict(zip(names, row, strict=True)) for row in found.fetchall())


@lru_cache(maxsize=256)
def _selection(kind: str, table: str, form: int, by: Sequence[str]) -> str:
    columns = ", ".join(f'"{name}"' for name in columns_of(kind, form))
    condition = " AND ".join(f"{name} = ?" for name in by)
    return f"SELECT {columns} FROM {table} WHERE {condition} ORDER BY id"


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


FILE, TIMESTAMP = "file", "timestamp"


@dataclass(frozen=True, slots=True)
class DueAnchor:
    """An anchor that is still to be made: `attempt_count` says how many attempts there were."""

    id: int
    kind: str
    place: str
    head: Head
    at: datetime
    attempt_count: int


def plan_anchors(db: Database, places: dict[str, str], now: datetime) -> int:
    """Add a pending anchor of the head for each place, unless it is anchored there already; returns how many."""
    head = chain_head(db)
    if head.seq == 0:
        return 0
    count = 0
    for kind, place in places.items():
        known = "SELECT 1 FROM anchors WHERE kind = ? AND place = ? AND seq = ?"
        if not db.conn.execute(known, [kind, place, head.seq]).fetchone():
            row = {"kind": kind, "place": place, "seq": head.seq, "hash": head.hash, "at": at(now)}
            insert(db, "anchors", row | {"state": "pending", "due_at": at(now)})
            count += 1
    return count


def due_anchors(db: Database, now: datetime) -> tuple[DueAnchor, ...]:
    """The anchors that are pending and due."""
    rows = db.query("SELECT * FROM anchors WHERE state = 'pending' AND due_at <= ? ORDER BY id LIMIT 20", [at(now)])
    return tuple(
        DueAnchor(
            row["id"],
            row["kind"],
            row["place"],
            Head(row["seq"], row["hash"]),
            moment(row["at"]) or now,
            row["attempt_count"],
        )
        for row in rows
    )


def anchor_done(
    db: Database, anchor: DueAnchor, now: datetime, *, token: bytes | None = None, detail: str = ""
) -> None:
    """Note that an anchor is made and verified."""
    state = {"state": "done", "due_at": None, "done_at": at(now), "detail": detail, "token": token}
    update(db, "anchors", anchor.id, state | {"attempt_count": anchor.attempt_count + 1})


def anchor_failed(db: Database, anchor: DueAnchor, retry_at: datetime, detail: str) -> None:
    """Note that it failed: it stays pending and is retried."""
    state = {"due_at": at(retry_at), "attempt_count": anchor.attempt_count + 1, "detail": detail}
    update(db, "anchors", anchor.id, state)


def last_anchor_at(db: Database) -> datetime | None:
    """When the last anchor was planned."""
    return moment(db.conn.execute("SELECT max(at) FROM anchors").fetchone()[0])


def stored_anchors(db: Database) -> tuple[Anchor, ...]:
    """The anchors that the database itself remembers."""
    rows = db.conn.execute("SELECT seq, hash, at, kind || ' ' || place FROM anchors ORDER BY id")
    return tuple(Anchor(*row) for row in rows)


def pending_anchors(db: Database) -> list[dict[str, object]]:
    """The pending anchors as rows for people: since when, where, how many attempts, what the last answer was."""
    names = "kind, place, seq, at, attempt_count, due_at, detail"
    return list(db.query(f"SELECT {names} FROM anchors WHERE state = 'pending' ORDER BY id"))


def newest_anchors(db: Database) -> list[dict[str, Any]]:
    """The newest anchor of each kind and place."""
    names = "kind, place, state, seq, hash, at, detail"
    return list(db.query(f"SELECT {names} FROM anchors WHERE id IN (SELECT max(id) FROM anchors GROUP BY kind, place)"))
