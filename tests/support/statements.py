"""What SQLite is asked while a block runs, how much work it does for that, and a database grown large by copying."""

from __future__ import annotations

import re
import sqlite3
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

from watcher import clock

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


_STEPS = 10
_LONG = 40
_FIRST = 1_000_000  # the number before the first copy


@dataclass(slots=True)
class Asked:
    """Each statement that was asked with the values of its first time, and the steps of SQLite's machine for all."""

    statements: dict[str, Any] = field(default_factory=dict)
    steps: int = 0


@contextmanager
def asked() -> Iterator[Asked]:
    """Note what every connection is asked that is opened within the block, in whichever thread."""
    found = Asked()
    plain = sqlite3.connect

    class Cursor(sqlite3.Cursor):
        def execute(self, sql: str, values: Any = (), /) -> Self:
            found.statements.setdefault(sql, values)
            return super().execute(sql, values)

        def executemany(self, sql: str, rows: Any, /) -> Self:
            rows = list(rows)
            if rows:
                found.statements.setdefault(sql, rows[0])
            return super().executemany(sql, rows)

    class Connection(sqlite3.Connection):
        def cursor(self, _factory: Any = Cursor) -> Any:
            return super().cursor(Cursor)

        def execute(self, sql: str, values: Any = (), /) -> sqlite3.Cursor:
            return super().cursor(Cursor).execute(sql, values)

        def executemany(self, sql: str, rows: Any, /) -> sqlite3.Cursor:
            return super().cursor(Cursor).executemany(sql, rows)

    def count() -> None:
        found.steps += _STEPS

    def connect(*args: Any, **settings: Any) -> sqlite3.Connection:
        opened = plain(*args, **settings, factory=Connection)
        opened.set_progress_handler(count, _STEPS)
        return opened

    sqlite3.connect = connect  # type: ignore[assignment] # for this block
    try:
        yield found
    finally:
        sqlite3.connect = plain


# What does not grow with the releases: what is watched and its sites, what has a row for a day, what is kept for two
# weeks, what people write by hand.
SMALL = frozenset(
    {
        "publishers",
        "feeds",
        "proofs",
        "hosts",
        "subscriptions",
        "channels",
        "mutes",
        "anchors",
        "_sqlite_migrations",
        "checked",
        "indexed_later",
    }
    | {"quiet_polls", "database_sizes", "similarity_bands", "reviews", "site_frames", "site_trials", "dictionaries"}
    | {"packing_scopes"}
)
_TIMES = re.compile(r"(^|_)at$")
_VARIED = frozenset({"identity", "url", "requested_url", "uid", "thread", "record", "entry_key", "address", "trace"})
_NUMBERS = """
CREATE TEMP TABLE n AS WITH n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT :times)
SELECT i, strftime('%Y-%m-%dT%H:%M:%f', :now, -i || ' minutes') || '000Z' AS time FROM n
"""
# What holds for nearly every old row: nothing is due, everything is decided, no feed lists it any more.
_OLD = {
    "is_listed": "0",
    "revision_count": "1",
    "harm": "'killed'",
    "stance": "'asserted'",
    "due_at": "NULL",
    "page_due_at": "NULL",
    "recheck_due_at": "NULL",
    "decided_at": "time",
}


def growing(db: sqlite3.Connection) -> tuple[str, ...]:
    """The tables that get rows with every release."""
    names = "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite_%'"
    return tuple(name for (name,) in db.execute(names) if name not in SMALL)


def multiply(db: sqlite3.Connection, times: int) -> None:
    """Copy the first row of every growing table so often: an archive of so many releases of one publisher and feed.

    Keys, names, hashes and references to what is copied are made anew, times go back minute by minute.
    """
    for pragma in (
        "foreign_keys = OFF",
        "synchronous = OFF",
        "journal_mode = OFF",
        "cache_size = -300000",
        "ignore_check_constraints = ON",
    ):
        db.execute(f"PRAGMA {pragma}")
    with db:
        later = _dropped(db)
        db.execute(_NUMBERS, {"times": times, "now": clock.now().isoformat()})
        for table in growing(db):
            _copy(db, table)
        for sql in later:
            db.execute(sql)
        db.execute("DROP TABLE temp.n")


def _dropped(db: sqlite3.Connection) -> list[str]:
    """Drop triggers and indexes; the statements that make them again. Filled first and indexed then is much quicker."""
    found = db.execute(
        "SELECT type, name, sql FROM sqlite_master WHERE type IN ('trigger', 'index') AND sql IS NOT NULL"
    ).fetchall()
    for kind, name, _ in found:
        db.execute(f'DROP {kind} "{name}"')
    return [sql for _, _, sql in found]


def _copy(db: sqlite3.Connection, table: str) -> None:
    """Copy the first row of a table; long values are cut, so that the file stays small."""
    parents = {row[3]: row[2] for row in db.execute(f"PRAGMA foreign_key_list({table})")}
    columns = db.execute(f"PRAGMA table_info({table})").fetchall()
    row = db.execute(f"SELECT * FROM {table} LIMIT 1").fetchone()
    assert row is not None, f"{table} has no row: the scenario has to make one"
    made = [
        _copied(column[1], value, is_key=bool(column[5]), parent=parents.get(column[1], ""))
        for column, value in zip(columns, row, strict=True)
    ]
    values = [value for sql, value in made if "?" in sql]
    db.execute(f"INSERT INTO {table} SELECT {', '.join(sql for sql, _ in made)} FROM n", values)


