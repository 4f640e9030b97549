"""Alerts of invented releases in a database, and rounds of the outbox at faked times, without any poll."""

from __future__ import annotations

import json
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from tests.support.messages import message
from tests.support.scenario import configure
from watcher import clock
from watcher.jobs.outbox import Sending, settle
from watcher.model.alert import AlertRecord, AlertSubject, Dispatch
from watcher.pipeline.runtime import open_runtime
from watcher.store.alerts import save_alert

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence
    from datetime import datetime
    from pathlib import Path

    import pytest

    from tests.support.servers import HttpServer
    from watcher.config.load import Configuration
    from watcher.pipeline.runtime import Runtime


def hook(server: HttpServer, name: str, extra: str = "") -> str:
    """A channel by webhook whose path on the server is its name."""
    return f'[[channel]]\nname = "{name}"\nkind = "webhook"\nurl = "{server.url("/" + name)}"\n{extra}\n'


def by_mail(port: int, *recipients: str, name: str = "mail") -> str:
    """A channel by mail to a server on this machine."""
    to = ", ".join(f'"{one}"' for one in recipients or ("reader@desk.example",))
    return (
        f'[mail]\nhost = "127.0.0.1"\nport = {port}\nsender = "watcher@desk.example"\ntls = "none"\ndeadline = 5\n'
        f'[[channel]]\nname = "{name}"\nkind = "email"\nto = [{to}]\n'
    )


def without_feeds(folder: Path, channels: str) -> Configuration:
    """A configuration that watches nothing and has these channels."""
    return configure(folder, {}, settings=f'name = "desk one"\n{channels}')


class FakeClock:
    """The wall clock of a test: `at(hours=3)` moves it to three hours after the test began."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Begin at noon of today, so that no daily hour comes in between."""
        self.start: datetime = clock.now().replace(hour=12, minute=0)
        self._monkeypatch = monkeypatch
        self.at()

    def at(self, **since: float) -> datetime:
        """Move the clock to this long after the start, and return that instant."""
        moment = self.start + timedelta(**since)
        self._monkeypatch.setattr(clock, "now", lambda: moment)
        return moment


async def raise_alerts(runtime: Runtime, count: int, channels: Sequence[str], **fields: Any) -> None:
    """Write this many alerts to these channels, as a poll would."""
    for number in range(count):
        said = message(**fields)
        record = AlertRecord(
            event=fields.get("event", "new"),
            priority=said["priority"],
            rules=(),
            title=f"[ARMY] alert {number}",
            message=said,
            dispatches=tuple(Dispatch(name) for name in channels),
        )
        await runtime.store.write(
            save_alert, record, AlertSubject(), key=(str(number),), thread=str(number), now=clock.now()
        )


def bodies(server: HttpServer, path: str) -> list[dict[str, Any]]:
    """The messages that a webhook got."""
    return [json.loads(request.body) for request in server.seen(path)]


async def send_all(runtime: Runtime) -> None:
    """One round of the outbox: all that is due at this moment."""
    await settle(runtime, Sending())


@asynccontextmanager
async def outbox_of(folder: Path, channels: str) -> AsyncIterator[Runtime]:
    """A runtime over a fresh database."""
    async with open_runtime(without_feeds(folder, channels)) as runtime:
        yield runtime
