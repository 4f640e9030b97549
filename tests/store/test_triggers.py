"""Evidence is added and never changed: also not by a plain sqlite3, nor by any kind of REPLACE."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from sqlite_utils import Database

from tests.support.evidence import GUARDED, archive, copy, verdict
from tests.support.old_database import NEXT, old_database
from watcher.archive.canonical_form import FORMS, TABLES, columns_of
from watcher.store.connection import connect
from watcher.store.schema import migrate
from watcher.store.triggers import GUARDS, missing_triggers

if TYPE_CHECKING:
    from pathlib import Path

# Columns that are hashed elsewhere or not content: the row's own number, what marks the newest, packed bytes, parents.
ELSEWHERE = {
    "snapshots": {"id", "body", "packing", "dictionary_id"},
    "dictionaries": {"id", "body"},
    "captures": {"id"},
    "revisions": {"id"},
    "claims": {"revision_id", "detector_version", "is_current"},
    "people": {"claim_id"},
    "attachment_texts": {"id"},
    "events": {"id", "decided_at"},
    "alerts": {"id"},
    "custody": {"id"},
    "reviews": {"id"},
}
HASHED = TABLES | {"claims": "claims", "claim": "claims", "person": "people"}
AT = "2026-11-24T00:00:00.000Z"
FILL = (
    f"INSERT INTO dictionaries (scope, sha256, byte_count, body, created_at) SELECT '', '{'a' * 64}', 1, x'00', '{AT}'",
    f"INSERT INTO anchors (kind, place, seq, hash, at, state) VALUES ('file', 'x', 1, '{'a' * 64}', '{AT}', 'done')",
    f"INSERT INTO imports (record, file, outcome, at) VALUES ('r', 'f', 'ok', '{AT}')",
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("guards")
    path = copy(archive(folder), folder / "whole.db")
    with closing(sqlite3.connect(path)) as db, db:
        for statement in FILL:
            db.execute(statement)
    return path


@pytest.fixture
def plain(made: Path, tmp_path: Path) -> sqlite3.Connection:
    shutil.copy(made, tmp_path / "w.db")
    return sqlite3.connect(tmp_path / "w.db")


def attempts(db: sqlite3.Connection, table: str) -> list[str]:
    columns = [row[1] for row in db.execute(f"PRAGMA table_info({table})")]
    guard = next(guard for guard in GUARDS if guard.table == table)
    free = guard.mutable if not guard.may_change else frozenset()
    fixed = [name for name in columns if name not in free and (not guard.only or name in guard.only)]
    everything = ", ".join(f'"{name}"' for name in columns)
    other = "CASE WHEN typeof(\"{0}\") = 'text' THEN 'other' ELSE 99999 END"
    return [
        *(f'UPDATE {table} SET "{name}" = {other.format(name)}' for name in fixed),
        f"DELETE FROM {table}",
        f"DELETE FROM {table} WHERE rowid = (SELECT max(rowid) FROM {table})",
        f"INSERT OR REPLACE INTO {table} ({everything}) SELECT {everything} FROM {table}",
        f"REPLACE INTO {table} ({everything}) SELECT {everything} FROM {table} LIMIT 1",
        f"UPDATE OR REPLACE {table} SET rowid = rowid + 100000",
    ][: None if table != "imports" else -1]


@pytest.mark.parametrize("recursive", [0, 1])
@pytest.mark.parametrize("table", GUARDED)
def test_no_statement_changes_evidence(plain: sqlite3.Connection, table: str, recursive: int) -> None:
    """(check 74) UPDATE of every column, DELETE, REPLACE abort in a plain sqlite3, whatever recursive_triggers is."""
    with closing(plain):
        plain.execute(f"PRAGMA recursive_triggers = {recursive}")
        before = plain.execute(f"SELECT * FROM {table}").fetchall()
        assert before, f"{table} is empty: nothing was tried"
        for statement in attempts(plain, table):
            with pytest.raises(sqlite3.IntegrityError):
                plain.execute(statement)
            plain.rollback()
        assert plain.execute(f"SELECT * FROM {table}").fetchall() == before


def test_replace_by_another_key_is_refused_too(plain: sqlite3.Connection) -> None:
    """(check 74) A new id with the hash, or the number, of a row that is there would delete that row."""
    with closing(plain):
        columns = {table: [row[1] for row in plain.execute(f"PRAGMA table_info({table})")] for table in GUARDED}
        for table in ("snapshots", "revisions", "claims", "people", "alerts", "chain_links"):
            names = ", ".join(f'"{name}"' for name in columns[table])
            odd = {"id": "99999", "seq": "99999", "uid": "'another'"}
            others = ", ".join(odd.get(name, f'"{name}"') for name in columns[table])
            with pytest.raises(sqlite3.IntegrityError, match="evidence"):
                plain.execute(f"INSERT OR REPLACE INTO {table} ({names}) SELECT {others} FROM {table} LIMIT 1")


def test_what_is_no_evidence_may_still_change(plain: sqlite3.Connection) -> None:
    """Which set of claims is current, whether an event was decided, how an anchor's stamp goes."""
    with closing(plain), plain:
        plain.execute("UPDATE claims SET is_current = 0")
        plain.execute(f"UPDATE events SET decided_at = '{AT}'")
        plain.execute("UPDATE anchors SET state = 'pending', attempt_count = 3, detail = 'later'")


