"""Fetch one URL within limits: `get` follows redirects, each hop checked again; `post` follows none."""

from __future__ import annotations

import asyncio
import os
import ssl
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NoReturn, TypeAlias
from urllib.parse import quote, urljoin, urlsplit, urlunsplit

from watcher.lean_imports import without_authorities

# aiohttp reads all authorities that the system trusts, twice, while it is imported: a tenth of a round over feeds that
# have not changed. By which a server is judged is said by `BoundedConnector`; what went round that would trust nobody.
with without_authorities():
    import aiohttp

from watcher import clock
from watcher.config.redaction import from_outside
from watcher.errors import BadRedirect, Forbidden, TimedOut, TlsFailed, Unreachable
from watcher.fetch.answer import HARMLESS, read_answer, read_answer_start, redirect_target, without_echo
from watcher.fetch.guard import (
    GuardedResolver,
    Networks,
    Refused,
    check_url,
    guarded_sockets,
    is_local_name,
    without_credentials,
)
from watcher.fetch.wire import (
    LONGEST_HEADER,
    MOST_HEADERS,
    BoundedConnector,
    ExactRequest,
    Lost,
    PeerResponse,
    as_sent,
    is_same_party,
    no_silent_retry,
)
from watcher.model.response import Hop, Response

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping

    from watcher.fetch.request import Request


Slot: TypeAlias = "Callable[[str], AbstractAsyncContextManager[object]]"


@dataclass(frozen=True, slots=True)
class Client:
    """An open client. `direct` connects only to what `allowed` permits, `proxied` only to the operator's proxies."""

    direct: aiohttp.ClientSession
    proxied: aiohttp.ClientSession
    allowed: Networks


@asynccontextmanager
async def open_client(*, allow_addresses: Networks = (), connections: int = 64) -> AsyncIterator[Client]:
    """A client with at most `connections` connections at once, closed with all of them at the end.

    `allow_addresses` are networks that may be connected to besides the public internet.
    """
    guarded = BoundedConnector(
        limit=connections,
        resolver=GuardedResolver(allow_addresses),
        socket_factory=guarded_sockets(allow_addresses),
    )
    async with (
        _session(guarded) as direct,
        _session(BoundedConnector(limit=connections)) as proxied,
    ):
        yield Client(direct, proxied, allow_addresses)


def _session(connector: aiohttp.TCPConnector) -> aiohttp.ClientSession:
    return aiohttp.ClientSession(
        connector=connector,
        cookie_jar=aiohttp.DummyCookieJar(),
        auto_decompress=False,
        trust_env=False,
        timeout=aiohttp.ClientTimeout(total=None),  # asyncio.timeout counts; a second timer would only cost
        request_class=ExactRequest,
        response_class=PeerResponse,
        middlewares=(no_silent_retry,),
        max_line_size=LONGEST_HEADER,
        max_field_size=LONGEST_HEADER,
        max_headers=MOST_HEADERS,
    )


async def get(client: Client, request: Request, *, slot: Slot = nullcontext) -> Response:
    """The answer to a GET, after at most `limits.redirects` redirects; any status is an answer.

    Each hop is asked inside `slot(url)`, which waits for a slot of the host; that wait is not counted against the
    deadline, everything else is. Raises TimedOut, Unreachable, TooLarge, Truncated, BadRedirect, Forbidden,
    TlsFailed; HttpStatus for a content coding other than gzip.
    """
    hops: list[Hop] = []
    url, headers, left = request.url, dict(request.headers), request.limits.deadline
    started_at = clock.now()
    while True:
        _guard(client, request, url, hops)
        async with slot(url):
            began = clock.monotonic()
            answer = await _ask_in_time(left, client, request, _Sent("GET", url, headers))
            left -= clock.monotonic() - began
        location = redirect_target(answer)
        if location is None:
            ended_at = clock.now()
            whole = replace(
                answer, requested_url=request.url, started_at=started_at, ended_at=ended_at, hops=tuple(hops)
            )
            return without_echo(whole) if request.has_secret else whole
        hops.append(Hop(url, answer.status, location))
        url, headers = _next(request, hops, url, headers)


async def post(client: Client, request: Request, body: bytes) -> Response:
    """The answer to a POST of `body`, never a redirect followed, at most 64 KB of answer read. Raises as `get`."""
    started_at = clock.now()
    _guard(client, request, request.url, [])
    sent = _Sent("POST", request.url, dict(request.headers), body)
    answer = await _ask_in_time(request.limits.deadline, client, request, sent)
    whole = replace(answer, started_at=started_at, ended_at=clock.now())
    return without_echo(whole) if request.has_secret else whole


