"""What the tests of the commands share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.scenario import HARM, entry, store
from watcher.store.connection import connect

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A configuration with two stored releases: one reports the dead under a hostile title, the other nothing."""

    def make(base: str) -> tuple[str, ...]:
        odd = entry(1, base, link="", title="@SUM(1)\x07 [bold]x[/bold] \u202eevil", text=HARM)
        return odd, entry(2, base, link="", pubDate="Tue, 10 Nov 2026 10:00:00 GMT")

    return store(tmp_path_factory.mktemp("filled"), make).folder


@pytest.fixture(scope="session")
def spoilt(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A configuration whose database holds control signs wherever somebody else's words stand."""

    def make(base: str) -> tuple[str, ...]:
        return (entry(1, base, link="", title="A title", text=HARM),)

    made = store(tmp_path_factory.mktemp("spoilt"), make)
    signs = "\x07\x1b\x9b\x08\u202e\u2066\u200f"
    database = connect(made.database)
    with database.conn:
        database.execute("UPDATE feeds SET error = ?, outcome = ?", [f"403 {signs}", f"http{signs}status"])
        database.execute("UPDATE releases SET title = title || ?, url = ?", [signs, f"https://a.example/{signs}"])
    database.close()
    return made.folder
