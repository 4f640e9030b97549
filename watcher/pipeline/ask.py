"""The one way to ask for a URL: request, host slot, robots.txt, answer, judgement, and the capture of it all."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from watcher import clock
from watcher.errors import Disallowed, FetchError, HttpStatus, Unreachable
from watcher.fetch.conditional import Fetched, NotModified, ask, judge
from watcher.fetch.request import PAGE_ACCEPT, without_keys
from watcher.fetch.validators import Validators
from watcher.model.poll import Capture
from watcher.pipeline.captures import failure_capture, without_secrets

if TYPE_CHECKING:
    from watcher.errors import WatcherError
    from watcher.fetch.request import Request
    from watcher.pipeline.captures import Kind
    from watcher.pipeline.context import FeedContext
    from watcher.pipeline.runtime import Runtime
    from watcher.pipeline.task_values import PageAnswer


_NO_VALIDATORS = Validators()


@dataclass(frozen=True, slots=True)
class Asked:
    """The result of asking for a URL.

    `outcome` is "ok", "not_modified", "no_page" where there was nothing to ask for, or else the name of `error`.
    `answer` is there for the first two, `validators` are those to ask with next time.
    """

    outcome: str
    capture: Capture | None = None
    answer: Fetched | NotModified | None = None
    validators: Validators = _NO_VALIDATORS
    error: FetchError | None = None

    @property
    def page(self) -> PageAnswer | None:
        """The body with what its reading needs, where there is one to be read."""
        if self.answer is None or self.outcome != "ok":
            return None
        from watcher.pipeline.task_values import PageAnswer

        response = self.answer.response
        links = response.header("link") or ""
        return PageAnswer(
            response.body, response.url, response.header("content-type") or "", response.ended_at, links=links
        )


async def ask_for(
    runtime: Runtime,
    context: FeedContext,
    url: str,
    kind: Kind,
    validators: Validators = _NO_VALIDATORS,
    *,
    accept: str = PAGE_ACCEPT,
    obeys_robots: bool = True,
) -> Asked:
    """Ask for a feed, a page or an attachment of this feed's publisher; a FetchError becomes the outcome.

    Asked with validators, the outcome is "not_modified" where the server says that nothing changed since it gave them.
    """
    request, hidden = context.request(url, accept=accept), context.secret_headers
    check = partial(_check_robots, runtime, request) if obeys_robots else None
    started_at = clock.now()
    try:
        response = await ask(runtime.client, runtime.hosts, request, validators, check=check)
    except FetchError as error:
        times = {"started_at": started_at, "ended_at": clock.now()}
        return Asked(outcome_of(error), failure_capture(kind, request, error, **times, hidden=hidden), error=error)
    answer, failure = None, None
    try:
        answer = judge(response, validators)
    except FetchError as error:
        failure = error
    outcome = outcome_of(failure) if failure else "not_modified" if isinstance(answer, NotModified) else "ok"
    capture = Capture(
        kind,
        outcome,
        without_secrets(response, hidden),
        error=failure.reason if failure else None,
        is_tls_verified=request.tls_verify,
        keeps_body=outcome != "not_modified",
    )
    return Asked(outcome, capture, answer, answer.validators if answer else validators, failure)


async def _check_robots(runtime: Runtime, request: Request, url: str) -> None:
    """Raise Disallowed where robots.txt forbids the page and the operator has not decided otherwise (RFC 9309).

    `url` is the page's, or where it redirects to: that site has its own rules.
    """
    if not runtime.configuration.settings.http.robots:
        return
    verdict = await runtime.robots.check(runtime.client, runtime.hosts, without_keys(request, url))
    if not verdict.is_allowed and verdict.is_passing:
        raise Unreachable(url, verdict.why)  # the page is asked for again, as after any failure that may pass
    if not verdict.is_allowed:
        raise Disallowed(url, f"robots.txt: {verdict.why}")


def outcome_of(error: WatcherError) -> str:
    """The name of an error as the tables keep it; a page that is gone for good says so."""
    return "gone" if isinstance(error, HttpStatus) and error.status in {404, 410} else error.outcome
