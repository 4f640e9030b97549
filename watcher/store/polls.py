"""Polls that brought something, each written in one transaction, its feed's new state last."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from watcher import clock
from watcher.model.trace import follow_trace
from watcher.store.captures import save_capture
from watcher.store.chain import links_together
from watcher.store.due_work import due_work
from watcher.store.events import save_event
from watcher.store.feed_entries import entry_as_json
from watcher.store.feed_history import open_states
from watcher.store.feeds import LISTED, feed_row
from watcher.store.frames import count_pages
from watcher.store.mail_signatures import save_signatures
from watcher.store.quiet_polls import poll_row
from watcher.store.releases import (
    save_holds,
    save_names,
    save_observation,
    save_problems,
    save_seen,
    save_unlisted,
)
from watcher.store.rows import at, insert, update
from watcher.store.syndication import drop_old_signatures

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from typing import TypeAlias

    from sqlite_utils import Database

    from watcher.model.alert import EventKind
    from watcher.model.feed import FeedState, ParsedEntry
    from watcher.model.poll import Observation, PollRecord
    from watcher.store.due_work import Work
    from watcher.store.releases import Stored

    _SaveRelease: TypeAlias = Callable[[Database, FeedState, Observation, int | None], Stored]


_RECHECK_LISTED = f"""
UPDATE releases SET recheck_due_at = ? WHERE id IN (SELECT release_id FROM {LISTED})
  AND coalesce(recheck_due_at, '9999') > ?
"""
_INDEX = """
INSERT INTO revisions_fts (rowid, title, text) SELECT id, title, text FROM revisions
WHERE id >= (SELECT first_revision_id FROM indexed_later)
"""
_MARKS = f"SELECT release_id, mark, entry_sha256, position FROM {LISTED} WHERE mark IS NOT NULL"
# What stood there before is twenty rows a poll, and a statement for each costs more than what it does.
_MOVED = """
UPDATE sightings SET position = position + ?, last_seen_at = ? WHERE feed_id = ?
  AND release_id IN (SELECT value FROM json_each(?))
"""
_SEEN = "UPDATE releases SET last_seen_at = ? WHERE id IN (SELECT value FROM json_each(?))"
_LISTED = """
INSERT INTO sightings (release_id, feed_id, entry_key, entry_sha256, entry, position, mark, is_listed, first_seen_at,
  last_seen_at) VALUES (?, ?, ?, ?, ?, ?, ?, 1, ?, ?)
ON CONFLICT (feed_id, release_id) DO UPDATE SET entry_key = excluded.entry_key, entry_sha256 = excluded.entry_sha256,
  entry = excluded.entry, position = excluded.position, mark = excluded.mark, is_listed = 1,
  last_seen_at = excluded.last_seen_at, vanished_at = NULL
