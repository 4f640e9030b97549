"""Polls: each written in one transaction, its feed's new state last; quiet ones together.

Also the history of polls by which the health of a feed is judged.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from watcher.model.feed import FeedHistory
from watcher.store.captures import capture_row, save_capture
from watcher.store.events import save_event
from watcher.store.feeds import feed_row
from watcher.store.mail_signatures import save_signatures
from watcher.store.releases import save_holds, save_names, save_observation, save_problems, save_unlisted
from watcher.store.rows import as_json, at, insert, insert_many, moment, update, update_many

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from sqlite_utils import Database

    from watcher.model.alert import EventKind
    from watcher.model.poll import PollRecord


def save_poll(db: Database, record: PollRecord) -> None:
    """Write everything that a poll brought; the validators and the next due time come last."""
    feed_id, now = record.feed.id, record.ended_at
    capture_id = save_capture(db, feed_id, record.capture) if record.capture else None
    for part in record.parts:
        save_capture(db, feed_id, part)
    known = {entry.identity: old.release_id for entry, old in _stored(record)}
    for observation in record.observations:
        body_capture_id = record.body_capture_id or capture_id
        known[observation.parsed.identity] = save_observation(db, record.feed, observation, body_capture_id)
    for one in record.checked:
        save_signatures(db, one.release_id, one.capture_id, (one.signature,))
    _save_sightings(db, record, known)
    _save_events(db, record)
    save_problems(db, record.problems, feed_id=feed_id, release_id=None, now=now)
    insert(db, "polls", _poll_row(record, capture_id))
    save_holds(db, record.holds)
    update(db, "feeds", feed_id, feed_row(record.next_feed))


def _stored(record: PollRecord) -> list[tuple[Any, Any]]:
    changes = record.changes
    return [*changes.edited, *changes.elsewhere, *changes.same]


def _poll_row(record: PollRecord, capture_id: int | None) -> dict[str, Any]:
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


def _save_sightings(db: Database, record: PollRecord, releases: dict[str, int]) -> None:
    """Note which entries the document lists now, each in its place."""
    if record.entry_count is None:
        return
    now = at(record.ended_at)
    entries = [entry for entry, _ in _stored(record)] + [o.parsed for o in record.observations]
    for parsed in {entry.identity: entry for entry in entries if entry.position >= 0}.values():
        said = [parsed.entry.key, parsed.sha256, as_json(asdict(parsed.entry)), parsed.position]
        db.conn.execute(
            "INSERT INTO sightings (release_id, feed_id, entry_key, entry_sha256, entry, position, is_listed,"
            " first_seen_at, last_seen_at) VALUES (?,?,?,?,?,?,1,?,?) ON CONFLICT (feed_id, release_id) DO UPDATE SET"
            " entry_key = excluded.entry_key, entry_sha256 = excluded.entry_sha256, entry = excluded.entry,"
            " position = excluded.position, is_listed = 1, last_seen_at = excluded.last_seen_at, vanished_at = NULL",
            [releases[parsed.identity], record.feed.id, *said, now, now],
        )
        db.conn.execute("UPDATE releases SET last_seen_at = ? WHERE id = ?", [now, releases[parsed.identity]])
        save_names(db, releases[parsed.identity], parsed)
    for seen in (one for one in record.observations if one.parsed.position < 0):
        save_unlisted(db, record.feed.id, releases[seen.parsed.identity], seen)


def _save_events(db: Database, record: PollRecord) -> None:
    now, feed_id = at(record.ended_at), record.feed.id
    gone = (*record.changes.vanished, *record.changes.rolled_off)
    db.conn.executemany(
        "UPDATE sightings SET is_listed = 0 WHERE feed_id = ? AND release_id = ?",
        [(feed_id, entry.release_id) for entry in gone],
    )
    for entry in record.changes.vanished:
        marked = "UPDATE sightings SET vanished_at = ? WHERE feed_id = ? AND release_id = ?"
        db.conn.execute(marked, [now, feed_id, entry.release_id])
    events: list[tuple[EventKind, int]] = [("vanished", entry.release_id) for entry in record.changes.vanished]
    events += [("returned", entry.release_id) for entry in record.changes.returned]
    for kind, release_id in events:
        save_event(db, kind, record.ended_at, feed_id=feed_id, release_id=release_id)
        # Whoever takes an entry out, or puts it back, may have done the same with the page: that is rechecked now.
        soon = "UPDATE releases SET recheck_due_at = ? WHERE id = ? AND coalesce(recheck_due_at, '9999') > ?"
        db.conn.execute(soon, [now, release_id, now])
    if record.feed.kind == "json" and any(kind == "stopped" for kind, _ in record.events):
        # An API that is gone may be that of one document, which its own answer 410 then calls gone.
        db.conn.execute(_RECHECK_LISTED, [now, feed_id, now])
    for kind, detail in record.events:
        known = "SELECT 1 FROM events WHERE kind = 'move_pending' AND kind = ? AND feed_id = ? AND detail = ?"
        is_known = db.conn.execute(known, [kind, feed_id, detail]).fetchone() is not None
        if not is_known and kind not in _open_states(db.query(_OPEN, [feed_id])):
            save_event(db, kind, record.ended_at, feed_id=feed_id, detail=detail)


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
        polls.append(_poll_row(poll, capture_id))
    insert_many(db, "captures", captures)
    insert_many(db, "polls", polls)
    changed: dict[tuple[str, ...], list[tuple[int, dict[str, Any]]]] = {}
    for poll in records:
        row = feed_row(poll.next_feed, poll.feed)
        changed.setdefault(tuple(row), []).append((poll.feed.id, row))
    for rows in changed.values():
        update_many(db, "feeds", rows)


_RECHECK_LISTED = """
UPDATE releases SET recheck_due_at = ? WHERE id IN
  (SELECT release_id FROM sightings WHERE feed_id = ? AND is_listed = 1) AND coalesce(recheck_due_at, '9999') > ?
