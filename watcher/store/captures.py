"""Captures: every HTTP exchange that is kept; their bytes are snapshots."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from watcher import clock
from watcher.store.chain import insert_evidence
from watcher.store.quiet_polls import capture_row, undecoded
from watcher.store.rows import headers_of, insert, moment
from watcher.store.snapshots import BODY, body_of, read_snapshot, scope_of, snapshot

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from sqlite_utils import Database

    from watcher.model.poll import Capture


# Captures are stored in the order in which polls ended, not in that in which their requests began.
_POLL = timedelta(hours=1)
_UNSENT = frozenset({"held", "robots", "forbidden"})
_CAPTURES = """
SELECT captures.*, chain.seq AS chain_seq, chain.hash AS chain_hash FROM captures
JOIN feeds ON feeds.id = feed_id JOIN publishers ON publishers.id = publisher_id
LEFT JOIN chain ON chain.kind = 'capture' AND chain.row_id = captures.id
WHERE (:since IS NULL OR started_at >= :since) AND (:publisher IS NULL OR publishers.code = :publisher)
  AND captures.id > :after ORDER BY captures.id LIMIT 100
"""


def captures(
    db: Database, *, since: str | None = None, publisher: str | None = None
) -> Iterator[tuple[dict[str, Any], bytes | None]]:
    """Every capture with its body before content-decoding, None where the bytes were not kept."""
    after = 0
    while rows := list(db.query(_CAPTURES, {"since": since, "publisher": publisher, "after": after})):
        after = rows[-1]["id"]
        for row in rows:
            kept = row["wire_snapshot_id"] or row["snapshot_id"]
            yield row, read_snapshot(db, kept) if kept is not None else None


def requests_since(db: Database, since: datetime) -> list[tuple[datetime, str]]:
    """When the requests of this time began, and their addresses; what was kept from being sent is none."""
    found: list[tuple[datetime, str]] = []
    for text, url, outcome in db.conn.execute(
        "SELECT started_at, requested_url, outcome FROM captures ORDER BY id DESC"
    ):
        started_at = moment(text)
        if started_at is None or started_at < since - _POLL:
            break
        found += [(started_at, url)] if started_at >= since and outcome not in _UNSENT else []
    return found


_KEPT = f"""
SELECT captures.url, captures.outcome, response_headers, ended_at, feeds.name AS feed, {BODY} FROM captures
JOIN feeds ON feeds.id = feed_id JOIN snapshots ON snapshots.id = snapshot_id WHERE captures.id = ?
"""


@dataclass(frozen=True, slots=True)
class KeptBody:
    """A body that was kept, with the feed that it was fetched for and what the server said of it."""

    feed: str
    url: str
    outcome: str
    content_type: str
    ended_at: datetime
    body: bytes


def kept_body(db: Database, capture_id: int | None) -> KeptBody | None:
    """The body of a capture, None where it was not kept."""
    row = next(db.query(_KEPT, [capture_id]), None)
    if row is None:
        return None
    headers = headers_of(row["response_headers"])
    ended_at = clock.from_text(row["ended_at"])
    return KeptBody(
        row["feed"], row["url"], row["outcome"], headers.get("content-type", ""), ended_at, body_of(db, row)
    )


def save_capture(db: Database, feed_id: int, capture: Capture) -> int:
    """Keep one HTTP exchange; its bytes where they are evidence, their hash always.

    A feed's answer whose bytes are not kept (not modified, the same as before, no answer) gets no link in the chain:
    it is pruned by age, and a quiet poll stays one row.
    """
    row = capture_row(feed_id, capture)
    if capture.keeps_body and capture.body is not None:
        wire, at_end = undecoded(capture), capture.response.ended_at
        scope = scope_of(capture.kind, capture.response.url)
        row["snapshot_id"] = snapshot(db, capture.body, at_end, scope=scope, sha256=row["body_sha256"])
        if wire is not None:
            row["wire_snapshot_id"] = snapshot(db, wire, at_end, sha256=row["wire_sha256"])
    is_evidence = capture.kind != "feed" or "snapshot_id" in row
    return insert_evidence(db, "capture", row, url=capture.response.url) if is_evidence else insert(db, "captures", row)


def keep_added(db: Database, url: str, capture: Capture) -> None:
    """Keep what a feed answered when it was added; its first poll asks whether that has changed."""
    found = db.conn.execute("SELECT id FROM feeds WHERE url = ? AND is_enabled = 1 AND polled_at IS NULL", [url])
    for (feed_id,) in found.fetchall():
        save_capture(db, feed_id, capture)
