"""The frames of sites: what their pages have in common around a release, and which revisions were read without it."""

from __future__ import annotations

import json
import zlib
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from watcher.archive.canonical_form import digest
from watcher.content.frame import Frame, LinePlaces
from watcher.errors import Damaged
from watcher.store.captures import kept_body
from watcher.store.events import save_event
from watcher.store.feed_entries import sighted_entry
from watcher.store.rows import as_json, at, insert, query, update, update_many

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from sqlite_utils import Database

    from watcher.model.feed import ParsedEntry
    from watcher.store.captures import KeptBody


# Between pieces, which are valid UTF-8 and hold no such byte.
_BETWEEN = b"\xff"
_CURRENT = "SELECT * FROM site_frames WHERE site = ? AND forgotten_at IS NULL"
# The newest texts that were read without a frame are read again, as the page is now; older ones passed a check.
_READ_WITH = """
UPDATE releases SET recheck_due_at = ?, page_etag = NULL, page_last_modified = NULL, page_sha256 = NULL WHERE id IN
  (SELECT release_id FROM revisions WHERE frame_id = ? ORDER BY id DESC LIMIT ?)
"""
# The newest releases of a feed with the page of their newest text, and how many of them are looked at.
_PAGES = """
SELECT sightings.*, identity, captures.url AS page_url, captures.id AS capture_id
FROM (SELECT * FROM sightings WHERE feed_id = ? ORDER BY release_id DESC LIMIT 20) AS sightings
CROSS JOIN releases ON releases.id = sightings.release_id
CROSS JOIN revisions ON revisions.release_id = releases.id AND number = revision_count
CROSS JOIN captures ON captures.id = page_capture_id
WHERE text_from = 'page' AND copied_from = '' AND snapshot_id IS NOT NULL ORDER BY sightings.release_id DESC
"""


@dataclass(frozen=True, slots=True)
class StoredFrame:
    """A frame with its row's number, and how many pages were read without it so far."""

    id: int
    frame: Frame
    page_count: int


def current_frame(db: Database, site: str) -> StoredFrame | None:
    """The frame of a site, None where none is known."""
    row = next(db.query(_CURRENT, [site]), None)
    if row is None:
        return None
    pieces = tuple(zlib.decompress(row["pieces"]).split(_BETWEEN))
    usual, lines = _read_places(row["usual_places"])
    frame = Frame(pieces, row["shortest_text"], row["saved_byte_count"], usual, lines)
    return StoredFrame(row["id"], frame, row["page_count"])


def _read_places(stored: str) -> tuple[frozenset[str], LinePlaces | None]:
    """The places of texts (`+` and `-`) and, where they are known, those of lines (`=` and `~`)."""
    places = json.loads(stored)
    usual = frozenset(place for place in places if place[:1] in ("+", "-"))
    kept, left = (frozenset(place[1:] for place in places if place[:1] == sign) for sign in ("=", "~"))
    return usual, LinePlaces(kept, left) if kept else None


def _written_places(frame: Frame) -> str:
    lines = frame.lines or LinePlaces(frozenset(), frozenset())
    return as_json(sorted((*frame.usual, *(f"={one}" for one in lines.kept), *(f"~{one}" for one in lines.left))))


def save_frame(db: Database, site: str, frame: Frame, now: datetime) -> StoredFrame:
    """Keep a site's frame in place of the one before; no trial of it stays: a redesign is learned as it was."""
    db.conn.execute("DELETE FROM site_trials WHERE site = ?", [site])
    before = "UPDATE site_frames SET forgotten_at = ? WHERE site = ? AND forgotten_at IS NULL"
    db.conn.execute(before, [at(now), site])
    joined = _BETWEEN.join(frame.pieces)
    row = {
        "site": site,
        "pieces": zlib.compress(joined),
        "pieces_sha256": digest(joined),
        "shortest_text": frame.shortest,
        "saved_byte_count": frame.least,
        "usual_places": _written_places(frame),
        "learned_at": at(now),
    }
    return StoredFrame(insert(db, "site_frames", row), frame, 0)


