"""WebSub against a hub of our own: found, subscribed, verified, renewed; signed pushes taken, others ignored."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import socket
import urllib.error
import urllib.parse
import urllib.request
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.daemon import prepared
from tests.support.scenario import HARM, LOCAL, configure, entry, one, one_round, rows, rss
from tests.support.servers import Answer, HttpServer, ReceivedRequest, http_server, in_loop
from watcher import clock
from watcher.errors import ConfigError
from watcher.jobs.websub import is_signed, open_subscriber, secret_of, token_of
from watcher.pipeline.runtime import open_runtime

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from watcher.config.load import Configuration
    from watcher.jobs.websub import Subscriber


KEY = "a key that nobody knows"


@dataclass
class Hub:
    """A hub that confirms whatever it is asked for; `wishes` are the forms that it received."""

    server: HttpServer
    status: int = 202
    wishes: list[dict[str, str]] = field(default_factory=list)

    def take(self, seen: ReceivedRequest) -> Answer:
        """Note a wish."""
        self.wishes.append(dict(urllib.parse.parse_qsl(seen.body.decode())))
        return Answer(status=self.status)

    async def verify(self, **others: str) -> tuple[int, str]:
        """Ask whether the last wish was meant; `others` replace what is said."""
        wish = self.wishes[-1]
        said = {"hub.mode": "subscribe", "hub.topic": wish["hub.topic"], "hub.challenge": "say this"}
        said |= {"hub.lease_seconds": "86400"} | {f"hub.{name}": value for name, value in others.items()}
        return await ask(f"{wish['hub.callback']}?{urllib.parse.urlencode(said)}")

    async def push(self, body: bytes, *, method: str = "sha256", secret: str = "") -> tuple[int, str]:
        """Push a body, signed with the secret of the last wish or another."""
        wish = self.wishes[-1]
        digest = hmac.new((secret or wish["hub.secret"]).encode(), body, method).hexdigest()
        headers = {"X-Hub-Signature": f"{method}={digest}", "Content-Type": "application/rss+xml"}
        return await ask(wish["hub.callback"], body, headers)


async def ask(url: str, body: bytes | None = None, headers: dict[str, str] | None = None) -> tuple[int, str]:
    """What the callback answers, as a hub from anywhere sees it."""

    def run() -> tuple[int, str]:
        request = urllib.request.Request(url, data=body, headers=headers or {})  # noqa: S310 - our own callback
        try:
            with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310 - the same
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            error.close()
            return error.code, ""

    return await asyncio.to_thread(run)


@dataclass
class Scene:
    """A feed that announces a hub, polled once, and a subscriber that listens."""

    configuration: Configuration
    subscriber: Subscriber
    hub: Hub
    server: HttpServer


def websub(port: int) -> str:
    return (
        f'[websub]\ncallback = "http://127.0.0.1:{port}/hooks/"\nport = {port}\nsecret = {{ env = "HUB_KEY" }}\n'
        + LOCAL
    )


def announced(server: HttpServer, *entries: str, topic: bool = True) -> bytes:
    links = f'<atom:link xmlns:atom="http://www.w3.org/2005/Atom" rel="hub" href="{server.url("/hub")}"/>'
    if topic:
        links += f'<atom:link xmlns:atom="http://www.w3.org/2005/Atom" rel="self" href="{server.url("/feed?topic")}"/>'
    return rss(*entries).replace(b"<channel>", b"<channel>" + links.encode())


@asynccontextmanager
async def scene(folder: Path, unused_port: int) -> AsyncIterator[Scene]:
    async with http_server() as server:
        hub = Hub(server)
        body = announced(server, entry(1, server.url(""), link=""))
        server.routes |= {"/hub": hub.take, "/feed": Answer(body, etag='"a"')}
        configuration = configure(folder, {"news": server.url("/feed")}, settings=websub(unused_port))
        await one_round(configuration)
        async with open_runtime(configuration) as runtime, open_subscriber(runtime) as subscriber:
            assert subscriber is not None
            yield Scene(configuration, subscriber, hub, server)


@pytest.fixture
def port(monkeypatch: pytest.MonkeyPatch) -> int:
    """A port that is free, with the key in its variable."""
    monkeypatch.setenv("HUB_KEY", KEY)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@in_loop
async def _lifecycle(folder: Path, port: int) -> None:
    async with scene(folder, port) as at:
        await at.subscriber.renew()
        (wish,) = at.hub.wishes
        assert wish["hub.mode"] == "subscribe"
        assert wish["hub.topic"] == at.server.url("/feed?topic")
        assert one(at.configuration, "SELECT state FROM subscriptions") == "requested"
        assert await at.hub.verify(topic="http://other.example/") == (404, "")
        assert await at.hub.verify(mode="unsubscribe") == (404, "")
        assert await at.hub.verify() == (200, "say this")
        assert one(at.configuration, "SELECT state FROM subscriptions") == "verified"
        await at.subscriber.renew()
        assert len(at.hub.wishes) == 1, "the lease runs"
        new = entry(2, at.server.url(""), link="", text=HARM)
        assert (await at.hub.push(rss(new)))[0] == 202
        await asyncio.gather(*at.subscriber.pushes)
    assert one(at.configuration, "SELECT count(*) FROM alerts") == 1
    titles = [row["title"] for row in rows(at.configuration, "SELECT title FROM releases ORDER BY id")]
    assert titles == ["Release 1", "Release 2"]
    feed = rows(at.configuration, "SELECT etag, due_at, polled_at FROM feeds")[0]
    assert feed["etag"] == '"a"', "a hub's word replaces no validator"
    assert feed["due_at"] <= clock.to_text(clock.now() + timedelta(seconds=301)), "the feed itself is asked soon"
    capture = rows(at.configuration, "SELECT * FROM captures WHERE kind = 'feed' ORDER BY id DESC LIMIT 1")[0]
    assert (capture["requested_url"], capture["status"]) == (at.server.url("/hub"), None)
    assert capture["snapshot_id"] is not None
    assert one(at.configuration, "SELECT count(*) FROM events WHERE kind = 'vanished'") == 0
    kept = b"".join(file.read_bytes() for file in folder.rglob("watcher.db*"))  # noqa: ASYNC240 - a small test
    assert wish["hub.secret"].encode() not in kept
    assert KEY.encode() not in kept


def test_subscribed_verified_and_pushed(tmp_path: Path, port: int) -> None:
    """The whole life of a subscription; its secret stands nowhere in the database (check 64)."""
    _lifecycle(tmp_path, port)


def test_pushes_that_are_not_signed_are_ignored(tmp_path: Path, port: int) -> None:
    """Anybody may know the callback; only the hub knows the secret. Forged pushes learn nothing from the answer."""

    @in_loop
    async def scenario() -> None:
        async with scene(tmp_path, port) as at:
            await at.subscriber.renew()
            await at.hub.verify()
            body = rss(entry(2, at.server.url(""), link="", text=HARM))
            assert (await at.hub.push(body, secret="guessed"))[0] == 202
            assert (await at.hub.push(body, method="md5"))[0] == 202
            assert (await ask(at.hub.wishes[-1]["hub.callback"], body))[0] == 202
            assert (await ask(f"http://127.0.0.1:{port}/hooks/unknown", body))[0] == 404
            assert (await at.hub.push(b"<html>no feed</html>"))[0] == 202
            await asyncio.gather(*at.subscriber.pushes)
            assert [row["outcome"] for row in rows(at.configuration, "SELECT outcome FROM polls ORDER BY id")] == [
                "new",
                "not_a_feed",
            ]
        assert one(at.configuration, "SELECT count(*) FROM releases") == 1
        assert one(at.configuration, "SELECT failure_count FROM feeds") == 0

    scenario()


def test_leases_are_renewed_and_failures_wait(tmp_path: Path, port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before a lease ends it is renewed; a hub that refuses is asked again, ever later."""
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now)

    @in_loop
    async def scenario() -> None:
        nonlocal now
        async with scene(tmp_path, port) as at:
            await at.subscriber.renew()
            await at.hub.verify(lease_seconds="7200")
            asked = []
            for minutes in (60, 30, 10):
                now += timedelta(minutes=minutes)
                await at.subscriber.renew()
                asked.append(len(at.hub.wishes))
            assert asked == [1, 1, 2]
            assert one(at.configuration, "SELECT state FROM subscriptions") == "verified", "until the lease ends"
            await at.hub.verify(mode="denied", reason="no more")
            assert one(at.configuration, "SELECT state || ' ' || detail FROM subscriptions") == "denied no more"
            at.hub.status = 500
            asked = []
            for hours in (25, 0, 1, 1, 0.2):
                now += timedelta(hours=hours)
                await at.subscriber.renew()
                asked.append(len(at.hub.wishes))
            assert asked == [3, 3, 4, 5, 5]
            assert one(at.configuration, "SELECT state FROM subscriptions") == "failed"

    scenario()