"""


class Saved(NamedTuple):
    """What there is to do after some polls were written, and each as it was written, by its trace."""

    work: Work
    records: Mapping[str, PollRecord]


def save_polls(db: Database, records: Sequence[PollRecord]) -> Saved:
    """Write these polls, one after the other, each under its own trace.

    A release that the tables do not take fails them all: `save_polls_with_savepoints` then says which it is.
    """
    with links_together(db), _indexed_together(db):
        return _save_each(db, records, save_seen)


@contextmanager
def _indexed_together(db: Database) -> Iterator[None]:
    """Put the texts of all revisions that are written within this block into the search's index at its end.

    Their trigger leaves them out meanwhile. The block is part of a transaction, which takes back all of it or nothing.
    """
    db.conn.execute("INSERT INTO indexed_later SELECT coalesce(max(id), 0) + 1 FROM revisions")
    yield
    db.conn.execute(_INDEX)
    db.conn.execute("DELETE FROM indexed_later")


def save_polls_with_savepoints(db: Database, records: Sequence[PollRecord]) -> Saved:
    """Write these polls; a release that the tables do not take is left `unread`."""
    return _save_each(db, records, save_observation)


def _save_each(db: Database, records: Sequence[PollRecord], save: _SaveRelease) -> Saved:
    saved: dict[str, PollRecord] = {}
    for record in records:
        follow_trace(record.trace)
        saved[record.trace] = save_poll(db, record, save)
    drop_old_signatures(db, clock.now())
    return Saved(due_work(db, clock.now()), saved)


def save_poll(db: Database, record: PollRecord, save: _SaveRelease = save_observation) -> PollRecord:
    """Write everything that a poll brought; the validators and the next due time come last.

    What it gives is the poll as it was written: a release that another feed brought a moment ago is not counted again.
    """
    feed_id, now = record.feed.id, record.ended_at
    capture_id = save_capture(db, feed_id, record.capture) if record.capture else None
    for part in record.parts:
        save_capture(db, feed_id, part)
    stored = [save(db, record.feed, one, record.body_capture_id or capture_id) for one in record.observations]
    record = replace(record, observations=tuple(one.seen for one in stored))
    known = {entry.identity: old.release_id for entry, old in _stored(record)}
    known |= {one.seen.parsed.identity: one.release_id for one in stored}
    for one in record.checked:
        save_signatures(db, one.release_id, one.capture_id, (one.signature,))
    read_with = ((one.read.frame_id, known[one.parsed.identity]) for one in record.observations)
    count_pages(db, read_with, now)
    _save_sightings(db, record, known)
    _save_events(db, record)
    save_problems(db, record.problems, feed_id=feed_id, release_id=None, now=now)
    insert(db, "polls", poll_row(record, capture_id))
    save_holds(db, record.holds)
    update(db, "feeds", feed_id, feed_row(record.next_feed, record.feed))
    return record


def _stored(record: PollRecord) -> list[tuple[Any, Any]]:
    changes = record.changes
    return [*changes.edited, *changes.elsewhere, *changes.same]


def _save_sightings(db: Database, record: PollRecord, releases: dict[str, int]) -> None:
    """Note which entries the document lists now, each in its place."""
    if record.entry_count is None:
        return
    now, feed_id = at(record.ended_at), record.feed.id
    known = [entry for entry, _ in _stored(record)]
    listed = {one.identity: one for one in (*known, *(o.parsed for o in record.observations)) if one.position >= 0}
    entries = [(releases[name], one) for name, one in listed.items()]
    rest = _moved(db, feed_id, entries, now)
    db.conn.executemany(_LISTED, [_sighting(of, feed_id, one, now) for of, one in rest])
    db.conn.execute(_SEEN, [now, json.dumps([of for of, _ in entries])])
    save_names(db, [(releases[one.identity], one) for one in known if one.position >= 0])
    for seen in (one for one in record.observations if one.parsed.position < 0):
        save_unlisted(db, feed_id, releases[seen.parsed.identity], seen)


def _moved(
    db: Database, feed_id: int, entries: Sequence[tuple[int, ParsedEntry]], now: str | None
) -> list[tuple[int, ParsedEntry]]:
    """Write the places of items that stood in the document before, to the byte, and return the other entries.

    All that moved by as much are one statement.
    """
    marked = {(of, one.mark, one.sha256): one.position for of, one in entries if one.mark}
    rows = db.conn.execute(_MARKS, [feed_id]).fetchall() if marked else ()
    before = {(of, mark, sha256): position for of, mark, sha256, position in rows}
    steps: dict[int, list[int]] = {}
    for key in marked.keys() & before.keys():
        steps.setdefault(marked[key] - before[key], []).append(key[0])
    db.conn.executemany(_MOVED, [[step, now, feed_id, json.dumps(moved)] for step, moved in steps.items()])
    return [(of, one) for of, one in entries if (of, one.mark, one.sha256) not in before]


def _sighting(release_id: int, feed_id: int, seen: ParsedEntry, now: str | None) -> list[Any]:
    """A new row of sightings, or what it says now."""
    entry, said = seen.entry, entry_as_json(seen.entry)
    return [release_id, feed_id, entry.key, seen.sha256, said, seen.position, seen.mark or None, now, now]


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
        if not is_known and kind not in open_states(db, feed_id):
            save_event(db, kind, record.ended_at, feed_id=feed_id, detail=detail)
