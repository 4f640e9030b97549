"""Snapshots: the bytes of answers, each once, packed with a dictionary of the pages of their site.

A row's hash is that of the plain bytes, so it can be packed again. Rows of earlier versions are packed with zlib, as
their column `compression` says; what has a `packing` is stored in that way.
"""

from __future__ import annotations

import json
import zlib
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from watcher.archive.canonical_form import digest
from watcher.errors import Damaged
from watcher.store.chain import insert_evidence
from watcher.store.packing import dictionary_of, pack, unpack, unpacked_dictionary
from watcher.store.rows import at, query, update

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlite_utils import Database


ZSTD = "zstd"
# Below this, packing costs more than it saves; below the other it needs no dictionary.
_SMALL, _WORTH_A_DICTIONARY = 200, 2000
# A page that shrinks to less than an eighth is of the dictionary's template. Of so many others a new one is made, if
# with it the next page takes at most so much of the room.
_LIKE, _SAMPLES, _BETTER = 1 / 8, 3, 0.7


def scope_of(kind: str, url: str) -> str:
    """What answers have in common that share a dictionary: kind and host; empty for those that are never alike."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        host = ""
    return f"{kind} {host}" if kind in {"feed", "page"} and host else ""


def snapshot(db: Database, body: bytes, created_at: datetime, *, scope: str = "", sha256: str | None = None) -> int:
    """Store these bytes unless they are stored already, and return the snapshot's id.

    `scope` is of `scope_of`, `sha256` the hash of the bytes in hex where the caller has it.
    """
    name = sha256 or digest(body)
    found = db.conn.execute("SELECT id FROM snapshots WHERE sha256 = ?", [name]).fetchone()
    if found:
        return int(found[0])
    row = {"sha256": name, "byte_count": len(body), "compression": "none", "created_at": at(created_at)}
    packed, dictionary_id = _packed(db, body, created_at, scope)
    stored = {"packing": ZSTD, "dictionary_id": dictionary_id, "body": packed} if packed else {"body": body}
    snapshot_id = insert_evidence(db, "snapshot", row | stored)
    _learn(db, scope, snapshot_id, len(body), packed)
    return snapshot_id


def _packed(db: Database, body: bytes, now: datetime, scope: str) -> tuple[bytes, int | None]:
    """The body packed in the way that takes least, with the number of its dictionary; nothing where none helps."""
    if len(body) <= _SMALL:
        return b"", None
    known, samples = _scope(db, scope) if scope and len(body) >= _WORTH_A_DICTIONARY else (None, ())
    packed = pack(body, _dictionary(db, known) if known else None)
    if len(packed) > len(body) * _LIKE and len(samples) == _SAMPLES:
        dictionary = dictionary_of([read_snapshot(db, one) for one in samples])
        better = pack(body, dictionary)
        known = _save_dictionary(db, scope, dictionary, now) if len(better) < len(packed) * _BETTER else known
        packed = better if len(better) < len(packed) * _BETTER else packed
    return (packed, known) if len(packed) < len(body) else (b"", None)


def _scope(db: Database, scope: str) -> tuple[int | None, tuple[int, ...]]:
    sql = "SELECT dictionary_id, snapshot_ids FROM packing_scopes WHERE scope = ?"
    found = db.conn.execute(sql, [scope]).fetchone()
    return (found[0], tuple(json.loads(found[1]))) if found else (None, ())


def _learn(db: Database, scope: str, snapshot_id: int, size: int, packed: bytes) -> None:
    """Remember a page that no dictionary helped; after so many the next page tries a new one, and all begins anew."""
    if scope and size >= _WORTH_A_DICTIONARY and not 0 < len(packed) <= size * _LIKE:
        _, samples = _scope(db, scope)
        kept = [snapshot_id] if len(samples) == _SAMPLES else [*samples, snapshot_id]
        db.conn.execute(
            "INSERT INTO packing_scopes (scope, snapshot_ids) VALUES (?, ?)"
            " ON CONFLICT (scope) DO UPDATE SET snapshot_ids = excluded.snapshot_ids",
            [scope, json.dumps(kept)],
        )


def _save_dictionary(db: Database, scope: str, dictionary: bytes, now: datetime) -> int:
    row = {"scope": scope, "sha256": digest(dictionary), "byte_count": len(dictionary), "created_at": at(now)}
    dictionary_id = insert_evidence(db, "dictionary", row | {"body": pack(dictionary)})
    in_use = "UPDATE packing_scopes SET dictionary_id = ?, snapshot_ids = '[]' WHERE scope = ?"
    db.conn.execute(in_use, [dictionary_id, scope])
    return dictionary_id


def _dictionary(db: Database, dictionary_id: int) -> bytes:
    """The bytes of a dictionary. Raises Damaged where it is not there or not whole."""
    found = db.conn.execute("SELECT body FROM dictionaries WHERE id = ?", [dictionary_id]).fetchone()
    if found is None:
        raise Damaged(f"dictionary {dictionary_id}, with which it is packed, is missing")
    try:
        return unpacked_dictionary(found[0])
    except (Damaged, TypeError) as error:
        raise Damaged(f"dictionary {dictionary_id}, with which it is packed, is damaged: {error}") from error


def body_of(db: Database, row: Mapping[str, Any]) -> bytes:
    """The plain bytes of a row of snapshots, which has at least BODY's columns. Raises Damaged."""
    if row.get("packing") == ZSTD:
        of = row["dictionary_id"]
        return unpack(row["body"], _dictionary(db, of) if of is not None else None)
    try:
        return zlib.decompress(row["body"]) if row["compression"] == "zlib" else bytes(row["body"])
    except (zlib.error, TypeError) as error:
        raise Damaged(f"its bytes cannot be unpacked: {error}") from error


