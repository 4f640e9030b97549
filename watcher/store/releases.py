"""Releases: one observation written whole, revision, claims, documents and alert; rechecks that are due.

Old releases come from web archives, each record once and at its original time, or from a backfill: nobody is alerted
about them.
"""

from __future__ import annotations

import json
import sqlite3
from dataclasses import asdict, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from watcher.errors import unforeseen
from watcher.feeds.identity import unread_release
from watcher.model.claim import CLAIM_COLUMNS
from watcher.model.poll import Observation
from watcher.model.revision import DueRecheck
from watcher.store.attachments import has_new_text, kept_documents, list_attachments, save_document
from watcher.store.captures import save_capture
from watcher.store.chain import add_link, insert_evidence
from watcher.store.events import save_event
from watcher.store.feed_entries import entry_as_json, sighted_entry
from watcher.store.feeds import put_publisher, select, state_of
from watcher.store.frames import count_pages
from watcher.store.mail_signatures import save_signatures
from watcher.store.revisions import same_text
from watcher.store.rows import as_json, at, encodable, insert, stated_at, update
from watcher.store.syndication import save_alert_once, save_copies

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from sqlite_utils import Database

    from watcher.config.publishers import Publisher
    from watcher.errors import Failed
    from watcher.model.claim import Detection
    from watcher.model.feed import FeedState, ParsedEntry
    from watcher.model.poll import Capture
    from watcher.model.release import PageText, Problem, StatedDate
    from watcher.model.revision import PageState, StoredRevision


# The names of a document's entries are forty, nearly all of them known: one statement for all.
_NAMES = """
INSERT OR IGNORE INTO identities (name, release_id)
  SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]') FROM json_each(?)
"""
_NUL = r"\u0000"  # at which SQLite ends a text that it reads from JSON
_NO_TEXTS: Mapping[str, int] = {}
_READ_AGAIN_AFTER = timedelta(minutes=10)


class Stored(NamedTuple):
    """A release's row, and the observation as it was written: one that another poll stored a moment ago is not new."""

    release_id: int
    seen: Observation


def save_holds(db: Database, holds: Iterable[tuple[str, datetime]]) -> None:
    """Store the back-off of hosts, so that it outlives a restart."""
    for host, until in holds:
        db.conn.execute("INSERT OR IGNORE INTO hosts (host) VALUES (?)", [host])
        db.conn.execute("UPDATE hosts SET not_before_at = ? WHERE host = ?", [at(until), host])


def save_observation(db: Database, feed: FeedState, seen: Observation, feed_capture_id: int | None) -> Stored:
    """Write an observation of a release.

    One that the tables do not take is left `unread`, so that it loses none of the others of its poll. For that it has
    a savepoint of its own, which `save_seen` does without.
    """
    db.conn.execute("SAVEPOINT release")
    try:
        stored = save_seen(db, feed, seen, feed_capture_id)
    except sqlite3.OperationalError:
        raise  # the disk or the file, not this release
    except Exception as error:
        if type(error) is sqlite3.DatabaseError:
            raise  # the file is damaged
        failure = unforeseen(f"{feed.name}: {seen.parsed.entry.url or seen.parsed.identity}: not stored", error)
        db.conn.execute("ROLLBACK TO release")
        stored = save_seen(db, feed, _unread(seen, failure), feed_capture_id)
    db.conn.execute("RELEASE release")
    return stored


def _unread(seen: Observation, failure: Failed) -> Observation:
    """The observation without what was read: a new release is stored as `unread`, its page is due again.

    A message stays: nobody can be asked for it again.
    """
    return Observation(
        parsed=seen.parsed,
        release_id=seen.release_id,
        read=unread_release(seen.parsed, failure),
        observed_at=seen.observed_at,
        is_revision=seen.release_id is None,
        page_failure_count=seen.page_failure_count + 1,
        page_due_at=seen.observed_at + _READ_AGAIN_AFTER,
        capture=seen.capture if seen.capture is not None and seen.capture.is_message else None,
        page_state=seen.page_state,
    )


