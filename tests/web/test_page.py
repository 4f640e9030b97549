"""The frame of the reading room's pages."""

from __future__ import annotations

import asyncio
import sqlite3
from typing import TYPE_CHECKING, Any

import pytest

from watcher.web.page import NotThereError, page, read, with_errors_in_words
from watcher.web.serve import datasette_of

if TYPE_CHECKING:
    from pathlib import Path


async def _started(folder: Path) -> Any:
    file = folder / "watcher.db"
    sqlite3.connect(file).close()
    datasette = datasette_of(file)
    await datasette.invoke_startup()
    return datasette


def test_style_sheet_is_asked_for_once(tmp_path: Path) -> None:
    """A phone on a bad line loads the style once, and again only after it was changed."""
    datasette = asyncio.run(_started(tmp_path))
    first = asyncio.run(datasette.client.get("/-/watcher/style.css"))
    again = asyncio.run(datasette.client.get("/-/watcher/style.css", headers={"if-none-match": first.headers["etag"]}))
    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")
    assert first.headers["content-type"].startswith("text/css")


@pytest.mark.parametrize(
    ("error", "status", "words"),
    [
        (NotThereError("There is no release 7."), 404, "There is no release 7."),
        (sqlite3.OperationalError("interrupted"), 503, "Try again in a minute"),
    ],
)
def test_error_is_a_page_in_words(tmp_path: Path, error: Exception, status: int, words: str) -> None:
    """A reader on a deadline sees what is wrong and the way back, not a traceback."""
    datasette = asyncio.run(_started(tmp_path))

    @with_errors_in_words
    async def answer(_datasette: Any, _request: Any) -> Any:
        raise error

    found = asyncio.run(answer(datasette, None))
    assert found.status == status
    assert words in found.body
    assert "<nav" in found.body


def test_address_that_is_no_page_says_so(tmp_path: Path) -> None:
    """Somebody who types /health was told that a database was not found, on a page that leads nowhere."""
    datasette = asyncio.run(_started(tmp_path))
    found = asyncio.run(datasette.client.get("/health"))
    assert (found.status_code, "There is no page /health here." in found.text) == (404, True)
    assert "<nav" in found.text
    assert asyncio.run(datasette.client.get("/health.json")).json()["status"] == 404, "programs get what they know"


def test_text_of_a_page_is_escaped(tmp_path: Path) -> None:
    """A title is text, whatever signs somebody puts into it."""
    datasette = asyncio.run(_started(tmp_path))
    found = page(datasette, "failure.html", title="<b>t</b>", path="", text="<script>1</script>")
    assert "<script>" not in found.body
    assert "&lt;b&gt;t&lt;/b&gt;" in found.body


def test_read_ends_when_its_time_is_up(tmp_path: Path) -> None:
    """A query that is too slow must not hold the connection of all readers."""
    datasette = asyncio.run(_started(tmp_path))
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"
    datasette._settings["sql_time_limit_ms"] = 50
    with pytest.raises(sqlite3.OperationalError):
        asyncio.run(read(datasette, lambda connection: connection.execute(endless).fetchone()))
