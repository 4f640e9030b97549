"""What the headers of an answer say about asking again (pure): validators and freshness."""

from __future__ import annotations

import re
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

from watcher.content import blocked
from watcher.errors import Blocked, HttpStatus
from watcher.fetch.client import get
from watcher.fetch.hosts import Hosts, host_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from watcher.fetch.client import Client
    from watcher.fetch.messages import Request, Response

    Check: TypeAlias = Callable[[str], Awaitable[None]]

_MAX_AGE = re.compile(r'(?:^|[,\s])max-age\s*=\s*"?([0-9]+)', re.IGNORECASE)
_REVALIDATE = re.compile(r"(?:^|[,\s])no-(?:cache|store)(?=\s*(?:,|$))", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Validators:
    """ETag and Last-Modified exactly as received; both are opaque to us and go back byte for byte (RFC 9110, 8.8)."""

    etag: str | None = None
    last_modified: str | None = None

    def __bool__(self) -> bool:
        """Whether there is anything to send."""
        return bool(self.etag or self.last_modified)

    def headers(self) -> dict[str, str]:
        """The conditional request headers (RFC 9110, 13.1)."""
        pairs = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in pairs.items() if value}


def validators_of(response: Response) -> Validators:
    """The validators that came with an answer."""
    return Validators(response.first("etag"), response.first("last-modified"))


def merged(old: Validators, new: Validators) -> Validators:
    """The validators after a 304: those it carries replace the old ones, a bare one keeps them (RFC 9111, 4.3.4)."""
    return Validators(new.etag or old.etag, new.last_modified or old.last_modified)


def freshness(response: Response) -> int | None:
    """Seconds for which the answer need not be asked again: the later of max-age and Expires, None when unsaid.

    `no-cache` and `no-store` mean unsaid. `Age` is left out on purpose: it could only make us ask earlier.
    """
    control = response.header("cache-control") or ""
    if _REVALIDATE.search(control):
        return None
    said = [seconds for seconds in (_max_age(control), _until_expiry(response)) if seconds is not None]
    return max(said, default=None)


def renewed(response: Response, before: int | None) -> int | None:
    """Seconds of freshness after a 304: its own headers' or else those of the answer it confirms (RFC 9111, 4.3.4)."""
    speaks = response.header("cache-control") is not None or response.header("expires") is not None
    return freshness(response) if speaks else before


def _max_age(control: str) -> int | None:
    found = _MAX_AGE.search(control)
    return bounded(found[1]) if found else None


def _until_expiry(response: Response) -> int | None:
    expires = http_date(response.first("expires") or "")
    if expires is None:
        return None
    served = http_date(response.first("date") or "") or response.ended_at
    return min(max(0, round((expires - served).total_seconds())), YEAR)


# Conditional GET: ask with what is known, and judge the answer.

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
    response = await get(client, replace(request, headers=headers), turn=turn)
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


# When a server wants to be asked again: Retry-After, in an answer to a GET or to a POST alike (pure).

YEAR = 31_536_000  # seconds; longer waits are cut, as RFC 9111 (1.2.2) lets a cache do


def retry_after(response: Response) -> int | None:
    """Seconds to wait as Retry-After says, in either form (RFC 9110, 10.2.3); None when absent or unreadable."""
    value = (response.header("retry-after") or "").strip()
    if value.isascii() and value.isdigit():
        return bounded(value)
    at = http_date(value)
    return None if at is None else min(max(0, round((at - response.ended_at).total_seconds())), YEAR)


def bounded(digits: str) -> int:
    """A number of seconds in digits, at most a year, however many digits there are."""
    return YEAR if len(digits.lstrip("0")) > len(str(YEAR)) else min(int(digits), YEAR)


def http_date(text: str) -> datetime | None:
    """An HTTP date (RFC 9110, 5.6.7) as an instant in UTC, None for what is none."""
    if not text:
        return None
    try:
        at = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


# Tell a bot wall or a refusal from content, by the whole answer: its headers, and what `watcher.walls` says of it.

_HEADERS = (
    ("cf-mitigated", "challenge", "Cloudflare"),
    ("x-amzn-waf-action", "", "AWS WAF"),
    ("x-datadome", "protected", "DataDome"),
)
_HTML = re.compile(
    rb"\A(?:\xef\xbb\xbf)?\s*(?:<!--.{0,500}?-->\s*)?<(?:!doctype\s+html|html|head|body|title|h1)\b",
    re.IGNORECASE | re.DOTALL,
)


def find_wall(response: Response) -> str | None:
    """The name of the wall that this answer is, "a refusal page" for one without a name, None for anything else.

    A feed is none, whatever it speaks of.
    """
    for header, value, name in _HEADERS:
        found = response.header(header)
        if found is not None and value in found.lower():
            return name
    body = response.body
    if _HTML.match(body[:2_000]):
        return blocked.wall_in_html(body.decode("utf-8", "replace")) if len(body) <= blocked.LARGEST_WALL else None
    return blocked.wall_in_text(body.decode("utf-8", "replace")) if len(body) <= blocked.LARGEST_WALL else None
