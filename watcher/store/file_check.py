"""Whether the database is still the file that the program opened, with what was in it."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import TYPE_CHECKING

from watcher.errors import Replaced
from watcher.store.chain import chain_head, link_hash
from watcher.store.connection import connect, store_error
from watcher.store.database_file import identity_of

if TYPE_CHECKING:
    from pathlib import Path

    from sqlite_utils import Database

    from watcher.archive.chain import Head


@dataclass(slots=True)
class FileCheck:
    """What the database was when it was opened, to be compared with what is there now."""

    path: Path
    identity: tuple[int, int] | None
    schema: frozenset[str]
    head: Head

    def compare(self) -> None:
        """Open the file anew and compare: raises Replaced where it is another one, Damaged where it is none.

        The program's own connection would go on with the pages that it knows, or with a file without a name.
        """
        found = identity_of(self.path)
        if found is None:
            raise Replaced(f"{self.path} was deleted or moved while the program used it")
        if found != self.identity:
            raise Replaced(f"{self.path} was replaced by another file while the program used it")
        db = connect(self.path, is_read_only=True)
        try:
            self._compare(db)
        except (sqlite3.Error, UnicodeError) as error:
            raise store_error(error, self.path) from error
        finally:
            db.close()

    def _compare(self, db: Database) -> None:
        if not self.schema <= _schema_of(db):
            raise Replaced(f"{self.path}: its tables are no longer those that the program opened")
        head = chain_head(db)
        if self.head.seq and link_hash(db, self.head.seq) != self.head.hash:
            raise Replaced(f"{self.path}: link {self.head.seq} of its hash chain is not the one that was there before")
        self.head = head


def file_check(db: Database, path: Path) -> FileCheck:
    """What the open database is now."""
    return FileCheck(path, identity_of(path), _schema_of(db), chain_head(db))


def _schema_of(db: Database) -> frozenset[str]:
    """The statements that made its tables, indexes and triggers; those of SQLite's own statistics left out."""
    return frozenset(row[0] for row in db.conn.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL"))
