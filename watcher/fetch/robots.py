"""robots.txt (RFC 9309), for pages and listings; a feed's own URL was chosen by the operator."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from watcher import clock
from watcher.errors import BadRedirect, FetchError, Held
from watcher.fetch.conditional import ask

if TYPE_CHECKING:
    from protego import Protego

    from watcher.fetch.client import Client
    from watcher.fetch.hosts import Hosts
    from watcher.fetch.request import Request


_PARSED_BYTES = 500 * 1024  # section 2.5
_KEPT = timedelta(hours=24)  # section 2.4
_RETRIED = timedelta(hours=1)
_FORBID_ALL, _ALLOW_ALL = "User-agent: *\nDisallow: /", ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a URL may be asked, and why, for the record. `is_passing`: the rules could not be fetched this time."""

    is_allowed: bool
    why: str
    is_passing: bool = False


@dataclass(frozen=True, slots=True)
class _Rules:
    parsed: Protego
    why: str
    until: datetime
    is_passing: bool = False


@dataclass(slots=True)
class Robots:
    """The robots.txt of each origin, kept for at most 24 hours."""

    _rules: dict[str, _Rules] = field(default_factory=dict)
    _locks: dict[str, asyncio.Lock] = field(default_factory=dict)

    async def check(self, client: Client, hosts: Hosts, request: Request) -> Verdict:
        """Whether the rules let our User-Agent fetch `request.url`.

        Asks for robots.txt in a slot of the host where it is not known or older than 24 hours, with the headers, proxy
        and TLS setting of `request`. A 4xx (429 apart) or too many redirects allow everything, a 5xx or no answer
        forbids everything until it is asked again an hour later, unless older rules are known (sections 2.3.1.2–4).
        Raises Held during the host's back-off.
        """
        origin = _origin_of(request.url)
        async with self._locks.setdefault(origin, asyncio.Lock()):  # pages that wait together ask once
            rules = self._rules.get(origin)
            if rules is None or rules.until <= clock.now():
                rules = await _ask_for(client, hosts, replace(request, url=f"{origin}/robots.txt"), rules)
                self._rules[origin] = rules
        is_allowed = rules.parsed.can_fetch(request.url, _token_of(request))
        return Verdict(is_allowed, rules.why, rules.is_passing)

    def shift(self, by: timedelta) -> None:
        """Move the end of every rule after the wall clock jumped by this much."""
        self._rules = {origin: replace(rules, until=rules.until + by) for origin, rules in self._rules.items()}


def _origin_of(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.lower()}"


def _token_of(request: Request) -> str:
    """The product token of the User-Agent (section 2.2.1): what is before the version."""
    agent = next((value for name, value in request.headers.items() if name.lower() == "user-agent"), "")
    return agent.partition("/")[0].partition(" ")[0] or "*"


async def _ask_for(client: Client, hosts: Hosts, request: Request, known: _Rules | None) -> _Rules:
    try:
        response = await ask(client, hosts, request)
    except Held:
        raise  # nothing was asked, so nothing is known of the rules
    except BadRedirect as error:
        return _rules(_ALLOW_ALL, f"robots.txt could not be fetched: {error.detail}", _KEPT)
    except FetchError as error:
        return _unreachable(f"robots.txt could not be fetched: {error.detail}", known)
    if response.status == HTTPStatus.TOO_MANY_REQUESTS or response.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return _unreachable(f"robots.txt answered {response.status}", known)
    if response.status >= HTTPStatus.MULTIPLE_CHOICES:
        return _rules(_ALLOW_ALL, f"robots.txt answered {response.status}", _KEPT)
    return _rules(response.body[:_PARSED_BYTES].decode("utf-8-sig", "replace"), "robots.txt", _KEPT)


def _unreachable(why: str, known: _Rules | None) -> _Rules:
    if known is not None:
        return replace(known, until=clock.now() + _RETRIED)
    return replace(_rules(_FORBID_ALL, why, _RETRIED), is_passing=True)


def _rules(text: str, why: str, kept: timedelta) -> _Rules:
    from protego import Protego

    return _Rules(Protego.parse(text), why, clock.now() + kept)
