"""What aiohttp lacks: exact header bytes, the peer's address and certificates, no retries of its own."""

from __future__ import annotations

import hashlib
import re
import ssl
import weakref
from dataclasses import dataclass
from functools import cache, partial
from typing import TYPE_CHECKING, Any

import aiohttp
from aiohttp.client_proto import ResponseHandler
from aiohttp.client_reqrep import ClientRequest
from aiohttp.http_exceptions import HttpProcessingError

from watcher.content.urls import is_same_port

if TYPE_CHECKING:
    from collections.abc import Mapping
    from urllib.parse import SplitResult

    from aiohttp.connector import Connection


_ODD = re.compile("[\x01-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_BREAKING = re.compile("[\r\n\0]")
_ASCII = 0x80
_DER = 2  # as OpenSSL numbers it: the certificate's own bytes
# Bytes of one header and of all, and how many: a long Content-Security-Policy is 10 to 30 KB.
LONGEST_HEADER, _LONGEST_HEAD, MOST_HEADERS = 65_536, 262_144, 512
_NO_ANSWER = "Server disconnected"
_asked_before: weakref.WeakSet[ResponseHandler] = weakref.WeakSet()


class Lost(Exception):
    """The connection was lost before an answer. `was_idle`: it had been kept from before and nothing was received."""

    def __init__(self, detail: str, *, was_idle: bool) -> None:
        """Say what was lost and whether asking once more is clean."""
        super().__init__(detail)
        self.was_idle = was_idle


@dataclass(frozen=True, slots=True)
class Peer:
    """Who answered: ip:port as connected to, and the SHA-256 of the certificates that it sent in hex, its own first."""

    address: str
    fingerprint: str | None
    chain: tuple[str, ...] = ()


class ExactRequest(ClientRequest):
    """Sends header bytes that aiohttp's writer leaves out (no UTF-8) or refuses (control characters), too.

    An ETag is opaque (RFC 9110, 8.8.3), servers send all kinds of bytes in it and parsers let them in; it has to go
    back as it came. Line ends and NUL are refused as ever: they would start a header of their own. `is_reused`:
    it was sent on a connection that had been used before.
    """

    is_reused = False

    async def send(self, conn: Connection) -> aiohttp.ClientResponse:
        """Send; where a header holds such bytes, put them into the head on its way to the socket."""
        odd = {name: value for name, value in self.headers.items() if _is_odd(value)}
        protocol = conn.protocol
        if protocol is not None:
            self.is_reused = protocol in _asked_before
            _asked_before.add(protocol)
        if not odd or protocol is None or protocol.transport is None:
            return await super().send(conn)
        exact: dict[bytes, bytes] = {}
        for index, (name, value) in enumerate(odd.items()):
            mark = f"exact-bytes-of-header-{index}-{id(self)}"
            exact[mark.encode()] = value.encode("utf-8", "surrogateescape")
            self.headers[name] = mark
        transport = protocol.transport
        protocol.transport = _Exact(transport, exact)  # type: ignore[assignment]
        try:
            return await super().send(conn)
        finally:
            protocol.transport = transport


class _Exact:
    """A transport that puts bytes in the place of marks while a request's head is written."""

    def __init__(self, transport: Any, exact: Mapping[bytes, bytes]) -> None:
        self._transport, self._exact = transport, exact

    def write(self, part: bytes) -> None:
        for mark, value in self._exact.items():
            part = part.replace(mark, value)
        self._transport.write(part)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)


def _is_odd(value: str) -> bool:
    if value.isascii() and value.isprintable():
        return False
    return bool(_ODD.search(value)) and not _BREAKING.search(value)


