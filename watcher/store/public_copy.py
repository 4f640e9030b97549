"""A copy of the database for the public: the evidence without who was told of it and who works here."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from sqlite_utils import Database

from watcher.store.backup import check_copy, copy_database
from watcher.store.readers import PRIVATE
from watcher.store.triggers import drop_triggers, make_triggers

if TYPE_CHECKING:
    from pathlib import Path


# The list of migrations says which version wrote the file; it names nobody.
_EMPTIED = tuple(sorted(PRIVATE - {"_sqlite_migrations"}))
_INTERNAL = "(release_id IS NULL AND feed_id IS NULL) OR muted <> ''"
# What is about the installation itself, or was kept from going out; and paths of this machine.
_STATEMENTS = (
    f"DELETE FROM alert_releases WHERE alert_id IN (SELECT id FROM alerts WHERE {_INTERNAL})",
    f"DELETE FROM alerts WHERE {_INTERNAL}",
    "DELETE FROM events WHERE release_id IS NULL AND feed_id IS NULL",
    "DELETE FROM problems WHERE release_id IS NULL AND feed_id IS NULL",
    "UPDATE anchors SET place = '', detail = '' WHERE kind = 'file'",
    "UPDATE captures SET imported_from = '' WHERE imported_from IS NOT NULL",
)
_NUMBERS = "SELECT id, revision_count FROM releases ORDER BY coalesce(published_at, first_seen_at) DESC, id DESC"
_LISTED = """
SELECT releases.id, publishers.name AS publisher_name, releases.title, releases.url, releases.totals,
  coalesce(releases.published_at, releases.first_seen_at) AS at, releases.revision_count, releases.is_removed
FROM releases JOIN publishers ON publishers.id = releases.publisher_id
ORDER BY at DESC, releases.id DESC LIMIT :count OFFSET :skipped
"""


def copy_for_public(source: Database, target: Path) -> dict[str, int]:
    """Write the copy as one file without a log, and return how many rows of each table are not in it.

    What is left out is not in the file's free pages either. Raises StoreError where something is there already or it
    cannot be written.
    """
    left_out: dict[str, int] = {}

    def prepare(partial: Path) -> None:
        left_out.update(_without_private(partial))
        check_copy(partial)

    copy_database(source, target, prepare)
    return left_out


def _without_private(file: Path) -> dict[str, int]:
    """Empty what is private, in a file that nobody else has open."""
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        views = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'view'")}
        database = Database(connection)
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute("BEGIN")
        drop_triggers(database)
        before = _counts(connection)
        for table in _EMPTIED:
            if table not in views:
                connection.execute(f"DELETE FROM {table}")
        for statement in _STATEMENTS:
            connection.execute(statement)
        after = _counts(connection)
        make_triggers(database)
        connection.execute("COMMIT")
        connection.execute("VACUUM")
        broken = connection.execute("PRAGMA foreign_key_check").fetchall()
        if broken:
            raise sqlite3.IntegrityError(f"rows refer to what was left out: {broken[:3]}")
    return {table: count - after[table] for table, count in before.items() if count != after[table]}


def _counts(connection: sqlite3.Connection) -> dict[str, int]:
    names = [
        name
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        if not name.startswith(("sqlite_", "revisions_fts"))
    ]
    return {name: connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in sorted(names)}


def listed_releases(database: Database, *, count: int, skipped: int) -> list[dict[str, object]]:
    """Releases for a list, the newest first."""
    return list(database.query(_LISTED, {"count": count, "skipped": skipped}))


def revision_numbers(database: Database) -> list[tuple[int, int]]:
    """Each release's number and how many revisions it has, the newest release first."""
    return [(row[0], row[1]) for row in database.execute(_NUMBERS).fetchall()]
