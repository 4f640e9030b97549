"""The queries of the integrity check, each made so that one unreadable row hides no other."""

from __future__ import annotations

import sqlite3
import zlib
from typing import TYPE_CHECKING

from watcher.archive.canonical_form import TABLES, digest
from watcher.archive.chain import Finding
from watcher.store.chain import content_of
from watcher.store.rows import body_of
from watcher.store.schema import migrations
from watcher.store.triggers import missing_triggers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlite_utils import Database

    from watcher.archive.chain import ChainLink


_MOST_COMPLAINTS = 100
# Rows of evidence that no link speaks of: put in by something else than this program.
_UNCHAINED = {
    "snapshot": "SELECT id FROM snapshots",
    "capture": "SELECT id FROM captures WHERE (kind <> 'feed' OR snapshot_id IS NOT NULL)",
    "revision": "SELECT id FROM revisions",
    "claims": "SELECT min(id) AS id FROM claims GROUP BY revision_id, detector_version",
    "document": "SELECT id FROM attachment_texts",
    "event": "SELECT id FROM events",
    "alert": "SELECT id FROM alerts",
    "custody": "SELECT id FROM custody",
}


def check_file(db: Database, *, is_quick: bool) -> Iterator[Finding]:
    """What SQLite itself finds wrong with the file, its keys and our triggers."""
    pragma = "quick_check" if is_quick else "integrity_check"
    try:
        for (said,) in db.conn.execute(f"PRAGMA {pragma}({_MOST_COMPLAINTS})"):
            if said != "ok":
                yield Finding("damaged", "file", said)
        if not is_quick:
            for table, row_id, parent, _ in db.conn.execute("PRAGMA foreign_key_check"):
                yield Finding("orphan", f"{table} {row_id}", f"the row of {parent} that it belongs to is not there")
    except (sqlite3.Error, UnicodeError) as error:
        yield Finding("damaged", "file", str(error))


def check_guards(db: Database) -> Iterator[Finding]:
    """Which triggers are gone or changed; before a migration they are those of the version before."""
    if not migrations.pending(db):
        for name in missing_triggers(db):
            yield Finding("unguarded", f"trigger {name}", "it is not as the schema has it: evidence could be changed")


def check_row(db: Database, link: ChainLink) -> Iterator[Finding]:
    """Whether the row of a link still says what it said, and a snapshot's bytes still have their hash."""
    place = f"{TABLES.get(link.kind, link.kind)} {link.row_id}"
    try:
        content = content_of(db, link.kind, link.form, link.row_id)
        if content is None:
            yield Finding("missing", place, f"link {link.seq} covers it, but the row is missing")
        elif digest(content) != link.sha256:
            yield Finding("changed", place, f"it is not what was written on {link.at} (link {link.seq})")
        if link.kind == "snapshot" and content is not None:
            yield from _check_bytes(db, link.row_id, place)
    except LookupError as error:
        yield Finding("unknown", place, f"link {link.seq} has a {error.args[0]} that this version does not know")
    except (sqlite3.Error, UnicodeError, TypeError, ValueError) as error:
        yield Finding("damaged", place, str(error))


def _check_bytes(db: Database, row_id: int, place: str) -> Iterator[Finding]:
    sql = "SELECT sha256, byte_count, compression, body FROM snapshots WHERE id = ?"
    names = ("sha256", "byte_count", "compression", "body")
    row = dict(zip(names, db.conn.execute(sql, [row_id]).fetchone(), strict=True))
    try:
        body = body_of(row)
    except (zlib.error, TypeError) as error:
        yield Finding("changed", place, f"its bytes cannot be unpacked: {error}")
        return
    if digest(body) != row["sha256"]:
        yield Finding("changed", place, f"its bytes are not those of {row['sha256']}")


def check_unchained(db: Database) -> Iterator[Finding]:
    """Rows of evidence that no link covers, and claims or people that belong to nothing."""
    for kind, sql in _UNCHAINED.items():
        table = TABLES[kind]
        asked = f"SELECT id FROM ({sql}) WHERE id NOT IN (SELECT row_id FROM chain WHERE kind = ?)"
        try:
            for (row_id,) in db.conn.execute(asked, [kind]):
                yield Finding("unchained", f"{table} {row_id}", "no link covers it: this program did not write it")
        except sqlite3.Error as error:
            yield Finding("damaged", table, str(error))
