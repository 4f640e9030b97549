"""What the route needs to know before it decides: stored entries, revisions, pages that are owed."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from watcher.identity import place_of_entry
from watcher.models import Attachment, Entry, StatedDate
from watcher.records import KnownEntry, Listed, ParsedEntry, Standing, StoredRevision
from watcher.store.revisions import stored_page
from watcher.store.rows import at, body_of, moment

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from sqlite_utils import Database

    from watcher.models import PageText

# SQLite takes 32,766 parameters in one statement; a feed of 50,000 entries is asked for in parts.
_PART = 30_000
# So long a text is not written twice by chance.
_LONG = 400
_SAME_DAYS = timedelta(hours=36)
_HAS_PAGE = "EXISTS (SELECT 1 FROM revisions AS r WHERE r.release_id = releases.id AND r.text_from = 'page')"
_IS_VANISHED = (
    "(EXISTS (SELECT 1 FROM sightings WHERE release_id = releases.id AND vanished_at IS NOT NULL)"
    " AND NOT EXISTS (SELECT 1 FROM sightings WHERE release_id = releases.id AND is_listed = 1))"
)


def known_entries(db: Database, feed_id: int, names: Iterable[str]) -> dict[str, KnownEntry]:
    """What is stored under these names (identities, guids and places), with this feed's sighting where it has one."""
    wanted = list(names)
    found: dict[str, KnownEntry] = {}
    for first in range(0, len(wanted), _PART):
        part = wanted[first : first + _PART]
        rows = db.query(
            "WITH wanted AS (SELECT value AS name FROM json_each(?)), found AS ("
            " SELECT name, id FROM wanted JOIN releases ON identity = name UNION ALL"
            " SELECT identities.name, release_id FROM wanted JOIN identities USING (name)"
            " WHERE NOT EXISTS (SELECT 1 FROM releases WHERE identity = identities.name))"
            " SELECT name, releases.id, identity, releases.url, title, entry_sha256, is_listed, vanished_at,"
            " coalesce(substr(json_extract(entry, '$.html'), 1, 5000), '') AS html FROM found"
            " JOIN releases ON releases.id = found.id"
            " LEFT JOIN sightings ON sightings.release_id = releases.id AND sightings.feed_id = ?",
            [json.dumps(part), feed_id],
        )
        for row in rows:
            found[row["name"]] = KnownEntry(
                row["id"],
                row["entry_sha256"],
                is_listed=bool(row["is_listed"]),
                is_vanished=row["vanished_at"] is not None,
                **{name: row[name] or "" for name in ("identity", "url", "title", "html")},
            )
    return found


def listed_entries(db: Database, feed_id: int) -> tuple[Listed, ...]:
    """The entries that stood in the feed's latest document, in their order."""
    rows = db.query(
        "SELECT release_id, identity, position, published_at FROM sightings"
        " JOIN releases ON releases.id = release_id WHERE feed_id = ? AND is_listed = 1 ORDER BY position",
        [feed_id],
    )
    return tuple(Listed(r["release_id"], r["identity"], r["position"], moment(r["published_at"])) for r in rows)


def latest_revision(db: Database, release_id: int) -> StoredRevision:
    """The latest revision of a release, with what its current claims say and whether anybody was alerted."""
    row = next(
        db.query(
            "SELECT revisions.*, releases.page_outcome AS outcome_now, page_failure_count, page_etag,"
            " page_last_modified, page_sha256, first_seen_at, is_removed, removed_at, missing_since_at, missing_count,"
            f" {_HAS_PAGE} AS has_page, {_IS_VANISHED} AS is_vanished FROM"
            " revisions JOIN releases ON releases.id = release_id WHERE release_id = ? ORDER BY number DESC LIMIT 1",
            [release_id],
        )
    )
    claims = db.conn.execute(
        "SELECT harm, count_min, count_max, victim, stance FROM claims WHERE revision_id = ? AND is_current = 1",
        [row["id"]],
    )
    has_alert = db.conn.execute("SELECT 1 FROM alerts WHERE release_id = ?", [release_id]).fetchone() is not None
    return StoredRevision(
        release_id=release_id,
        number=row["number"],
        text_sha256=row["text_sha256"],
        text_from=row["text_from"],
        page_outcome=row["outcome_now"],
        page_failure_count=row["page_failure_count"],
        claims=frozenset(claims.fetchall()),
        has_alert=has_alert,
        page=stored_page(row),
        etag=row["page_etag"],
        last_modified=row["page_last_modified"],
        page_sha256=row["page_sha256"],
        first_seen_at=moment(row["first_seen_at"]),
        standing=_standing(row),
        has_page=bool(row["has_page"]),
        is_vanished=bool(row["is_vanished"]),
    )


