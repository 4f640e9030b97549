"""WebSub (W3C Recommendation): subscribe where a feed announces a hub, answer its verification, take its pushes.

Off unless the configuration has `[websub]`. A push only makes us faster: what it lists is read like
a poll's body, and the feed itself is polled right afterwards. So a hub can neither hold back nor remove anything.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import logging
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from watcher import clock
from watcher.config.redaction import from_outside, remember
from watcher.errors import ConfigError, FetchError, WatcherError
from watcher.feeds.schedule import FLOOR
from watcher.fetch.back_off import growing_pause
from watcher.fetch.client import post
from watcher.fetch.request import request_for
from watcher.fetch.server import Incoming, Outgoing, listen
from watcher.pipeline.poll import take_push
from watcher.store.feeds import (
    save_asked,
    save_denied,
    save_pushed,
    save_verified,
    select,
    subscription_of,
    wanted_subscriptions,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Mapping

    from watcher.config.settings import WebSub
    from watcher.model.feed import Subscription
    from watcher.pipeline.runtime import Runtime


log = logging.getLogger("watcher")
_METHODS = ("sha1", "sha256", "sha384", "sha512")  # section 7
_ANSWERED_WITHIN = timedelta(hours=1)  # a hub that never verifies is asked again
_DENIED_FOR = timedelta(days=1)
_FIRST_RETRY, _LAST_RETRY = timedelta(minutes=10), timedelta(days=1)
_FINE = range(200, 300)


@dataclass(frozen=True, slots=True)
class Subscriber:
    """What the subscriptions need: the runtime, the settings, the key of which all their secrets are made.

    `report` is told of what nobody foresaw in a push.
    """

    runtime: Runtime
    settings: WebSub
    key: bytes
    feeds: Mapping[str, str] = field(default_factory=dict)
    pushes: set[asyncio.Task[None]] = field(default_factory=set)
    report: Callable[[str, Exception], Awaitable[str]] | None = None

    async def renew(self) -> None:
        """Ask the hubs for every subscription that is wanted now. A hub that fails is asked again later."""
        now = clock.now()
        for wanted in await self.runtime.store.read(wanted_subscriptions, now):
            # Written first: a hub may ask whether we meant it before it answers.
            await self.runtime.store.write(save_asked, wanted, now, now + _ANSWERED_WITHIN)
            error = await self._subscribe(wanted)
            if error:
                due = now + growing_pause(_FIRST_RETRY, _LAST_RETRY, wanted.failure_count)
                await self.runtime.store.write(save_asked, wanted, now, due, error=error)
                log.warning("%s: the hub %s: %s", wanted.feed, wanted.hub_url, error)

    async def _subscribe(self, wanted: Subscription) -> str:
        """Send one request (section 5.1); what went wrong, or nothing."""
        publisher, configured = self.runtime.configuration.by_name[wanted.feed]
        http = self.runtime.configuration.settings.http
        # A feed's own headers may be keys, and the hub is another party: only our name goes along.
        bare = configured.with_changes(headers={})
        bare_publisher = publisher.with_changes(headers={})
        request = request_for(http, bare_publisher, bare, wanted.hub_url, accept="*/*")
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        request = replace(request, headers={**request.headers, **form})
        try:
            async with self.runtime.hosts.slot(wanted.hub_url):
                answer = await post(self.runtime.client, request, self._form(wanted))
        except FetchError as error:
            return error.reason
        return "" if answer.status in _FINE else from_outside(f"{answer.status} {answer.reason}")

    def _form(self, wanted: Subscription) -> bytes:
        fields = {
            "hub.callback": f"{self.settings.callback.rstrip('/')}/{token_of(self.key, wanted.feed)}",
            "hub.mode": "subscribe",
            "hub.topic": wanted.topic_url,
            "hub.lease_seconds": str(self.settings.lease),
            "hub.secret": secret_of(self.key, wanted.feed, wanted.topic_url),
        }
        return urlencode(fields).encode()

    async def answer(self, incoming: Incoming) -> Outgoing:
        """The answer to a hub: the challenge of a verification, 202 for a push, 404 for anything else."""
        name = self.feeds.get(incoming.path.rpartition("/")[2])
        known = await self.runtime.store.read(subscription_of, name) if name else None
        if known is None:
            return Outgoing(404)
        if incoming.method == "POST":
            return await self._pushed(known, incoming)
        return await self._verify(known, incoming.query) if incoming.method == "GET" else Outgoing(405)

    async def _verify(self, known: Subscription, said: Mapping[str, str]) -> Outgoing:
        """Confirm what we asked for and nothing else (section 5.3), or note that we were refused (section 5.2)."""
        if said.get("hub.topic") != known.topic_url:
            return Outgoing(404)
        now, mode = clock.now(), said.get("hub.mode")
        if mode == "denied":
            reason = from_outside(said.get("hub.reason", ""), 300)
            await self.runtime.store.write(save_denied, known.feed_id, reason, now + _DENIED_FOR)
            return Outgoing(200)
        lease = said.get("hub.lease_seconds", "")
        if mode != "subscribe" or not (lease.isascii() and lease.isdigit()) or "hub.challenge" not in said:
            return Outgoing(404)
        seconds = min(int(lease[:10]), self.settings.lease)
        renewed = now + timedelta(seconds=seconds * 0.8)
        await self.runtime.store.write(save_verified, known.feed_id, now + timedelta(seconds=seconds), renewed)
        log.info("%s: subscribed at %s for %d s", known.feed, known.hub_url, seconds)
        return Outgoing(200, said["hub.challenge"])

    async def _pushed(self, known: Subscription, incoming: Incoming) -> Outgoing:
        """Take a push whose signature is right; any other is ignored, but answered with 202 too (section 7)."""
        secret = secret_of(self.key, known.feed, known.topic_url)
        if not is_signed(incoming.header("X-Hub-Signature"), secret, incoming.body):
            log.warning("%s: a push with a wrong signature from %s is ignored", known.feed, incoming.peer)
            return Outgoing(202)
        await self.runtime.store.write(save_pushed, known.feed_id, clock.now(), floor=FLOOR)
        task = asyncio.create_task(self._take(known, incoming))
        self.pushes.add(task)
        task.add_done_callback(self.pushes.discard)
        return Outgoing(202)

    async def _take(self, known: Subscription, incoming: Incoming) -> None:
        """Take a push while its hub does not wait for it; what cannot be written is asked for by the next poll."""
        try:
            for feed in await self.runtime.store.read(select, (known.feed,)):
                record = await take_push(self.runtime, feed, incoming, known.hub_url)
                counts = (record.outcome, record.new_count, record.alert_count)
                log.info("%s: pushed: %s, %d new, %d alerts", feed.name, *counts)
        except WatcherError as error:
            log.error("%s: a push could not be processed: %s", known.feed, error)  # noqa: TRY400 - the sentence says it all
        except Exception as error:
            if self.report is None:
                raise
            await self.report("subscriptions", error)


def token_of(key: bytes, feed: str) -> str:
    """The last part of a feed's callback address, which nobody can guess."""
    return hmac.new(key, f"callback\n{feed}".encode(), hashlib.sha256).hexdigest()[:40]


