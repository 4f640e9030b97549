"""One conditional GET: fetch in the host's slot with the validators that are known, then judge the answer."""

from __future__ import annotations

import re
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

from watcher.errors import Blocked, HttpStatus
from watcher.fetch.back_off import back_off_until, retry_after
from watcher.fetch.client import get
from watcher.fetch.hosts import Hosts, host_of
from watcher.fetch.validators import Validators, freshness, merged, validators_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from watcher.fetch.client import Client
    from watcher.fetch.request import Request
    from watcher.model.response import Response

    Check: TypeAlias = Callable[[str], Awaitable[None]]


_OK, _TRANSFORMED, _NOT_MODIFIED, _TOO_MANY = 200, 203, 304, 429
_NO_VALIDATORS = Validators()
_WALL_HEADERS = (
    ("cf-mitigated", "challenge", "Cloudflare"),
    ("x-amzn-waf-action", "", "AWS WAF"),
    ("x-datadome", "protected", "DataDome"),
)
_HTML = re.compile(
    rb"\A(?:\xef\xbb\xbf)?\s*(?:<!--.{0,500}?-->\s*)?<(?:!doctype\s+html|html|head|body|title|h1)\b",
    re.IGNORECASE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class _GoodAnswer:
    """An answer that may be used, and the validators to send next time.

    `fresh_for` are the seconds for which it need not be asked again, `moved_to` is the final URL if every hop was a
    permanent redirect.
    """

    response: Response
    validators: Validators
    fresh_for: int | None
    moved_to: str | None


class Fetched(_GoodAnswer):
    """A body."""

    __slots__ = ()


class NotModified(_GoodAnswer):
    """Nothing has changed since the validators were given."""

    __slots__ = ()


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
    """The bare answer to a request in a slot of the host, with these validators; 429 and 503 start the host's back-off.

    `check` is awaited with the URL of each hop before its slot and may raise. Raises what it and `client.get` raise,
    and Held without any request during the host's back-off.
    """
    headers = {**request.headers, **validators.headers()}
    slot = hosts.slot if check is None else partial(_checked_slot, hosts, check)
    response = await get(client, replace(request, headers=headers), slot=slot)
    if until := back_off_until(response):
        hosts.hold(host_of(response.url), until)
    return response


@asynccontextmanager
async def _checked_slot(hosts: Hosts, check: Check, url: str) -> AsyncIterator[None]:
    await check(url)
    async with hosts.slot(url):
        yield


def judge(response: Response, validators: Validators = _NO_VALIDATORS) -> Fetched | NotModified:
    """What an answer to a request with these validators means.

    Raises Blocked for a bot wall or refusal page of any status, HttpStatus for a status other than 200, 203 and 304,
    and for a 304 that nobody asked for.
    """
    if response.status == _NOT_MODIFIED and validators:
        return NotModified(
            response, merged(validators, validators_of(response)), freshness(response), _moved_to(response)
        )
    wall = find_wall(response) if response.status != _TOO_MANY else None
    if wall:
        detail = f"a bot wall instead of the content: {wall}"
        raise Blocked(response.url, detail, status=response.status, retry_after=retry_after(response))
    if response.status in {_OK, _TRANSFORMED}:
        return Fetched(response, validators_of(response), freshness(response), _moved_to(response))
    detail = f"{response.status} {response.reason}".strip()
    raise HttpStatus(response.url, detail, status=response.status, retry_after=retry_after(response))


def _moved_to(response: Response) -> str | None:
    is_permanent = bool(response.hops) and all(hop.status in {301, 308} for hop in response.hops)
    return response.url if is_permanent else None


def find_wall(response: Response) -> str | None:
    """The name of the wall that this answer is, "a refusal page" for one without a name, None for anything else.

    Read from its headers and its body. A feed is never one, whatever it is about.
    """
    for header, value, name in _WALL_HEADERS:
        found = response.header(header)
        if found is not None and value in found.lower():
            return name
    body = response.body
    if not body:
        return None
    from watcher.content.blocked import LARGEST_WALL, wall_in_html, wall_in_text

    if len(body) > LARGEST_WALL:
        return None
    find = wall_in_html if _HTML.match(body[:2_000]) else wall_in_text
    return find(body.decode("utf-8", "replace"))
