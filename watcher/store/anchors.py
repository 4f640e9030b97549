"""Anchors: heads of the chain that are written down elsewhere, which are due, and whether each was made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from watcher.archive.chain import Anchor, Head
from watcher.store.chain import chain_head
from watcher.store.rows import at, insert, moment, update

if TYPE_CHECKING:
    from datetime import datetime

    from sqlite_utils import Database


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
