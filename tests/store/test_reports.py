"""What people list: releases by words, by number, URL or title; and a connection that only reads."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

import pytest

from tests.support.scenario import HARM, configure, entry, one_round, rows, rss
from tests.support.servers import Answer, http_server, in_loop
from watcher.errors import WatcherError
from watcher.store import reports as stored
from watcher.store.connection import connect, write
from watcher.store.reading import read_release
from watcher.store.reports import releases
from watcher.store.rows import insert
from watcher.store.whole_release import whole_release

if TYPE_CHECKING:
    from pathlib import Path

    from watcher.config.load import Configuration


async def _release(folder: Path, text: str = HARM) -> Configuration:
    async with http_server() as server:
        items = [
            entry(number, "http://army.example", link="", title=title, text=text)
            for number, title in enumerate(("Statement of the army", "Statement of the navy", "100% certain_ty"))
        ]
        server.routes["/feed"] = Answer(rss(*items))
        configuration = configure(folder, {"news": server.url("/feed")})
        await one_round(configuration)
    return configuration


@in_loop
async def test_search_folds_diacritics_and_takes_any_words(tmp_path: Path) -> None:
    """Names are spelt in many ways, and a search field takes what people type."""
    configuration = await _release(tmp_path, "Fighting near Al-Ḥudaydah went on.")
    db = connect(configuration.database, is_read_only=True)
    assert len(stored.releases(db, words="al-hudaydah")) == 3
    for odd in ('"', "a AND (", "near*", "-", "' OR 1=1 --"):
        stored.releases(db, words=odd)


@in_loop
async def test_release_is_found_by_number_url_or_start_of_its_title(tmp_path: Path) -> None:
    """As a person would name it; where two fit, both are told."""
    db = connect((await _release(tmp_path)).database, is_read_only=True)
    assert stored.find_release(db, "2") == 2
    assert stored.find_release(db, "Statement of the n") == 2
    assert stored.find_release(db, "100% certain_") == 3
    with pytest.raises(WatcherError, match="more than one"):
        stored.find_release(db, "Statement")
    with pytest.raises(WatcherError, match="there is no release"):
        stored.find_release(db, "100% certainXty")


@in_loop
async def test_read_only_connection_writes_nothing(tmp_path: Path) -> None:
    """Commands that list must not be able to change evidence."""
    configuration = await _release(tmp_path)
    db = connect(configuration.database, is_read_only=True)
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        db.conn.execute("DELETE FROM claims")
    assert rows(configuration, "SELECT count(*) AS n FROM claims") == [{"n": 6}]


GERMAN = "Bei dem Angriff wurden gestern zwei Zivilisten getötet und vier weitere Menschen schwer verletzt."


@in_loop
async def test_text_without_a_vocabulary_is_known_to_be_unread_until_one_has_read_it(tmp_path: Path) -> None:
    """Lists, one release whole and the reading room say so; a vocabulary that comes later takes it away."""
    async with http_server() as server:
        base = server.url("")
        items = [entry(1, base, link="", text=GERMAN), entry(2, base, link="", text=HARM)]
        server.routes["/feed"] = Answer(rss(*items))
        configuration = configure(tmp_path, {"news": server.url("/feed")})
        await one_round(configuration)
    db = connect(configuration.database)
    said = {row["release"]: row["not_read"] for row in releases(db)}
    unread = next(number for number, reason in said.items() if reason)
    assert [reason for number, reason in said.items() if number != unread] == [None]
    assert said[unread] == "no vocabulary for de"
    assert whole_release(db, unread)["not_read"] == "no vocabulary for de"
    reading = read_release(db.conn, unread)
    assert reading is not None
    assert reading.not_read == "no vocabulary for de"
    with write(db):
        row = {
            "revision_id": reading.revision["id"],
            "detector_version": "4+0a1b2c3d",
            "is_reported": 0,
            "totals": "[]",
        }
        insert(db, "claim_totals", row)
    assert [row["not_read"] for row in releases(db)] == [None, None]
