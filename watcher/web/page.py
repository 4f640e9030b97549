"""What the reading room's pages share: the frame, one bounded read, what is kept for a while, errors in words."""

from __future__ import annotations

import sqlite3
from functools import cache, wraps
from hashlib import sha256
from typing import TYPE_CHECKING, Any, TypeVar, cast
from weakref import WeakKeyDictionary

from datasette import Response, hookimpl
from datasette.utils import sqlite_timelimit
from datasette.utils.asgi import NotFound

from watcher import clock
from watcher.alerts.channels.notification import local_time
from watcher.html import render, text_of
from watcher.model import wording

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterable


T = TypeVar("T")
# By Datasette and by name: when it was made, and what.
_kept: WeakKeyDictionary[Any, dict[tuple[str, ...], tuple[float, object]]] = WeakKeyDictionary()
_MOST_KEPT = 200
# What pages load besides themselves, from `templates/`: style, a few lines that add times in the reader's own zone, and
# the keys of the review, which works without them.
_FILES = {"style.css": "text/css", "times.js": "text/javascript", "review.js": "text/javascript"}
# The pages in the navigation: path and name, in this order; Datasette's own tables come last.
_NAVIGATION = (
    ("/", "Newest"),
    ("/search", "Search"),
    ("/feeds", "Feeds"),
    ("/review", "Review"),
    ("/export", "Export"),
    ("/demo/mail", "Mails"),
)


class NotThereError(Exception):
    """A page asks for a release, a revision or a file that there is not; its text is shown to the reader."""


@hookimpl  # type: ignore[untyped-decorator]
def register_routes() -> list[tuple[str, Any]]:
    """The files that pages load."""
    return [(r"^/-/watcher/(?P<name>style\.css|times\.js|review\.js)$", file)]


@hookimpl(tryfirst=True)  # type: ignore[untyped-decorator]
def handle_exception(datasette: Any, request: Any, exception: Exception) -> Response | None:
    """An address that is no page of ours: Datasette would take it for a database, and say that it has none such."""
    is_ours = isinstance(exception, NotFound) and request.path.count("/") == 1 and "." not in request.path
    return _failure(datasette, "Not found", f"There is no page {request.path} here.", 404) if is_ours else None


def file(request: Any) -> Response:
    """One of the files; a browser asks again only after a day, or after it was changed."""
    name = request.url_vars["name"]
    tag = f'"{_hash_of(name)}"'
    headers = {"cache-control": "max-age=86400", "etag": tag}
    if request.headers.get("if-none-match") == tag:
        return Response("", status=304, headers=headers)
    return Response(text_of(name), headers=headers, content_type=f"{_FILES[name]}; charset=utf-8")


def page(datasette: Any, template: str, *, title: str, path: str, status: int = 200, **values: Any) -> Response:
    """A page in the common frame. `path` is its own path, which the navigation marks as the current one."""
    link = datasette.urls.path
    frame = {
        "title": title,
        **{name.replace(".", "_"): f"{link(f'/-/watcher/{name}')}?v={_hash_of(name)[:8]}" for name in _FILES},
        "navigation": [(link(to), name, to == path) for to, name in _navigation(datasette)],
        "tables": datasette.urls.database(datasette.get_database().name),
        "link": link,
        "wording": wording,
        "local_time": local_time,
    }
    return Response.html(render(template, **frame, **values), status=status)


def _navigation(datasette: Any) -> list[tuple[str, str]]:
    """The pages that there are here: nobody reviews where no reviewer is configured, and only the demo has mails."""
    are_there = {"/review": bool(datasette.reviewers.hashes), "/demo/mail": datasette.access.mails is not None}
    return [(to, name) for to, name in _NAVIGATION if are_there.get(to, True)]


async def read(datasette: Any, query: Callable[[sqlite3.Connection], T], *, milliseconds: int | None = None) -> T:
    """What a query gives on Datasette's read-only connection. Raises sqlite3.OperationalError when its time is up."""

    def bounded(connection: sqlite3.Connection) -> T:
        with sqlite_timelimit(connection, milliseconds or datasette.setting("sql_time_limit_ms")):
            return query(connection)

    found: T = await datasette.get_database().execute_fn(bounded)
    return found


def kept(datasette: Any, name: tuple[str, ...], seconds: float, make: Callable[[], T]) -> T:
    """What was made less than so long ago, or is made now: what changes slowly and costs most."""
    at = clock.monotonic()
    known = _kept.setdefault(datasette, {})
    made, found = known.get(name, (at - seconds, None))
    if found is None or at - made >= seconds:
        found = make()
        if len(known) >= _MOST_KEPT:
            known.clear()
        known[name] = (at, found)
    return cast("T", found)


async def send_bytes(writer: Any, parts: Iterable[bytes]) -> None:
    """Send a file part by part on the writer of Datasette's stream, which itself takes only text."""
    for part in parts:
        await writer.send({"type": "http.response.body", "body": part, "more_body": True})


def number_of(text: str | None, digits: int = 15) -> int | None:
    """The number that an address or a form gives; None for anything else, or where it has more digits."""
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) <= digits else None


def with_errors_in_words(
    answer: Callable[[Any, Any], Coroutine[Any, Any, Response]],
) -> Callable[[Any, Any], Coroutine[Any, Any, Response]]:
    """A page's function that answers 404 for what is not there and 503 while the database cannot be read."""

    @wraps(answer)
    async def answered(datasette: Any, request: Any) -> Response:
        try:
            return await answer(datasette, request)
        except NotThereError as error:
            return _failure(datasette, "Not found", str(error), 404)
        except sqlite3.OperationalError as error:  # its time was up, or the database is locked
            return _failure(datasette, "Not now", f"The page cannot be made now: {error}. Try again in a minute.", 503)

    return answered


def _failure(datasette: Any, title: str, text: str, status: int) -> Response:
    return page(datasette, "failure.html", title=title, path="", status=status, text=text)


@cache
def _hash_of(name: str) -> str:
    return sha256(text_of(name).encode()).hexdigest()
