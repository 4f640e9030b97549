"""What readers may see of the database, and the limits of the SQL that they write themselves.

SQLite asks `_Permission` about each table, column, function and pragma of a statement while it is prepared: no way of
writing a query leads round that, whether by a view, a subquery or a virtual table.
"""

from __future__ import annotations

import sqlite3
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path


# Who is told, how and by whom: addresses, answers of mail servers, names of channels and of the people who work here.
PRIVATE = frozenset(
    {"recipients", "deliveries", "attempts", "channels", "custody", "mutes", "imports", "hosts", "subscriptions"}
    | {"checked", "indexed_later"}
    | {"_sqlite_migrations", "reviews", "standing_reviews", "claim_verdicts"}
)
# Every other table and view; the two sets together are all that there are.
PUBLIC = frozenset(
    {"publishers", "feeds", "polls", "quiet_polls", "feed_days", "database_sizes", "captures", "snapshots", "releases"}
    | {"dictionaries", "packing_scopes"}
    | {
        "records",
        "sightings",
        "identities",
        "revisions",
        "revisions_fts",
        "revisions_fts_documents",
        "attachments",
        "attachment_texts",
        "claims",
    }
    | {"claim_totals", "release_totals", "people", "syndicated_copies", "similarity_bands", "events", "problems"}
    | {"alerts", "alert_releases", "chain", "anchors", "archive_copies", "mail_signatures", "proofs"}
    | {"site_frames", "site_trials", "chain_links"}
)
# Read as NULL: bodies of many megabytes, which a bundle of evidence holds, and paths of the machine.
_WITHHELD = frozenset(
    {("snapshots", "body"), ("dictionaries", "body"), ("site_frames", "pieces"), ("anchors", "place")}
    | {("captures", "imported_from")}
)
# Tables of SQLite's own that hold nothing of the database.
_FUNCTIONS_AS_TABLES = frozenset({"json_each", "json_tree", "pragma_table_info", "pragma_table_xinfo"})
_ALWAYS_ALLOWED = frozenset({sqlite3.SQLITE_SELECT, sqlite3.SQLITE_RECURSIVE, sqlite3.SQLITE_FUNCTION})
_SHADOW = "revisions_fts_"
# Bytes: of one value, of SQLite's whole memory, and of all values of an answer as Python holds them.
VALUE_BYTES, HEAP_BYTES, ANSWER_BYTES = 1_000_000, 32_000_000, 8_000_000
# SQLite's limits; the widest table has 33 columns.
_LIMITS = {
    sqlite3.SQLITE_LIMIT_LENGTH: VALUE_BYTES,
    sqlite3.SQLITE_LIMIT_SQL_LENGTH: 20_000,
    sqlite3.SQLITE_LIMIT_COLUMN: 64,
    sqlite3.SQLITE_LIMIT_EXPR_DEPTH: 100,
    sqlite3.SQLITE_LIMIT_COMPOUND_SELECT: 50,
    sqlite3.SQLITE_LIMIT_VDBE_OP: 25_000,
    sqlite3.SQLITE_LIMIT_FUNCTION_ARG: 32,
    sqlite3.SQLITE_LIMIT_ATTACHED: 0,
    sqlite3.SQLITE_LIMIT_LIKE_PATTERN_LENGTH: 200,
    sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER: 1100,
    sqlite3.SQLITE_LIMIT_TRIGGER_DEPTH: 1,
    sqlite3.SQLITE_LIMIT_WORKER_THREADS: 0,
}
_ROW_BYTES, _CELL_BYTES = 64, 56
_STEPS = 1000


@dataclass(frozen=True, slots=True)
class Question:
    """A statement with its parameters, and its limits: `milliseconds`, and at most so many `rows`."""

    sql: str
    parameters: Any
    milliseconds: float
    rows: int | None


@dataclass(frozen=True, slots=True)
class Answer:
    """Columns and rows, or what was wrong: `kind` is `done`, `interrupted`, `forbidden` or `failed`."""

    kind: str
    detail: str = ""
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[Any, ...], ...] = ()


@dataclass(slots=True)
class _Permission:
    """SQLite's authorizer. `is_ours` while a statement of our own is run, `is_running` once a reader's was allowed.

    While it runs the full-text index reads its own tables. `tables` are the names of all that there are.
    """

    tables: frozenset[str] = frozenset()
    is_ours: bool = True
    is_running: bool = False
    denied: str = ""

    def __call__(self, action: int, first: str | None, second: str | None, _schema: str | None, _by: str | None) -> int:
        if self.is_ours or action in _ALWAYS_ALLOWED:
            return sqlite3.SQLITE_OK
        if action == sqlite3.SQLITE_READ:
            return self._column(first or "", second or "")
        if action == sqlite3.SQLITE_PRAGMA and self._is_harmless(first or "", second or ""):
            return sqlite3.SQLITE_OK
        return self._deny(first or "this statement")

    def _column(self, table: str, column: str) -> int:
        name = table.lower()
        if (name, column.lower()) in _WITHHELD:
            return sqlite3.SQLITE_IGNORE
        if name in PUBLIC or name in _FUNCTIONS_AS_TABLES or (self.is_running and name.startswith(_SHADOW)):
            return sqlite3.SQLITE_OK
        if not column and name not in self.tables and not name.startswith("sqlite_"):
            return sqlite3.SQLITE_OK  # a table that the statement itself makes, by WITH
        return self._deny(table)

    def _is_harmless(self, pragma: str, argument: str) -> bool:
        if self.is_running and pragma.lower() == "data_version":
            return True  # the full-text index asks it
        return pragma.lower() in {"table_info", "table_xinfo"} and argument.lower() in PUBLIC

    def _deny(self, name: str) -> int:
        self.denied = name
        return sqlite3.SQLITE_DENY


