"""Manners per host (checks 7, 8, 12, 15)."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from tests.support.servers import in_loop
from watcher import clock
from watcher.errors import Held
from watcher.fetch.hosts import Hosts, host_of

URL = "http://feeds.example/a"


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("http://Feeds.Example/a", "feeds.example:80"),
        ("https://feeds.example./a", "feeds.example:443"),
        ("http://feeds.example:8080/", "feeds.example:8080"),
        ("http://[::1]:81/", "[::1]:81"),
    ],
)
def test_a_host_has_one_name(url: str, host: str) -> None:
    """Feeds, pages and attachments of one server have to meet in one place, however their URLs are written."""
    assert host_of(url) == host


@in_loop
async def test_one_connection_at_a_time() -> None:
    """Check 12: forty feeds of one host are asked one after the other."""
    hosts, now, most = Hosts(interval=0), 0, 0

    async def one(number: int) -> None:
        nonlocal now, most
        async with hosts.slot(f"{URL}{number}"):
            now += 1
            most = max(most, now)
            await asyncio.sleep(0)
            now -= 1

    await asyncio.gather(*(one(number) for number in range(40)))
    assert most == 1


@in_loop
async def test_other_hosts_do_not_wait() -> None:
    """A slow host holds up nobody but itself."""
    hosts = Hosts(interval=1000)
    async with hosts.slot("http://one.example/"), hosts.slot("http://two.example/"), hosts.slot("https://one.example/"):
        pass


def test_starts_of_one_host_are_spread(monkeypatch: pytest.MonkeyPatch) -> None:
    """Check 15: forty feeds of one host, never two in the same second; counted on a clock that only sleep moves."""
    at = [100.0]

    async def sleep(seconds: float) -> None:
        at[0] += seconds

    monkeypatch.setattr(clock, "monotonic", lambda: at[0])
    monkeypatch.setattr(asyncio, "sleep", sleep)

    async def scenario() -> list[float]:
        hosts, starts = Hosts(interval=1), []
        for number in range(40):
            async with hosts.slot(f"{URL}{number}"):
                starts.append(at[0])
        return starts

    starts = asyncio.run(scenario())
    assert starts == [100.0 + number for number in range(40)]


def test_starts_are_spread_with_several_connections_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """More connections are for slow answers, not for bursts."""
    monkeypatch.setattr(clock, "monotonic", lambda: 0.0)
    waits: list[float] = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    monkeypatch.setattr(asyncio, "sleep", sleep)

    async def one(hosts: Hosts) -> None:
        async with hosts.slot(URL):
            pass

    async def scenario() -> None:
        hosts = Hosts(interval=2, connections=8)
        await asyncio.gather(*(one(hosts) for _ in range(5)))

    asyncio.run(scenario())
    assert waits == [2.0, 4.0, 6.0, 8.0]


def test_a_held_host_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Checks 7, 8: every URL of the host is refused without a request, until the moment that was asked for."""
    now = datetime(2026, 1, 1, tzinfo=UTC)
    monkeypatch.setattr(clock, "now", lambda: now)
    hosts = Hosts(interval=0)
    hosts.hold("feeds.example:80", now + timedelta(seconds=90))

    async def ask() -> None:
        async with hosts.slot("http://feeds.example/other"):
            pass

    with pytest.raises(Held) as caught:
        asyncio.run(ask())
    assert (caught.value.status, caught.value.retry_after) == (429, 90)
    assert "held until 2026-01-01T00:01:30" in caught.value.detail
    assert hosts.held_until("feeds.example:80") == now + timedelta(seconds=90)
    now += timedelta(seconds=90)
    asyncio.run(ask())
    assert hosts.held_until("feeds.example:80") is None


@in_loop
async def test_those_who_wait_see_a_hold_that_comes_meanwhile() -> None:
    """Check 8: three feeds wait for one host, the first is told 429: the other two must not go out."""
    hosts, asked = Hosts(interval=0), []

    async def one(number: int) -> None:
        async with hosts.slot(URL):
            asked.append(number)
            await asyncio.sleep(0)
            hosts.hold("feeds.example:80", clock.now() + timedelta(hours=1))

    results = await asyncio.gather(*(one(number) for number in range(3)), return_exceptions=True)
    assert asked == [0]
    assert [type(result) for result in results] == [type(None), Held, Held]


@in_loop
async def test_a_hold_is_never_shortened() -> None:
    """A feed that says 60 seconds must not undo the hour that another one was told."""
    hosts, now = Hosts(), clock.now()
    hosts.hold("a:80", now + timedelta(hours=1))
    hosts.hold("a:80", now + timedelta(minutes=1))
    assert hosts.held_until("a:80") == now + timedelta(hours=1)
    assert hosts.held_until("b:80") is None


@in_loop
async def test_a_failed_or_cancelled_turn_gives_the_host_back() -> None:
    """Check 40: a slot that is never given back would stop a host for good."""
    hosts = Hosts(interval=0)

    async def stuck() -> None:
        async with hosts.slot(URL):
            await asyncio.sleep(1000)

    task = asyncio.create_task(stuck())
    waiting = asyncio.create_task(stuck())
    await asyncio.sleep(0)
    task.cancel()
    waiting.cancel()
    await asyncio.gather(task, waiting, return_exceptions=True)
    async with hosts.slot(URL):
        pass
