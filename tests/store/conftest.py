"""A new database for the tests of its tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from watcher.store.connection import connect
from watcher.store.schema import migrate

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlite_utils import Database


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    """An empty database with all tables, in the file `watcher.db`."""
    made = connect(tmp_path / "watcher.db")
    migrate(made)
    yield made
    made.close()