class Guarded:
    """A read-only connection for what readers ask: only what is public, within all limits."""

    def __init__(self, file: Path, *, is_still: bool, heap_bytes: int = 0) -> None:
        """Open the file; `is_still` where nobody writes it. Raises sqlite3.OperationalError.

        `heap_bytes` bounds SQLite in the whole process and can never be lifted, so only a process of readers sets it.
        """
        mode = "immutable=1" if is_still else "mode=ro"
        # Nothing is prepared once and used again: each statement is asked about anew.
        uri = f"{file.absolute().as_uri()}?{mode}"
        self._connection = sqlite3.connect(uri, uri=True, isolation_level=None, cached_statements=0)
        self._connection.text_factory = lambda raw: str(raw, "utf-8", "replace")
        for pragma in ("query_only=1", "temp_store=MEMORY", "cache_size=-2000", f"hard_heap_limit={heap_bytes}"):
            self._connection.execute(f"PRAGMA {pragma}").close()
        for limit, value in _LIMITS.items():
            self._connection.setlimit(limit, value)
        self._permission = _Permission()
        self._connection.set_authorizer(self._permission)
        self._schema = -1

    def answer(self, question: Question) -> Answer:
        """The rows of a statement, or why there are none."""
        deadline = time.monotonic() + question.milliseconds / 1000
        self._connection.set_progress_handler(lambda: time.monotonic() > deadline, _STEPS)
        try:
            self._know_schema()
            self._check(question)
            self._permission.is_running = True
            return self._rows(question)
        except sqlite3.Error as error:
            return self._failure(error)
        except MemoryError:
            return Answer(
                "failed", f"the query needs more memory than the {HEAP_BYTES // 1_000_000} MB that it may use"
            )

    def _know_schema(self) -> None:
        """Forget the question before; after a change of the schema open the virtual tables, which read it."""
        permission = self._permission
        permission.is_ours, permission.is_running, permission.denied = True, False, ""
        schema = self._connection.execute("PRAGMA schema_version").fetchone()[0]
        if schema != self._schema:
            names = self._connection.execute("SELECT lower(name) FROM sqlite_master").fetchall()
            permission.tables = frozenset(name for (name,) in names)
            virtual = self._connection.execute("SELECT name FROM sqlite_master WHERE sql LIKE 'CREATE VIRTUAL %'")
            for table in (*(name for (name,) in virtual.fetchall()), *sorted(_FUNCTIONS_AS_TABLES)):
                self._connection.execute(f"SELECT 1 FROM {table} LIMIT 0").close()
            self._schema = schema
        permission.is_ours = False

    def _check(self, question: Question) -> None:
        """Prepare the statement without running it, so that its own names are asked about and not the index's."""
        if not question.sql.lstrip().lower().startswith("explain"):
            self._connection.execute(f"EXPLAIN {question.sql}", question.parameters).close()

    def _rows(self, question: Question) -> Answer:
        cursor = self._connection.execute(question.sql, question.parameters)
        found, size = [], 0
        for row in cursor:
            size += _ROW_BYTES + sum(_size(value) for value in row)
            if size > ANSWER_BYTES:
                cursor.close()
                return Answer("failed", f"the answer is larger than {ANSWER_BYTES // 1_000_000} MB: ask for fewer rows")
            found.append(row)
            if question.rows is not None and len(found) >= question.rows:
                break
        columns = tuple(column[0] for column in cursor.description or ())
        cursor.close()
        return Answer("done", columns=columns, rows=tuple(found))

    def _failure(self, error: sqlite3.Error) -> Answer:
        if self._permission.denied:
            return Answer("forbidden", f"{self._permission.denied} is not open to readers")
        return Answer("interrupted" if error.args == ("interrupted",) else "failed", str(error))

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


def named_rows(answer: Answer) -> tuple[list[sqlite3.Row], Any]:
    """The rows as SQLite's own, which know their columns' names, and the description of the columns."""
    columns = ", ".join(f'NULL AS "{name.replace(chr(34), chr(34) * 2)}"' for name in answer.columns) or "NULL"
    connection = sqlite3.connect(":memory:")
    try:
        cursor = connection.execute(f"SELECT {columns}")
        return [sqlite3.Row(cursor, row) for row in answer.rows], cursor.description
    finally:
        connection.close()


def _size(value: Any) -> int:
    return _CELL_BYTES + (len(value) if isinstance(value, str | bytes) else 0)
