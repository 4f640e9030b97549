"""The schema: strict tables, named migrations, and a verified copy before each of them."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from tests.support import ROOT, script
from tests.support.old_database import LATER, NEXT, old_database
from watcher.errors import SchemaTooNew, SchemaTooOld, StoreError
from watcher.store.connection import connect
from watcher.store.rows import insert
from watcher.store.schema import SCRIPTS, applied_migrations, migrate, missing_triggers

if TYPE_CHECKING:
    from pathlib import Path

    from sqlite_utils import Database


@pytest.fixture
def db(tmp_path: Path) -> Database:
    made = connect(tmp_path / "watcher.db")
    migrate(made)
    return made


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
