"""Stored revisions as a comparison takes them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlite_utils import Database

from watcher.compare import Said
from watcher.diff import RevisionText
from watcher.errors import WatcherError
from watcher.models import Link, PageText, StatedDate
from watcher.store.rows import moment

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping

    from watcher.records import StoredRevision

# The bytes are the page's where the text is the page's, else the feed document's.
_REVISION = """
SELECT revisions.id, number, title, text, text_sha256, observed_at, text_from,
  coalesce((SELECT body_sha256 FROM captures WHERE captures.id =
    CASE text_from WHEN 'page' THEN page_capture_id ELSE feed_capture_id END), '') AS body_sha256
FROM revisions WHERE release_id = ? AND number = ?
"""
_CLAIMS = """
SELECT harm, count_min, count_max, victim, stance, is_background, start, "end", sentence, count_kind
FROM claims WHERE revision_id = ? AND is_current = 1 AND (? = 0 OR attachment_text_id IS NOT NULL) ORDER BY number
"""


def revision_text(db: Database, release_id: int, number: int) -> RevisionText:
    """One revision of a release with its current claims. Raises WatcherError where there is none of that number."""
    row = next(db.query(_REVISION, [release_id, number]), None)
    if row is None:
        raise WatcherError(f"release {release_id} has no revision {number}; `watcher show {release_id}` lists them")
    claims = said_in(db, row.pop("id"))
    return RevisionText(**row, claims=claims)


def said_in(db: Database, revision_id: int, *, in_documents: bool = False) -> tuple[Said, ...]:
    """What a revision claims, in the order of its text; or only what its documents claim."""
    return tuple(_said(row) for row in db.query(_CLAIMS, [revision_id, int(in_documents)]))


def _said(row: dict[str, Any]) -> Said:
    return Said(**row | {"is_background": bool(row["is_background"])})


@dataclass(frozen=True, slots=True)
class History:
    """A release's revisions without their claims, and the two that are compared, None where there is only one."""

    title: str
    revisions: tuple[RevisionText, ...]
    compared: tuple[RevisionText, RevisionText] | None


def history_of(
    connection: sqlite3.Connection, release_id: int, first: int | None, second: int | None
) -> History | None:
    """What is to be shown of a release's past: its last two revisions, or those two; None where one is missing."""
    db = Database(connection)
    newest = db.execute("SELECT title, revision_count FROM releases WHERE id = ?", [release_id]).fetchone()
    if newest is None:
        return None
    title, count = newest
    to = second or count
    since = first or max(1, to - 1)
    if not (1 <= since <= count and 1 <= to <= count):
        return None
    rows = db.query(_REVISION.replace("AND number = ?", "ORDER BY number"), [release_id])
    revisions = tuple(RevisionText(**{name: row[name] for name in row if name != "id"}) for row in rows)
    compared = (revision_text(db, release_id, since), revision_text(db, release_id, to)) if count > 1 else None
    return History(title, revisions, compared)


def before_text(db: Database, previous: StoredRevision) -> RevisionText:
    """The newest revision as the next one is compared with it: only with the claims of its documents.

    Its text is searched again by the detector of today, so that a better detector makes no edit of its own.
    """
    row = next(db.query(_REVISION, [previous.release_id, previous.number]))
    claims = said_in(db, row.pop("id"), in_documents=True)
    return RevisionText(**row, claims=claims)


def stored_page(row: Mapping[str, Any]) -> PageText:
    """The record that a row of revisions keeps."""
    names = ("title", "text", "summary", "dateline", "release_number", "contact", "language")
    fields: dict[str, Any] = {name: row[name] for name in names}
    fields |= {name: tuple(json.loads(row[name])) for name in ("tags", "captions", "page_starts")}
    return PageText(
        **fields,
        byline=row["author"],
        published=_stated(row, "published"),
        updated=_stated(row, "updated"),
        links=tuple(Link(**link) for link in json.loads(row["links"])),
    )


def _stated(row: Mapping[str, Any], name: str) -> StatedDate | None:
    raw = row[f"{name}_raw"]
    return StatedDate(moment(row[f"{name}_at"]), raw, row[f"{name}_from"] or "feed") if raw else None


def last_two(db: Database, release_id: int) -> tuple[int, int]:
    """The numbers of a release's newest revision and the one before it. Raises WatcherError where it has only one."""
    (newest,) = db.conn.execute("SELECT revision_count FROM releases WHERE id = ?", [release_id]).fetchone()
    if newest == 1:
        raise WatcherError(f"release {release_id} has one revision: nothing was changed since it was first seen")
    return newest - 1, newest
