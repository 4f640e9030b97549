"""What is written: a poll in one transaction, its feed's new state last."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from watcher import __version__
from watcher.store.chain import chain, keep
from watcher.store.documents import has_new_text, list_attachments, save_document
from watcher.store.events import save_event
from watcher.store.joining import tell_once
from watcher.store.names import release_of, save_names
from watcher.store.relays import save_relays
from watcher.store.rows import as_json, at, insert, sha256, update
from watcher.store.snapshots import snapshot

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime

    from sqlite_utils import Database

    from watcher.models import Detection, PageText, Problem, StatedDate
    from watcher.records import Capture, EventKind, FeedState, Looked, Observation, PollRecord


_NO_TEXTS: Mapping[str, int] = {}


def save_poll(db: Database, record: PollRecord) -> None:
    """Write everything that a poll brought; the validators and the next due time come last (checks 4, 5, 22)."""
    feed_id, now = record.feed.id, record.ended_at
    capture_id = save_capture(db, feed_id, record.capture) if record.capture else None
    for part in record.parts:
        save_capture(db, feed_id, part)
    known = {entry.identity: old.release_id for entry, old in _stored(record)}
    for observation in record.observations:
        known[observation.parsed.identity] = save_observation(db, record.feed, observation, capture_id)
    _sightings(db, record, known)
    _events(db, record)
    save_problems(db, record.problems, feed_id=feed_id, release_id=None, now=now)
    insert(db, "polls", poll_row(record, capture_id))
    save_holds(db, record.holds)
    update(db, "feeds", feed_id, feed_row(record.next_feed))


def save_holds(db: Database, holds: Iterable[tuple[str, datetime]]) -> None:
    """Remember over a restart until when hosts asked to be left alone."""
    for host, until in holds:
        db.conn.execute("INSERT OR IGNORE INTO hosts (host) VALUES (?)", [host])
        db.conn.execute("UPDATE hosts SET not_before_at = ? WHERE host = ?", [at(until), host])


def _stored(record: PollRecord) -> list[tuple[Any, Any]]:
    changes = record.changes
    return [*changes.edited, *changes.elsewhere, *changes.same]


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
    }


def feed_row(feed: FeedState, before: FeedState | None = None) -> dict[str, Any]:
    """A feed's state as its row keeps it; only what differs from `before`, where that is given."""
    row = {}
    for name, column, convert in _STATE:
        value = getattr(feed, name)
        if before is None or value != getattr(before, name):
            row[column] = value if convert is None else convert(value)
    return row


# The fields of a feed's state, their columns, and how a value becomes what stands there.
_STATE: tuple[tuple[str, str, Callable[[Any], Any] | None], ...] = (
    *((name, name, None) for name in ("url", "etag", "last_modified", "body_sha256", "failure_count", "outcome")),
    *(
        (name, name, None)
        for name in ("error", "move_url", "move_count", "fresh_seconds", "hint_seconds", "hub_url", "topic_url")
    ),
    ("interval", "interval_seconds", None),
    *((name, name, at) for name in ("polled_at", "succeeded_at", "due_at", "not_before_at", "stopped_at")),
    *((name, name, at) for name in ("body_at", "audited_at", "move_first_at", "move_last_at")),
    *((name, name, as_json) for name in ("skip_hours", "skip_days")),
)


def save_capture(db: Database, feed_id: int, capture: Capture) -> int:
    """Keep one HTTP exchange; its bytes where they are evidence, their hash always.

    A feed's answer whose bytes are not kept (not modified, the same as before, no answer) gets no link in the chain:
    it is pruned by age, and a quiet poll stays one row.
    """
    row = capture_row(feed_id, capture)
    if capture.keeps_body and capture.body is not None:
        row["snapshot_id"] = snapshot(db, capture.body, capture.ended_at)
        row["wire_snapshot_id"] = snapshot(db, capture.wire, capture.ended_at) if capture.wire is not None else None
    is_evidence = capture.kind != "feed" or "snapshot_id" in row
    return keep(db, "capture", row, url=capture.url) if is_evidence else insert(db, "captures", row)


def capture_row(feed_id: int, capture: Capture) -> dict[str, Any]:
    """One HTTP exchange without its bytes."""
    body, wire = capture.body, capture.wire
    return {
        "feed_id": feed_id,
        "kind": capture.kind,
        "requested_url": capture.requested_url,
        "url": capture.url,
        "status": capture.status,
        "reason": capture.reason,
        "http_version": capture.http_version,
        "outcome": capture.outcome,
        "error": capture.error,
        "request_headers": as_json(capture.request_headers),
        "response_headers": as_json(capture.response_headers),
        "hops": as_json(capture.hops),
        "address": capture.address,
        "tls_fingerprint": capture.tls_fingerprint,
        "tls_chain": as_json(capture.tls_chain),
        "imported_from": capture.imported_from,
        "is_tls_verified": int(capture.is_tls_verified),
        "started_at": at(capture.started_at),
        "ended_at": at(capture.ended_at),
        "body_sha256": sha256(body) if body is not None else None,
        "body_byte_count": len(body) if body is not None else None,
        "wire_sha256": sha256(wire) if wire is not None else None,
        "wire_byte_count": len(wire) if wire is not None else None,
        "program_version": __version__,
    }


