"""Conversions between values and what SQLite stores; inserts and updates."""

from __future__ import annotations

import json
from dataclasses import is_dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from watcher import clock

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlite_utils import Database

    from watcher.model.release import StatedDate


def _plain(value: object) -> object:
    """A value of ours by its fields, as JSON takes it; anything else (an instant, a path) in words."""
    if is_dataclass(value):
        return {name: getattr(value, name) for name in value.__dataclass_fields__}
    return str(value)


# Made once: `json.dumps` with these options makes one for each call. Values go in as they are, for `asdict` copies
# all that is in them first. Without white space, which rows of earlier versions have: JSON of two rows is compared
# as JSON.
_JSON = json.JSONEncoder(ensure_ascii=False, default=_plain, separators=(",", ":"))


# When a release counts as published: one that lies ahead counts from when it was seen. The same words as those of the
# index releases_by_age, which is used only where they are.
COUNTS_FROM = "min(coalesce(releases.published_at, releases.first_seen_at), releases.first_seen_at)"
# Of a row of `revisions`: why its text, or a part or document of it, could not be read when it was observed; NULL where
# it was read, or has been since: what a vocabulary found is of a version with "+".
NOT_READ = """
(SELECT group_concat(DISTINCT problems.detail) FROM problems
  WHERE problems.release_id = revisions.release_id AND problems.kind = 'unread' AND problems.at = revisions.observed_at
  AND NOT (EXISTS (SELECT 1 FROM claim_totals WHERE revision_id = revisions.id AND detector_version LIKE '%+%')
    AND EXISTS (SELECT 1 FROM claim_totals WHERE revision_id = revisions.id AND detector_version NOT LIKE '%+%')))
"""


def at(moment: datetime | None) -> str | None:
    """An instant as the tables keep it."""
    return clock.to_text(moment) if moment is not None else None


def moment(text: str | None) -> datetime | None:
    """The instant that `at` wrote."""
    return clock.from_text(text) if text is not None else None


def stated_at(stated: StatedDate | None) -> str | None:
    """The instant of a date as a publisher gave it, as the tables keep it."""
    return at(stated.at) if stated is not None else None


def encodable(text: str) -> str:
    """Text that SQLite takes: lone surrogates, which no UTF-8 can hold, become question marks; offsets stay."""
    return text if text.isascii() else text.encode("utf-8", errors="replace").decode("utf-8")


def as_json(value: object) -> str:
    """JSON as the tables keep it, readable in any script."""
    return "[]" if value == () else encodable(_JSON.encode(value))


def headers_of(text: str) -> dict[str, str]:
    """The headers of an answer that a row has as JSON, by their names in small letters."""
    return {name.lower(): value for name, value in json.loads(text)}


def query(db: Database, sql: str, values: Sequence[Any] | Mapping[str, Any] = ()) -> list[dict[str, Any]]:
    """The rows of a SELECT, each by its columns.

    For what every release is asked: sqlite-utils' own looks at the statement's words first and puts a savepoint around
    it, three statements for one.
    """
    found = db.conn.execute(sql, values)
    names = [column[0] for column in found.description]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def insert(db: Database, table: str, row: Mapping[str, Any]) -> int:
    """Insert a row and return its id; a row that breaks a rule of the schema raises sqlite3.IntegrityError."""
    statement = _insertion(table, row)
    try:
        inserted = db.conn.execute(statement, tuple(row.values()))
    except UnicodeEncodeError:  # before anything is done; to look at each text first takes as long as to insert it
        inserted = db.conn.execute(statement, _values(row))
    return int(inserted.lastrowid or 0)


def insert_many(db: Database, table: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows that all have the same columns, with one statement."""
    if rows:
        db.conn.executemany(_insertion(table, rows[0]), [_values(row) for row in rows])


def update(db: Database, table: str, row_id: int, row: Mapping[str, Any]) -> None:
    """Change the named columns of one row."""
    update_many(db, table, [(row_id, row)])


def update_many(db: Database, table: str, rows: Sequence[tuple[int, Mapping[str, Any]]]) -> None:
    """Change the same columns of several rows, named by their ids, with one statement; none where they have none."""
    if rows and rows[0][1]:
        columns = ", ".join(f'"{name}" = ?' for name in rows[0][1])
        values = [(*_values(row), row_id) for row_id, row in rows]
        db.conn.executemany(f"UPDATE {table} SET {columns} WHERE id = ?", values)


def _insertion(table: str, row: Mapping[str, Any]) -> str:
    return _insertion_of(table, tuple(row))


@lru_cache(maxsize=256)
def _insertion_of(table: str, names: Sequence[str]) -> str:
    columns = ", ".join(f'"{name}"' for name in names)
    return f"INSERT INTO {table} ({columns}) VALUES ({', '.join('?' * len(names))})"


def _values(row: Mapping[str, Any]) -> list[Any]:
    return [encodable(value) if isinstance(value, str) else value for value in row.values()]
