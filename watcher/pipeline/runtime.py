"""What every step works with: configuration, HTTP client, politeness, workers, database. Made once for all polls."""

from __future__ import annotations

import asyncio
import gc
import logging
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from watcher import clock
from watcher.feeds.schedule import START
from watcher.fetch.client import open_client
from watcher.fetch.hosts import Hosts, host_of
from watcher.fetch.quota import DAY
from watcher.fetch.request import is_verified, limited_address, obeys_skips
from watcher.fetch.robots import Robots
from watcher.model.api import NO_LIMITS
from watcher.pipeline.workers import open_workers
from watcher.store.database_file import only_instance
from watcher.store.due_work import is_checked
from watcher.store.feeds import held_hosts, sync
from watcher.store.writing_thread import open_store

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from pathlib import Path

    from sqlite_utils import Database

    from watcher.config.load import Configuration
    from watcher.fetch.client import Client
    from watcher.pipeline.task_values import FrameSample
    from watcher.pipeline.workers import Workers
    from watcher.store.frames import StoredFrame
    from watcher.store.writing_thread import Store


T = TypeVar("T")
log = logging.getLogger("watcher")
# What a release needs here: a worker is asked only where there is news, and its start takes ten times as long.
_WITH_NEWS = ("watcher.pipeline.release", "watcher.store.polls")
_COLLECTED = 10_000  # new objects before the collector looks at them; a command's loading lets it rest longer


@dataclass(slots=True)
class Site:
    """What is known of a site: its frame, or pages to learn one from; before that `rest` pages are read whole.

    `page_count` is how many pages were read without the frame; `misses` how many in a row did not have it, and
    `odd_count` how many had something unusual. `has_looked` is whether the stored pages were looked at.
    """

    name: str
    stored: StoredFrame | None = None
    page_count: int = 0
    misses: int = 0
    odd_count: int = 0
    rest: int = 0
    has_looked: bool = False
    samples: list[FrameSample] = field(default_factory=list)
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def is_learning(self) -> bool:
        """Whether its next page is one to learn from."""
        return self.stored is None and self.rest == 0


@dataclass(frozen=True, slots=True)
class Runtime:
    """Everything with a side effect. `host_locks`: one for each host, whose feeds are polled in turn.

    `sites` are those whose pages were read last, with what is known of their frames.
    """

    configuration: Configuration
    client: Client
    hosts: Hosts
    workers: Workers
    store: Store
    host_locks: dict[str, asyncio.Lock] = field(default_factory=dict)
    robots: Robots = field(default_factory=Robots)
    sites: dict[str, Site] = field(default_factory=dict)

    @property
    def words(self) -> Path:
        """The folder of vocabularies."""
        return self.configuration.words

    def host_lock(self, url: str) -> asyncio.Lock:
        """The lock of a URL's host, so that a poll decides on all that the polls before it stored."""
        return self.host_locks.setdefault(host_of(url), asyncio.Lock())


@asynccontextmanager
async def open_runtime(configuration: Configuration) -> AsyncIterator[Runtime]:
    """Open all of it, bring the feeds in line with the configuration, and load which hosts are in back-off.

    Raises ConfigError for a mistake in a vocabulary, and what `open_store` raises.
    """
    http = configuration.settings.http
    _log_exceptions(configuration)
    async with (
        open_workers(configuration.settings.workers, meanwhile=_WITH_NEWS) as workers,
        open_store(configuration.database) as store,
        open_client(allow_addresses=http.allow_addresses, connections=http.connections) as client,
    ):
        await _follow(store, configuration)
        # What is loaded by now stays to the end: the collector need not walk through it for every few requests.
        gc.freeze()
        gc.set_threshold(_COLLECTED)
        hosts = await store.read(polite_hosts, configuration)
        try:
            yield Runtime(configuration, client, hosts, workers, store)
        finally:
            workers.end()  # which takes as long as closing the database


async def _follow(store: Store, configuration: Configuration) -> None:
    """Bring the feeds in line with the configuration. Raises ConfigError for a mistake in a vocabulary.

    It is named now, and not with the first release. Loading the vocabularies takes as long as polling a thousand feeds
    that have not changed, and so do publishers and feeds: of these very files, by this version, it is done once, and
    of the shipped vocabularies, which are checked before they are shipped, only by the workers that use them.
    """
    if await store.read(is_checked, "configuration", configuration.sha256):
        return
    from watcher.config.words import are_shipped, load_vocabularies

    if not are_shipped(configuration.words):
        load_vocabularies(configuration.words)
    await store.write(sync, configuration, interval=START, sha256=configuration.sha256)


def polite_hosts(db: Database | None, configuration: Configuration) -> Hosts:
    """The politeness of this configuration, with the back-offs and the counted requests that are stored."""
    http = configuration.settings.http
    hosts = Hosts(http.host_interval, http.host_connections)
    for host, until in (held_hosts(db, clock.now()) if db is not None else {}).items():
        hosts.hold(host, until, is_saved=True)
    _keep_to_limits(configuration, hosts, db)
    return hosts


def _keep_to_limits(configuration: Configuration, hosts: Hosts, db: Database | None) -> None:
    """Keep to what the operators of APIs allow; the requests of the last day count over a restart."""
    for _, feed in configuration.feeds():
        if feed.enabled and feed.limits != NO_LIMITS:
            hosts.limit(limited_address(feed), feed.limits)
    counted = [quota for quota in hosts.quotas.values() if quota.per_hour or quota.per_day]
    if not counted or db is None:
        return
    from watcher.store.captures import requests_since

    sent = requests_since(db, clock.now() - DAY)
    for quota in counted:
        quota.begin_with(at for at, url in sent if quota.covers(url))


def run_alone(configuration: Configuration, work: Callable[[Runtime], Awaitable[T]]) -> T:
    """Do some work with all of it, as the only instance on the database. Raises what both of these raise."""

    async def run() -> T:
        async with open_runtime(configuration) as runtime:
            return await work(runtime)

    with only_instance(configuration.database):
        return asyncio.run(run())


def _log_exceptions(configuration: Configuration) -> None:
    """Log at every start where the operator has switched off politeness or guards, or said nothing of himself."""
    http = configuration.settings.http
    if not http.contact and not http.user_agent:
        log.warning("[http] contact is empty: the operators of the feeds cannot reach you and may block the program")
    if not configuration.settings.http.robots:
        log.warning("robots.txt is not obeyed: [http] robots is false")
    for name, (publisher, feed) in configuration.by_name.items():
        if feed.enabled and not is_verified(publisher, feed):
            log.warning("%s: the server's certificate is not verified: tls_verify is false", name)
        if feed.enabled and not obeys_skips(publisher, feed):
            log.info("%s: skipHours and skipDays are ignored: skip_hours is false", name)