def _copied(name: str, value: Any, *, is_key: bool, parent: str) -> tuple[str, Any]:
    """The SQL of a column's value in the copy number `i`, and what it needs of the row that is copied."""
    if name in _OLD or value is None:
        made: tuple[str, Any] = _OLD.get(name, "NULL"), None
    elif isinstance(value, int) and (is_key or name == "row_id" or parent not in SMALL | {""}):
        made = f"{_FIRST} + i", None
    elif name.endswith(("sha256", "hash")):
        made = "CAST(printf('%032d', i) AS BLOB)" if isinstance(value, bytes) else "printf('%064x', i)", None
    elif _TIMES.search(name):
        made = "time", None
    elif isinstance(value, str) and (is_key or name in _VARIED):
        made = "? || '/' || i", value
    elif isinstance(value, str | bytes) and len(value) > _LONG:
        made = "?", {"[": "[]", "{": "{}"}.get(str(value[:1]), value[:_LONG])
    else:
        made = "?", value
    return made


_READS = re.compile(r"\s*(SELECT|INSERT|UPDATE|DELETE|WITH|REPLACE)\b", re.IGNORECASE)
_STEP = re.compile(r"(SCAN|SEARCH|BLOOM FILTER ON) (\w+)(?: USING (?:COVERING )?INDEX (\w+)(?: \((.*)\))?)?")
_NAMED = re.compile(r"\b([a-z_]+)(?:\s+AS)?\s+([a-z_]+)\b")
# More rows than this for one value of an index are a list that grows.
_MANY = 100


class Plans:
    """How SQLite answers statements on a database; `statistics` is what ANALYZE finds in it, and is in force."""

    def __init__(self, db: sqlite3.Connection, times: int) -> None:
        """Analyze the database; the statistics are those of an archive so many times as large."""
        self._db, self._tables = db, frozenset(growing(db))
        db.execute("ANALYZE")
        found = db.execute("SELECT tbl, idx, stat FROM sqlite_stat1").fetchall()
        self.statistics = [(table, index, _grown(stat, times)) for table, index, stat in found]
        # Of each index how many rows there are, and how many of them have one value of its first columns.
        self._rows = {
            index: [int(number) for number in stat.split() if number.isdigit()] for _, index, stat in self.statistics
        }

    def wide(self, sql: str, values: Any) -> tuple[str, ...]:
        """The steps of a statement's plan that read a whole table that grows, or many rows of one value."""
        if not _READS.match(sql):
            return ()
        named = {alias: table for table, alias in _NAMED.findall(sql)}
        plan = (row[3] for row in self._db.execute(f"EXPLAIN QUERY PLAN {sql}", values))
        return tuple(step for step in plan if (found := _STEP.match(step)) and self._is_wide(found, named))

    def _is_wide(self, step: re.Match[str], named: dict[str, str]) -> bool:
        how, name, index, columns = step.groups()
        # A filter or an index of its own is made of every row; so is min() that is called a search without an index.
        if how != "SEARCH" or " USING " not in step.string or " AUTOMATIC " in step.string:
            return bool(self._tables & {name, named.get(name, "")})
        if index is None or columns is None or "<" in columns or ">" in columns:
            return False
        rows = self._rows.get(index, [])
        count = columns.count("=?")
        return count < len(rows) and rows[count] > _MANY


def _grown(stat: str, times: int) -> str:
    """The statistics of an index with so many times the rows: where one value has many rows, it has as many more."""
    rows = int(stat.split(maxsplit=1)[0])
    return " ".join(
        str(int(word) * times) if word.isdecimal() and int(word) > max(_MANY, rows // _MANY) else word
        for word in stat.split()
    )


def use_statistics(db: sqlite3.Connection, rows: Sequence[tuple[str, str, str]]) -> None:
    """Let SQLite plan with these statistics, none where there are none."""
    db.execute("DELETE FROM sqlite_stat1")
    db.executemany("INSERT INTO sqlite_stat1 VALUES (?, ?, ?)", rows)
    db.execute("ANALYZE sqlite_schema")


def steps_of(db: sqlite3.Connection, sql: str, values: Any, *, most: int) -> int:
    """How many steps of its machine SQLite takes for a statement, `most` where it is ended; nothing is changed."""
    steps = 0

    def count() -> bool:
        nonlocal steps
        steps += _STEPS
        return steps >= most

    db.execute("SAVEPOINT before")
    db.set_progress_handler(count, _STEPS)
    try:
        db.execute(sql, values).fetchall()
    except sqlite3.OperationalError:
        if steps < most:
            raise
    finally:
        db.set_progress_handler(None, 0)
        db.execute("ROLLBACK TO before")
        db.execute("RELEASE before")
    return steps
