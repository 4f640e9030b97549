"""Read an answer within its limits: bytes as received, bytes inflated, head and peer for the record."""

from __future__ import annotations

import contextlib
import re
from dataclasses import replace
from typing import TYPE_CHECKING, NoReturn

import aiohttp

from watcher import clock
from watcher.config.redaction import redacted, redacted_bytes
from watcher.control_signs import one_line
from watcher.errors import HttpStatus, TooLarge, Truncated
from watcher.fetch.wire import as_latin, as_received, as_url, peer_of
from watcher.model.response import Response

if TYPE_CHECKING:
    from collections.abc import Iterable

    from watcher.fetch.request import Limits


REDIRECTS = frozenset({301, 302, 303, 307, 308})
# What may go to another host than the one the operator configured the headers for; keys and tokens may not.
HARMLESS = frozenset({"user-agent", "accept", "accept-language", "if-none-match", "if-modified-since"})
# What servers write into Content-Encoding that is no coding; RFC 9110, 8.4, reserves `identity` for Accept-Encoding.
_NO_CODING = frozenset(
    {"", "identity", "none", "utf-8", "utf8", "binary", "text", "plain", "7bit", "8bit", "iso-8859-1"}
)
_PLAIN = re.compile(rb"(?:\xef\xbb\xbf)?\s{0,100}(?:<[!?a-zA-Z]|[{\[]\s{0,100}[\"\[{]|%PDF-)")
_WITHOUT_BODY = frozenset({204, 304})
_POST_BYTES = 64_000
_RECORDED = HARMLESS | {"host", "accept-encoding", "connection", "content-type", "content-length"}


async def read_answer(response: aiohttp.ClientResponse, limits: Limits, url: str) -> Response:
    """The whole answer to a GET; the body of a redirect is left unread. Raises TooLarge, Truncated, HttpStatus."""
    answer = _head(response, url)
    if redirect_target(answer) or response.content.at_eof():
        return answer
    raw = await _receive(response, limits, url)
    return replace(answer, wire=raw, body=_decode(response, raw, limits, url))


async def read_answer_start(response: aiohttp.ClientResponse, url: str) -> Response:
    """The answer to a POST with the first bytes of its body as they came, which nothing depends on: it may be cut."""
    raw = b""
    with contextlib.suppress(aiohttp.ClientError, ConnectionError):
        while len(raw) < _POST_BYTES and (part := await response.content.read(_POST_BYTES - len(raw))):
            raw += part
    return replace(_head(response, url), wire=raw, body=raw)


def without_echo(answer: Response) -> Response:
    """The answer to a request that carried secrets, with `[secret]` wherever the server sent one of them back.

    It is done before anything of it is parsed, hashed, kept or shown. A body that held one is no longer the bytes of
    the wire, so they are not kept.
    """
    body = redacted_bytes(answer.body)
    return replace(
        answer,
        url=redacted(answer.url),
        reason=redacted(answer.reason),
        headers=tuple((name, redacted(value)) for name, value in answer.headers),
        body=body,
        wire=answer.wire if body is answer.body else body,
        hops=tuple(replace(hop, url=redacted(hop.url), location=redacted(hop.location)) for hop in answer.hops),
    )


def redirect_target(answer: Response) -> str | None:
    """The Location of a redirect, percent-encoded; None for any other answer."""
    return as_url(answer.first("location")) if answer.status in REDIRECTS else None


def _head(response: aiohttp.ClientResponse, url: str) -> Response:
    now, peer = clock.now(), peer_of(response)
    return Response(
        requested_url=url,
        url=url,
        started_at=now,
        ended_at=now,
        status=response.status,
        reason=one_line(as_latin(response.reason or "")),
        http_version=f"{response.version.major}.{response.version.minor}" if response.version else "",
        headers=as_received(response.raw_headers),
        address=peer.address,
        tls_fingerprint=peer.fingerprint,
        tls_chain=peer.chain,
        request_headers=recorded_headers(response.request_info.headers.items()),
    )


async def _receive(response: aiohttp.ClientResponse, limits: Limits, url: str) -> bytes:
    limit, announced = limits.wire_bytes, response.content_length or 0
    if announced > limit and response.status not in _WITHOUT_BODY:
        raise TooLarge(url, f"{announced} bytes announced, {limit} allowed", status=response.status)
    parts: list[bytes] = []
    size = 0
    try:
        async for part in response.content.iter_any():
            parts.append(part)
            size += len(part)
            if size > limit:
                raise TooLarge(url, f"more than {limit} bytes", status=response.status)
    except (aiohttp.ClientError, ConnectionError) as error:
        whole = f" of {announced}" if announced else ""
        raise Truncated(url, f"the body ended early, after {size}{whole} bytes", status=response.status) from error
    return b"".join(parts)


def _decode(response: aiohttp.ClientResponse, raw: bytes, limits: Limits, url: str) -> bytes:
    stated = ", ".join(response.headers.getall("Content-Encoding", ())).lower()
    codings = [coding for part in stated.split(",") if (coding := part.strip(" \t'\"")) not in _NO_CODING]
    if not raw or not codings or _is_plain(raw):
        return raw if len(raw) <= limits.body_bytes else _too_large(url, limits, response.status)
    if len(codings) > 1 or codings[0] not in {"gzip", "x-gzip"}:
        raise HttpStatus(
            url, f"answered in the encoding {', '.join(codings)!r}; only gzip was requested", status=response.status
        )
    from watcher.content.encoding import Cut, Overflow, inflate

    try:
        return inflate(raw, limits.body_bytes)
    except Overflow:
        _too_large(url, limits, response.status)
    except Cut as error:
        raise Truncated(url, f"the gzip body is incomplete: {error}", status=response.status) from error


def _is_plain(raw: bytes) -> bool:
    """Whether a body is a document as it stands, whatever coding its header names: no coding begins so."""
    return _PLAIN.match(raw) is not None


def recorded_headers(headers: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Request headers for the record, of a request that failed too: of an operator's own, only the name is kept.

    It may be a key.
    """
    return tuple((name, value if name.lower() in _RECORDED else "(hidden)") for name, value in headers)


def _too_large(url: str, limits: Limits, status: int) -> NoReturn:
    raise TooLarge(url, f"more than {limits.body_bytes} bytes after inflation", status=status)