def widen_frame(db: Database, frame_id: int, frame: Frame) -> None:
    """Keep further places at which the texts of a site stand."""
    update(db, "site_frames", frame_id, {"usual_places": _written_places(frame)})


def forget_frame(db: Database, frame_id: int, feed_id: int, why: str, now: datetime, *, doubtful: int) -> None:
    """Stop using a frame, since a page without it said something else: an event, and its last pages are due again.

    `doubtful` is how many texts were read without it since it was last compared with the whole page.
    """
    update(db, "site_frames", frame_id, {"forgotten_at": at(now), "forgotten_why": why})
    db.conn.execute(_READ_WITH, [at(now), frame_id, doubtful])
    save_event(db, "frame_forgotten", now, feed_id=feed_id, detail=why, is_decided=True)


def was_mistaken(db: Database, site: str, since: datetime) -> bool:
    """Whether a frame of this site was forgotten for what it left out."""
    found = "SELECT 1 FROM site_frames WHERE site = ? AND forgotten_why <> '' AND forgotten_at > ? LIMIT 1"
    return db.conn.execute(found, [site, at(since)]).fetchone() is not None


def count_checked(db: Database, frame_id: int) -> None:
    """Count a page that was read whole to be compared, so that a program that starts anew does not compare the next."""
    db.conn.execute("UPDATE site_frames SET page_count = page_count + 1 WHERE id = ?", [frame_id])


def stored_pages(
    db: Database, feed_id: int, is_of_site: Callable[[str], bool], count: int
) -> tuple[tuple[ParsedEntry, KeptBody], ...]:
    """The newest pages of a feed that were read and are of one site by their addresses, each with its entry."""
    found: list[tuple[ParsedEntry, KeptBody]] = []
    for row in query(db, _PAGES, [feed_id]):
        if len(found) < count and is_of_site(row["page_url"]):
            with suppress(Damaged):  # what verifies the evidence says so; here it is only one page less
                if kept := kept_body(db, row["capture_id"]):
                    found.append((sighted_entry(row), kept))
    return tuple(found)


def was_tried(db: Database, site: str, since: datetime) -> bool:
    """Whether the stored pages of a site were looked at for a frame."""
    found = "SELECT 1 FROM site_trials WHERE site = ? AND tried_at > ?"
    return db.conn.execute(found, [site, at(since)]).fetchone() is not None


def note_trial(db: Database, site: str, now: datetime) -> None:
    """Note that the stored pages of a site are looked at for a frame, and that nothing is known to come of it."""
    noted = (
        "INSERT INTO site_trials (site, tried_at) VALUES (?, ?)"
        " ON CONFLICT (site) DO UPDATE SET tried_at = excluded.tried_at"
    )
    db.conn.execute(noted, [site, at(now)])


def count_pages(db: Database, pages: Iterable[tuple[int | None, int]], now: datetime) -> None:
    """Count the pages that were read without their frame, by its number (None for a whole one) and their release's.

    Within the caller's transaction, and after the releases are written: where a frame was forgotten while the poll went
    on, its pages are due again. A frame's row is large, so it is written once for all of them.
    """
    by_frame: dict[int, list[int]] = {}
    for frame_id, release_id in pages:
        if frame_id is not None:
            by_frame.setdefault(frame_id, []).append(release_id)
    counted = "UPDATE site_frames SET page_count = page_count + ? WHERE id = ? RETURNING forgotten_why"
    again = {"recheck_due_at": at(now), "page_etag": None, "page_last_modified": None, "page_sha256": None}
    for frame_id, releases in by_frame.items():
        found = db.conn.execute(counted, [len(releases), frame_id]).fetchone()
        if found is not None and found[0]:
            update_many(db, "releases", [(release_id, again) for release_id in releases])
