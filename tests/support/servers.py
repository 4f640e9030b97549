"""Servers on loopback for the tests: HTTP that answers as told or sends raw bytes, SMTP that accepts or refuses.

`async with http_server({"/feed": Answer(body=b"…")}) as server:` then `server.url("/feed")` and `server.requests`.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import wraps
from time import monotonic
from typing import TYPE_CHECKING, Any

import trustme
from aiohttp import web
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

if TYPE_CHECKING:
    from aiosmtpd.smtp import SMTP, Envelope, Session


@dataclass(frozen=True)
class ReceivedRequest:
    """A request as the server received it: header lines in order, and when (monotonic seconds)."""

    method: str
    path: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    at: float

    def header(self, name: str) -> str | None:
        """The first value of a header, names compared without case."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


@dataclass(frozen=True)
class Answer:
    """What a path answers. With an `etag` or `last_modified` it answers 304 where the request names it.

    `delay` is seconds before the head, `drip` seconds before the body.
    """

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    etag: str | None = None
    last_modified: str | None = None
    content_type: str = "application/rss+xml"
    delay: float = 0.0
    drip: float = 0.0

    def to(self, seen: ReceivedRequest) -> Answer:
        """This answer, or a 304 when a validator of the request matches."""
        is_known = (self.etag is not None and seen.header("If-None-Match") == self.etag) or (
            self.last_modified is not None and seen.header("If-Modified-Since") == self.last_modified
        )
        return replace(self, status=304, body=b"") if is_known and self.status == 200 else self

    def all_headers(self) -> dict[str, str]:
        """The headers to send."""
        validators = {"ETag": self.etag, "Last-Modified": self.last_modified}
        kind = {"Content-Type": self.content_type} if self.status != 304 else {}
        return {**kind, **{name: value for name, value in validators.items() if value}, **self.headers}


Route = Answer | Sequence[Answer] | Callable[[ReceivedRequest], Answer | Awaitable[Answer]]


@dataclass
class HttpServer:
    """A running server; `routes` may be changed at any time. A sequence answers one after the other, the last stays."""

    host: str
    port: int
    scheme: str
    routes: dict[str, Route]
    requests: list[ReceivedRequest] = field(default_factory=list)
    connections: int = 0

    def url(self, path: str = "/", host: str | None = None) -> str:
        """The URL of a path, under another name of this machine if `host` says so."""
        return f"{self.scheme}://{host or self.host}:{self.port}{path}"

    def seen(self, path: str) -> list[ReceivedRequest]:
        """The requests for a path (query left out)."""
        return [request for request in self.requests if request.path.partition("?")[0] == path]

    async def answer(self, seen: ReceivedRequest) -> Answer:
        """The answer of the request's route; 404 where there is none."""
        route = self.routes.get(seen.path, self.routes.get(seen.path.partition("?")[0], Answer(status=404)))
        if callable(route):
            answer = route(seen)
            route = await answer if isinstance(answer, Awaitable) else answer
        if isinstance(route, Sequence):
            route = route[min(len(self.seen(seen.path)), len(route)) - 1]
        return route.to(seen)


@asynccontextmanager
async def http_server(
    routes: Mapping[str, Route] | None = None, *, host: str = "127.0.0.1", tls: ssl.SSLContext | None = None
) -> AsyncIterator[HttpServer]:
    """An aiohttp server on a free port of a loopback address."""
    server = HttpServer(host, 0, "https" if tls else "http", dict(routes or {}))
    runner = web.ServerRunner(
        web.Server(lambda request: _serve(server, request)), handle_signals=False, shutdown_timeout=0.1
    )
    await runner.setup()
    site = web.TCPSite(runner, host, 0, ssl_context=tls)
    await site.start()
    server.port = runner.addresses[0][1]
    try:
        yield server
    finally:
        await runner.cleanup()


async def _serve(server: HttpServer, request: web.BaseRequest) -> web.StreamResponse:
    headers = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in request.raw_headers)
    seen = ReceivedRequest(request.method, request.path_qs, headers, await request.read(), monotonic())
    server.requests.append(seen)
    answer = await server.answer(seen)
    await asyncio.sleep(answer.delay)
    response = web.StreamResponse(status=answer.status, headers=answer.all_headers())
    if answer.status != 304:
        response.content_length = len(answer.body)
    await response.prepare(request)
    if answer.body:
        await asyncio.sleep(answer.drip)
        await response.write(answer.body)
    await response.write_eof()
    return response


