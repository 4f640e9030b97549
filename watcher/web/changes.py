"""A release's revisions and the difference between two of them, as a page of Datasette (this module is the plugin)."""

from __future__ import annotations

import sqlite3
from typing import Any

from datasette import Response, hookimpl
from datasette.utils import sqlite_timelimit

from watcher.content.revision_diff import diff_revisions
from watcher.html import render
from watcher.store.revisions import History, history_of

_PATH = "/-/watcher/changes"


@hookimpl  # type: ignore[untyped-decorator]
def register_routes() -> list[tuple[str, Any]]:
    """`/-/watcher/changes/<release>`: the last two revisions, or those of `?from=1&to=3`."""
    return [(rf"^{_PATH}/(?P<release>\d{{1,15}})$", answer)]


async def answer(datasette: Any, request: Any) -> Response:
    """The page, read on Datasette's own read-only connection and within its time limit."""
    release_id = int(request.url_vars["release"])
    numbers = tuple(_number(request.args.get(name)) for name in ("from", "to"))

    def read(connection: sqlite3.Connection) -> History | None:
        with sqlite_timelimit(connection, datasette.setting("sql_time_limit_ms")):
            return history_of(connection, release_id, *numbers)

    try:
        history = await datasette.get_database().execute_fn(read)
    except sqlite3.OperationalError as error:  # its time was up, or the database is locked
        return Response.text(f"The page cannot be made now: {error}", status=503)
    if history is None:
        return Response.text("There is no such release, or no such revision of it.", status=404)
    return Response.html(page(history, datasette.urls.path(f"{_PATH}/{release_id}")))


def page(history: History, address: str) -> str:
    """The revisions, each with a link that compares it with the one before, and the difference that was asked for."""
    diff = diff_revisions(*history.compared) if history.compared else None
    return render("changes.html", heading=history.title, revisions=history.revisions, address=address, diff=diff)


def _number(text: str | None) -> int | None:
    return int(text) if text is not None and text.isascii() and text.isdecimal() and len(text) < 10 else None  # noqa: PLR2004 - more revisions than that there are not