"""
_STATES = ("failing", "silent", "shrunk", "site_changed", "walled")
_FEEDS = """
SELECT id, name, interval_seconds, succeeded_at, failure_count, error, kind, outcome, polled_at, stopped_at,
  (SELECT min(started_at) FROM polls WHERE feed_id = feeds.id AND started_at > coalesce(succeeded_at, '')) AS failing_at
FROM feeds WHERE is_enabled = 1 AND (:every OR (stopped_at IS NULL AND polled_at IS NOT NULL)) ORDER BY id
"""
# Of a feed's releases the newest have the highest numbers, and the index has them in this order.
_RELEASED = """
SELECT min(coalesce(published_at, first_seen_at), first_seen_at) AS at FROM releases WHERE id IN
  (SELECT release_id FROM sightings WHERE feed_id = ? ORDER BY release_id DESC LIMIT 400)
"""
_COUNTS = """
SELECT entry_count FROM polls WHERE feed_id = ? AND entry_count IS NOT NULL ORDER BY started_at DESC LIMIT 31
"""
_PAGES = """
SELECT EXISTS (SELECT 1 FROM problems WHERE problems.release_id = revisions.release_id AND kind = 'site_changed'
  AND at = observed_at) AS is_changed
FROM revisions WHERE text_from <> 'feed' AND release_id IN
  (SELECT release_id FROM sightings WHERE feed_id = ? ORDER BY release_id DESC LIMIT 20)
ORDER BY revisions.id DESC LIMIT 3
"""
_WALLED = """
SELECT page_outcome = 'blocked' AS is_walled FROM releases WHERE id IN
  (SELECT release_id FROM sightings WHERE feed_id = ? ORDER BY release_id DESC LIMIT 3) ORDER BY id DESC
"""
_OPEN = """
SELECT kind, detail, at FROM events INDEXED BY events_by_feed WHERE feed_id = ?
  AND kind IN ('failing', 'silent', 'shrunk', 'site_changed', 'walled', 'recovered') ORDER BY id
"""


def feed_histories(db: Database, *, is_every: bool = False) -> tuple[FeedHistory, ...]:
    """The history of every enabled feed that was polled and is not gone; with `is_every` of those others too."""
    return tuple(_history(db, row) for row in list(db.query(_FEEDS, {"every": is_every})))


def _history(db: Database, row: Mapping[str, Any]) -> FeedHistory:
    of = [row["id"]]
    released = (moment(found["at"]) for found in db.query(_RELEASED, of))
    since = _open_states(db.query(_OPEN, of))
    return FeedHistory(
        feed_id=row["id"],
        name=row["name"],
        interval=timedelta(seconds=row["interval_seconds"]),
        succeeded_at=moment(row["succeeded_at"]),
        failing_since=moment(row["failing_at"]) if row["failure_count"] else None,
        error=row["error"] or "",
        released_at=tuple(at for at in released if at is not None),
        entry_counts=tuple(found["entry_count"] for found in db.query(_COUNTS, of)),
        pages_changed=tuple(bool(found["is_changed"]) for found in db.query(_PAGES, of)),
        pages_walled=tuple(bool(found["is_walled"]) for found in db.query(_WALLED, of)),
        open_states=frozenset(since),
        since=since,
        kind=row["kind"],
        outcome=row["outcome"] or "",
        polled_at=moment(row["polled_at"]),
        stopped_at=moment(row["stopped_at"]),
    )


def _open_states(events: Iterable[Mapping[str, Any]]) -> dict[str, datetime]:
    """The states whose last event is their beginning, and when that was."""
    states: dict[str, datetime | None] = {}
    for event in events:
        kind = event["kind"]
        state = kind if kind in _STATES else event["detail"].split(":")[0]
        states[state] = moment(event["at"]) if kind in _STATES else None
    return {state: since for state, since in states.items() if since is not None}