def save_seen(db: Database, feed: FeedState, seen: Observation, feed_capture_id: int | None) -> Stored:
    """Write it whole; what the tables do not take is an error of the whole transaction.

    Another feed's poll may have stored the release meanwhile: then this text is its next revision if it
    differs, and nothing if it does not.
    """
    read = seen.read
    capture_id = save_capture(db, feed.id, seen.capture) if seen.capture else None
    page_capture_id = _save_copied(db, feed, seen) or capture_id
    known_id = seen.release_id or _release_of(db, feed, seen)
    release_id = known_id or _new_release(db, feed, seen)
    if seen.capture is not None and capture_id is not None:
        save_signatures(db, release_id, capture_id, seen.capture.signatures)
    save_names(db, [(release_id, seen.parsed)])
    revision_id, alert = None, None
    if known_id is None or (seen.is_revision and _is_other(db, known_id, seen)):
        number = 1 if known_id is None else _next_number(db, known_id)
        revision_id = _save_revision(db, release_id, number, seen, feed_capture_id, page_capture_id)
        named = (*seen.parsed.entry.attachments, *read.page.attachments)
        list_attachments(db, release_id, named, seen.observed_at)
    texts = _save_documents(db, feed, release_id, revision_id, seen)
    if revision_id is not None:
        _add_totals(db, revision_id, read.detection)
        _add_claims(db, revision_id, read.detection, texts)
        problems = (*read.page.problems, *seen.parsed.entry.problems, *read.detection.problems)
        save_problems(db, problems, feed_id=feed.id, release_id=release_id, now=seen.observed_at)
        save_copies(db, release_id, read.min_hash, read.page.text, publisher_id=feed.publisher_id, now=seen.observed_at)
        alert = save_alert_once(db, seen, release_id, revision_id, feed.id)
    if known_id is not None:
        update(db, "releases", known_id, _page(seen))
    is_revision = revision_id is not None
    _save_events(db, feed, release_id, seen, is_revision=is_revision)
    return Stored(release_id, replace(seen, release_id=known_id, is_revision=is_revision, alert=alert))


def _save_copied(db: Database, feed: FeedState, seen: Observation) -> int | None:
    """Keep what an archive or a relay answered; the row of the copy that the text was read in."""
    if seen.copied is None:
        return None
    for one in seen.copied.exchanges:
        save_capture(db, feed.id, one)
    return save_capture(db, feed.id, seen.copied.capture)


def _copied(seen: Observation) -> dict[str, Any]:
    if seen.copied is None:
        return {}
    copy = seen.copied.copy
    return {"copied_from": copy.source, "copied_url": copy.url, "copied_at": at(copy.made_at)}


def _page(seen: Observation) -> dict[str, Any]:
    """What is known of a release's page now, as its row keeps it."""
    page = {
        "page_outcome": seen.read.page_outcome,
        "page_failure_count": seen.page_failure_count,
        "page_due_at": at(seen.page_due_at),
    }
    return page | (_page_state(seen.page_state, seen.observed_at) if seen.page_state is not None else {})


def _page_state(state: PageState, now: datetime) -> dict[str, Any]:
    removal = state.removal
    return {
        "rechecked_at": at(now),
        "recheck_due_at": at(state.due_at),
        "page_etag": state.etag,
        "page_last_modified": state.last_modified,
        "page_sha256": state.page_sha256,
        "is_removed": int(removal.is_removed),
        "removed_at": at(removal.removed_at),
        "missing_since_at": at(removal.missing_since),
        "missing_count": removal.missing_count,
    }


def _save_events(db: Database, feed: FeedState, release_id: int, seen: Observation, *, is_revision: bool) -> None:
    """Write the release's events with its newest revision; those of a revision only where one was written."""
    if not seen.events:
        return
    newest = "SELECT id FROM revisions WHERE release_id = ? ORDER BY number DESC LIMIT 1"
    revision_id = db.conn.execute(newest, [release_id]).fetchone()[0]
    of = {"feed_id": feed.id, "release_id": release_id, "revision_id": revision_id}
    for kind, detail in seen.events:
        is_of_revision = kind in {"revised", "withdrawn"}
        if is_revision or not is_of_revision:
            is_decided = is_of_revision and seen.alert is not None
            save_event(db, kind, seen.observed_at, **of, detail=detail, is_decided=is_decided)


