"""An HTTP exchange as evidence keeps it: an answer without secrets, a failure, a push of a hub. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal, TypeAlias

from watcher.config.redaction import MARK
from watcher.fetch.answer import recorded_headers
from watcher.model.poll import Capture
from watcher.model.response import Response

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from watcher.errors import WatcherError
    from watcher.fetch.request import Request
    from watcher.fetch.server import Incoming

    Kind: TypeAlias = Literal["feed", "page", "attachment"]


def without_secrets(response: Response, hidden: frozenset[str]) -> Response:
    """The response with the values of `hidden` request headers left out."""
    if not hidden:
        return response
    return replace(response, request_headers=_hide(response.request_headers, hidden))


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
    unanswered = Response(
        requested_url=request.url,
        url=request.url,
        started_at=started_at,
        ended_at=ended_at,
        request_headers=_hide(recorded_headers(request.headers.items()), hidden),
    )
    return Capture(kind, error.outcome, unanswered, error=error.reason, is_tls_verified=request.tls_verify)


def push_capture(hub: str, topic: str, pushed: Incoming, *, now: datetime) -> Capture:
    """The record of what a hub pushed: nothing was requested, so there is no status; the headers are the hub's."""
    response = Response(
        requested_url=hub,
        url=topic,
        started_at=now,
        ended_at=now,
        headers=pushed.headers,
        body=pushed.body,
        wire=pushed.body,
        address=pushed.peer,
    )
    return Capture("feed", "new", response, keeps_body=True)


def _hide(headers: Iterable[tuple[str, str]], hidden: frozenset[str]) -> tuple[tuple[str, str], ...]:
    return tuple((name, MARK if name.lower() in hidden else value) for name, value in headers)
