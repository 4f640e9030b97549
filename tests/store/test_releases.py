"""Releases: the names by which they are found again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.scenario import configure
from watcher.model.feed import Entry, ParsedEntry
from watcher.store.connection import write
from watcher.store.feeds import sync
from watcher.store.releases import save_names

if TYPE_CHECKING:
    from pathlib import Path

    from sqlite_utils import Database


def named(*names: str) -> ParsedEntry:
    return ParsedEntry(Entry("key", None, "A title", ""), "identity", "sha", 0, names=names)


@pytest.fixture
def two_releases(db: Database, tmp_path: Path) -> Database:
    release = (
        "INSERT INTO releases (id, publisher_id, identity, title, revision_count, is_reported, page_outcome,"
        " first_seen_at, last_seen_at) VALUES (?1, 1, ?1, 'T', 1, 0, 'ok', ?2, ?2)"
    )
    with write(db):
        sync(db, configure(tmp_path, {"news": "https://army.example/rss"}), interval=900)
        db.conn.executemany(release, [(number, "2026-11-24T12:00:00.000Z") for number in (1, 2)])
    return db


@pytest.mark.parametrize("said", [["a'b\"c", "\\u00e9", "Ünï😀", "\ud800"], ["x\0y", "x\0z", "\\u0000"]])
def test_names_of_entries_are_kept_letter_for_letter(two_releases: Database, said: list[str]) -> None:
    """The first release to use a name keeps it; SQLite would end one at a NUL where it reads it from JSON."""
    with write(two_releases):
        save_names(two_releases, [(1, named(*said)), (2, named(*said, "x"))])
    found = dict(two_releases.conn.execute("SELECT name, release_id FROM identities").fetchall())
    assert found == dict.fromkeys((one.replace("\ud800", "?") for one in said), 1) | {"x": 2}