def test_headers_of_unchanged_feeds_may_go_only_after_a_recorded_pruning(plain: sqlite3.Connection) -> None:
    """Polls, attempts and what an unchanged feed answered are pruned by age, on the record; nothing else ever is."""
    with closing(plain):
        plain.execute(
            "INSERT INTO captures (feed_id, kind, requested_url, url, outcome, request_headers, response_headers, hops,"
            " is_tls_verified, started_at, ended_at, program_version) VALUES"
            f" (1, 'feed', 'u', 'u', 'not_modified', '[]', '[]', '[]', 1, '{AT}', '{AT}', '1')"
        )
        delete = f"DELETE FROM captures WHERE ended_at = '{AT}'"
        with pytest.raises(sqlite3.IntegrityError):
            plain.execute(delete)
        order = (
            "INSERT INTO custody (at, action, who, program_version, prunes_before_at) VALUES (?, 'prune', 'me', '1', ?)"
        )
        plain.execute(order, [AT, "2026-11-25T00:00:00.000Z"])
        assert plain.execute(delete).rowcount == 1
        with pytest.raises(sqlite3.IntegrityError):
            plain.execute("DELETE FROM captures")


def test_every_column_of_evidence_is_hashed_and_guarded(made: Path) -> None:
    """A column that a migration adds must be put into a new form: else it could be changed and nobody would know."""
    db = Database(made)
    hashed: dict[str, set[str]] = {}
    for kind, table in HASHED.items():
        hashed.setdefault(table, set()).update(columns_of(kind) if kind != "claims" else ())
    for table, elsewhere in ELSEWHERE.items():
        columns = {column.name for column in db[table].columns}
        missing = columns - hashed[table] - elsewhere - {"id"}
        assert missing == set(), f"{table}: add a form in watcher/archive/canonical_form.py"
        assert hashed[table] <= columns
    db.close()


def test_kinds_and_forms_that_are_not_known_are_told() -> None:
    """A newer version's link is no reason to crash."""
    assert columns_of("event") == tuple(FORMS[0]["event"].split())
    for kind, form in (("event", 0), ("event", 99), ("nothing", 1)):
        with pytest.raises(LookupError):
            columns_of(kind, form)


def test_triggers_that_were_dropped_are_missed(made: Path, tmp_path: Path) -> None:
    """(check 75) Whoever drops a trigger to change a row has to put back exactly the same one."""
    path = tmp_path / "w.db"
    shutil.copy(made, path)
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("DROP TRIGGER guard_revisions_update")
        db.execute("DROP TRIGGER guard_claims_delete")
        db.execute("CREATE TRIGGER guard_claims_delete BEFORE DELETE ON claims BEGIN SELECT 1; END")
    found = verdict(path).findings
    names = {one.place for one in found if one.kind == "unguarded"}
    assert names == {"trigger guard_revisions_update", "trigger guard_claims_delete"}


def test_a_migration_makes_the_triggers_again(tmp_path: Path) -> None:
    """(check 43) A table that is rebuilt loses its triggers, and a new column is guarded only by new ones."""
    path = old_database(tmp_path / "old.db")
    opened = connect(path)
    opened.execute("DROP TRIGGER guard_events_update")
    migrate(opened, NEXT)
    assert list(missing_triggers(opened)) == []
    opened.close()