def secret_of(key: bytes, feed: str, topic: str) -> str:
    """The secret of one subscription. It follows from the key, so it need not be kept; no text of a hub may hold it."""
    secret = hmac.new(key, f"secret\n{feed}\n{topic}".encode(), hashlib.sha256).hexdigest()
    remember(secret)
    return secret


def is_signed(header: str, secret: str, body: bytes) -> bool:
    """Whether X-Hub-Signature, `method=hex`, is that of the body (section 7); compared in constant time."""
    method, _, signature = header.strip().partition("=")
    if method.lower() not in _METHODS or not signature.isascii():
        return False
    wanted = hmac.new(secret.encode(), body, method.lower()).hexdigest()
    return hmac.compare_digest(wanted, signature.lower())


@asynccontextmanager
async def open_subscriber(
    runtime: Runtime, report: Callable[[str, Exception], Awaitable[str]] | None = None
) -> AsyncIterator[Subscriber | None]:
    """Listen for hubs where `[websub]` is configured, None otherwise. Raises ConfigError: no key, address taken."""
    settings = runtime.configuration.settings.websub
    if settings is None:
        yield None
        return
    key = settings.secret.read()
    if key is None:
        raise ConfigError((f"websub.secret: {settings.secret} is not set or empty",))
    names = [f"{publisher.code}/{feed.code}" for publisher, feed in runtime.configuration.feeds()]
    tokens = {token_of(key.encode(), name): name for name in names}
    subscriber = Subscriber(runtime, settings, key.encode(), tokens, report=report)
    limit = runtime.configuration.settings.http.max_body_bytes
    try:
        async with listen(settings.listen, settings.port, subscriber.answer, body_bytes=limit) as port:
            log.info("listening for hubs on %s:%d, public address %s", settings.listen, port, settings.callback)
            try:
                yield subscriber
            finally:
                await asyncio.gather(*subscriber.pushes, return_exceptions=True)
    except OSError as error:
        raise ConfigError((f"websub: cannot listen on {settings.listen}:{settings.port}: {error}",)) from error
