"""Conditional GET: ask with what is known, and judge the answer."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

from watcher import net
from watcher.errors import Blocked, HttpStatus
from watcher.fetch.caching import Validators, freshness, merged, validators_of
from watcher.fetch.hosts import Hosts, host_of
from watcher.fetch.walls import find_wall
from watcher.net import retry_after

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from watcher.net import Client, Request, Response

    Check: TypeAlias = Callable[[str], Awaitable[None]]

_OK, _TRANSFORMED, _NOT_MODIFIED = 200, 203, 304
_TOO_MANY, _UNAVAILABLE = 429, 503
_WITHOUT_A_WORD = 600  # seconds to leave a host alone after a 429 that says nothing
_LONGEST_HOLD = 604_800  # a week: no answer stops a host for good
_NO_VALIDATORS = Validators()


@dataclass(frozen=True, slots=True)
class Fetched:
    """A body. `fresh_for`: seconds it need not be asked again; `moved_to`: the final URL if every hop was permanent."""

    response: Response
    validators: Validators
    fresh_for: int | None
    moved_to: str | None


@dataclass(frozen=True, slots=True)
class NotModified:
    """Nothing has changed since the validators were given; `validators` are those to send next time."""

    response: Response
    validators: Validators
    fresh_for: int | None
    moved_to: str | None


async def fetch(
    client: Client, hosts: Hosts, request: Request, validators: Validators = _NO_VALIDATORS
) -> Fetched | NotModified:
    """One conditional GET: `ask`, then `judge`. Raises what they raise."""
    return judge(await ask(client, hosts, request, validators), validators)


async def ask(
    client: Client,
    hosts: Hosts,
    request: Request,
    validators: Validators = _NO_VALIDATORS,
    *,
    check: Check | None = None,
) -> Response:
    """The bare answer, asked in the host's turn with the validators as received; 429 and 503 hold who answered so.

    `check` is awaited with the URL of each hop before its turn and may raise. Raises what it and `net.get` raise, and
    Held without any request while the host is held.
    """
    headers = {**request.headers, **validators.headers()}
    turn = hosts.turn if check is None else partial(_checked_turn, hosts, check)
    response = await net.get(client, replace(request, headers=headers), turn=turn)
    seconds = _hold_for(response)
    if seconds:
        hosts.hold(host_of(response.url), response.ended_at + timedelta(seconds=min(seconds, _LONGEST_HOLD)))
    return response


@asynccontextmanager
async def _checked_turn(hosts: Hosts, check: Check, url: str) -> AsyncIterator[None]:
    await check(url)
    async with hosts.turn(url):
        yield


def judge(response: Response, validators: Validators = _NO_VALIDATORS) -> Fetched | NotModified:
    """What an answer to a request with these validators means (pure).

    Raises Blocked for a bot wall or refusal page of any status, HttpStatus for a status other than 200, 203 and 304,
    and for a 304 that nobody asked for.
    """
    if response.status == _NOT_MODIFIED and validators:
        return NotModified(
            response, merged(validators, validators_of(response)), freshness(response), _moved_to(response)
        )
    wall = find_wall(response) if response.status != _TOO_MANY else None
    if wall:
        detail = f"a wall instead of the content: {wall}"
        raise Blocked(response.url, detail, status=response.status, retry_after=retry_after(response))
    if response.status in {_OK, _TRANSFORMED}:
        return Fetched(response, validators_of(response), freshness(response), _moved_to(response))
    detail = f"{response.status} {response.reason}".strip()
    raise HttpStatus(response.url, detail, status=response.status, retry_after=retry_after(response))


def _hold_for(response: Response) -> int:
    """Seconds to leave the whole host alone. A 503 without Retry-After may be one broken page: only its feed waits."""
    if response.status == _TOO_MANY:
        said = retry_after(response)
        return _WITHOUT_A_WORD if said is None else said
    return (retry_after(response) or 0) if response.status == _UNAVAILABLE else 0


def _moved_to(response: Response) -> str | None:
    is_permanent = bool(response.hops) and all(hop.status in {301, 308} for hop in response.hops)
    return response.url if is_permanent else None
