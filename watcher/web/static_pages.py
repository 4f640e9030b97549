"""Pages of the reading room as files that any web server gives out: every link leads within the folder, or is none."""

from __future__ import annotations

import json
import logging
import re
from pathlib import PurePosixPath
from secrets import token_hex
from typing import TYPE_CHECKING, Any

from watcher.content.relative_links import with_relative_links
from watcher.model.claim import Total
from watcher.model.wording import headline_totals, totals_in_words
from watcher.store.public_copy import listed_releases, revision_numbers
from watcher.web.feeds import feed_names
from watcher.web.guarded_database import Access
from watcher.web.page import page
from watcher.web.serve import datasette_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
    from pathlib import Path

    from sqlite_utils import Database


_IN_A_LIST = 200
_RELEASE = re.compile(r"/release/(\d+)(?:/r(\d+))?")
_FILES = ("style.css", "times.js")
# Each page is asked for as over HTTP: a line in the log for each says nothing.
logging.getLogger("httpx").setLevel(logging.WARNING)


def file_of(path: str) -> str | None:
    """The file that stands for a path of the reading room; None for what has none."""
    if path == "/":
        return "index.html"
    if _RELEASE.fullmatch(path):
        return f"{path[1:]}/index.html"
    if re.fullmatch(r"/release/\d+(\.json|/bundle)", path) or path in {f"/-/watcher/{name}" for name in _FILES}:
        return path.removeprefix("/-/watcher").lstrip("/")
    if path.startswith("/list/"):
        return f"{path[1:]}/index.html"
    return path.removeprefix("/publication/") if path.startswith("/publication/") else None


async def static_pages(
    file: Path, database: Database, base: str, data: Sequence[str]
) -> AsyncIterator[tuple[str, bytes]]:
    """Each page's name and content: lists of all releases, each release with its revisions and as JSON, style, script.

    `file` is a public copy, and `database` the same, open. `base` is the address of the folder on the web, or empty;
    `data` names the files that the first page offers.
    """
    # A host that no text names: in the pages the address where they will be takes its place.
    host = f"{token_hex(8)}.invalid"
    datasette = datasette_of(file, Access(frozenset({host}), is_sql_open=False), is_still=True)
    try:
        async for name, text in _pages(datasette, database, data, host):
            yield name, text.replace(f"http://{host}", base).encode()
    finally:
        datasette.close()


async def _pages(datasette: Any, database: Database, data: Sequence[str], host: str) -> AsyncIterator[tuple[str, str]]:
    for name in _FILES:
        yield name, await _got(datasette, f"/-/watcher/{name}", host)
    releases = revision_numbers(database)
    for made in _lists(datasette, database, len(releases), data):
        yield made
    for release, count in releases:
        paths = [f"/release/{release}", *(f"/release/{release}/r{number}" for number in range(1, count + 1))]
        for path in paths:
            yield str(file_of(path)), _rewritten(await _got(datasette, path, host), path)
        yield f"release/{release}.json", await _got(datasette, f"/release/{release}.json", host)


async def _got(datasette: Any, path: str, host: str) -> str:
    answer = await datasette.client.get(path, headers={"host": host})
    if answer.status_code != 200:  # noqa: PLR2004 - HTTP's own number
        raise RuntimeError(f"{path}: {answer.status_code}")
    return str(answer.text)


def _lists(datasette: Any, database: Database, count: int, data: Sequence[str]) -> Iterator[tuple[str, str]]:
    last = max(1, -(-count // _IN_A_LIST))
    for number in range(1, last + 1):
        rows = listed_releases(database, count=_IN_A_LIST, skipped=(number - 1) * _IN_A_LIST)
        path = "/" if number == 1 else f"/list/{number}"
        first: dict[str, Any] = {"feeds": feed_names(), "data": data} if number == 1 else {"feeds": (), "data": ()}
        shown: dict[str, Any] = {
            "number": number,
            "last": last,
            "count": count,
            "releases": [_shown(row) for row in rows],
        }
        found = page(datasette, "publication.html", title="Releases", path=path, **first, **shown)
        yield str(file_of(path)), _rewritten(found.body, path)


def _shown(row: Mapping[str, Any]) -> dict[str, Any]:
    return {**row, "said": totals_in_words(headline_totals([Total(**one) for one in json.loads(row["totals"])]))}


def _rewritten(html: str, path: str) -> str:
    folder = PurePosixPath(str(file_of(path))).parent
    return with_relative_links(html, "../" * len(folder.parts), file_of)
