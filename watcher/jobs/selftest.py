"""The daily end-to-end test: an invented release of a feed of our own, from that feed to every channel.

It is fetched, parsed, searched for claims and matched against rules by the same steps as real feeds, but into a
database of its own that is thrown away: a made-up casualty must never stand among evidence. Only its alert, marked as
a test, goes into the outbox, where the time until each channel took it is kept.
"""

from __future__ import annotations

from dataclasses import replace
from email.utils import format_datetime
from ipaddress import ip_network
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from watcher import clock
from watcher.alerts import operations
from watcher.config.checks import check
from watcher.config.publishers import Feed, Publisher
from watcher.config.rules import Rule
from watcher.config.settings import Http, Settings
from watcher.errors import WatcherError
from watcher.feeds.schedule import START
from watcher.fetch.client import open_client
from watcher.fetch.hosts import Hosts
from watcher.fetch.robots import Robots
from watcher.fetch.server import Incoming, Outgoing, listen
from watcher.model.alert import AlertRecord, AlertSubject, Dispatch
from watcher.pipeline.poll import poll_feed
from watcher.store.alerts import save_alert
from watcher.store.daily_figures import newest_alert
from watcher.store.feeds import select, sync
from watcher.store.writing_thread import open_store

if TYPE_CHECKING:
    from watcher.pipeline.runtime import Runtime


_LOOPBACK = (ip_network("127.0.0.0/8"), ip_network("::1/128"))
_SENTENCE = "Three civilians were killed near the invented town of Testville, and two more were injured."
_TITLE = "Daily test of the alarm"
_NO_BODY = 1


async def run_selftest(runtime: Runtime, key: str) -> None:
    """Send the test to every channel that wants it; if the poll raises no alert, every channel is notified of that.

    `key` names the day, so that a restart does not begin the day's test again. Raises StoreError.
    """
    settings, started_at = runtime.configuration.settings, clock.now()
    keys = (settings.name, key)
    channels = [channel.name for channel in settings.channels if channel.enabled and channel.selftest]
    try:
        title, message = await _poll_test_source(runtime)
    except WatcherError as error:
        record = operations.selftest_missing(
            settings, f"The poll of the invented release raised no alert: {error}", started_at
        )
        await runtime.store.write(save_alert, record, AlertSubject(), key=keys, thread="selftest", now=started_at)
        title, message, channels = "the daily test failed", {"priority": "low", "rules": []}, []
    record = AlertRecord("selftest", "normal", (), f"[TEST] {title}", message, tuple(map(Dispatch, channels)))
    await runtime.store.write(save_alert, record, AlertSubject(), key=keys, thread="selftest", now=started_at)


async def _poll_test_source(runtime: Runtime) -> tuple[str, dict[str, Any]]:
    """Poll the invented source: the title and message of the alert that it raises. Raises WatcherError."""
    with TemporaryDirectory(prefix="watcher-selftest-") as folder:
        async with (
            listen("127.0.0.1", 0, _answer, body_bytes=_NO_BODY) as port,
            open_store(Path(folder) / "selftest.db") as store,
            open_client(allow_addresses=_LOOPBACK) as client,
        ):
            watched = _watching(f"http://127.0.0.1:{port}", runtime.configuration.settings.name)
            configuration = replace(runtime.configuration, **watched)
            own = replace(
                runtime,
                configuration=configuration,
                client=client,
                hosts=Hosts(0, 2),
                store=store,
                host_locks={},
                robots=Robots(),
            )
            await store.write(sync, configuration, interval=START)
            (feed,) = await store.read(select)
            record = await poll_feed(own, feed)
            found = await store.read(newest_alert)
    if found is None:
        raise WatcherError(f"the poll ended as {record.outcome} with {record.claim_count} claims {record.error or ''}")
    title, message = found
    # The page was on this machine for a moment, so there is nothing to open.
    return title, message | {"release": message["release"] | {"url": None}}


def _watching(base: str, name: str) -> dict[str, Any]:
    """The parts of a configuration that watches the invented source only."""
    feed = check(Feed, {"code": "feed", "url": f"{base}/feed"})
    publisher = check(Publisher, {"code": "selftest", "name": "Test of the alarm", "language": "en", "feed": [feed]})
    http = Http(allow_addresses=_LOOPBACK, host_interval=0)
    settings = check(Settings, {"name": name, "http": http, "rule": [Rule(name="selftest")]})
    return {"settings": settings, "publishers": (publisher,), "by_name": {"selftest/feed": (publisher, feed)}}


async def _answer(incoming: Incoming) -> Outgoing:
    """A source on this machine that has one feed with one release."""
    content_type, text = _documents(f"http://{incoming.header('Host')}").get(incoming.path, ("text/plain", ""))
    return Outgoing(200 if text else 404, text, content_type)


def _documents(base: str) -> dict[str, tuple[str, str]]:
    """Content type and text by path."""
    entry = (
        f"<item><title>{_TITLE}</title><link>{base}/release</link><guid>{base}/release</guid>"
        f"<pubDate>{format_datetime(clock.now())}</pubDate><description>{_SENTENCE}</description></item>"
    )
    feed = (
        '<?xml version="1.0"?><rss version="2.0"><channel><title>Test</title>'
        f"<link>{base}/</link><description>Test</description>{entry}</channel></rss>"
    )
    page = (
        f"<!DOCTYPE html><html lang=en><head><title>{_TITLE}</title></head><body><article><h1>{_TITLE}</h1>"
        f"<p>{_SENTENCE}</p><p>Nothing of this happened. It tests whether alerts arrive.</p></article></body></html>"
    )
    return {"/feed": ("application/rss+xml", feed), "/release": ("text/html", page)}