async def no_silent_retry(request: ClientRequest, handler: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
    """A middleware that turns a lost connection into `Lost`.

    aiohttp would send the request again by itself, on a fresh connection too, which is a second request that nobody
    wanted.
    """
    try:
        return await handler(request)
    except aiohttp.ClientConnectorError:
        raise
    except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as error:
        is_silent = not isinstance(error, aiohttp.ServerDisconnectedError) or error.message == _NO_ANSWER
        is_reused = isinstance(request, ExactRequest) and request.is_reused
        raise Lost(str(error), was_idle=is_silent and is_reused) from error


class _BoundedProtocol(ResponseHandler):
    """Reads the head of an answer up to a bound: aiohttp bounds each header, and their number, but not their sum."""

    _head_bytes = 0

    def set_response_params(self, **params: Any) -> None:
        """Begin with the head of the next answer."""
        self._head_bytes = 0
        super().set_response_params(**params)

    def feed_data(self, message: Any, size: int = 0) -> None:
        """Hand on a head that is complete, if it is not too long; what follows is its body."""
        self._head_bytes = -1
        if sum(len(name) + len(value) for name, value in message[0].raw_headers) > _LONGEST_HEAD:
            self._refuse_head()
        else:
            super().feed_data(message, size)

    def data_received(self, data: bytes) -> None:
        """Count what comes before the head is complete, and end the connection where that is too much."""
        if self._head_bytes >= 0:
            self._head_bytes += len(data)
        super().data_received(data)
        if self._head_bytes > _LONGEST_HEAD:
            self._refuse_head()

    def _refuse_head(self) -> None:
        if self.transport is not None:
            self.transport.close()
        self.set_exception(HttpProcessingError(code=400, message=f"more than {_LONGEST_HEAD} bytes of headers"))


class BoundedConnector(aiohttp.TCPConnector):
    """Connections that bound the headers of an answer."""

    def __init__(self, **options: Any) -> None:
        """As aiohttp's own."""
        super().__init__(**options)
        protocol: type[ResponseHandler] = _BoundedProtocol
        self._factory = partial(protocol, loop=self._loop)

    def _get_ssl_context(self, req: ClientRequest) -> ssl.SSLContext | None:
        """By what a server is judged; made with the first request that needs it (aiohttp's were made of nothing)."""
        if not req.is_ssl():
            return None
        return req.ssl if isinstance(req.ssl, ssl.SSLContext) else tls_context(is_verified=req.ssl is True)


@cache
def tls_context(*, is_verified: bool) -> ssl.SSLContext:
    """A server's certificate is verified by the authorities that the system trusts, or not at all."""
    context = ssl.create_default_context()
    if not is_verified:
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_alpn_protocols(("http/1.1",))
    return context


class PeerResponse(aiohttp.ClientResponse):
    """Keeps the peer, which aiohttp forgets as soon as a body has ended (at once, for a 304)."""

    peer = Peer("", None)

    async def start(self, connection: Connection) -> aiohttp.ClientResponse:
        """Record the peer, then read the head of the answer."""
        transport = connection.transport
        if transport is not None:
            self.peer = _peer(transport.get_extra_info("peername"), transport.get_extra_info("ssl_object"))
        return await super().start(connection)


def peer_of(response: aiohttp.ClientResponse) -> Peer:
    """Who gave this answer."""
    return response.peer if isinstance(response, PeerResponse) else Peer("", None)


def _peer(name: tuple[Any, ...] | None, tls: Any) -> Peer:
    host, port = (name or ("", 0))[:2]
    certificate = tls.getpeercert(binary_form=True) if tls is not None else None
    return Peer(
        address=f"[{host}]:{port}" if ":" in str(host) else f"{host}:{port}",
        fingerprint=hashlib.sha256(certificate).hexdigest() if certificate else None,
        chain=_chain(tls) if certificate else (),
    )


def _chain(tls: Any) -> tuple[str, ...]:
    """The certificates as the peer sent them: public from Python 3.13 on, before it one layer down."""
    ask = getattr(tls, "get_unverified_chain", None) or getattr(
        getattr(tls, "_sslobj", None), "get_unverified_chain", None
    )
    if ask is None:
        return ()
    sent = (one if isinstance(one, bytes) else one.public_bytes(_DER) for one in ask() or ())
    return tuple(hashlib.sha256(one).hexdigest() for one in sent)


def as_received(raw: tuple[tuple[bytes, bytes], ...]) -> tuple[tuple[str, str], ...]:
    """Header lines with the names' case and order of the wire, every byte one character (latin-1)."""
    return tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in raw)


def as_latin(text: str) -> str:
    """A text of aiohttp's (UTF-8, other bytes escaped) with every byte one character, like the headers."""
    return text.encode("utf-8", "surrogateescape").decode("latin-1")


def as_url(location: str | None) -> str | None:
    """A Location (latin-1) with its bytes beyond ASCII percent-encoded, as browsers do; None where there is none."""
    if location is None or not location.strip():
        return None
    return "".join(chr(byte) if byte < _ASCII else f"%{byte:02X}" for byte in location.encode("latin-1"))


def as_sent(headers: Mapping[str, str]) -> dict[str, str]:
    """Our headers as aiohttp wants them: it writes UTF-8, so latin-1 values are read as the bytes they stand for."""
    sent = {name: value if value.isascii() else _bytes_as_text(value) for name, value in headers.items()}
    sent = {name: value for name, value in sent.items() if name.lower() != "accept-encoding"}
    return sent | {"Accept-Encoding": "gzip"}


def _bytes_as_text(value: str) -> str:
    try:
        return value.encode("latin-1").decode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return value


def is_same_party(old: SplitResult, new: SplitResult) -> bool:
    """Whether a redirect stays with those whom the headers were meant for: same host and port, or http to https."""
    return old.hostname == new.hostname and is_same_port(old, new)
