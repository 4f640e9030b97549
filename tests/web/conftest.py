"""The database that the pages are made of, filled once for all tests of this room."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.reading_room import filled, opened

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from datasette.app import Datasette


@pytest.fixture(scope="session")
def room(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database; tests only read it, or copy it first."""
    return filled(tmp_path_factory.mktemp("room"))


@pytest.fixture
def reader(room: Path) -> Iterator[Datasette]:
    """Datasette over it."""
    datasette = opened(room)
    yield datasette
    datasette.close()
