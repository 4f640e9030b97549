"""What every step works with: configuration, HTTP client, politeness, workers, database. Made once for all polls."""

from __future__ import annotations

import asyncio
import fcntl
import gc
import logging
import math
import multiprocessing
import resource
import signal
from concurrent.futures import TimeoutError as TaskTimeout
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from pebble import ProcessExpired, ProcessPool

from watcher import clock
from watcher.errors import Killed, Locked, StoreError
from watcher.feeds.schedule import START
from watcher.fetch.client import open_client
from watcher.fetch.hosts import Hosts, host_of
from watcher.fetch.request import is_verified, obeys_skips
from watcher.fetch.robots import Robots
from watcher.pipeline.parse import Context, context_of, vocabularies
from watcher.store.connection import open_store
from watcher.store.feeds import held_hosts, sync

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator
    from pathlib import Path

    from watcher.config.load import Configuration
    from watcher.config.publishers import Publisher
    from watcher.fetch.client import Client
    from watcher.store.connection import Store


log = logging.getLogger("watcher")
_COLLECTED = 10_000  # new objects before the collector looks at them; Python's own 700 is about one poll


@dataclass(frozen=True, slots=True)
class Runtime:
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
        return context_of(self.words, publisher, language)

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
async def open_runtime(configuration: Configuration) -> AsyncIterator[Runtime]:
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
        yield Runtime(configuration, client, hosts, workers, store)


# Worker processes that can be killed: a hostile body costs one task, never the daemon. The only user of pebble.

P = ParamSpec("P")
T = TypeVar("T")
TASK_SECONDS = 10
TASK_BYTES = 2 * 1024**3
# A task uses no more processor time than the clock shows: this limit is for the worker of a daemon that is gone.
_SPARE_SECONDS = 2


@dataclass(frozen=True, slots=True)
class Workers:
    """The pool, and the limits of one task: seconds of wall time."""

    pool: ProcessPool
    seconds: float = TASK_SECONDS

    async def run(self, task: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a pure function in a worker. Raises what it raises, and Killed at a limit of time or memory."""
        bounded = [math.ceil(self.seconds) + _SPARE_SECONDS, task, *args]
        future = self.pool.schedule(within, args=bounded, kwargs=kwargs, timeout=self.seconds)
        try:
            return await asyncio.wrap_future(future)
        except TaskTimeout as error:
            raise Killed(f"{task.__name__} took longer than {self.seconds:g} s") from error
        except (ProcessExpired, MemoryError) as error:
            raise Killed(f"{task.__name__} died: {error or type(error).__name__}") from error


def within(seconds: int, task: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run a task in this process, which the kernel ends after so many seconds of processor time (check 55)."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    limit = math.ceil(used.ru_utime + used.ru_stime) + seconds
    resource.setrlimit(resource.RLIMIT_CPU, (limit if hard == resource.RLIM_INFINITY else min(limit, hard), hard))
    return task(*args, **kwargs)


def _prepare() -> None:
    """Bound a worker's memory, and leave Ctrl-C to the daemon, which ends its workers itself."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    soft = TASK_BYTES if hard == resource.RLIM_INFINITY else min(TASK_BYTES, hard)
    resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


@asynccontextmanager
async def open_workers(count: int, *, seconds: float = TASK_SECONDS) -> AsyncIterator[Workers]:
    """Start the pool (its processes come with the first task) and stop it at the end, running tasks included."""
    # A forked copy of a process with threads can hang on a lock that nobody releases; a fork server cannot.
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["watcher.pipeline.parse", "trafilatura"])
    pool = ProcessPool(max_workers=count, initializer=_prepare, context=context)
    try:
        yield Workers(pool, seconds)
    finally:
        pool.stop()  # type: ignore[no-untyped-call]
        await asyncio.to_thread(pool.join)


# One instance a database: a lock that dies with its process.


@contextmanager
def only_instance(database: Path) -> Iterator[None]:
    """Hold the database for this process alone. Raises Locked where another one has it, StoreError without access."""
    path = database.with_name(f"{database.name}.lock")
    try:
        database.parent.mkdir(parents=True, exist_ok=True)
        file = path.open("a", encoding="utf-8")
    except OSError as error:
        raise StoreError(f"{path}: {error}") from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Locked(f"another instance is running on {database}") from error
        yield
