"""A database with a migration to come, as every later version finds the ones before it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.support import TESTS
from watcher.store.connection import connect
from watcher.store.schema import SCRIPTS, migrate

if TYPE_CHECKING:
    from pathlib import Path

# The database of each released version, which every later version must upgrade.
RELEASED = sorted((TESTS / "data" / "store" / "released").glob("*.db.gz"))
_ROWS = TESTS / "data" / "store" / "one_release.sql"
LATER = "9999_later"
NEXT = {**SCRIPTS, LATER: "ALTER TABLE releases ADD COLUMN later TEXT NOT NULL DEFAULT '';\n"}


def old_database(path: Path) -> Path:
    """Write a database that lacks the last migration of NEXT: one release with its capture, an event of its feed."""
    db = connect(path)
    migrate(db)
    db.executescript(_ROWS.read_text(encoding="utf-8"))
    db.close()
    return path
