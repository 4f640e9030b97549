"""What guards the reading room (this module is a plugin of Datasette): who may ask for what, and in which frame.

Private tables and the files' paths are open to nobody, SQL only where it is allowed; only known hosts are answered;
every answer has the headers that keep it from being framed, sniffed or filled with scripts of others.
"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

from datasette import Response, handle_exception, hookimpl

from watcher.store.readers import PUBLIC, VALUE_BYTES
from watcher.web.guarded_database import is_own_question
from watcher.web.table_files import csv_lines

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, MutableMapping

    Message = MutableMapping[str, Any]
    Send = Callable[[Message], Awaitable[None]]
    Receive = Callable[[], Awaitable[Message]]
    App = Callable[[MutableMapping[str, Any], Receive, Send], Awaitable[None]]


LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
# Pages of Datasette's own hold scripts and styles between their lines; ours hold none.
_OURS = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_STOCK = _OURS.replace("-src 'self'; style-src 'self'", "-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'")
_HEADERS = {
    "x-frame-options": "DENY",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}
# Datasette would print each reader's mistake with all local variables, which takes seconds.
handle_exception.rich = None
# Only forms of this site are posted, and they are short.
_LONGEST_BODY = 64 * 1024
# Texts of releases are longer than what the csv module takes by default.
csv.field_size_limit(4 * VALUE_BYTES)
# What a plain page of a table may be asked for; anything else counts as a question of the reader's own.
_PLAIN = frozenset({"_shape", "_nl", "_labels"})


@hookimpl(tryfirst=True)  # type: ignore[untyped-decorator]
def permission_allowed(datasette: Any, action: str, resource: Any) -> bool | None:
    """False for private tables, for the whole file, and for SQL where it is off; otherwise Datasette decides."""
    if action == "view-table":
        return None if resource[0] == "_internal" or resource[1].lower() in PUBLIC else False
    if action == "execute-sql":
        return None if datasette.access.is_sql_open else False
    return False if action in {"view-database-download", "debug-menu", "permissions-debug"} else None


@hookimpl  # type: ignore[untyped-decorator]
def register_routes() -> list[tuple[str, Any]]:
    """Datasette's pages about its own process, which name paths of this machine, answer 403."""
    return [(r"^/-/(databases|threads|auth-token|allow-debug|permissions)(\.json)?$", _not_open)]


def _not_open() -> Response:
    return Response.text("This page is not open to readers.", status=403)


@hookimpl(trylast=True)  # type: ignore[untyped-decorator]
def asgi_wrapper(datasette: Any) -> Callable[[App], App]:
    """The guard around all pages."""

    def wrap(app: App) -> App:
        async def guarded(scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
            if scope["type"] != "http":
                await app(scope, receive, send)
                return
            answer = _framed(send, scope["path"], datasette)
            if not is_known_host(scope, datasette.access.hosts):
                await _refuse(
                    answer, 400, "This host is not known here: [web] hosts in watcher.toml names those that are."
                )
            elif (body := await _bounded(receive)) is None:
                await _refuse(answer, 413, "This is longer than any form of this site.")
            else:
                is_own_question.set(_is_own(scope))
                await app(scope, body, answer)

        return guarded

    return wrap


def is_known_host(scope: MutableMapping[str, Any], hosts: Iterable[str]) -> bool:
    """Whether the request names loopback, the address that it came in at, or a host of the configuration.

    A site of somebody else's whose name is made to point here (DNS rebinding) is not answered.
    """
    given = [value.decode("latin-1") for name, value in scope["headers"] if name == b"host"]
    try:
        named = urlsplit(f"//{given[0]}") if len(given) == 1 else None
        host = (named.hostname or "") if named is not None and not (named.username or named.path) else ""
    except ValueError:
        return False
    own = {str(scope["server"][0]).lower()} if scope.get("server") else set()
    return host.rstrip(".") in LOOPBACK | own | {known.lower() for known in hosts}


def _is_own(scope: MutableMapping[str, Any]) -> bool:
    names = {name for name, _ in parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)}
    return bool(names - _PLAIN) or ".csv" in scope["path"]


async def _bounded(receive: Receive) -> Receive | None:
    """The request's body, read once; None where it is too long."""
    messages, size = [], 0
    while True:
        message = await receive()
        messages.append(message)
        size += len(message.get("body", b""))
        if size > _LONGEST_BODY:
            return None
        if message["type"] != "http.request" or not message.get("more_body"):
            break

    async def again() -> Message:
        return messages.pop(0) if messages else await receive()

    return again


def _framed(send: Send, path: str, datasette: Any) -> Send:
    """`send` with the headers of this site, and with the cells of CSV made harmless."""
    name = datasette.get_database().name
    is_stock = path.startswith((f"/{name}", "/-/", "/_internal")) and not path.startswith("/-/watcher/")
    is_csv = False

    async def sent(message: Message) -> None:
        nonlocal is_csv
        if message["type"] == "http.response.start":
            headers = {key.lower(): value for key, value in message.get("headers", [])}
            # Datasette sends CSV row by row, and as plain text where it is not to be saved as a file.
            is_csv = is_stock and headers.get(b"content-type", b"").startswith((b"text/csv", b"text/plain"))
            message = {**message, "headers": [*message.get("headers", []), *_missing(headers, is_stock=is_stock)]}
        elif is_csv and message.get("body"):
            message = {**message, "body": harmless_csv(message["body"].decode()).encode()}
        await send(message)

    return sent


def _missing(headers: MutableMapping[bytes, bytes], *, is_stock: bool) -> list[tuple[bytes, bytes]]:
    wanted = {"content-security-policy": _STOCK if is_stock else _OURS} | _HEADERS
    return [(key.encode(), value.encode()) for key, value in wanted.items() if key.encode() not in headers]


def harmless_csv(rows: str) -> str:
    """Whole rows of CSV, with an apostrophe before each cell that a spreadsheet would run as a formula."""
    return csv_lines(csv.reader(io.StringIO(rows, newline="")))


async def _refuse(send: Send, status: int, words: str) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": words.encode()})
