"""An HTTP exchange as evidence keeps it. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Literal

from watcher import clock
from watcher.errors import Disallowed, FetchError, Unreachable
from watcher.fetch.caching import NotModified, Validators, ask, judge
from watcher.fetch.request import HIDDEN, PAGE_ACCEPT, feed_of, request_for, secret_headers
from watcher.model.poll import Capture
from watcher.pipeline.parse import PageAnswer, outcome_of

if TYPE_CHECKING:
    from datetime import datetime

    from watcher.errors import WatcherError
    from watcher.fetch.messages import Request, Response
    from watcher.fetch.server import Incoming
    from watcher.model.feed import FeedState
    from watcher.pipeline.runtime import Runtime


_NO_VALIDATORS = Validators()


@dataclass(frozen=True, slots=True)
class Asked:
    """What became of asking for a page or document: an answer where `outcome` is "ok"."""

    outcome: str
    answer: PageAnswer | None = None
    capture: Capture | None = None
    validators: Validators = _NO_VALIDATORS


async def ask_document(
    runtime: Runtime,
    feed: FeedState,
    url: str,
    kind: Literal["feed", "page", "attachment"],
    validators: Validators = _NO_VALIDATORS,
) -> Asked:
    """Ask for a page, attachment or list of this feed's publisher; a FetchError becomes the outcome.

    Asked with validators, the outcome is "not_modified" where the server holds on to what it gave with them.
    """
    publisher, configured = feed_of(runtime.configuration, feed.name)
    request = request_for(runtime.configuration.settings.http, publisher, configured, url, accept=PAGE_ACCEPT)
    hidden = secret_headers(publisher, configured)
    started_at = clock.now()
    try:
        response = await ask(
            runtime.client, runtime.hosts, request, validators, check=partial(_heed_robots, runtime, request)
        )
    except FetchError as error:
        ended_at = clock.now()
        failed = of_failure(kind, request, error, started_at=started_at, ended_at=ended_at, hidden=hidden)
        return Asked(outcome_of(error), capture=failed)
    outcome, detail, known = _judged(response, validators)
    keeps_body = outcome != "not_modified"
    capture = of_response(kind, request, response, outcome=outcome, error=detail, keeps_body=keeps_body, hidden=hidden)
    content_type = response.header("content-type") or ""
    answer = PageAnswer(response.body, response.url, content_type, response.ended_at) if outcome == "ok" else None
    return Asked(outcome, answer, capture, known)


def _judged(response: Response, validators: Validators) -> tuple[str, str | None, Validators]:
    """The outcome of an answer, why it is none, and what to ask with next time."""
    try:
        answer = judge(response, validators)
    except FetchError as error:
        return outcome_of(error), error.reason, validators
    return "not_modified" if isinstance(answer, NotModified) else "ok", None, answer.validators


async def _heed_robots(runtime: Runtime, request: Request, url: str) -> None:
    """Raise Disallowed where robots.txt forbids the page and the operator has not decided otherwise (RFC 9309).

    `url` is the page's, or where it redirects to: that site has its own rules.
    """
    if not runtime.configuration.settings.http.robots:
        return
    verdict = await runtime.robots.judge(runtime.client, runtime.hosts, replace(request, url=url))
    if not verdict.is_allowed and verdict.is_passing:
        raise Unreachable(url, verdict.why)  # the page is asked for again, as after any failure that may pass
    if not verdict.is_allowed:
        raise Disallowed(url, f"robots.txt: {verdict.why}")


# An HTTP exchange as evidence keeps it. Pure.


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
