"""The dead-man's switch: a service elsewhere that raises the alarm when nothing is heard from the daemon any more.

The protocol is that of healthchecks.io: the address of a check where all is well, `/start` after it at a start, `/fail`
where something is not well, each with a few words and, from a start to its first result, one run id.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

from watcher import __version__, clock
from watcher.config.redaction import from_outside, remember_address
from watcher.config.tables import Secret
from watcher.errors import WatcherError
from watcher.fetch.client import post
from watcher.fetch.request import Limits, Request

if TYPE_CHECKING:
    from collections.abc import Callable

    from watcher.config.settings import Heartbeat as Settings
    from watcher.fetch.client import Client
    from watcher.model.health import Health


log = logging.getLogger("watcher")
_OWN_SIGN = "job:heartbeat"
_SECONDS = 20
_SUCCESS = 2


class HeartbeatFailed(WatcherError):
    """The service did not take a heartbeat."""


@dataclass(slots=True)
class Heartbeat:
    """One check of such a service, and the run that it hears of."""

    client: Client
    settings: Settings
    health: Callable[[], Health | None]
    run_id: str = field(default_factory=lambda: str(uuid4()))
    is_started: bool = False

    async def beat(self) -> None:
        """Say that the daemon started, or how it is now. Raises HeartbeatFailed, FetchError."""
        if not self.is_started:
            await self._send("/start", f"watcher {__version__} started")
            self.is_started = True
        while (health := self.health()) is None:
            await clock.sleep(1)  # the signs come within seconds
        ill = [str(sign) for sign in health.ill if sign.name != _OWN_SIGN]
        await self._send("/fail" if ill else "", "\n".join(ill) or "well")
        self.run_id = ""

    async def _send(self, end: str, words: str) -> None:
        url = self._address(end)
        headers = {"User-Agent": f"release-watcher/{__version__}", "Content-Type": "text/plain; charset=utf-8"}
        request = Request(url, headers, limits=Limits(deadline=_SECONDS), has_secret=True)
        response = await post(self.client, request, words.encode("utf-8", errors="replace"))
        if response.status // 100 != _SUCCESS:
            raise HeartbeatFailed(from_outside(f"answered {response.status} {response.reason}"))

    def _address(self, end: str) -> str:
        url = self.settings.url.read() if isinstance(self.settings.url, Secret) else self.settings.url
        if not url:
            raise HeartbeatFailed(f"its address is not set ({self.settings.url})")
        remember_address(url)
        parts = urlsplit(url)
        query = "&".join(part for part in (parts.query, f"rid={self.run_id}" if self.run_id else "") if part)
        return urlunsplit((parts.scheme, parts.netloc, parts.path.rstrip("/") + end, query, ""))
