"""The official page that must link a channel: when it was last looked at, what it showed, when it is due again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from watcher.store.captures import save_capture
from watcher.store.events import save_event
from watcher.store.rows import at

if TYPE_CHECKING:
    from datetime import datetime

    from sqlite_utils import Database

    from watcher.model.alert import EventKind
    from watcher.model.poll import Capture


@dataclass(frozen=True, slots=True)
class Proof:
    """A proof as it was last looked at; `is_linked` None: the page was never read."""

    url: str
    is_linked: bool | None
    is_due: bool


def proof_of(db: Database, feed_id: int, now: datetime) -> Proof | None:
    """The proof of a channel, None where its page was never looked at."""
    row = db.conn.execute(
        "SELECT url, is_linked, due_at <= ? FROM proofs WHERE feed_id = ?", [at(now), feed_id]
    ).fetchone()
    return None if row is None else Proof(row[0], None if row[1] is None else bool(row[1]), bool(row[2]))


def is_proved(db: Database, feed_id: int) -> bool:
    """Whether the official page linked the channel when it was last read."""
    found = db.conn.execute("SELECT is_linked FROM proofs WHERE feed_id = ?", [feed_id]).fetchone()
    return found is not None and found[0] == 1


def save_proof(
    db: Database,
    feed_id: int,
    proof: Proof,
    *,
    capture: Capture | None,
    outcome: str,
    event: tuple[EventKind, str] | None,
    now: datetime,
    due_at: datetime,
) -> None:
    """Write one look at the page, with its exchange, and the event that it is, in one transaction."""
    if capture is not None:
        save_capture(db, feed_id, capture)
    linked = None if proof.is_linked is None else int(proof.is_linked)
    db.conn.execute(
        "INSERT INTO proofs (feed_id, url, is_linked, checked_at, due_at, outcome) VALUES (?,?,?,?,?,?)"
        " ON CONFLICT (feed_id) DO UPDATE SET url = excluded.url, is_linked = excluded.is_linked,"
        " checked_at = excluded.checked_at, due_at = excluded.due_at, outcome = excluded.outcome",
        [feed_id, proof.url, linked, at(now), at(due_at), outcome],
    )
    if event is not None:
        kind, detail = event
        save_event(db, kind, now, feed_id=feed_id, detail=detail)
