"""Applies the migrations, which alone create the tables, and compares the schema with what they make.

Times are TEXT, UTC ISO 8601 with Z, so that text order is time order. Tables are STRICT (wrong types are refused),
keys are INTEGER, and each table has a natural UNIQUE key, so that a poll that is repeated after a crash is harmless.
docs/reference/tables.md describes them column by column.
"""

from __future__ import annotations

import sqlite3
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.resources import files as files_of
from pathlib import Path
from typing import TYPE_CHECKING

from sqlite_utils import Database, Migrations

from watcher.errors import SchemaChanged, SchemaTooNew, SchemaTooOld
from watcher.store.backup import check_copy, copy_database
from watcher.store.due_work import forget, is_checked, save_checked
from watcher.store.triggers import drop_triggers, make_triggers

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


def _scripts() -> dict[str, str]:
    """The script of each migration by its name, in the order in which they are applied."""
    files = (file for file in files_of("watcher.store.migrations").iterdir() if file.name.endswith(".sql"))
    found = {file.name.removesuffix(".sql"): file.read_text(encoding="utf-8") for file in files}
    return dict(sorted(found.items()))


SCRIPTS: Mapping[str, str] = _scripts()
# The first migration of the versions before the first release, whose tables had other names.
_UNRELEASED = "0001_foundation"
_WAY_OUT = (
    "a version from before the first release wrote this database, and it cannot be upgraded: keep the file, let"
    " `database` in watcher.toml name a new one, and take over what is in it with `watcher export warc` of the version"
    " that wrote it and `watcher import warc` of this one"
)
_REPAIR = (
    "Something else than watcher changed them. `watcher db repair` makes indexes, views and triggers again; a table is"
    " put right by undoing the change, or by `watcher restore` of a backup"
)
_SHOWN = 3


def _migrations(scripts: Mapping[str, str]) -> Migrations:
    made = Migrations("watcher")
    for name, script in scripts.items():
        _add(made, name, script)
    return made


def _add(migrations: Migrations, name: str, script: str) -> None:
    @migrations(name=name)
    def _run(db: Database) -> None:
        _know_unhex(db)
        for statement in _statements(script):
            db.execute(statement)


def _know_unhex(db: Database) -> None:
    """The function that SQLite has from 3.41 on; a migration needs it."""
    db.conn.create_function("unhex", 1, bytes.fromhex, deterministic=True)


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


def applied_migrations(db: Database) -> list[str]:
    """The names of the migrations that a database records, in the order in which they were applied."""
    return [migration.name for migration in _migrations({}).applied(db)]


def pending_migrations(db: Database, scripts: Mapping[str, str] = SCRIPTS) -> list[str]:
    """The names of the migrations that a database lacks, in their order."""
    return [migration.name for migration in _migrations(scripts).pending(db)]


def _applied(db: Database, scripts: Mapping[str, str]) -> Mapping[str, str]:
    """Those that made the tables as they are, before the others are applied."""
    names = set(applied_migrations(db))
    return {name: script for name, script in scripts.items() if name in names}


def check_version(db: Database, scripts: Mapping[str, str] = SCRIPTS) -> None:
    """Raise SchemaTooNew for a newer version's database, SchemaTooOld for one of before the first release."""
    try:
        unknown = set(applied_migrations(db)) - set(scripts)
    except (sqlite3.DatabaseError, UnicodeError):
        return  # what is damaged is for the integrity check to say
    if _UNRELEASED in unknown:
        raise SchemaTooOld(_WAY_OUT)
    if unknown:
        raise SchemaTooNew(f"a newer version wrote this database: {', '.join(sorted(unknown))}")


def migrate(db: Database, scripts: Mapping[str, str] = SCRIPTS) -> None:
    """Bring the schema up to date within one transaction, after a verified copy of the old database is made.

    Raises SchemaTooNew and SchemaTooOld for a database of another version, SchemaChanged for one that something else
    changed, Damaged and StoreError where the copy cannot be made; then nothing was changed.
    """
    check_version(db, scripts)
    pending = pending_migrations(db, scripts)
    if pending:
        if len(pending) < len(scripts):
            check_schema(db, _applied(db, scripts))
            _back_up(db, pending[0])
        _apply(db, scripts)
    _check_once(db, scripts)


