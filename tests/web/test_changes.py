"""A release's revisions as a page of Datasette."""

from __future__ import annotations

import asyncio
import sqlite3
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.scenario import configure, entry, one_round, rss
from tests.support.servers import Answer, http_server, in_loop
from watcher.config.load import load
from watcher.web.serve import datasette_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from datasette.app import Datasette

TEXTS = ("Two civilians were killed.", "Eight civilians were killed.", "Eight <b>people</b> were killed & buried.")


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One release with three revisions, and one with one."""
    folder = tmp_path_factory.mktemp("changes")

    @in_loop
    async def fill() -> None:
        async with http_server() as server:
            base = server.url("")
            server.routes["/feed"] = [
                Answer(rss(entry(1, base, title="Strike <1>", link="", text=text), entry(2, base, link="")))
                for text in TEXTS
            ]
            configuration = configure(folder, {"news": server.url("/feed")})
            for _ in TEXTS:
                await one_round(configuration)

    fill()
    return load(folder).database


@pytest.fixture
def served(database: Path) -> Iterator[Datasette]:
    datasette = datasette_of(database)
    yield datasette
    for opened in datasette.databases.values():
        opened.close()


def get(datasette: Datasette, path: str) -> Any:
    return asyncio.run(datasette.client.get(f"/-/watcher/changes/{path}"))


def test_page_shows_revisions_and_the_last_change(served: Datasette) -> None:
    """A reader with a browser sees what the terminal shows, with both hashes and times (check 79)."""
    shown = get(served, "1").text
    assert shown.count("<li>revision ") == 3
    assert "civilians" in shown
    assert "<ins" in shown
    assert shown.count("SHA-256") == 2
    assert 'href="/-/watcher/changes/1?from=1&amp;to=2"' in shown


def test_any_two_can_be_compared_and_all_is_escaped(served: Datasette) -> None:
    """The publisher's words are text; the claim's change is put in words."""
    shown = get(served, "1?from=1&to=2").text
    assert "2 civilians killed → 8 civilians killed" in shown
    assert "Strike &lt;1&gt;" in shown
    assert "<b>" not in get(served, "1").text


def test_missing_release_or_revision_is_answered(served: Datasette) -> None:
    """One revision only, a release or a number that is none, a word for a number."""
    assert "nothing was changed" in get(served, "2").text
    assert get(served, "99").status_code == 404
    assert get(served, "1?from=1&to=9").status_code == 404
    assert get(served, "1?from=x").status_code == 200
    assert get(served, "1?from=99999999999999").status_code == 200


def test_locked_database_is_answered_as_busy(served: Datasette, database: Path) -> None:
    """Whoever reads while the database is being restored is told to come again, and sees no traceback."""

    async def wait_for_nobody() -> None:
        await served.get_database(database.stem).execute_fn(lambda one: one.execute("PRAGMA busy_timeout = 0"))

    asyncio.run(wait_for_nobody())
    holder = sqlite3.connect(database, isolation_level=None)
    holder.execute("PRAGMA locking_mode = EXCLUSIVE")
    holder.execute("BEGIN EXCLUSIVE")
    try:
        answers = [get(served, "1"), get(served, "../alerts.atom")]
    finally:
        holder.rollback()
        holder.close()
    assert [answer.status_code for answer in answers] == [503, 503]
    assert all("locked" in answer.text for answer in answers)
