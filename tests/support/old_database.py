"""A database as a version without the hash chain left it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlite_utils import Database

from tests.support import TESTS
from watcher.store.migrations.evidence import EVIDENCE
from watcher.store.schema import IN_ORDER, migrations

if TYPE_CHECKING:
    from pathlib import Path

_ROWS = TESTS / "data" / "store" / "before_the_chain.sql"


def old_database(path: Path) -> Path:
    """Write such a database: one release with its capture, and an event of its feed."""
    db = Database(path)
    before = IN_ORDER[: IN_ORDER.index(EVIDENCE)]
    migrations.ensure_migrations_table(db)
    for _, sql in before:
        db.executescript(sql)
    db.executescript(_ROWS.read_text(encoding="utf-8"))
    rows = [{"migration_set": "watcher", "name": name, "applied_at": "2026"} for name, _ in before]
    db["_sqlite_migrations"].insert_all(rows)  # type: ignore[union-attr]
    db.close()
    return path