def save_observation(db: Database, feed: FeedState, seen: Observation, feed_capture_id: int | None) -> int:
    """Write a release as it was seen and return its id.

    Another feed's poll may have stored the release since this one looked: then this text is its next revision if it
    differs, and nothing if it does not.
    """
    capture_id = save_capture(db, feed.id, seen.capture) if seen.capture else None
    release_id = seen.release_id or release_of(db, feed, seen) or _new_release(db, feed, seen)
    save_names(db, release_id, seen.parsed)
    is_known = _has_text(db, release_id, seen.text_sha256) and not has_new_text(db, release_id, seen.documents)
    revision_id = None
    if seen.is_revision and not is_known:
        revision_id = _revision(db, release_id, seen, feed_capture_id, capture_id)
        named = (*seen.parsed.entry.attachments, *seen.page.attachments)
        list_attachments(db, release_id, named, seen.observed_at)
    texts = _documents(db, feed, release_id, revision_id, seen)
    if revision_id is not None:
        save_claims(db, revision_id, seen.detection, texts)
        problems = (*seen.page.problems, *seen.parsed.entry.problems, *seen.detection.problems)
        save_problems(db, problems, feed_id=feed.id, release_id=release_id, now=seen.observed_at)
        save_relays(db, release_id, seen.bands, seen.page.text, publisher_id=feed.publisher_id, now=seen.observed_at)
        tell_once(db, seen, release_id, revision_id, feed.id)
    page = {
        "page_outcome": seen.page_outcome,
        "page_failure_count": seen.page_failure_count,
        "page_due_at": at(seen.page_due_at),
    }
    if seen.looked is not None:
        page |= _looked(seen.looked, seen.observed_at)
    update(db, "releases", release_id, page)
    _happened(db, feed, release_id, seen, is_revision=revision_id is not None)
    return release_id


def _looked(looked: Looked, now: datetime) -> dict[str, Any]:
    standing = looked.standing
    return {
        "looked_at": at(now),
        "look_due_at": at(looked.due_at),
        "page_etag": looked.etag,
        "page_last_modified": looked.last_modified,
        "page_sha256": looked.page_sha256,
        "is_removed": int(standing.is_removed),
        "removed_at": at(standing.removed_at),
        "missing_since_at": at(standing.missing_since),
        "missing_count": standing.missing_count,
    }


def _happened(db: Database, feed: FeedState, release_id: int, seen: Observation, *, is_revision: bool) -> None:
    """Write the release's events with its newest revision; those of a revision only where one was written."""
    newest = "SELECT id FROM revisions WHERE release_id = ? ORDER BY number DESC LIMIT 1"
    revision_id = db.conn.execute(newest, [release_id]).fetchone()[0]
    of = {"feed_id": feed.id, "release_id": release_id, "revision_id": revision_id}
    for kind, detail in seen.events:
        is_of_revision = kind in {"revised", "withdrawn"}
        if is_revision or not is_of_revision:
            is_decided = is_of_revision and seen.alert is not None
            save_event(db, kind, seen.observed_at, **of, detail=detail, is_decided=is_decided)


def _documents(
    db: Database, feed: FeedState, release_id: int, revision_id: int | None, seen: Observation
) -> dict[str, int]:
    """Write what became of each document; the rows of their texts by address."""
    texts: dict[str, int] = {}
    for document in seen.documents:
        capture_id = save_capture(db, feed.id, document.capture) if document.capture else None
        text_id = save_document(db, release_id, revision_id, document, capture_id, seen.observed_at)
        if text_id is not None:
            texts[document.attachment.url] = text_id
    return texts


def _has_text(db: Database, release_id: int, text_sha256: str) -> bool:
    latest = "SELECT text_sha256 FROM revisions WHERE release_id = ? ORDER BY number DESC LIMIT 1"
    found = db.conn.execute(latest, [release_id]).fetchone()
    return found is not None and found[0] == text_sha256


def _new_release(db: Database, feed: FeedState, seen: Observation) -> int:
    row = {
        "publisher_id": feed.publisher_id,
        "identity": seen.parsed.identity,
        "url": seen.page.canonical_url or seen.parsed.entry.url,
        "title": seen.page.title,
        "published_at": _at(seen.page.published),
        "revision_count": 1,
        "is_reported": int(seen.detection.is_reported),
        "page_outcome": seen.page_outcome,
        "first_seen_at": at(seen.observed_at),
        "last_seen_at": at(seen.observed_at),
    }
    return insert(db, "releases", row)


def _at(stated: StatedDate | None) -> str | None:
    return at(stated.at) if stated is not None else None


