"""The tables, created only by migrations; docs/reference/tables.md describes them column by column.

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
from watcher.store.chain import chain_before
from watcher.store.guards import drop_guards, make_guards
from watcher.store.migrations import IN_ORDER, evidence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlite_utils import Database

NAMES = tuple(step.NAME for step in IN_ORDER)
migrations = Migrations("watcher")


def _add(name: str, script: str) -> None:
    @migrations(name=name)
    def _run(db: Database) -> None:
        for statement in _statements(script):
            db.execute(statement)


for _step in IN_ORDER:
    _add(_step.NAME, _step.SCRIPT)


def _statements(script: str) -> Iterator[str]:
    """The statements of a script one by one: `executescript` would commit the transaction they belong to."""
    pending = ""
    for line in script.splitlines(keepends=True):
        pending += line
        if sqlite3.complete_statement(pending):
            yield pending
            pending = ""


def _back_up(db: Database, name: str) -> None:
    """Copy the database beside itself before its schema is changed; one that an interrupted try made is good."""
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
    """Bring the schema up to date within one transaction, a verified copy of what was there before beside it.

    Raises SchemaTooNew for a newer version's database, Damaged and StoreError where the copy cannot be made; then
    nothing was changed (check 43).
    """
    check_version(db)
    pending = [migration.name for migration in migrations.pending(db)]
    if not pending:
        return
    if len(pending) < len(NAMES):
        _back_up(db, pending[0])
    db.execute("BEGIN IMMEDIATE")
    try:
        drop_guards(db)
        migrations.apply(db)
        if evidence.NAME in pending:
            chain_before(db)
        make_guards(db)
    except BaseException:
        db.rollback()
        raise
    db.commit()