@dataclass(frozen=True, slots=True)
class _Sent:
    """What goes to the wire for one hop."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes | None = None


def _guard(client: Client, request: Request, url: str, hops: list[Hop]) -> None:
    why = check_url(url, client.allowed)
    if why is None and request.proxy and is_local_name(urlsplit(url).hostname or ""):
        why = "a local name behind a proxy"  # the proxy would look it up, where we cannot see the address
    if why is None:
        return
    kind = BadRedirect if hops and not why.startswith("the address") else Forbidden
    raise kind(without_credentials(url), why)


def _next(request: Request, hops: list[Hop], url: str, headers: dict[str, str]) -> tuple[str, dict[str, str]]:
    try:
        target = urljoin(url, hops[-1].location).partition("#")[0]
        old, new = urlsplit(url), urlsplit(target)
        same = is_same_party(old, new)
    except ValueError as error:
        raise BadRedirect(request.url, f"a redirect to something that is not a web address: {error}") from error
    if len(hops) > request.limits.redirects:
        raise BadRedirect(request.url, f"more than {request.limits.redirects} redirects")
    if old.scheme == "https" and new.scheme != "https":
        raise BadRedirect(request.url, "a redirect from https to an address without TLS")
    return target, headers if same else {name: text for name, text in headers.items() if name.lower() in HARMLESS}


async def _ask_in_time(seconds: float, client: Client, request: Request, sent: _Sent) -> Response:
    try:
        async with asyncio.timeout(seconds):
            return await _ask_with_retry(client, request, sent)
    except TimeoutError as error:
        raise TimedOut(sent.url, f"no complete response within {request.limits.deadline:g} s") from error
    except Refused as error:
        raise Forbidden(sent.url, str(error)) from error
    except (aiohttp.ClientError, Lost, OSError, ValueError) as error:
        _raise_named(sent.url, error)


def _raise_named(url: str, error: Exception) -> NoReturn:
    if isinstance(error, aiohttp.ClientSSLError):
        raise TlsFailed(url, from_outside(_why_no_connection(error))) from error
    if isinstance(error, aiohttp.ClientConnectorError):
        raise Unreachable(url, from_outside(_why_no_connection(error), 300)) from error
    if isinstance(error, aiohttp.ClientResponseError):  # its text holds a proxy's URL, credentials included
        raise Unreachable(url, from_outside(f"no valid response: {error.status} {error.message}", 300)) from None
    raise Unreachable(url, from_outside(str(error), 300) or type(error).__name__) from error


def _why_no_connection(error: aiohttp.ClientConnectorError) -> str:
    """Where to, and what the system or the certificate says; the library's own text names its settings beside that."""
    cause = error.certificate_error if isinstance(error, aiohttp.ClientConnectorCertificateError) else error.os_error
    number = cause.errno if isinstance(cause, OSError) and not isinstance(cause, ssl.SSLError) else None
    said = os.strerror(number) if number and number > 0 else getattr(cause, "verify_message", "")
    return f"cannot connect to {error.host}:{error.port}: {said or getattr(cause, 'strerror', '') or cause}"


async def _ask_with_retry(client: Client, request: Request, sent: _Sent) -> Response:
    """Ask; and once again if a kept connection turns out to be closed before anything came (RFC 9112, 9.3.1)."""
    try:
        return await _exchange(client, request, sent)
    except Lost as lost:
        if not lost.was_idle or sent.method != "GET":
            raise
    return await _exchange(client, request, sent)


async def _exchange(client: Client, request: Request, sent: _Sent) -> Response:
    session = client.proxied if request.proxy else client.direct
    response = await session.request(
        sent.method,
        _on_the_wire(request, sent),
        headers=as_sent(sent.headers),
        data=sent.body,
        allow_redirects=False,
        proxy=request.proxy,
        ssl=request.tls_verify,
    )
    try:
        if sent.method == "POST":
            return await read_answer_start(response, sent.url)
        return await read_answer(response, request.limits, sent.url)
    finally:
        if response.content.is_eof():
            response.release()
        else:
            response.close()


def _on_the_wire(request: Request, sent: _Sent) -> str:
    """The address with the request's secret parameter: a redirect leads elsewhere, and is followed without it.

    An address of the next page repeats the parameter, with `[secret]` for its value, and is asked with the true one.
    """
    if request.secret_query is None or sent.url != request.url:
        return sent.url
    name, value = (quote(words, safe="") for words in request.secret_query)
    parts = urlsplit(sent.url)
    others = [pair for pair in parts.query.split("&") if pair and pair.partition("=")[0] != name]
    return urlunsplit(parts._replace(query="&".join([*others, f"{name}={value}"])))