def _save_documents(
    db: Database, feed: FeedState, release_id: int, revision_id: int | None, seen: Observation
) -> dict[str, int]:
    """Write the outcome of each document; the rows of their texts by address."""
    texts: dict[str, int] = {}
    for document in seen.documents:
        capture_id = save_capture(db, feed.id, document.capture) if document.capture else None
        text_id = save_document(db, release_id, revision_id, document, capture_id, seen.observed_at)
        if text_id is not None:
            texts[document.attachment.url] = text_id
    return texts


def _is_other(db: Database, release_id: int, seen: Observation) -> bool:
    """Whether the text, or that of a document, is another one than that of the newest revision."""
    latest = "SELECT text_sha256 FROM revisions WHERE release_id = ? ORDER BY number DESC LIMIT 1"
    found = db.conn.execute(latest, [release_id]).fetchone()
    is_known = found is not None and found[0] == seen.read.text_sha256
    return not is_known or has_new_text(db, release_id, seen.documents)


def _new_release(db: Database, feed: FeedState, seen: Observation) -> int:
    """Write a release with all that its row says, once its first revision is written too."""
    row = {
        "publisher_id": feed.publisher_id,
        "identity": seen.parsed.identity,
        "url": seen.read.page.canonical_url or seen.parsed.entry.url,
        "first_seen_at": at(seen.observed_at),
        "last_seen_at": at(seen.observed_at),
    }
    return insert(db, "releases", row | _newest(seen, 1) | _page(seen))


def _newest(seen: Observation, number: int) -> dict[str, Any]:
    """What a release's row says of its newest revision."""
    page = seen.read.page
    return {
        "title": page.title,
        "published_at": stated_at(page.published),
        "revision_count": number,
        "minima": seen.read.min_hash.minima or None,
        **reported(seen.read.detection),
    }


def _next_number(db: Database, release_id: int) -> int:
    count = "SELECT coalesce(max(number), 0) + 1 FROM revisions WHERE release_id = ?"
    return int(db.conn.execute(count, [release_id]).fetchone()[0])


def _save_revision(
    db: Database,
    release_id: int,
    number: int,
    seen: Observation,
    feed_capture_id: int | None,
    page_capture_id: int | None,
) -> int:
    read = seen.read
    row = (
        record_fields(read.page, seen.parsed.entry.author)
        | _copied(seen)
        | {
            "release_id": release_id,
            "number": number,
            "text_from": read.text_from,
            "text_sha256": read.text_sha256,
            "page_outcome": read.page_outcome,
            "feed_capture_id": feed_capture_id,
            "page_capture_id": page_capture_id,
            "frame_id": read.frame_id,
            "observed_at": at(seen.observed_at),
        }
    )
    url = db.conn.execute("SELECT coalesce(url, identity) FROM releases WHERE id = ?", [release_id]).fetchone()[0]
    revision_id = insert_evidence(db, "revision", row, url=url)
    if number > 1:
        update(db, "releases", release_id, _newest(seen, number))
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
        "links": as_json(page.links),
        "captions": as_json(page.captions),
        "page_starts": as_json(page.page_starts),
        "lines": as_json(page.lines),
        "languages": as_json(page.languages),
    }


def reported(detection: Detection) -> dict[str, Any]:
    """A release's totals, as its row keeps them."""
    totals = as_json(detection.totals_by)
    return {"is_reported": int(detection.is_reported), "totals": totals}


def _dates(stated: StatedDate | None, name: str) -> dict[str, Any]:
    if stated is None:
        return {f"{name}_at": None, f"{name}_raw": "", f"{name}_from": "", f"{name}_readings": "[]"}
    return {
        f"{name}_at": at(stated.at),
        f"{name}_raw": stated.raw,
        f"{name}_from": stated.source,
        f"{name}_readings": as_json([at(reading) for reading in stated.readings]),
    }


def save_claims(db: Database, revision_id: int, found: Detection, texts: Mapping[str, int] = _NO_TEXTS) -> None:
    """Add a stored revision's claims as found by one version of the detector; they become its current set.

    `texts` are the rows of its documents' texts by address. A set that this version found before is made current
    again and not written twice; a text without claims has totals too.
    """
    of = [revision_id, found.version]
    known = "SELECT 1 FROM claim_totals WHERE revision_id = ? AND detector_version = ?"
    if db.conn.execute(known, of).fetchone() is None:
        _add_totals(db, revision_id, found)
    db.conn.execute("UPDATE claims SET is_current = (detector_version = ?) WHERE revision_id = ?", of[::-1])
    if db.conn.execute("SELECT 1 FROM claims WHERE revision_id = ? AND detector_version = ?", of).fetchone() is None:
        _add_claims(db, revision_id, found, texts)


