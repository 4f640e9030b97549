"""What the route works with: configuration, HTTP client, manners, workers, database. Made once, given to every poll."""

from __future__ import annotations

import asyncio
import gc
import logging
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from watcher import clock
from watcher.fetch import Hosts, Robots, host_of
from watcher.net import open_client
from watcher.requests import is_verified, obeys_skips
from watcher.schedule.pace import START
from watcher.store import open_store
from watcher.store.feeds import held_hosts, sync
from watcher.tasks import Context, vocabularies
from watcher.workers import open_workers

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from watcher.config import Configuration, Publisher
    from watcher.net import Client
    from watcher.store import Store
    from watcher.workers import Workers


log = logging.getLogger("watcher")

_COLLECTED = 10_000  # new objects before the collector looks at them; Python's own 700 is about one poll


@dataclass(frozen=True, slots=True)
class Shell:
    """Everything with a side effect. `lanes` holds one lock a host: the feeds of one host are polled in turn."""

    configuration: Configuration
    client: Client
    hosts: Hosts
    workers: Workers
    store: Store
    lanes: dict[str, asyncio.Lock] = field(default_factory=dict)
    robots: Robots = field(default_factory=Robots)

    @property
    def words(self) -> Path:
        """The folder of vocabularies."""
        return self.configuration.folder / "words"

    def context(self, publisher: Publisher, language: str = "") -> Context:
        """How this publisher's releases are read; `language` is what is known of the one at hand."""
        return Context(self.words, language or publisher.language, publisher.page_rules())

    def lane(self, url: str) -> asyncio.Lock:
        """The lock of a URL's host, so that a poll decides on all that the polls before it stored."""
        return self.lanes.setdefault(host_of(url), asyncio.Lock())


def _tell_exceptions(configuration: Configuration) -> None:
    """Say at every start what the operator has decided against the manners and guards of the program."""
    if not configuration.settings.http.robots:
        log.warning("robots.txt is not obeyed: [http] robots is false")
    for name, (publisher, feed) in configuration.by_name.items():
        if feed.enabled and not is_verified(publisher, feed):
            log.warning("%s: the server's certificate is not verified: tls_verify is false", name)
        if feed.enabled and not obeys_skips(publisher, feed):
            log.info("%s: skipHours and skipDays are not kept to: skip_hours is false", name)


@asynccontextmanager
async def open_shell(configuration: Configuration) -> AsyncIterator[Shell]:
    """Open all of it, bring the feeds in line with the configuration and remember which hosts asked for peace."""
    http = configuration.settings.http
    _tell_exceptions(configuration)
    vocabularies(configuration.folder / "words")  # a mistake in it is told now, not by the first release
    hosts = Hosts(http.host_interval, http.host_connections)
    async with (
        open_store(configuration.database) as store,
        open_client(allow_addresses=http.allow_addresses, connections=http.connections) as client,
        open_workers(configuration.settings.workers) as workers,
    ):
        await store.write(sync, configuration, interval=START)
        # What is loaded by now stays to the end: the collector need not walk through it for every few requests.
        gc.freeze()
        gc.set_threshold(_COLLECTED)
        for host, until in (await store.read(held_hosts, clock.now())).items():
            hosts.hold(host, until, is_saved=True)
        yield Shell(configuration, client, hosts, workers, store)
