"""Bytes as they came, kept once however often they come."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

from watcher.store.chain import keep
from watcher.store.rows import at, sha256

if TYPE_CHECKING:
    from datetime import datetime

    from sqlite_utils import Database

# Below this, compression costs more than it saves.
_SMALL = 200


def snapshot(db: Database, body: bytes, created_at: datetime) -> int:
    """Keep these bytes, once however often they come, and return the snapshot's id."""
    digest = sha256(body)
    found = db.conn.execute("SELECT id FROM snapshots WHERE sha256 = ?", [digest]).fetchone()
    if found:
        return int(found[0])
    packed = zlib.compress(body) if len(body) > _SMALL else body
    is_smaller = len(packed) < len(body)
    row = {
        "sha256": digest,
        "byte_count": len(body),
        "compression": "zlib" if is_smaller else "none",
        "body": packed if is_smaller else body,
        "created_at": at(created_at),
    }
    return keep(db, "snapshot", row)
