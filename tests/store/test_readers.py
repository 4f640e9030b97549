"""What readers may ask of the database: only what is public, within limits, whichever way a statement is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from watcher.store.connection import connect, write
from watcher.store.readers import PRIVATE, PUBLIC, Answer, Guarded, Question
from watcher.store.schema import migrate

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NUMBERS = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n{})"
FORBIDDEN = [
    "SELECT * FROM recipients",
    'SELECT address FROM main."Recipients" AS r',
    "SELECT count(*) FROM custody",
    "SELECT 1 WHERE EXISTS (SELECT 1 FROM deliveries)",
    "SELECT (SELECT max(address) FROM recipients)",
    "WITH r AS (SELECT * FROM attempts) SELECT count(*) FROM r",
    "SELECT * FROM feeds JOIN mutes USING (id)",
    "SELECT name FROM feeds UNION SELECT name FROM channels",
    "SELECT title FROM releases ORDER BY (SELECT who FROM custody LIMIT 1)",
    "SELECT * FROM leak",
    "EXPLAIN SELECT * FROM custody",
    "EXPLAIN QUERY PLAN SELECT * FROM custody",
    "SELECT sql FROM sqlite_master",
    "SELECT * FROM sqlite_schema",
    "SELECT * FROM pragma_database_list",
    "SELECT * FROM pragma_table_info('recipients')",
    "SELECT * FROM revisions_fts_data",
    "SELECT * FROM revisions_fts_documents_data",
    "SELECT block FROM revisions_fts_docsize JOIN revisions_fts_data",
    "PRAGMA hard_heap_limit = 0",
    "ATTACH ':memory:' AS other",
    "DELETE FROM claims",
    "CREATE TEMP TABLE t (x)",
]
# Statement and what is said of it.
TOO_MUCH = {
    "SELECT hex(randomblob(2e8))": "too big",
    "SELECT printf('%s', zeroblob(3000000))": "too big",
    f"{NUMBERS.format('')} SELECT x, hex(randomblob(100000)) FROM n": "larger than 8 MB",
    f"{NUMBERS.format(' LIMIT 400000')} SELECT group_concat(x) FROM n": "too big",
    f"SELECT 1 LIKE '{'%a' * 200}'": "pattern too complex",
    f"SELECT {', '.join(['1'] * 80)}": "too many columns",
    f"SELECT {'(' * 150}1{')' * 150}": "overflow",
}


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    """A database with a secret in each private place, and a view that reads one of them."""
    file = tmp_path_factory.mktemp("readers") / "watcher.db"
    database = connect(file)
    migrate(database)
    with write(database):
        database.execute("CREATE VIEW leak AS SELECT address FROM recipients")
        database.execute("INSERT INTO publishers (code, name, is_verified) VALUES ('army', 'The Army', 1)")
        database.execute(
            "INSERT INTO snapshots (sha256, byte_count, compression, body, created_at) VALUES (?, 3, 'none', x'00', ?)",
            ["0" * 64, "2026-01-01T00:00:00Z"],
        )
        database.execute(
            "INSERT INTO custody (at, action, who, program_version) VALUES ('2026-01-01T00:00:00Z', 'x', 'secret', '1')"
        )
    guarded = Guarded(file, is_still=False)
    yield guarded
    guarded.close()
    database.close()


def ask(guarded: Guarded, sql: str, *, rows: int | None = 500, milliseconds: float = 1000) -> Answer:
    return guarded.answer(Question(sql, (), milliseconds, rows))


def test_every_table_is_either_public_or_private(tmp_path: Path) -> None:
    """Whoever adds a table decides whether readers may see it; until then it is shut."""
    database = connect(tmp_path / "watcher.db")
    migrate(database)
    shadows = ("_data", "_idx", "_docsize", "_config", "_content")
    own = {name for name in (*database.table_names(), *database.view_names()) if not name.startswith("sqlite_")}
    own -= {name for name in own if name.startswith("revisions_fts") and name.endswith(shadows)}
    assert own == PUBLIC | PRIVATE
    assert set() == PUBLIC & PRIVATE
    database.close()


@pytest.mark.parametrize("sql", FORBIDDEN)
def test_private_things_are_denied_however_they_are_asked_for(guarded: Guarded, sql: str) -> None:
    """Addresses of recipients are to be read by no route, and nothing is to be written."""
    answer = ask(guarded, sql)
    assert (answer.kind, answer.rows) == ("forbidden", ()), answer
    assert "secret" not in answer.detail


def test_harmless_statements_are_answered(guarded: Guarded) -> None:
    """A guard that is too strict takes the tool out of readers' hands."""
    assert ask(guarded, "SELECT name FROM publishers").rows == (("The Army",),)
    assert ask(guarded, f"{NUMBERS.format(' LIMIT 4')} SELECT count(*) FROM n").rows == ((4,),)
    assert ask(guarded, "SELECT value FROM json_each('[1, 2]')").rows == ((1,), (2,))
    assert ask(guarded, "SELECT * FROM records").kind == "done"
    assert ask(guarded, "SELECT rowid FROM revisions_fts_documents('two words')").kind == "done"
    assert (
        ask(guarded, "SELECT snippet(revisions_fts, 1, '', '', '', 9) FROM revisions_fts('two words')").kind == "done"
    )
    assert len(ask(guarded, "SELECT * FROM pragma_table_info('claims')").rows) > 30
    assert ask(guarded, "EXPLAIN QUERY PLAN SELECT * FROM claims").kind == "done"
    assert ask(guarded, "WITH custody AS (SELECT 1 AS who) SELECT who FROM custody").rows == ((1,),)


def test_withheld_columns_are_read_as_empty(guarded: Guarded) -> None:
    """Bodies are megabytes, and a bundle holds them; what else the row says stays."""
    assert ask(guarded, "SELECT body, byte_count FROM snapshots").rows == ((None, 3),)


@pytest.mark.parametrize(("sql", "why"), TOO_MUCH.items())
def test_what_needs_too_much_is_refused_in_words(guarded: Guarded, sql: str, why: str) -> None:
    """Each bound holds by itself, and the connection works on after it."""
    answer = ask(guarded, sql, milliseconds=60_000)
    assert answer.kind == "failed", answer
    assert why in answer.detail
    assert ask(guarded, "SELECT 1").rows == ((1,),)


def test_time_and_rows_are_limited(guarded: Guarded) -> None:
    """An endless query ends, and one with many rows stops where the limit is."""
    assert ask(guarded, f"{NUMBERS.format('')} SELECT count(*) FROM n", milliseconds=20).kind == "interrupted"
    assert len(ask(guarded, f"{NUMBERS.format('')} SELECT x FROM n", rows=7).rows) == 7


def test_schema_may_change_while_readers_ask(tmp_path: Path) -> None:
    """A migration and a VACUUM close the virtual tables; a reader's next search must not be an error."""
    file = tmp_path / "watcher.db"
    database = connect(file)
    migrate(database)
    guarded = Guarded(file, is_still=False)
    assert ask(guarded, "SELECT title FROM revisions_fts('town')").kind == "done"
    database.execute("CREATE TABLE later (secret TEXT) STRICT")
    database.execute("VACUUM")
    assert ask(guarded, "SELECT title FROM revisions_fts('town')").kind == "done"
    assert ask(guarded, "SELECT value FROM json_each('[1]')").rows == ((1,),)
    assert ask(guarded, "SELECT count(*) FROM later").kind == "forbidden"
    guarded.close()
    database.close()
