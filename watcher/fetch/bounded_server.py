"""An HTTP server that bounds its connections, the seconds of each, and the bytes of a body.

Apart from `server`, since aiohttp's server is loaded only where somebody listens.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any, TypeAlias

from aiohttp import web

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from aiohttp.web_protocol import RequestHandler

    Respond: TypeAlias = "Callable[[web.BaseRequest, bytes], Awaitable[web.Response]]"


# Seconds until a request's head has to be there, and until its body is and the connection ends.
_HEAD_SECONDS = 10
_CONNECTION_SECONDS = 60
_MOST_CONNECTIONS = 100


class BoundedServer(web.Server):
    """Closes what is too much; a connection serves one request."""

    def __init__(self, respond: Respond, body_bytes: int) -> None:
        """Answer requests by `respond`; a body above `body_bytes` is answered with 413 and never seen by it."""
        silent = logging.getLogger("watcher.requests")
        silent.disabled = True  # whoever sends nonsense must not fill the log
        super().__init__(
            self._serve, request_factory=self._request, access_log=None, logger=silent, auto_decompress=False
        )
        self._respond, self._body_bytes = respond, body_bytes
        self._begun: set[RequestHandler] = set()

    async def _serve(self, request: web.BaseRequest) -> web.StreamResponse:
        self._begun.add(request.protocol)
        try:
            response = await self._respond(request, await request.read())
        except web.HTTPRequestEntityTooLarge:
            response = web.Response(status=413)
        response.force_close()
        return response

    def _request(self, head: Any, body: Any, protocol: RequestHandler, writer: Any, task: Any) -> web.BaseRequest:
        # aiohttp's own default for the size is 1 MiB, and its server passes no other on.
        loop = asyncio.get_running_loop()
        return web.BaseRequest(head, body, protocol, writer, task, loop, client_max_size=self._body_bytes)

    def connection_made(self, handler: RequestHandler, transport: asyncio.Transport) -> None:
        """Let a connection begin, and end it in time."""
        super().connection_made(handler, transport)
        loop = asyncio.get_running_loop()
        if len(self.connections) > _MOST_CONNECTIONS:
            loop.call_later(0, transport.abort)  # aiohttp does not expect it before its own first step
        loop.call_later(_HEAD_SECONDS, lambda: None if handler in self._begun else transport.abort())
        loop.call_later(_CONNECTION_SECONDS, transport.abort)

    def connection_lost(self, handler: RequestHandler, exc: BaseException | None = None) -> None:
        """Forget a connection."""
        self._begun.discard(handler)
        super().connection_lost(handler, exc)