def _add_claims(db: Database, revision_id: int, found: Detection, texts: Mapping[str, int]) -> None:
    ids = []
    for number, claim in enumerate(found.claims):
        row = {name: getattr(claim, name) for name in CLAIM_COLUMNS}
        row |= {"rules": as_json(claim.rules), "also": as_json(claim.also)}
        row |= {"is_current": 1, "number": number + 1}
        if place := found.document_of(number):
            row |= {"attachment_text_id": texts.get(place.url), "page": place.page}
        claim_id = insert(db, "claims", row | {"revision_id": revision_id, "detector_version": found.version})
        for rank, person in enumerate(claim.people, start=1):
            insert(db, "people", asdict(person) | {"claim_id": claim_id, "number": rank})
        ids.append(claim_id)
    if ids:
        add_link(db, "claims", ids[0])


def _add_totals(db: Database, revision_id: int, found: Detection) -> None:
    """Add what this version of the detector adds up."""
    row = {"revision_id": revision_id, "detector_version": found.version}
    insert_evidence(db, "totals", row | reported(found))


def save_problems(
    db: Database, problems: Iterable[Problem], *, feed_id: int | None, release_id: int | None, now: datetime
) -> None:
    """Record oddities that stopped nothing."""
    for problem in dict.fromkeys(problems):
        row = {"kind": problem.kind, "detail": problem.detail, "feed_id": feed_id, "release_id": release_id}
        insert(db, "problems", row | {"at": at(now)})


def save_unlisted(db: Database, feed_id: int, release_id: int, seen: Observation) -> None:
    """Note that a feed listed a release in an older document; a sighting that is there already stays as it is."""
    parsed, now = seen.parsed, at(seen.observed_at)
    db.conn.execute(
        "INSERT OR IGNORE INTO sightings (release_id, feed_id, entry_key, entry_sha256, entry, position,"
        " is_listed, first_seen_at, last_seen_at) VALUES (?,?,?,?,?,?,0,?,?)",
        [release_id, feed_id, parsed.entry.key, parsed.sha256, entry_as_json(parsed.entry), -1, now, now],
    )


def _release_of(db: Database, feed: FeedState, seen: Observation) -> int | None:
    """The release that another feed's poll stored meanwhile, by its identity or its words."""
    found = db.conn.execute("SELECT id FROM releases WHERE identity = ?", [seen.parsed.identity]).fetchone()
    if found:
        return int(found[0])
    return same_text(db, feed.publisher_id, seen.read)


def save_names(db: Database, seen: Iterable[tuple[int, ParsedEntry]]) -> None:
    """Remember under which guid and at which place releases were seen; the first to use a name keeps it."""
    names = [(encodable(name), of) for of, parsed in seen for name in (*parsed.names, parsed.url_key) if name]
    written = json.dumps(names)
    if _NUL in written:
        db.conn.executemany("INSERT OR IGNORE INTO identities (name, release_id) VALUES (?, ?)", names)
    else:
        db.conn.execute(_NAMES, [written])


# The newest sighting in a feed that is still watched says with whose settings the page is fetched. CROSS JOIN keeps
# the order: the few that are due first.
_DUE = """
SELECT sightings.*, identity, max(sightings.last_seen_at)
FROM releases INDEXED BY releases_recheck_due CROSS JOIN sightings ON sightings.release_id = releases.id
CROSS JOIN feeds ON feeds.id = sightings.feed_id AND is_enabled = 1
WHERE recheck_due_at <= ? GROUP BY releases.id ORDER BY recheck_due_at LIMIT ?
"""


def due_rechecks(db: Database, now: datetime, *, limit: int) -> tuple[DueRecheck, ...]:
    """Releases whose time has come, the longest due first; those of feeds that are not watched any more wait."""
    rows = list(db.query(_DUE, [at(now), limit]))
    feeds = {feed.id: feed for feed in select(db)} if rows else {}
    return tuple(DueRecheck(row["release_id"], feeds[row["feed_id"]], sighted_entry(row)) for row in rows)