def last_validators(db: Database, feed_id: int, url: str) -> tuple[str | None, str | None]:
    """The ETag and Last-Modified that an address of a feed gave when it was last read well."""
    found = db.conn.execute(
        "SELECT response_headers FROM captures WHERE feed_id = ? AND requested_url = ? AND outcome = 'ok'"
        " ORDER BY id DESC LIMIT 1",
        [feed_id, url],
    ).fetchone()
    headers = {name.lower(): value for name, value in json.loads(found[0])} if found else {}
    return headers.get("etag"), headers.get("last-modified")


def last_body(db: Database, feed_id: int, url: str) -> bytes | None:
    """The newest body of an address of a feed that was kept."""
    rows = db.query(
        "SELECT compression, body FROM captures JOIN snapshots ON snapshots.id = snapshot_id"
        " WHERE feed_id = ? AND requested_url = ? ORDER BY captures.id DESC LIMIT 1",
        [feed_id, url],
    )
    return next((body_of(row) for row in rows), None)


def _standing(row: Mapping[str, Any]) -> Standing:
    return Standing(
        is_removed=bool(row["is_removed"]),
        removed_at=moment(row["removed_at"]),
        missing_since=moment(row["missing_since_at"]),
        missing_count=row["missing_count"],
    )


def same_text(db: Database, publisher_id: int, page: PageText, text_from: str, text_sha256: str) -> int | None:
    """The publisher's release whose newest text is this one, word for word, from the same day or two; None for none.

    A teaser proves nothing: "announced the death of a soldier" may be said twice a day. Nor does a short page without
    a date.
    """
    is_long, published_at = len(page.text) >= _LONG, page.published.at if page.published else None
    if text_from != "page" and not is_long:
        return None
    rows = db.query(
        "SELECT releases.id, releases.published_at FROM revisions JOIN releases ON releases.id = release_id"
        " AND number = revision_count WHERE text_sha256 = ? AND publisher_id = ? ORDER BY releases.id",
        [text_sha256, publisher_id],
    )
    for row in rows:
        if _is_same_day(published_at, moment(row["published_at"]), otherwise=is_long):
            return int(row["id"])
    return None


def _is_same_day(one: datetime | None, other: datetime | None, *, otherwise: bool) -> bool:
    return otherwise if one is None or other is None else abs(one - other) <= _SAME_DAYS


def owed_pages(db: Database, feed_id: int, now: datetime) -> tuple[tuple[ParsedEntry, KnownEntry], ...]:
    """Releases of this feed whose page could not be had for a passing reason and is due to be asked for again."""
    rows = db.query(
        "SELECT sightings.*, identity FROM sightings JOIN releases ON releases.id = release_id"
        " WHERE feed_id = ? AND page_due_at <= ?",
        [feed_id, at(now)],
    )
    return tuple((sighted_entry(row), KnownEntry(row["release_id"], row["entry_sha256"], True, False)) for row in rows)  # noqa: FBT003 - listed, not vanished


def sighted_entry(row: Mapping[str, Any]) -> ParsedEntry:
    """The entry of a row of sightings that has the release's identity beside it."""
    said = json.loads(row["entry"])
    said |= {"tags": tuple(said["tags"]), "problems": ()}
    said["attachments"] = tuple(Attachment(**attachment) for attachment in said["attachments"])
    for name in ("published", "updated"):
        said[name] = _stated(said[name])
    # A page that is asked for again changes nothing of the place in the document.
    entry = Entry(**said)
    return ParsedEntry(entry, row["identity"], row["entry_sha256"], position=-1, place=place_of_entry(entry))


def _stated(said: dict[str, Any] | None) -> StatedDate | None:
    return StatedDate(moment(said["at"]), said["raw"], said["source"]) if said else None