BODY = "snapshots.compression, snapshots.packing, snapshots.dictionary_id, snapshots.body"


def read_snapshot(db: Database, snapshot_id: int) -> bytes:
    """The plain bytes of a snapshot. Raises Damaged, also where there is none of this id."""
    row = next(iter(query(db, f"SELECT {BODY} FROM snapshots WHERE id = ?", [snapshot_id])), None)
    if row is None:
        raise Damaged(f"snapshots {snapshot_id} is missing")
    return body_of(db, row)


# What the custody log calls a repacking; the triggers (store/triggers.py) look for it.
REPACKED = "repack snapshots"
_AT_ONCE = 100
_TO_REPACK = """
SELECT snapshots.*, (SELECT kind || ' ' || url FROM captures WHERE snapshot_id = snapshots.id LIMIT 1) AS captured
FROM snapshots WHERE id > ? AND dictionary_id IS NULL AND byte_count > ? ORDER BY id LIMIT ?
"""


def repack(db: Database, after: int, now: datetime) -> tuple[int, int, int]:
    """Pack the next hundred snapshots anew that have no dictionary, within the caller's transaction.

    Returns the last id that was looked at (0 where there are no more), and how many bytes they took and take. What
    would take more room stays as it is. The triggers let a body be replaced once a repacking is in the custody log.
    Raises Damaged where a body is not what its hash says.
    """
    rows = list(db.query(_TO_REPACK, [after, _SMALL, _AT_ONCE]))
    before = sum(len(row["body"]) for row in rows)
    saved = sum(_repack_one(db, row, now) for row in rows)
    return (rows[-1]["id"] if rows else 0), before, before - saved


def _repack_one(db: Database, row: Mapping[str, Any], now: datetime) -> int:
    """How many bytes a row takes less than before."""
    body = body_of(db, row)
    if digest(body) != row["sha256"]:
        raise Damaged(f"snapshots {row['id']}: its bytes are not those of {row['sha256']}; `watcher verify` says more")
    scope = scope_of(*(row["captured"] or " ").split(" ", 1))
    packed, dictionary_id = _packed(db, body, now, scope)
    _learn(db, scope, row["id"], len(body), packed)
    if not packed or len(packed) >= len(row["body"]):
        return 0
    update(db, "snapshots", row["id"], {"packing": ZSTD, "dictionary_id": dictionary_id, "body": packed})
    if read_snapshot(db, row["id"]) != body:
        raise Damaged(f"snapshots {row['id']} would not be read back as it was")
    return len(row["body"]) - len(packed)


def snapshots_with(db: Database, dictionary_id: int) -> int:
    """How many snapshots are packed with a dictionary: all are looked through."""
    return int(db.conn.execute("SELECT count(*) FROM snapshots WHERE dictionary_id = ?", [dictionary_id]).fetchone()[0])