@asynccontextmanager
async def raw_server(
    *answers: bytes, host: str = "127.0.0.1", tls: ssl.SSLContext | None = None, keep_open: bool = False
) -> AsyncIterator[HttpServer]:
    """A server that sends bytes as they are, one of `answers` a request (the last stays), and then hangs up.

    For what no honest server does: short bodies, cut chunks, odd bytes in headers. `keep_open` leaves the connection
    open for the next request. An empty answer hangs up without a word.
    """
    server = HttpServer(host, 0, "https" if tls else "http", {})
    tasks: set[asyncio.Task[None]] = set()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        server.connections += 1
        with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                server.requests.append(_parse_head(head))
                answer = answers[min(len(server.requests), len(answers)) - 1]
                writer.write(answer)
                await writer.drain()
                if not keep_open or not answer:
                    break
        writer.close()
        with suppress(ConnectionError, asyncio.CancelledError):
            await writer.wait_closed()
        tasks.discard(task)

    listener = await asyncio.start_server(talk, host, 0, ssl=tls)
    server.port = listener.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        listener.close()
        for task in tuple(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await listener.wait_closed()


def _parse_head(head: str) -> ReceivedRequest:
    first, *lines = head.split("\r\n")
    method, path, _ = first.split(" ", 2)
    pairs = (line.partition(":") for line in lines if line)
    return ReceivedRequest(
        method, path, tuple((name, value.strip(" \t")) for name, _, value in pairs), b"", monotonic()
    )


@dataclass
class SmtpServer:
    """A running SMTP server: `messages` that it accepted, with their envelopes; `refusals` to give, one a message.

    A refusal is the SMTP answer to DATA, such as `451 later` or `554 no`.
    """

    host: str
    port: int
    refusals: list[str] = field(default_factory=list)
    refused_recipients: dict[str, str] = field(default_factory=dict)
    messages: list[EmailMessage] = field(default_factory=list)
    envelopes: list[Envelope] = field(default_factory=list)
    attempts: int = 0
    password: str = ""
    logins: list[str] = field(default_factory=list)
    hangs_up_after_data: int = 0

    def log_in(self, _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, given: Any) -> AuthResult:
        """Note who logs in, and check the password."""
        self.logins.append(given.login.decode())
        return AuthResult(success=given.password.decode() == self.password, handled=False)

    async def handle_RCPT(  # noqa: N802 - aiosmtpd finds it by this name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Accept a recipient, or refuse it as told."""
        if address in self.refused_recipients:
            return self.refused_recipients[address]
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Accept a message, or refuse it as told."""
        self.attempts += 1
        if self.refusals:
            return self.refusals.pop(0)
        content = envelope.content
        raw = content if isinstance(content, bytes) else (content or "").encode()
        message = message_from_bytes(raw, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.messages.append(message)
        self.envelopes.append(envelope)
        if self.hangs_up_after_data:
            self.hangs_up_after_data -= 1
            assert isinstance(server.transport, asyncio.WriteTransport)
            server.transport.abort()
        return "250 taken"


def free_port() -> int:
    """A port of this machine on which nothing listens now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@asynccontextmanager
async def smtp_server(
    *, tls: ssl.SSLContext | None = None, refusals: Sequence[str] = (), password: str | None = None
) -> AsyncIterator[SmtpServer]:
    """An aiosmtpd server on a free loopback port, in a thread of its own; with `tls` it offers STARTTLS.

    With a `password` it asks for one, without TLS too: a careful client must not send it.
    """
    port = free_port()
    server = SmtpServer("127.0.0.1", port, list(refusals))
    asks: dict[str, Any] = {"authenticator": server.log_in, "auth_require_tls": False} if password else {}
    server.password = password or ""
    controller: Any = Controller(server, hostname=server.host, port=port, tls_context=tls, **asks)
    await asyncio.to_thread(controller.start)
    try:
        yield server
    finally:
        await asyncio.to_thread(controller.stop)


def in_loop(test: Callable[..., Coroutine[Any, Any, None]]) -> Callable[..., None]:
    """Run an async test in an event loop of its own, closed with everything in it at the end."""

    @wraps(test)
    def run(*arguments: Any, **named: Any) -> None:
        asyncio.run(test(*arguments, **named))

    return run


def authority() -> trustme.CA:
    """A certificate authority that nobody trusts yet."""
    return trustme.CA()


def server_context(ca: trustme.CA, *names: str) -> ssl.SSLContext:
    """A TLS context for a server whose certificate is good for these names."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ca.issue_cert(*names).configure_cert(context)
    return context