def _revision(
    db: Database, release_id: int, seen: Observation, feed_capture_id: int | None, page_capture_id: int | None
) -> int:
    page = seen.page
    count = "SELECT coalesce(max(number), 0) + 1 FROM revisions WHERE release_id = ?"
    number = int(db.conn.execute(count, [release_id]).fetchone()[0])
    row = record_fields(page, seen.parsed.entry.author) | {
        "release_id": release_id,
        "number": number,
        "text_from": seen.text_from,
        "text_sha256": seen.text_sha256,
        "page_outcome": seen.page_outcome,
        "feed_capture_id": feed_capture_id,
        "page_capture_id": page_capture_id,
        "observed_at": at(seen.observed_at),
    }
    url = db.conn.execute("SELECT coalesce(url, identity) FROM releases WHERE id = ?", [release_id]).fetchone()[0]
    revision_id = keep(db, "revision", row, url=url)
    newest = {"title": page.title, "published_at": _at(page.published), "revision_count": number}
    update(db, "releases", release_id, newest | reported(seen.detection))
    return revision_id


def record_fields(page: PageText, author: str) -> dict[str, Any]:
    """A record as a revision's row keeps it; `author` is the feed's, where the page names none."""
    return {
        "title": page.title,
        "text": page.text,
        "summary": page.summary,
        "author": page.byline or author,
        "dateline": page.dateline,
        "release_number": page.release_number,
        "contact": page.contact,
        "language": page.language,
        **_dates(page.published, "published"),
        **_dates(page.updated, "updated"),
        "tags": as_json(page.tags),
        "links": as_json([asdict(link) for link in page.links]),
        "captions": as_json(page.captions),
        "page_starts": as_json(page.page_starts),
    }


def reported(detection: Detection) -> dict[str, Any]:
    """What a release says in all, as its row keeps it."""
    totals = as_json([asdict(total) for total in detection.totals_by])
    return {"is_reported": int(detection.is_reported), "totals": totals}


def _dates(stated: StatedDate | None, name: str) -> dict[str, Any]:
    if stated is None:
        return {f"{name}_at": None, f"{name}_raw": "", f"{name}_from": ""}
    return {f"{name}_at": at(stated.at), f"{name}_raw": stated.raw, f"{name}_from": stated.source}


def save_claims(db: Database, revision_id: int, found: Detection, texts: Mapping[str, int] = _NO_TEXTS) -> None:
    """Add a revision's claims as found by one version of the detector; they become its current set.

    `texts` are the rows of its documents' texts by address. A set that this version found before is made current
    again and not written twice.
    """
    of = [revision_id, found.version]
    db.conn.execute("UPDATE claims SET is_current = (detector_version = ?) WHERE revision_id = ?", of[::-1])
    if db.conn.execute("SELECT 1 FROM claims WHERE revision_id = ? AND detector_version = ?", of).fetchone():
        return
    ids = []
    for number, claim in enumerate(found.claims):
        fields = asdict(claim)
        people = fields.pop("people")
        fields |= {"is_background": int(claim.is_background), "is_explicit": int(claim.is_explicit)}
        fields |= {"rules": as_json(claim.rules), "is_current": 1, "number": number + 1}
        if place := found.document_of(number):
            fields |= {"attachment_text_id": texts.get(place.url), "page": place.page}
        claim_id = insert(db, "claims", fields | {"revision_id": revision_id, "detector_version": found.version})
        for rank, person in enumerate(people, start=1):
            insert(db, "people", person | {"claim_id": claim_id, "number": rank})
        ids.append(claim_id)
    if ids:
        chain(db, "claims", ids[0])


def save_problems(
    db: Database, problems: Iterable[Problem], *, feed_id: int | None, release_id: int | None, now: datetime
) -> None:
    """Record oddities that stopped nothing."""
    for problem in dict.fromkeys(problems):
        row = {"kind": problem.kind, "detail": problem.detail, "feed_id": feed_id, "release_id": release_id}
        insert(db, "problems", row | {"at": at(now)})


def _sightings(db: Database, record: PollRecord, releases: dict[str, int]) -> None:
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


def save_unlisted(db: Database, feed_id: int, release_id: int, seen: Observation) -> None:
    """Note that a feed listed a release in an older document; a sighting that is there already stays as it is."""
    parsed, now = seen.parsed, at(seen.observed_at)
    db.conn.execute(
        "INSERT OR IGNORE INTO sightings (release_id, feed_id, entry_key, entry_sha256, entry, position,"
        " is_listed, first_seen_at, last_seen_at) VALUES (?,?,?,?,?,?,0,?,?)",
        [release_id, feed_id, parsed.entry.key, parsed.sha256, as_json(asdict(parsed.entry)), -1, now, now],
    )


def _events(db: Database, record: PollRecord) -> None:
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
        # Whoever takes an entry out, or puts it back, may have done the same with the page: that is looked at now.
        soon = "UPDATE releases SET look_due_at = ? WHERE id = ? AND coalesce(look_due_at, '9999') > ?"
        db.conn.execute(soon, [now, release_id, now])
    for kind, detail in record.events:
        told = "SELECT 1 FROM events WHERE kind = 'move_pending' AND kind = ? AND feed_id = ? AND detail = ?"
        if not db.conn.execute(told, [kind, feed_id, detail]).fetchone():
            save_event(db, kind, record.ended_at, feed_id=feed_id, detail=detail)
