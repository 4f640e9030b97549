"""A small HTTP server, for pushes and for the daily test: requests in, responses out, all of it bounded.

A connection serves one request, and there are so many of them at a time: whoever holds them open holds up nobody.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from watcher.errors import unforeseen

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Mapping

    from aiohttp import web
    from aiohttp.web_protocol import RequestHandler

    Answering: TypeAlias = "Callable[[Incoming], Awaitable[Outgoing]]"


# Seconds until a request's head has to be there, and until its body is and the connection ends.
_HEAD_SECONDS = 10
_CONNECTION_SECONDS = 60
_MOST_CONNECTIONS = 100


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

    runner = web.ServerRunner(_bounded_server(answer, body_bytes), handle_signals=False, shutdown_timeout=1)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
        yield int(runner.addresses[0][1])
    finally:
        await runner.cleanup()


def _bounded_server(answer: Answering, body_bytes: int) -> web.Server:
    from aiohttp import web

    begun: set[RequestHandler] = set()

    async def serve(request: web.BaseRequest) -> web.StreamResponse:
        begun.add(request.protocol)
        try:
            body = await request.read()
        except web.HTTPRequestEntityTooLarge:
            response = web.Response(status=413)
        else:
            outgoing = await _answered(answer, _incoming(request, body))
            response = web.Response(status=outgoing.status, text=outgoing.text, content_type=outgoing.content_type)
        response.force_close()
        return response

    def make_request(head: Any, body: Any, protocol: RequestHandler, writer: Any, task: Any) -> web.BaseRequest:
        # aiohttp's own default for the size is 1 MiB, and its server passes no other on.
        return web.BaseRequest(
            head, body, protocol, writer, task, asyncio.get_running_loop(), client_max_size=body_bytes
        )

    class Bounded(web.Server):
        """Closes what is too much: connections, and seconds of each."""

        def connection_made(self, handler: RequestHandler, transport: asyncio.Transport) -> None:
            super().connection_made(handler, transport)
            loop = asyncio.get_running_loop()
            if len(self.connections) > _MOST_CONNECTIONS:
                loop.call_later(0, transport.abort)  # aiohttp does not expect it before its own first step
            loop.call_later(_HEAD_SECONDS, lambda: None if handler in begun else transport.abort())
            loop.call_later(_CONNECTION_SECONDS, transport.abort)

        def connection_lost(self, handler: RequestHandler, exc: BaseException | None = None) -> None:
            begun.discard(handler)
            super().connection_lost(handler, exc)

    silent = logging.getLogger("watcher.requests")
    silent.disabled = True  # whoever sends nonsense must not fill the log
    return Bounded(serve, request_factory=make_request, access_log=None, logger=silent, auto_decompress=False)


async def _answered(answer: Answering, incoming: Incoming) -> Outgoing:
    try:
        return await answer(incoming)
    except Exception as error:  # noqa: BLE001 - logged under a reference; the sender may send it again
        unforeseen(f"a request to {incoming.path}", error)
        return Outgoing(500)


def _incoming(request: web.BaseRequest, body: bytes) -> Incoming:
    headers = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in request.raw_headers)
    return Incoming(request.method, request.path, request.query, headers, body, request.remote or "")
