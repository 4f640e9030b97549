"""Messages of mailboxes and their signatures (DKIM): a row for each check, so that a later one takes nothing away."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from watcher import __version__
from watcher.model.mail import UncheckedSignature
from watcher.store.chain import insert_evidence
from watcher.store.rows import at
from watcher.store.snapshots import BODY, body_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sqlite_utils import Database

    from watcher.model.mail import Signature


# Of each signature the last check.
_OF_RELEASE = """
SELECT mail_signatures.*, captures.url FROM mail_signatures JOIN captures ON captures.id = capture_id
WHERE release_id = :release
  AND NOT EXISTS (SELECT 1 FROM mail_signatures AS later WHERE later.capture_id = mail_signatures.capture_id
    AND later.number = mail_signatures.number AND later.id > mail_signatures.id)
ORDER BY mail_signatures.id
"""
_UNCHECKED = f"""
SELECT release_id, capture_id, number, {BODY} FROM mail_signatures
JOIN captures ON captures.id = capture_id JOIN snapshots ON snapshots.id = snapshot_id
WHERE result = 'not_checked' AND feed_id = :feed AND checked_at >= :since
  AND NOT EXISTS (SELECT 1 FROM mail_signatures AS later WHERE later.capture_id = mail_signatures.capture_id
    AND later.number = mail_signatures.number AND later.id > mail_signatures.id)
ORDER BY mail_signatures.id LIMIT 20
"""


def save_signatures(db: Database, release_id: int, capture_id: int, signatures: Iterable[Signature]) -> None:
    """Keep what a check of a message's signatures found."""
    for one in signatures:
        row = {
            "release_id": release_id,
            "capture_id": capture_id,
            "number": one.number,
            "domain": one.domain,
            "selector": one.selector,
            "header": one.header,
            "key_name": one.key_name,
            "key_record": one.key_record,
            "result": one.result,
            "detail": one.detail,
            "checked_at": at(one.checked_at),
            "program_version": __version__,
        }
        insert_evidence(db, "signature", row)


def unchecked_signatures(db: Database, feed_id: int, since: datetime) -> tuple[UncheckedSignature, ...]:
    """Signatures of a feed's messages whose keys nobody could be asked for, the oldest first, with the messages."""
    rows = list(db.query(_UNCHECKED, {"feed": feed_id, "since": at(since)}))
    return tuple(
        UncheckedSignature(row["release_id"], row["capture_id"], row["number"], body_of(db, row)) for row in rows
    )


def known_messages(db: Database, feed_id: int, hashes: Iterable[str]) -> frozenset[str]:
    """Which of these messages (SHA-256 of their bytes) a feed has brought before."""
    marks = [feed_id, json.dumps(list(hashes))]
    found = db.conn.execute(
        "SELECT body_sha256 FROM captures WHERE feed_id = ? AND kind = 'page'"
        " AND body_sha256 IN (SELECT value FROM json_each(?))",
        marks,
    )
    return frozenset(row[0] for row in found.fetchall())


def signatures_of(db: Database, release_id: int) -> list[dict[str, Any]]:
    """The signatures of a release's messages, each as its last check found it."""
    return list(db.query(_OF_RELEASE, {"release": release_id}))
