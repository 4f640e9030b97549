"""An HTTP exchange as evidence keeps it. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from watcher.records import Capture
from watcher.requests import HIDDEN

if TYPE_CHECKING:
    from datetime import datetime

    from watcher.errors import WatcherError
    from watcher.net import Incoming, Request, Response


def of_response(
    kind: Literal["feed", "page", "attachment"],
    request: Request,
    response: Response,
    *,
    outcome: str,
    error: str | None,
    keeps_body: bool,
    hidden: frozenset[str],
) -> Capture:
    """The record of an answer; the values of `hidden` request headers are left out."""
    sent = tuple((name, HIDDEN if name.lower() in hidden else value) for name, value in response.request_headers)
    return Capture(
        kind=kind,
        requested_url=request.url,
        url=response.url,
        outcome=outcome,
        error=error,
        started_at=response.started_at,
        ended_at=response.ended_at,
        status=response.status,
        request_headers=sent,
        response_headers=response.headers,
        hops=tuple((hop.url, hop.status, hop.location) for hop in response.hops),
        address=response.address,
        tls_fingerprint=response.tls_fingerprint,
        tls_chain=response.tls_chain,
        reason=response.reason,
        http_version=response.http_version,
        is_tls_verified=request.tls_verify,
        body=response.body,
        wire=response.wire if response.wire != response.body else None,
        keeps_body=keeps_body,
    )


def of_push(hub: str, topic: str, pushed: Incoming, *, now: datetime) -> Capture:
    """The record of what a hub brought: nothing was asked, so there is no status; the headers are the hub's."""
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


def of_failure(
    kind: Literal["feed", "page", "attachment"],
    request: Request,
    error: WatcherError,
    *,
    started_at: datetime,
    ended_at: datetime,
    hidden: frozenset[str],
) -> Capture:
    """The record of a question that got no answer."""
    sent = tuple((name, HIDDEN if name.lower() in hidden else value) for name, value in request.headers.items())
    return Capture(
        kind=kind,
        requested_url=request.url,
        url=request.url,
        outcome=error.outcome,
        error=error.reason,
        started_at=started_at,
        ended_at=ended_at,
        request_headers=sent,
        is_tls_verified=request.tls_verify,
    )
