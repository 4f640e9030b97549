"""The schema: strict tables, named migrations, and a verified copy before each of them."""

from __future__ import annotations

import gzip
import os
import re
import signal
import sqlite3
import subprocess
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from tests.support import ROOT, TESTS, script
from tests.support.evidence import GUARDED, verdict
from tests.support.old_database import LATER, NEXT, RELEASED, old_database
from watcher.archive.canonical_form import digest
from watcher.errors import SchemaChanged, SchemaTooNew, SchemaTooOld, StoreError
from watcher.store.connection import connect
from watcher.store.rows import insert
from watcher.store.schema import (
    SCRIPTS,
    applied_migrations,
    migrate,
    repair_schema,
    schema_differences,
)
from watcher.store.triggers import missing_triggers

if TYPE_CHECKING:
    from pathlib import Path

    from sqlite_utils import Database


def test_every_table_is_strict_and_every_migration_is_named(db: Database) -> None:
    """A wrong type is refused by the database itself; an older program can tell a newer file."""
    names = [name for name in db.table_names() if not name.startswith(("_", "revisions_fts", "sqlite"))]
    assert [name for name in names if "STRICT" not in db[name].schema] == []
    assert applied_migrations(db) == list(SCRIPTS)
    with pytest.raises(sqlite3.IntegrityError):
        insert(
            db,
            "snapshots",
            {"sha256": "a" * 64, "byte_count": "many", "compression": "none", "body": b"", "created_at": "x"},
        )


def test_newer_schema_is_refused(db: Database) -> None:
    """Check 43: an old program must not write into what it does not understand."""
    db["_sqlite_migrations"].insert({"migration_set": "watcher", "name": "9999_later", "applied_at": "2030"})  # type: ignore[union-attr]
    with pytest.raises(SchemaTooNew, match="9999_later"):
        migrate(db)


def test_a_database_from_before_the_first_release_is_refused_with_a_way_out(tmp_path: Path) -> None:
    """Its tables have other names: it is left as it is, and one sentence says how its contents are taken over."""
    db = connect(tmp_path / "watcher.db")
    db["_sqlite_migrations"].insert({"migration_set": "watcher", "name": "0001_foundation", "applied_at": "2026"})  # type: ignore[union-attr]
    with pytest.raises(SchemaTooOld, match=r"`watcher export warc` .* `watcher import warc`"):
        migrate(db)
    assert db.table_names() == ["_sqlite_migrations"]


def applied(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as db:
        return [row[0] for row in db.execute("SELECT name FROM _sqlite_migrations ORDER BY rowid")]


def test_migration_backs_up_first(tmp_path: Path) -> None:
    """(check 43) Beside the database lies a verified copy of what was there before; a new database needs none."""
    path = old_database(tmp_path / "w.db")
    before = applied(path)
    db = connect(path)
    migrate(db, NEXT)
    db.close()
    (backup,) = tmp_path.glob("w.db.before-*")
    assert backup.name == f"w.db.before-{LATER}"
    assert applied(backup) == before
    assert applied(path) == list(NEXT)
    migrate(connect(tmp_path / "new.db"))
    assert list(tmp_path.glob("new.db.before-*")) == []


@pytest.mark.parametrize("point", ["copy_database", "check_copy", "drop_triggers", "make_triggers"])
def test_migration_that_is_killed_leaves_old_or_new(tmp_path: Path, point: str) -> None:
    """(check 43) SIGKILL inside a migration: the old schema or the new one, and the next start goes on."""
    path = old_database(tmp_path / "w.db")
    before = applied(path)
    done = subprocess.run([*script("crash_migration"), str(path), point], cwd=ROOT, check=False)  # noqa: S603 - our own script
    assert done.returncode == -signal.SIGKILL
    assert applied(path) == before, "nothing of it is there before the commit"
    db = connect(path)
    migrate(db, NEXT)
    assert db.execute("SELECT count(*) FROM revisions").fetchone() == (1,)
    assert list(missing_triggers(db)) == []
    db.close()
    assert applied(path) == list(NEXT)
    assert list(tmp_path.glob("w.db.before-*"))


@pytest.mark.soak
def test_migration_killed_at_random_moments(tmp_path: Path) -> None:
    """(check 43) The same by the clock, fifty times."""
    import random  # noqa: PLC0415 - only here
    import time  # noqa: PLC0415 - only here

    for number in range(50):
        path = old_database(tmp_path / f"{number}.db")
        process = subprocess.Popen([*script("crash_migration"), str(path), "never"], cwd=ROOT)  # noqa: S603 - the same
        time.sleep(random.uniform(0.2, 0.9))
        process.kill()
        process.wait()
        assert applied(path) in (list(NEXT), list(SCRIPTS))
        db = connect(path)
        migrate(db, NEXT)
        assert list(missing_triggers(db)) == []
        db.close()


def test_migration_is_refused_where_no_copy_can_be_made(tmp_path: Path) -> None:
    """(check 43) A damaged database is not migrated: a copy of it could not be trusted."""
    path = old_database(tmp_path / "w.db")
    with closing(sqlite3.connect(path)) as raw:
        (page,) = raw.execute("SELECT rootpage FROM sqlite_master WHERE name = 'revisions'").fetchone()
    with path.open("r+b") as file:
        file.seek((page - 1) * 4096)
        file.write(os.urandom(4096))
    db = connect(path)
    with pytest.raises((StoreError, sqlite3.DatabaseError)):
        migrate(db, NEXT)
    db.close()
    assert list(tmp_path.glob("*before*")) == []


def changed(path: Path, statement: str) -> Database:
    """A new database in which somebody ran a statement."""
    made = connect(path)
    migrate(made)
    made.executescript(statement)
    return made


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("DROP INDEX releases_by_url", "index releases_by_url is missing"),
        ("DROP INDEX feeds_due; CREATE INDEX feeds_due ON feeds (due_at)", "index feeds_due is another one"),
        ("DROP VIEW records; CREATE VIEW records AS SELECT 1", "view records is another one"),
        ("DROP TRIGGER revisions_indexed", "trigger revisions_indexed is missing"),
        ("CREATE TRIGGER t AFTER INSERT ON claims BEGIN SELECT 1; END", "trigger t was added"),
        ("CREATE UNIQUE INDEX u ON releases (title)", "index u was added"),
    ],
)
def test_a_schema_that_was_changed_is_refused_and_repaired(tmp_path: Path, statement: str, said: str) -> None:
    """A missing index makes polls slow, an added trigger could falsify what is stored: neither goes on unnoticed."""
    made = changed(tmp_path / "w.db", statement)
    with pytest.raises(SchemaChanged, match=f"{said}.*`watcher db repair`"):
        migrate(made)
    assert repair_schema(made) == [" ".join(said.split()[:2])]
    migrate(made)
    assert (list(schema_differences(made)), list(missing_triggers(made))) == ([], [])


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("ALTER TABLE releases ADD COLUMN note TEXT", "table releases is another one"),
        ("ALTER TABLE hosts RENAME TO machines", "table hosts is missing"),
        ("DROP TABLE imports", "table imports is missing"),
    ],
)
def test_a_table_that_was_changed_is_not_repaired(tmp_path: Path, statement: str, said: str) -> None:
    """It holds rows, so nothing is done by itself: the sentence names the table and the two ways out."""
    made = changed(tmp_path / "w.db", statement)
    for attempt in (migrate, repair_schema):
        with pytest.raises(SchemaChanged, match=f"{said}.*`watcher restore`"):
            attempt(made)