def _check_once(db: Database, scripts: Mapping[str, str]) -> None:
    """Compare the schema, unless this very one was compared with these migrations before: that takes a while."""
    found = sha256(repr((scripts, _schema_of(db))).encode("utf-8", "replace")).hexdigest()
    if "checked" not in db.table_names():
        check_schema(db, scripts)  # of other migrations, or a table that is missing
    elif not is_checked(db, "schema", found):
        check_schema(db, scripts)
        with suppress(sqlite3.OperationalError):  # on a full disk it is compared again at the next start
            db.execute("BEGIN IMMEDIATE")
            with db.conn:
                save_checked(db, "schema", found)


def _apply(db: Database, scripts: Mapping[str, str]) -> None:
    db.execute("BEGIN IMMEDIATE")
    try:
        drop_triggers(db)
        _migrations(scripts).apply(db)
        make_triggers(db)
        if "checked" in db.table_names():
            forget(db, "configuration")  # what it says of the feeds may have its place in columns that are new
    except BaseException:
        db.rollback()
        raise
    db.commit()


def check_schema(db: Database, scripts: Mapping[str, str] = SCRIPTS) -> None:
    """Raise SchemaChanged where tables, indexes, views or triggers are not what the migrations make.

    Tables, views and plain indexes that somebody added change nothing for us and are let be. The triggers that guard
    the evidence belong to the integrity check: where one of them is gone, the evidence itself is in doubt.
    """
    found = list(schema_differences(db, scripts))
    if found:
        shown = "; ".join(str(one) for one in found[:_SHOWN]) + ("; …" if len(found) > _SHOWN else "")
        raise SchemaChanged(f"the tables are not those that the migrations make: {shown}. {_REPAIR}")


@dataclass(frozen=True, slots=True)
class Difference:
    """One table, index, view or trigger that is not as the migrations make it; `sql` does, None for one too many."""

    type: str
    name: str
    what: str
    sql: str | None

    def __str__(self) -> str:
        """As a sentence names it."""
        return f"{self.type} {self.name} {self.what}"


def schema_differences(db: Database, scripts: Mapping[str, str] = SCRIPTS) -> Iterator[Difference]:
    """What is missing, changed or added, in the order of the migrations."""
    expected, found = _expected_schema(tuple(scripts.items())), _schema_of(db)
    for (kind, name), sql in expected.items():
        if (kind, name) not in found:
            yield Difference(kind, name, "is missing", sql)
        elif _plain(found[kind, name]) != _plain(sql):
            yield Difference(kind, name, "is another one", sql)
    for (kind, name), sql in found.items():
        if (kind, name) not in expected and (kind == "trigger" or sql.upper().startswith("CREATE UNIQUE")):
            yield Difference(kind, name, "was added", None)


@cache
def _expected_schema(scripts: tuple[tuple[str, str], ...]) -> Mapping[tuple[str, str], str]:
    """What these migrations make of an empty database, which takes some milliseconds."""
    db = Database(memory=True, execute_plugins=False)
    _know_unhex(db)
    for _, script in scripts:
        db.executescript(script)
    made = _schema_of(db)
    db.close()
    return made


def _schema_of(db: Database) -> dict[tuple[str, str], str]:
    """The statement of every table, index, view and trigger that is not SQLite's, the guards' or the library's."""
    asked = "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'guard|_%' ESCAPE '|'"
    ours = "AND name NOT LIKE 'sqlite|_%' ESCAPE '|' AND tbl_name != '_sqlite_migrations' ORDER BY rowid"
    return {(kind, name): sql for kind, name, sql in db.conn.execute(f"{asked} {ours}")}


def _plain(sql: str) -> str:
    """A statement without what versions of SQLite write differently where they rewrite one: white space and quotes."""
    return " ".join(sql.replace('"', "").split())


def repair_schema(db: Database) -> list[str]:
    """Make indexes, views and triggers again that are not as they should be, within the caller's transaction.

    Returns their names. Raises SchemaChanged where a table is another one, which holds rows and is left as it is.
    """
    scripts = _applied(db, SCRIPTS)
    differences = list(schema_differences(db, scripts))
    if any(one.type == "table" for one in differences):
        check_schema(db, scripts)
    for one in differences:
        if one.what != "is missing":
            db.conn.execute(f'DROP {one.type} "{one.name}"')
        if one.sql is not None:
            db.conn.execute(one.sql)
    drop_triggers(db)
    make_triggers(db)
    return [f"{one.type} {one.name}" for one in differences]
