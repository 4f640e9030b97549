"""What is made once a process of tests and not once a test: the tables of a new database, and what a process loads.

The template is what the migrations themselves made.
"""

from __future__ import annotations

import sqlite3
from functools import cache
from typing import TYPE_CHECKING

from sqlite_utils import Database

from watcher.pipeline import pool
from watcher.store import schema

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pytest

_apply = schema._apply
# What `forked` processes find loaded beside what workers have.
_WARM = ("tests.support.scenario", "watcher.cli.run")


def make_once(patch: pytest.MonkeyPatch) -> None:
    """Copy new databases from a template and let the fork server load what tests need, until the patch is undone."""
    patch.setattr(schema, "_apply", _copied_or_applied)
    patch.setattr(pool, "_PRELOADED", [*pool._PRELOADED, *_WARM])


def _copied_or_applied(db: Database, scripts: Mapping[str, str]) -> None:
    """All migrations of an empty database take a tenth of a second; a copy of its pages takes a twentieth of that."""
    if scripts is schema.SCRIPTS and not db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
        _template().conn.backup(db.conn)
    else:
        _apply(db, scripts)


@cache
def _template() -> Database:
    # Any thread of the process copies it.
    made = Database(sqlite3.connect(":memory:", check_same_thread=False), execute_plugins=False)
    _apply(made, schema.SCRIPTS)
    return made
