"""How other programs see the daemon: `/healthz`, `/readyz` and `/metrics` on an address of this machine.

`/healthz` answers 200 as long as the daemon makes progress, `/readyz` as long as every sign but those of other people's
servers is well. Both say why not, and cost nothing: they show the signs that the daemon took a few seconds ago.
"""

from __future__ import annotations

import asyncio
import json
import logging
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from watcher import clock
from watcher.errors import ConfigError, StoreError
from watcher.fetch.server import Outgoing, listen
from watcher.jobs.health import SIGNS_SECONDS
from watcher.store.status import stored_status

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from watcher.config.settings import Status
    from watcher.fetch.server import Incoming
    from watcher.jobs.counts import Counts
    from watcher.model.health import Health, Sign
    from watcher.pipeline.runtime import Runtime


log = logging.getLogger("watcher")
# Two intervals of the signs and a moment, as `watcher health` has it.
_FRESH = timedelta(seconds=2 * SIGNS_SECONDS + 2)
# What sites, a receiver or a daily test do is no reason to send the daemon no more requests.
_OF_OTHERS = frozenset({"feeds", "alerts", "daily_test", "job:heartbeat"})
_METRICS_SECONDS = 5
_LARGEST_REQUEST = 1024


@dataclass(frozen=True, slots=True)
class StatusPage:
    """What the three pages show: the daemon's newest signs, its counts, its tables."""

    runtime: Runtime
    health: Callable[[], Health | None]
    counts: Counts

    async def answer(self, incoming: Incoming) -> Outgoing:
        """One request; nothing can be changed by any."""
        if incoming.method not in {"GET", "HEAD"}:
            return Outgoing(405, "only GET\n")
        if incoming.path == "/metrics":
            return await self._metrics()
        if incoming.path not in {"/healthz", "/readyz"}:
            return Outgoing(404, "there is /healthz, /readyz and /metrics\n")
        ill = self.stalled() if incoming.path == "/healthz" else (*self.stalled(), *self.unready())
        said = {"is_well": not ill, "signs": ill}
        return Outgoing(503 if ill else 200, json.dumps(said) + "\n", "application/json")

    def stalled(self) -> tuple[dict[str, object], ...]:
        """Why the daemon makes no progress: its signs are old, which are taken by one of its own jobs."""
        health = self.health()
        if health is None:
            return ({"name": "running", "is_well": False, "detail": "the daemon is starting"},)
        if abs(clock.now() - health.at) <= _FRESH:
            return ()
        since = f"the signs are those of {clock.to_text(health.at)}"
        return ({"name": "running", "is_well": False, "detail": since},)

    def unready(self) -> tuple[dict[str, object], ...]:
        """The signs that are not well, without those of other people's servers."""
        health = self.health()
        ill: tuple[Sign, ...] = health.ill if health else ()
        return tuple(asdict(sign) for sign in ill if sign.name not in _OF_OTHERS)

    async def _metrics(self) -> Outgoing:
        from watcher.jobs.metrics import metrics_text  # noqa: PLC0415 - a library that nothing else needs

        channels = tuple(channel.name for channel in self.runtime.configuration.settings.channels)
        try:
            async with asyncio.timeout(_METRICS_SECONDS):
                stored = await self.runtime.store.read(stored_status, channels)
        except (StoreError, TimeoutError) as error:
            return Outgoing(503, f"the database does not answer: {error or 'too slow'}\n")
        return Outgoing(200, metrics_text(self.counts, stored, self.health(), clock.now()))


@asynccontextmanager
async def open_status(settings: Status | None, page: StatusPage) -> AsyncIterator[int | None]:
    """Answer until the block ends, and give the port; None where the configuration has no [status].

    Raises ConfigError where the port is taken.
    """
    if settings is None:
        yield None
        return
    try:
        listening = listen(settings.listen, settings.port, page.answer, body_bytes=_LARGEST_REQUEST)
        port = await listening.__aenter__()
    except OSError as error:
        raise ConfigError((f"status.port: {settings.listen}:{settings.port}: {error.strerror}",)) from error
    try:
        log.info("status: http://%s:%d/healthz, /readyz and /metrics", settings.listen, port)
        yield port
    finally:
        await listening.__aexit__(None, None, None)
