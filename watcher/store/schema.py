"""Applies the migrations, which alone create the tables; docs/reference/tables.md describes them column by column.

Times are TEXT, UTC ISO 8601 with Z, so that text order is time order. Tables are STRICT (wrong types are refused),
keys are INTEGER, and each table has a natural UNIQUE key, so that a poll that is repeated after a crash is harmless.
Triggers keep evidence as it was written, also from a plain sqlite3.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from importlib.resources import files as files_of
from pathlib import Path
from typing import TYPE_CHECKING

from sqlite_utils import Migrations

from watcher.archive.canonical_form import columns_of
from watcher.errors import SchemaTooNew, SchemaTooOld
from watcher.store.backup import check_copy, copy_database

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sqlite_utils import Database


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


def _migrations(scripts: Mapping[str, str]) -> Migrations:
    made = Migrations("watcher")
    for name, script in scripts.items():
        _add(made, name, script)
    return made


def _add(migrations: Migrations, name: str, script: str) -> None:
    @migrations(name=name)
    def _run(db: Database) -> None:
        for statement in _statements(script):
            db.execute(statement)


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

    Raises SchemaTooNew and SchemaTooOld for a database of another version, Damaged and StoreError where the copy cannot
    be made; then nothing was changed.
    """
    check_version(db, scripts)
    pending = pending_migrations(db, scripts)
    if not pending:
        return
    if len(pending) < len(scripts):
        _back_up(db, pending[0])
    db.execute("BEGIN IMMEDIATE")
    try:
        drop_triggers(db)
        _migrations(scripts).apply(db)
        make_triggers(db)
    except BaseException:
        db.rollback()
        raise
    db.commit()


# The hash, headers and times of an unchanged feed's answer; a poll's revision may still point to it.
_PRUNABLE = (
    "old.kind = 'feed' AND old.snapshot_id IS NULL"
    " AND old.ended_at < (SELECT max(prunes_before_at) FROM custody)"
    " AND NOT EXISTS (SELECT 1 FROM revisions WHERE feed_capture_id = old.id)"
)
# The same as the partial unique index alerts_by_revision.
_SAME_ALERT = (
    "EXISTS (SELECT 1 FROM alerts WHERE revision_id = new.revision_id AND event = new.event"
    " AND event IN ('new', 'changed', 'denial', 'revision', 'withdrawn'))"
)


@dataclass(frozen=True, slots=True)
class Guard:
    """How a table is guarded: its keys, the columns that may change (`only` names those that may not).

    SQL conditions: `may_go` is for rows that may be deleted, `also_taken` for keys that are no plain columns.
    """

    table: str
    keys: tuple[tuple[str, ...], ...]
    mutable: frozenset[str] = frozenset()
    only: tuple[str, ...] = ()
    may_go: str = ""
    also_taken: str = ""


GUARDS = (
    Guard("snapshots", (("id",), ("sha256",))),
    Guard("captures", (("id",),), may_go=_PRUNABLE),
    Guard("revisions", (("id",), ("release_id", "number"))),
    Guard("claims", (("id",), ("revision_id", "detector_version", "number")), mutable=frozenset({"is_current"})),
    Guard("people", (("id",), ("claim_id", "number"))),
    Guard("attachment_texts", (("id",),)),
    Guard("events", (("id",),), only=("id", *columns_of("event"))),
    Guard(
        "alerts",
        (("id",), ("uid",), ("event_id",)),
        only=("id", *columns_of("alert")),
        also_taken=_SAME_ALERT,
    ),
    Guard("chain", (("seq",), ("hash",), ("kind", "row_id"))),
    Guard("anchors", (("id",), ("kind", "place", "seq")), only=("id", "kind", "place", "seq", "hash", "at")),
    Guard("custody", (("id",),)),
    Guard("imports", (("record",),)),
)


def drop_triggers(db: Database) -> None:
    """Drop the triggers, within the transaction of a migration that has to touch the tables."""
    for (name,) in db.conn.execute(
        "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'guard|_%' ESCAPE '|'"
    ).fetchall():
        db.conn.execute(f'DROP TRIGGER "{name}"')


def make_triggers(db: Database) -> None:
    """Create the triggers of every guarded table."""
    for sql in _expected_triggers(db).values():
        db.conn.execute(sql)


def missing_triggers(db: Database) -> Iterator[str]:
    """The names of triggers that are not there or say something else than they should."""
    found = dict(db.conn.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall())
    for name, sql in _expected_triggers(db).items():
        if found.get(name) != sql:
            yield name


def _expected_triggers(db: Database) -> dict[str, str]:
    """The statement of every trigger by its name, for the columns that the tables have now."""
    found: dict[str, str] = {}
    for guard in GUARDS:
        name = f"guard_{guard.table}"
        changed = " OR ".join(f'old."{column}" IS NOT new."{column}"' for column in _guarded(db, guard))
        keys = [_is_taken(guard.table, key) for key in guard.keys]
        taken = " OR ".join([*keys, guard.also_taken] if guard.also_taken else keys)
        goes = f" WHEN NOT coalesce({guard.may_go}, 0)" if guard.may_go else ""
        for event, condition in (("UPDATE", f" WHEN {changed}"), ("DELETE", goes), ("INSERT", f" WHEN {taken}")):
            what = f"{guard.table} is evidence: its rows are added and never changed"
            found[f"{name}_{event.lower()}"] = (
                f"CREATE TRIGGER {name}_{event.lower()} BEFORE {event} ON {guard.table}{condition}"
                f" BEGIN SELECT RAISE(ABORT, '{what}'); END"
            )
    return found


def _guarded(db: Database, guard: Guard) -> list[str]:
    columns = [row[1] for row in db.conn.execute(f"PRAGMA table_info({guard.table})")]
    return [name for name in columns if name not in guard.mutable and (not guard.only or name in guard.only)]


def _is_taken(table: str, key: tuple[str, ...]) -> str:
    same = " AND ".join(f'"{column}" = new."{column}"' for column in key)
    return f"EXISTS (SELECT 1 FROM {table} WHERE {same})"