def test_what_an_operator_adds_for_readers_is_let_be(tmp_path: Path) -> None:
    """A table of one's own notes, a view for Datasette, an index and ANALYZE change nothing that the program does."""
    added = "CREATE TABLE notes (t TEXT); CREATE VIEW mine AS SELECT 1; CREATE INDEX i ON claims (place); ANALYZE;"
    made = changed(tmp_path / "w.db", added)
    migrate(made)
    assert repair_schema(made) == []
    assert {"notes", "i"} <= {row[0] for row in made.execute("SELECT name FROM sqlite_master")}


def test_a_changed_schema_is_not_migrated(tmp_path: Path) -> None:
    """A migration rests on what the ones before it made; on anything else it could lose rows."""
    path = old_database(tmp_path / "w.db")
    db = connect(path)
    db.execute("DROP INDEX claims_by_stance")
    with pytest.raises(SchemaChanged, match="index claims_by_stance is missing"):
        migrate(db, NEXT)
    assert applied(path) == list(SCRIPTS)
    assert list(tmp_path.glob("*before*")) == []


def test_a_migration_that_databases_were_made_with_is_never_edited() -> None:
    """Who changes a table adds a migration, and its line here; a line that stands is never changed."""
    lines = (TESTS / "data" / "store" / "migrations.sha256").read_text(encoding="utf-8").splitlines()
    assert lines == [f"{digest(sql.encode())}  {name}.sql" for name, sql in SCRIPTS.items()]


@pytest.mark.parametrize("packed", RELEASED, ids=lambda packed: packed.name)
def test_the_database_of_every_release_upgrades(packed: Path, tmp_path: Path) -> None:
    """With every row that it had, sound to SQLite and to the hash chain, and a second start changes nothing."""
    path = tmp_path / "watcher.db"
    path.write_bytes(gzip.decompress(packed.read_bytes()))
    db = connect(path)
    before = {name: db[name].count for name in GUARDED if name in db.table_names()}
    links = db.execute("SELECT * FROM chain ORDER BY seq").fetchall()
    migrate(db)
    assert db.execute("SELECT * FROM chain ORDER BY seq").fetchall() == links
    assert applied_migrations(db) == list(SCRIPTS)
    assert {name: db[name].count for name in before} == before
    assert min(before.values()) > 0, "the fixture has a row in every table of evidence"
    db.close()
    assert verdict(path).findings == ()


def test_every_release_has_its_database() -> None:
    """`make release` writes it: what was once released must be upgraded by every later version."""
    versions = re.findall(r"^## \[?(\d[^ \]]*)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert {f"{version}.db.gz" for version in versions} <= {packed.name for packed in RELEASED}
    assert RELEASED
