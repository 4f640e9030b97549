"""Politeness per host: how many connections, how far apart, and its back-off. The only state of fetching."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from watcher import clock
from watcher.errors import Held
from watcher.fetch.quota import Quota

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from datetime import datetime, timedelta

    from watcher.model.api import RequestLimits


_TOO_MANY = 429


@lru_cache(maxsize=4096)
def host_of(url: str) -> str:
    """The host and port that a URL is asked at, without the scheme, in lower case: `www.example.mil:443`."""
    parts = urlsplit(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    host = (parts.hostname or "").rstrip(".")
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


@dataclass(slots=True)
class _Host:
    slots: asyncio.Semaphore
    next_start: float = 0.0
    not_before: datetime | None = None


@dataclass(slots=True)
class Hosts:
    """Per host: `connections` at once, starts at least `interval` seconds apart, and none during its back-off.

    Feeds, pages and attachments of a host share all three. The end of a back-off is wall time, so that it can be kept
    over a restart; the distance of starts is counted on the monotonic clock. `quotas` are what the operators of some
    addresses allow beside that.
    """

    interval: float = 1.0
    connections: int = 1
    _hosts: dict[str, _Host] = field(default_factory=dict)
    _unsaved: dict[str, datetime] = field(default_factory=dict)
    quotas: dict[str, Quota] = field(default_factory=dict)

    def limit(self, prefix: str, limits: RequestLimits) -> None:
        """Keep to what the operator of an address allows for all that is below it."""
        self.quotas.setdefault(prefix, Quota(prefix)).tighten(limits)

    @asynccontextmanager
    async def slot(self, url: str) -> AsyncIterator[None]:
        """Wait for a slot of the host, and keep it while the body runs.

        Raises Held during the host's back-off, and where its operator allows no further request for now.
        """
        host = self._of(host_of(url))
        _refuse_held(url, host)
        for quota in self.quotas.values():
            if quota.covers(url):
                await quota.take(url)
        async with host.slots:
            await self._wait(host)
            _refuse_held(url, host)
            yield

    def hold(self, host: str, until: datetime, *, is_saved: bool = False) -> None:
        """Back off from this host until `until`; a back-off is only ever lengthened."""
        known = self._of(host)
        if known.not_before is None or known.not_before < until:
            known.not_before = until
            if not is_saved:
                self._unsaved[host] = until

    def take_unsaved(self) -> tuple[tuple[str, datetime], ...]:
        """Hosts whose back-off has not been stored yet, so that it survives a restart, and until when each lasts."""
        taken = tuple(self._unsaved.items())
        self._unsaved.clear()
        return taken

    def shift(self, by: timedelta) -> None:
        """Move the end of every back-off after the wall clock jumped by this much."""
        for host in self._hosts.values():
            host.not_before = None if host.not_before is None else host.not_before + by
        self._unsaved = {name: until + by for name, until in self._unsaved.items()}
        for quota in self.quotas.values():
            quota.shift(by)

    def held_until(self, host: str) -> datetime | None:
        """The end of the host's back-off, None when it may be asked now."""
        known = self._hosts.get(host)
        if known is None or known.not_before is None or known.not_before <= clock.now():
            return None
        return known.not_before

    async def _wait(self, host: _Host) -> None:
        now = clock.monotonic()
        start = max(now, host.next_start)
        host.next_start = start + self.interval
        if start > now:
            await asyncio.sleep(start - now)

    def _of(self, name: str) -> _Host:
        if name not in self._hosts:
            self._hosts[name] = _Host(asyncio.Semaphore(self.connections))
        return self._hosts[name]


def _refuse_held(url: str, host: _Host) -> None:
    if host.not_before is None:
        return
    seconds = (host.not_before - clock.now()).total_seconds()
    if seconds > 0:
        detail = f"held until {clock.to_text(host.not_before)}"
        raise Held(url, detail, status=_TOO_MANY, retry_after=max(1, round(seconds)))