@in_loop
async def test_websub_is_off_by_default(tmp_path: Path) -> None:
    """Without the setting no hub hears of us, whatever the feeds announce."""
    async with http_server() as server:
        hub = Hub(server)
        body = announced(server, entry(1, server.url(""), link=""))
        server.routes |= {"/hub": hub.take, "/feed": Answer(body)}
        configuration = configure(tmp_path, {"news": server.url("/feed")})
        await one_round(configuration)
        async with open_runtime(configuration) as runtime, open_subscriber(runtime) as subscriber:
            assert subscriber is None
    assert hub.wishes == []


def test_daemon_subscribes_by_itself(tmp_path: Path, port: int) -> None:
    """The request goes out with the first job of the daemon that finds a hub."""

    @in_loop
    async def scenario() -> None:
        async with scene(tmp_path, port) as at:
            jobs = (await prepared(at.subscriber.runtime, at.subscriber)).schedule
            await jobs.run(jobs.jobs["subscriptions"])
            assert len(at.hub.wishes) == 1

    scenario()


@in_loop
async def test_missing_key_is_a_mistake(tmp_path: Path) -> None:
    """Without its key nothing could be checked, so nothing is listened for."""
    settings = f'[websub]\ncallback = "https://w.example/"\nsecret = {{ env = "NO_SUCH_KEY" }}\n{LOCAL}'
    configuration = configure(tmp_path, {}, settings=settings)
    async with open_runtime(configuration) as runtime:
        with pytest.raises(ConfigError, match="NO_SUCH_KEY is not set"):
            async with open_subscriber(runtime):
                pass


@given(st.binary(max_size=200), st.sampled_from(["sha1", "sha256", "sha384", "sha512"]))
def test_right_signatures_only(body: bytes, method: str) -> None:
    """The body's own under a method of the standard, whatever its case; nothing else (section 7)."""
    digest = hmac.new(b"secret", body, getattr(hashlib, method)).hexdigest()
    assert is_signed(f"{method}={digest}", "secret", body)
    assert is_signed(f"{method.upper()}={digest.upper()}", "secret", body)
    assert not is_signed(f"{method}={digest}", "other", body)
    assert not is_signed(f"{method}={digest}", "secret", body + b".")
    for odd in ("", method, f"{method}=", f"{method}={digest[:-1]}", f"md5={digest}", f"{method}=é{digest}"):
        assert not is_signed(odd, "secret", body)


def test_secrets_and_addresses_differ_by_feed() -> None:
    """Nobody who knows one can make another."""
    assert len({token_of(b"k", "a/b"), token_of(b"k", "a/c"), token_of(b"l", "a/b"), secret_of(b"k", "a/b", "t")}) == 4
