"""A small HTTP server, for pushes and for the daily test: requests in, responses out, all of it bounded.

A connection serves one request, and there are so many of them at a time: whoever holds them open holds up nobody.
"""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

from watcher.errors import unforeseen

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Mapping

    from aiohttp import web

    Answering: TypeAlias = "Callable[[Incoming], Awaitable[Outgoing]]"


@dataclass(frozen=True, slots=True)
class Incoming:
    """One request as it was received; `body` is not decoded, `peer` the address that it came from."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: tuple[tuple[str, str], ...]
    body: bytes
    peer: str

    def header(self, name: str) -> str:
        """The first value of a header, names compared without case; empty where there is none."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), "")


@dataclass(frozen=True, slots=True)
class Outgoing:
    """The response to it."""

    status: int
    text: str = ""
    content_type: str = "text/plain"


@asynccontextmanager
async def listen(host: str, port: int, answer: Answering, *, body_bytes: int) -> AsyncIterator[int]:
    """Listen on an address and give its port (chosen by the system for 0), until the block ends.

    A body above `body_bytes` is answered with 413 and never seen by `answer`. Raises OSError where the address is
    taken.
    """
    from aiohttp import web

    from watcher.fetch.bounded_server import BoundedServer

    server = BoundedServer(partial(_respond, answer), body_bytes)
    runner = web.ServerRunner(server, handle_signals=False, shutdown_timeout=1)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
        yield int(runner.addresses[0][1])
    finally:
        await runner.cleanup()


async def _respond(answer: Answering, request: web.BaseRequest, body: bytes) -> web.Response:
    from aiohttp import web

    outgoing = await _answered(answer, _incoming(request, body))
    return web.Response(status=outgoing.status, text=outgoing.text, content_type=outgoing.content_type)


async def _answered(answer: Answering, incoming: Incoming) -> Outgoing:
    try:
        return await answer(incoming)
    except Exception as error:  # noqa: BLE001 - logged under a reference; the sender may send it again
        unforeseen(f"a request to {incoming.path}", error)
        return Outgoing(500)


def _incoming(request: web.BaseRequest, body: bytes) -> Incoming:
    headers = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in request.raw_headers)
    return Incoming(request.method, request.path, request.query, headers, body, request.remote or "")
