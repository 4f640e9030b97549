"""Applies the migrations, which alone create the tables; docs/reference/tables.md describes them column by column.

Times are TEXT, UTC ISO 8601 with Z, so that text order is time order. Tables are STRICT (wrong types are refused),
keys are INTEGER, and each table has a natural UNIQUE key, so that a poll that is repeated after a crash is harmless.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

from sqlite_utils import Migrations

from watcher.errors import SchemaTooNew
from watcher.store.backup import check_copy, copy_database
from watcher.store.chain import link_older_rows
from watcher.store.migrations.events_and_alerts import ALERTS, CHANNELS, EVENTS, LOOKUP_INDEXES
from watcher.store.migrations.evidence import EVIDENCE, UPKEEP_INDEXES
from watcher.store.migrations.feeds_and_releases import (
    ATTACHED_FILES,
    ATTACHMENT_TEXTS,
    IDENTITIES,
    POLLING_HINTS,
    RECHECKS,
    SYNDICATED_COPIES,
    WEBSUB,
)
from watcher.store.migrations.tables import FOUNDATION
from watcher.store.triggers import drop_triggers, make_triggers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlite_utils import Database


# Each is a name and a script. This order counts, not the number in the name.
IN_ORDER = (
    FOUNDATION,
    ATTACHED_FILES,
    EVENTS,
    POLLING_HINTS,
    ATTACHMENT_TEXTS,
    ALERTS,
    SYNDICATED_COPIES,
    EVIDENCE,
    CHANNELS,
    LOOKUP_INDEXES,
    UPKEEP_INDEXES,
    RECHECKS,
    WEBSUB,
    IDENTITIES,
)
NAMES = tuple(name for name, _ in IN_ORDER)
migrations = Migrations("watcher")


def _add(name: str, script: str) -> None:
    @migrations(name=name)
    def _run(db: Database) -> None:
        for statement in _statements(script):
            db.execute(statement)


for _name, _script in IN_ORDER:
    _add(_name, _script)


def _statements(script: str) -> Iterator[str]:
    """The statements of a script one by one: `executescript` would commit the transaction they belong to."""
    pending = ""
    for line in script.splitlines(keepends=True):
        pending += line
        if sqlite3.complete_statement(pending):
            yield pending
            pending = ""


def _back_up(db: Database, name: str) -> None:
    """Copy the database into its folder before its schema is changed; one made by an interrupted attempt serves."""
    file = db.execute("PRAGMA database_list").fetchone()[2]
    if not file:
        return  # a database in memory
    path = Path(file)
    target = path.with_name(f"{path.name}.before-{name}")
    log = path.with_name(f"{path.name}-wal")
    changed = max(part.stat().st_mtime_ns for part in (path, log) if part.exists())
    if target.exists() and target.stat().st_mtime_ns >= changed:
        return
    number = 1
    while target.exists():
        number += 1
        target = path.with_name(f"{path.name}.before-{name}-{number}")
    copy_database(db, target, check_copy)


def check_version(db: Database) -> None:
    """Raise SchemaTooNew for a database that a newer version wrote."""
    unknown = {migration.name for migration in migrations.applied(db)} - set(NAMES)
    if unknown:
        raise SchemaTooNew(f"a newer version wrote this database: {', '.join(sorted(unknown))}")


def migrate(db: Database) -> None:
    """Bring the schema up to date within one transaction, after a verified copy of the old database is made.

    Raises SchemaTooNew for a newer version's database, Damaged and StoreError where the copy cannot be made; then
    nothing was changed.
    """
    check_version(db)
    pending = [migration.name for migration in migrations.pending(db)]
    if not pending:
        return
    if len(pending) < len(NAMES):
        _back_up(db, pending[0])
    db.execute("BEGIN IMMEDIATE")
    try:
        drop_triggers(db)
        migrations.apply(db)
        if EVIDENCE[0] in pending:
            link_older_rows(db)
        make_triggers(db)
    except BaseException:
        db.rollback()
        raise
    db.commit()
