"""Polls that brought nothing, many of them in one transaction; and the rows that every poll and exchange has.

They are apart from `polls`, which needs all that a new release needs: a round that finds nothing new loads none of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from watcher import __version__
from watcher.archive.canonical_form import digest
from watcher.store.feeds import feed_row
from watcher.store.rows import as_json, at, insert_many, update_many

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlite_utils import Database

    from watcher.model.poll import Capture, PollRecord


def save_quiet(db: Database, records: Sequence[PollRecord]) -> None:
    """Write these polls as `save_poll` would one by one, a few statements for all of them.

    Only for records whose `is_quiet` is true: there is nothing else in them to be written.
    """
    next_id = int(db.conn.execute("SELECT coalesce(max(id), 0) + 1 FROM captures").fetchone()[0])
    captures: list[dict[str, Any]] = []
    polls: list[dict[str, Any]] = []
    for poll in records:
        capture_id = None
        if poll.capture is not None:
            capture_id = next_id + len(captures)
            captures.append({"id": capture_id} | capture_row(poll.feed.id, poll.capture))
        polls.append(poll_row(poll, capture_id))
    insert_many(db, "captures", captures)
    insert_many(db, "polls", polls)
    changed: dict[tuple[str, ...], list[tuple[int, dict[str, Any]]]] = {}
    for poll in records:
        row = feed_row(poll.next_feed, poll.feed)
        changed.setdefault(tuple(row), []).append((poll.feed.id, row))
    for rows in changed.values():
        update_many(db, "feeds", rows)


def poll_row(record: PollRecord, capture_id: int | None) -> dict[str, Any]:
    """The log row of a poll."""
    return {
        "feed_id": record.feed.id,
        "capture_id": capture_id,
        "due_at": at(record.feed.due_at),
        "started_at": at(record.started_at),
        "milliseconds": max(0, round((record.ended_at - record.started_at).total_seconds() * 1000)),
        "status": record.status,
        "byte_count": len(record.capture.body) if record.capture and record.capture.body is not None else None,
        "outcome": record.outcome,
        "error": record.error,
        "entry_count": record.entry_count,
        "new_count": record.new_count,
        "edited_count": record.edited_count,
        "vanished_count": len(record.changes.vanished),
        "claim_count": record.claim_count,
        "alert_count": record.alert_count,
        "trace": record.trace,
    }


def capture_row(feed_id: int, capture: Capture) -> dict[str, Any]:
    """One HTTP exchange without its bytes."""
    response, body, wire = capture.response, capture.body, undecoded(capture)
    return {
        "feed_id": feed_id,
        "kind": capture.kind,
        "requested_url": response.requested_url,
        "url": response.url,
        "status": response.status or None,
        "reason": response.reason,
        "http_version": response.http_version,
        "outcome": capture.outcome,
        "error": capture.error,
        "request_headers": as_json(response.request_headers),
        "response_headers": as_json(response.headers),
        "hops": as_json([(hop.url, hop.status, hop.location) for hop in response.hops]),
        "address": response.address or None,
        "tls_fingerprint": response.tls_fingerprint,
        "tls_chain": as_json(response.tls_chain),
        "imported_from": capture.imported_from,
        "is_tls_verified": int(capture.is_tls_verified),
        "started_at": at(response.started_at),
        "ended_at": at(response.ended_at),
        "body_sha256": response.body_sha256 if body is not None else None,
        "body_byte_count": len(body) if body is not None else None,
        "wire_sha256": digest(wire) if wire is not None else None,
        "wire_byte_count": len(wire) if wire is not None else None,
        "program_version": __version__,
    }


def undecoded(capture: Capture) -> bytes | None:
    """The bytes before content-decoding, where they are others than the body: the same bytes are stored once."""
    return capture.response.wire if capture.body is not None and capture.response.wire != capture.body else None