def is_due(db: Database, release_id: int, now: datetime) -> bool:
    """Whether the recheck is still due: a poll may have fetched the page meanwhile."""
    sql = "SELECT 1 FROM releases WHERE id = ? AND recheck_due_at <= ?"
    return db.conn.execute(sql, [release_id, at(now)]).fetchone() is not None


def save_recheck(db: Database, feed: FeedState, seen: Observation, holds: Iterable[tuple[str, datetime]]) -> None:
    """Write what one recheck brought, and the back-off of hosts, in one transaction."""
    release_id, _ = save_observation(db, feed, seen, None)
    count_pages(db, [(seen.read.frame_id, release_id)], seen.observed_at)
    save_holds(db, holds)


def save_detection(db: Database, stored: StoredRevision, detection: Detection) -> None:
    """Make this the revision's current set of claims; every earlier set stays."""
    documents = kept_documents(db, stored.release_id, stored.id)
    texts = {one.attachment.url: one.text_id for one in documents if one.text_id is not None}
    save_claims(db, stored.id, detection, texts)
    if stored.is_newest:
        kept = "SELECT is_reported, totals FROM claim_totals WHERE revision_id = ? AND detector_version = ?"
        update(db, "releases", stored.release_id, next(db.query(kept, [stored.id, detection.version])))


def archive_feed(db: Database, publisher: Publisher) -> FeedState:
    """The feed that a publisher's imported captures belong to: never polled; created if it does not exist."""
    name = f"{publisher.code}/web-archive"
    publisher_id = put_publisher(db, publisher)
    if not db.conn.execute("SELECT 1 FROM feeds WHERE name = ?", [name]).fetchone():
        title = f"{publisher.name}: imported from web archives"
        row = {"publisher_id": publisher_id, "name": name, "title": title, "kind": "feed", "url": ""}
        insert(db, "feeds", row | {"configured_url": "", "is_enabled": 0, "interval_seconds": 0})
    return state_of(db, name)


def known_records(db: Database, names: Iterable[str]) -> set[str]:
    """Which records were imported before."""
    asked = "SELECT 1 FROM imports WHERE record = ?"
    return {name for name in names if db.conn.execute(asked, [name]).fetchone()}


def newest_observation(db: Database, identity: str) -> tuple[int, str, str] | None:
    """The release of an identity with the time and the text's hash of its newest revision."""
    found = db.conn.execute(
        "SELECT release_id, observed_at, text_sha256 FROM revisions JOIN releases ON releases.id = release_id"
        " WHERE identity = ? ORDER BY number DESC LIMIT 1",
        [identity],
    ).fetchone()
    return tuple(found) if found else None


def identity_at(db: Database, url: str) -> str | None:
    """The identity of the release at an address, where its feed gave it another name."""
    found = db.conn.execute("SELECT identity FROM releases WHERE url = ? LIMIT 1", [url]).fetchone()
    return str(found[0]) if found else None


def save_import(
    db: Database,
    feed: FeedState,
    capture: Capture | None,
    observations: Sequence[Observation],
    *,
    record: str,
    file: str,
    outcome: str,
    now: datetime,
) -> None:
    """Write what one record of an archive brought, with the note that it was imported; nobody is alerted.

    `capture` is a feed's document, or a page that brought no revision; an observation brings its own.
    """
    save_past(db, feed, capture, observations)
    is_kept = capture is not None or bool(observations)
    capture_id = db.conn.execute("SELECT max(id) FROM captures").fetchone()[0] if is_kept else None
    row = {"record": record, "file": file, "outcome": outcome, "capture_id": capture_id, "at": at(now)}
    insert(db, "imports", row)


def save_past(db: Database, feed: FeedState, capture: Capture | None, observations: Sequence[Observation]) -> None:
    """Write old releases of a feed and the document that listed them; nobody is alerted, no poll is logged.

    A release is not marked as listed: it is listed on an older page, and its absence from the first one means nothing.
    """
    capture_id = save_capture(db, feed.id, capture) if capture else None
    for seen in observations:
        release_id, _ = save_observation(db, feed, replace(seen, alert=None), capture_id)
        save_unlisted(db, feed.id, release_id, seen)
