"""Ask the Wayback Machine to save the page of each new revision (Save Page Now 2): a copy that others keep.

Off unless the operator has an account there. One request at a time, no faster and no more a day than configured; a 429
or a server's error is tried again later, and where the copy is kept is stored.
"""

from __future__ import annotations

import json
import logging
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from watcher import __version__, clock
from watcher.config.redaction import from_outside
from watcher.errors import FetchError, WatcherError
from watcher.fetch.back_off import growing_pause, retry_after
from watcher.fetch.client import get, post
from watcher.fetch.request import Request
from watcher.store.evidence import (
    archive_copy_failed,
    archive_copy_requested,
    archive_copy_saved,
    archive_copy_waits,
    hold_archive_copies,
    next_archive_copy,
    queue_archive_copies,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from watcher.config.evidence import Wayback
    from watcher.model.response import Response
    from watcher.pipeline.runtime import Runtime
    from watcher.store.evidence import DueArchiveCopy


log = logging.getLogger("watcher")
SERVICE = "wayback"
_OK = 200
_ASK_AGAIN = timedelta(seconds=30)
_FIRST_RETRY = timedelta(minutes=5)
_LAST_RETRY = timedelta(hours=12)
_MOST_ATTEMPTS = 10
# The page cannot be saved or fetched: asking again changes nothing.
_FINAL = frozenset({"error:blocked-url", "error:invalid-url-syntax", "error:not-found", "error:no-access"})


class WaybackError(WatcherError):
    """The service did not do what it was asked. `retry_after` is the seconds it named.

    `is_final`: it never will; `is_of_service`: the fault is not this page's, so no other page is tried until then.
    """

    def __init__(
        self, detail: str, *, retry_after: int | None = None, is_final: bool = False, is_of_service: bool = False
    ) -> None:
        """Say what it answered."""
        super().__init__(detail)
        self.retry_after, self.is_final, self.is_of_service = retry_after, is_final, is_of_service

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle with every field, so that a worker process can raise it in the main one."""
        return (type(self), (str(self),), vars(self))


async def save_pages(runtime: Runtime) -> bool:
    """Queue what is new and take one step with what is due longest; whether there was any. Raises StoreError."""
    settings = runtime.configuration.settings.wayback
    if not settings.enabled:
        return False
    now = clock.now()
    await runtime.store.write(queue_archive_copies, SERVICE, now)
    due = await runtime.store.read(next_archive_copy, SERVICE, now, daily_limit=settings.daily_limit)
    if due is None:
        return False
    try:
        await (_start_job(runtime, settings, due) if due.job is None else _check_job(runtime, settings, due))
    except (FetchError, WaybackError) as error:
        await _failed(runtime, due, error)
    return True


async def _start_job(runtime: Runtime, settings: Wayback, due: DueArchiveCopy) -> None:
    body = urlencode({"url": due.url, "skip_first_archive": "1"}).encode()
    headers = _headers(settings) | {"Content-Type": "application/x-www-form-urlencoded"}
    said = _answer(
        await post(runtime.client, Request(url=f"{_base(settings)}/save", headers=headers, has_secret=True), body)
    )
    job = said.get("job_id")
    if not isinstance(job, str) or not job:
        raise _refusal(said)
    await runtime.store.write(archive_copy_requested, due, job, clock.now() + _ASK_AGAIN)


async def _check_job(runtime: Runtime, settings: Wayback, due: DueArchiveCopy) -> None:
    url = f"{_base(settings)}/save/status/{quote(due.job or '', safe='')}"
    said = _answer(await get(runtime.client, Request(url=url, headers=_headers(settings), has_secret=True)))
    if said.get("status") == "pending":
        await runtime.store.write(archive_copy_waits, due, clock.now() + _ASK_AGAIN)
    elif said.get("status") == "success" and said.get("timestamp"):
        kept = f"{_base(settings)}/web/{said['timestamp']}/{said.get('original_url') or due.url}"
        await runtime.store.write(archive_copy_saved, due, kept, clock.now())
    else:
        raise _refusal(said)


def _base(settings: Wayback) -> str:
    return settings.url.rstrip("/")


def _headers(settings: Wayback) -> dict[str, str]:
    key = settings.key.read() if settings.key else None
    secret = settings.secret.read() if settings.secret else None
    if not key or not secret:
        raise WaybackError(f"its keys are not set ({settings.key}, {settings.secret})")
    agent = f"release-watcher/{__version__}"
    return {"Accept": "application/json", "Authorization": f"LOW {key}:{secret}", "User-Agent": agent}


def _answer(response: Response) -> Mapping[str, Any]:
    """What the service says. Raises WaybackError for any status but 200 and for what is no JSON object."""
    if response.status != _OK:
        detail = f"answered {response.status} {response.reason}".strip()
        raise WaybackError(detail, retry_after=retry_after(response), is_of_service=True)
    try:
        said = json.loads(response.body)
    except ValueError as error:
        raise WaybackError("answered no JSON") from error
    if not isinstance(said, dict):
        raise WaybackError("answered no JSON object")
    return said


def _refusal(said: Mapping[str, Any]) -> WaybackError:
    name, words = str(said.get("status_ext") or ""), str(said.get("message") or "no reason")
    return WaybackError(from_outside(f"{name} {words}", 300), is_final=name in _FINAL)


async def _failed(runtime: Runtime, due: DueArchiveCopy, error: FetchError | WaybackError) -> None:
    attempts = due.attempt_count + (due.job is None)
    reason = error.reason
    is_over = attempts >= _MOST_ATTEMPTS or (isinstance(error, WaybackError) and error.is_final)
    wait = growing_pause(_FIRST_RETRY, _LAST_RETRY, max(0, attempts - 1))
    if error.retry_after:
        wait = max(wait, timedelta(seconds=error.retry_after))
    log.warning("the Wayback Machine did not save %s: %s%s", due.url, reason, "" if is_over else f"; again in {wait}")
    await runtime.store.write(archive_copy_failed, due, reason, None if is_over else clock.now() + wait)
    if isinstance(error, FetchError) or error.is_of_service:
        await runtime.store.write(hold_archive_copies, SERVICE, clock.now() + wait)
