"""What the operator of an address allows is kept, whoever asks and however long it lasts."""

from __future__ import annotations

import asyncio
import tomllib
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from tests.support.servers import in_loop
from watcher import clock
from watcher.config.checks import check
from watcher.config.folder import shipped_folder
from watcher.config.load import load
from watcher.config.publishers import Feed
from watcher.config.recipes import Recipe, expanded
from watcher.errors import Held
from watcher.fetch.hosts import Hosts
from watcher.fetch.quota import Quota
from watcher.fetch.request import limited_address
from watcher.model.api import RequestLimits

if TYPE_CHECKING:
    from collections.abc import Sequence

START = datetime(2026, 11, 24, tzinfo=UTC)
DAY, HOUR, SECOND = timedelta(days=1), timedelta(hours=1), timedelta(seconds=1)
# What the documentation of each API allows: so many requests in so long a time. The others state no number.
DOCUMENTED = {
    "gov_uk_search": (10, SECOND),
    "gov_uk_content": (10, SECOND),
    "reliefweb": (1000, DAY),
    "telegram": (1, timedelta(minutes=1)),
}


class FakedDay:
    """Both clocks of a day that passes as fast as it can."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Take the place of both clocks, and of waiting."""
        self.seconds = 0.0
        monkeypatch.setattr(clock, "now", lambda: START + timedelta(seconds=self.seconds))
        monkeypatch.setattr(clock, "monotonic", lambda: self.seconds)
        self._sleep = asyncio.sleep
        monkeypatch.setattr(asyncio, "sleep", self.sleep)

    async def sleep(self, seconds: float) -> None:
        """Let the time pass at once."""
        self.seconds += seconds
        await self._sleep(0)


def most_in(sent: Sequence[datetime], span: timedelta) -> int:
    """The largest number of requests that began within a time of this length."""
    first, most = 0, 0
    for last, at in enumerate(sent):
        while sent[first] <= at - span:
            first += 1
        most = max(most, last - first + 1)
    return most


def recipe_feed(name: str) -> Feed:
    """The feed that a shipped recipe makes."""
    recipe = check(Recipe, tomllib.loads((shipped_folder() / "recipes" / f"{name}.toml").read_text()))
    given = {key: "https://a.example" for key, one in recipe.parameters.items() if one.default is None}
    given |= {"channel": "example"} if "channel" in given else {}
    return check(Feed, expanded({"code": "x", "recipe": name, "parameters": given}, {name: recipe}))


@pytest.mark.parametrize("name", sorted(path.stem for path in (shipped_folder() / "recipes").glob("*.toml")))
@in_loop
async def test_no_request_beyond_what_is_documented_in_a_day(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A feed that is asked for again and again, faster than anything ever asks, never passes what its API allows."""
    feed, faked = recipe_feed(name), FakedDay(monkeypatch)
    sent: list[datetime] = []
    hosts = Hosts(interval=0.0)
    hosts.limit(limited_address(feed), feed.limits)
    is_limited = name in DOCUMENTED or feed.limits.per_hour  # of the others an hour says whether anything is sent
    # Bursts of twenty every half minute, and a request every half minute for the rest.
    while faked.seconds < (DAY if is_limited else HOUR).total_seconds():
        for _ in range(20 if len(sent) < 400 else 1):
            with suppress(Held):
                async with hosts.slot(feed.url):
                    sent.append(clock.now())
        faked.seconds += 30
    count, span = DOCUMENTED.get(name, (len(sent), DAY))
    assert sent
    assert most_in(sent, span) <= count
    assert not feed.limits.per_hour or most_in(sent, HOUR) <= feed.limits.per_hour


@in_loop
async def test_refusal_says_when_the_next_request_is_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    """What waits for it waits neither too long nor in vain."""
    faked = FakedDay(monkeypatch)
    quota = Quota("https://a.example/")
    quota.tighten(RequestLimits(per_hour=2, per_day=3))
    for seconds in (0, 600):
        faked.seconds = seconds
        await quota.take("https://a.example/x")
    faked.seconds = 1200
    with pytest.raises(Held, match="the 2 requests that are allowed in an hour") as found:
        await quota.take("https://a.example/x")
    assert found.value.retry_after == 2401
    faked.seconds += found.value.retry_after
    await quota.take("https://a.example/x")
    with pytest.raises(Held, match="3 requests that are allowed in a day"):
        await quota.take("https://a.example/x")


@in_loop
async def test_those_that_come_together_keep_their_distance(monkeypatch: pytest.MonkeyPatch) -> None:
    """Polls of several feeds of one API are not told apart by its operator."""
    faked = FakedDay(monkeypatch)
    quota = Quota("https://a.example/", apart=60.0)
    waited = []

    async def sleep(seconds: float) -> None:
        waited.append(seconds)

    monkeypatch.setattr(asyncio, "sleep", sleep)
    for _ in range(3):
        await quota.take("https://a.example/")
    assert waited == [60.0, 120.0]
    assert faked.seconds == 0


def test_address_covers_what_is_below_it() -> None:
    """A channel's limit is not that of another whose name begins the same way."""
    quota = Quota("https://t.example/s/army")
    assert [quota.covers(f"https://t.example/s/{path}") for path in ("army", "army?before=3", "army/3", "army2")] == [
        True,
        True,
        True,
        False,
    ]
    assert Quota("https://a.example/").covers("https://a.example/x")


def test_stricter_of_two_limits_holds() -> None:
    """Two feeds of one API that say different things share the smaller number."""
    hosts = Hosts()
    hosts.limit("https://a.example/", RequestLimits(per_hour=60))
    hosts.limit("https://a.example/", RequestLimits(apart=1.0, per_hour=100, per_day=500))
    (quota,) = hosts.quotas.values()
    assert (quota.apart, quota.per_hour, quota.per_day) == (1.0, 60, 500)


@in_loop
async def test_moved_clock_changes_no_count(monkeypatch: pytest.MonkeyPatch) -> None:
    """A wall clock that is set forward by a day does not give the day's requests back."""
    faked = FakedDay(monkeypatch)
    hosts = Hosts()
    hosts.limit("https://a.example/", RequestLimits(per_day=1))
    async with hosts.slot("https://a.example/"):
        pass
    faked.seconds += 2 * DAY.total_seconds()
    hosts.shift(2 * DAY)
    with pytest.raises(Held):
        async with hosts.slot("https://a.example/"):
            pass


def test_shipped_feeds_keep_what_their_recipes_say() -> None:
    """A publisher's file does not loosen what an API documents."""
    for _, feed in load(shipped_folder()).feeds():
        if feed.recipe in DOCUMENTED:
            assert feed.limits == recipe_feed(feed.recipe).limits
