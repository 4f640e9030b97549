"""An HTTP exchange as evidence keeps it: an answer, a failure, a push of a hub, a record of a web archive. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

from watcher.fetch.request import HIDDEN
from watcher.model.poll import Capture

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from watcher.archive.warc_reader import RecordedResponse
    from watcher.errors import WatcherError
    from watcher.fetch.messages import Request, Response
    from watcher.fetch.server import Incoming

    Kind: TypeAlias = Literal["feed", "page", "attachment"]


def response_capture(
    kind: Kind,
    request: Request,
    response: Response,
    *,
    outcome: str,
    error: str | None,
    keeps_body: bool,
    hidden: frozenset[str],
) -> Capture:
    """The record of an answer; the values of `hidden` request headers are left out."""
    return Capture(
        kind=kind,
        requested_url=request.url,
        url=response.url,
        outcome=outcome,
        error=error,
        started_at=response.started_at,
        ended_at=response.ended_at,
        status=response.status,
        request_headers=_without_secrets(response.request_headers, hidden),
        response_headers=response.headers,
        hops=tuple((hop.url, hop.status, hop.location) for hop in response.hops),
        address=response.address,
        tls_fingerprint=response.tls_fingerprint,
        tls_chain=response.tls_chain,
        reason=response.reason,
        http_version=response.http_version,
        is_tls_verified=request.tls_verify,
        body=response.body,
        wire=_wire(response.wire, response.body),
        keeps_body=keeps_body,
    )


def failure_capture(
    kind: Kind,
    request: Request,
    error: WatcherError,
    *,
    started_at: datetime,
    ended_at: datetime,
    hidden: frozenset[str],
) -> Capture:
    """The record of a request that got no answer; the values of `hidden` request headers are left out."""
    return Capture(
        kind=kind,
        requested_url=request.url,
        url=request.url,
        outcome=error.outcome,
        error=error.reason,
        started_at=started_at,
        ended_at=ended_at,
        request_headers=_without_secrets(request.headers.items(), hidden),
        is_tls_verified=request.tls_verify,
    )


def push_capture(hub: str, topic: str, pushed: Incoming, *, now: datetime) -> Capture:
    """The record of what a hub pushed: nothing was requested, so there is no status; the headers are the hub's."""
    return Capture(
        kind="feed",
        requested_url=hub,
        url=topic,
        outcome="new",
        started_at=now,
        ended_at=now,
        response_headers=pushed.headers,
        address=pushed.peer,
        body=pushed.body,
        keeps_body=True,
    )


def archive_capture(
    kind: Kind, recorded: RecordedResponse, *, at: datetime, outcome: str, imported_from: str
) -> Capture:
    """The record of an exchange of another crawler, at the time of that; `imported_from` names archive and record."""
    return Capture(
        kind=kind,
        requested_url=recorded.url,
        url=recorded.url,
        outcome=outcome,
        started_at=at,
        ended_at=at,
        status=recorded.status,
        reason=recorded.reason,
        http_version=recorded.http_version,
        response_headers=recorded.headers,
        address=recorded.address or None,
        is_tls_verified=False,
        body=recorded.body,
        wire=_wire(recorded.wire, recorded.body),
        keeps_body=True,
        imported_from=imported_from,
    )


def _without_secrets(headers: Iterable[tuple[str, str]], hidden: frozenset[str]) -> tuple[tuple[str, str], ...]:
    return tuple((name, HIDDEN if name.lower() in hidden else value) for name, value in headers)


def _wire(wire: bytes, body: bytes) -> bytes | None:
    """The bytes before content-decoding, where they are others than the body: the same bytes are stored once."""
    return wire if wire != body else None
