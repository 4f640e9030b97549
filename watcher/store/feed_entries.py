"""What is stored of a feed's entries and of its last answers: what a document is compared with."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from watcher.content.urls import url_key_of_entry
from watcher.model.feed import AddedAnswer, Entry, KnownEntry, KnownItem, ListedEntry, ParsedEntry
from watcher.model.release import Attachment, StatedChange, StatedDate
from watcher.store.feeds import LISTED
from watcher.store.rows import as_json, at, headers_of, moment, query
from watcher.store.snapshots import BODY, body_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from sqlite_utils import Database


# Of a feed the newest exchanges, pages included: an address that is not among them was not asked for long.
_LATEST = "(SELECT * FROM captures WHERE feed_id = ? ORDER BY id DESC LIMIT 2000) AS latest"


_NO_WORDS, _WORDS = "''", "coalesce(substr(json_extract(entry, '$.html'), 1, 5000), '')"


def known_entries(
    db: Database, feed_id: int, names: Iterable[str], *, with_words: bool = False
) -> dict[str, KnownEntry]:
    """What is stored under these names (identities, guids and places), with this feed's sighting where it has one.

    `with_words`: with the beginning of what the entry says, for which every entry is unpacked.
    """
    rows = query(
        db,
        # With IN, since for a join with statistics SQLite 3.40 makes a filter of all names first.
        "WITH found (name, id) AS ("
        " SELECT identity, id FROM releases WHERE identity IN (SELECT value FROM json_each(?1)) UNION ALL"
        " SELECT name, release_id FROM identities WHERE name IN (SELECT value FROM json_each(?1))"
        " AND NOT EXISTS (SELECT 1 FROM releases WHERE identity = name))"
        " SELECT name, releases.id, identity, releases.url, title, entry_sha256, vanished_at,"
        f" {_WORDS if with_words else _NO_WORDS} AS html FROM found"
        " CROSS JOIN releases ON releases.id = found.id"
        " LEFT JOIN sightings ON sightings.release_id = releases.id AND sightings.feed_id = ?2",
        [json.dumps(list(names)), feed_id],
    )
    return {
        row["name"]: KnownEntry(
            row["id"],
            row["entry_sha256"],
            is_vanished=row["vanished_at"] is not None,
            **{name: row[name] or "" for name in ("identity", "url", "title", "html")},
        )
        for row in rows
    }


def listed_entries(db: Database, feed_id: int) -> tuple[ListedEntry, ...]:
    """The entries that stood in the feed's latest document, in their order."""
    rows = db.conn.execute(
        f"SELECT release_id, identity, position, published_at FROM {LISTED}"
        " JOIN releases ON releases.id = release_id ORDER BY position",
        [feed_id],
    ).fetchall()
    return tuple(ListedEntry(of, identity, place, moment(published_at)) for of, identity, place, published_at in rows)


def known_items(db: Database, feed_id: int) -> dict[bytes, KnownItem]:
    """The entries of the feed's latest document by their marks, but for those without one."""
    rows = db.execute(f"SELECT mark, entry, entry_sha256 FROM {LISTED} WHERE mark IS NOT NULL", [feed_id])
    return {mark: KnownItem(entry, sha256) for mark, entry, sha256 in rows}


def latest_document(db: Database, feed_id: int) -> tuple[tuple[ListedEntry, ...], dict[bytes, KnownItem]]:
    """What the feed's latest document listed, and its entries by their marks."""
    return listed_entries(db, feed_id), known_items(db, feed_id)


def last_validators(db: Database, feed_id: int, url: str) -> tuple[str | None, str | None]:
    """The ETag and Last-Modified that an address of a feed gave with its last good answer."""
    found = db.conn.execute(
        f"SELECT response_headers FROM {_LATEST} WHERE requested_url = ? AND outcome = 'ok' ORDER BY id DESC LIMIT 1",
        [feed_id, url],
    ).fetchone()
    headers = headers_of(found[0]) if found else {}
    return headers.get("etag"), headers.get("last-modified")


def added_answer(db: Database, feed_id: int) -> AddedAnswer | None:
    """What a feed that was never polled answered when it was added; None where that was not stored."""
    rows = db.query(
        f"SELECT latest.id, response_headers, {BODY} FROM {_LATEST} CROSS JOIN snapshots"
        " ON snapshots.id = snapshot_id WHERE kind = 'feed' AND outcome = 'ok' ORDER BY latest.id DESC LIMIT 1",
        [feed_id],
    )
    for row in rows:
        headers = tuple((name, value) for name, value in json.loads(row["response_headers"]))
        named = headers_of(row["response_headers"])
        return AddedAnswer(row["id"], body_of(db, row), headers, named.get("etag"), named.get("last-modified"))
    return None


def last_body(db: Database, feed_id: int, url: str) -> bytes | None:
    """The newest body of an address of a feed that was kept."""
    rows = db.query(
        f"SELECT {BODY} FROM {_LATEST} CROSS JOIN snapshots ON snapshots.id = snapshot_id"
        " WHERE requested_url = ? ORDER BY latest.id DESC LIMIT 1",
        [feed_id, url],
    )
    return next((body_of(db, row) for row in rows), None)


def pages_to_retry(db: Database, feed_id: int, now: datetime) -> tuple[tuple[ParsedEntry, KnownEntry], ...]:
    """Releases of this feed whose page could not be fetched for a temporary reason and is due to be fetched again."""
    rows = db.query(
        "SELECT sightings.*, identity FROM sightings JOIN releases ON releases.id = release_id"
        " WHERE feed_id = ? AND page_due_at <= ?",
        [feed_id, at(now)],
    )
    return tuple((sighted_entry(row), KnownEntry(row["release_id"], row["entry_sha256"])) for row in rows)


_ALWAYS = frozenset({"key", "url", "title", "html"})


def entry_as_json(entry: Entry) -> str:
    """An entry as a row of sightings keeps it: what it does not say is left out, and so is how a date was read."""
    said = {one.name: value for one in fields(entry) if (value := getattr(entry, one.name)) or one.name in _ALWAYS}
    for name in {"published", "updated"} & set(said):
        said[name] = {part: getattr(said[name], part) for part in ("at", "raw", "source")}
    return as_json(said)


def entry_of_json(kept: str) -> Entry:
    """The entry that a row of sightings keeps."""
    said = json.loads(kept)
    said |= {"tags": tuple(said.get("tags", ())), "problems": ()}
    said["attachments"] = tuple(Attachment(**attachment) for attachment in said.get("attachments", ()))
    said["changes"] = tuple(_change(change) for change in said.get("changes", ()))
    for name in ("published", "updated"):
        said[name] = _stated(said.get(name))
    return Entry(**said)


def sighted_entry(row: Mapping[str, Any]) -> ParsedEntry:
    """The entry of a row of sightings that was joined with the release's identity."""
    # A page that is asked for again changes nothing of the place in the document.
    entry = entry_of_json(row["entry"])
    return ParsedEntry(entry, row["identity"], row["entry_sha256"], position=-1, url_key=url_key_of_entry(entry))


def _change(said: Mapping[str, str]) -> StatedChange:
    stated = moment(said["at"])
    assert stated is not None  # noqa: S101 - a change without a time is none
    return StatedChange(stated, said["words"])


def _stated(said: dict[str, Any] | None) -> StatedDate | None:
    return StatedDate(moment(said["at"]), said["raw"], said["source"]) if said else None
