"""The daemon killed at random moments while releases with casualties flow to real receivers: nothing is lost."""

from __future__ import annotations

import asyncio
import json
import os
import random
import time
from collections import Counter
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

import pytest

from tests.support import fast_daemon
from tests.support.forked import forked
from tests.support.outbox import by_mail, hook
from tests.support.scenario import LOCAL, configure, entry, rows, rss
from tests.support.servers import Answer, http_server, in_loop, smtp_server

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.forked import Forked
    from tests.support.servers import HttpServer, ReceivedRequest, SmtpServer
    from watcher.config.load import Configuration


# Five minutes, the shortest pause between two polls of a feed, in one and a half seconds.
SPEED = 200.0
SEED = int(os.environ.get("CRASH_SEED", random.randrange(10_000)))


@dataclass
class Source:
    """Feeds that list more and more releases: `count` in all by the time that all kills are done."""

    server: HttpServer
    feeds: int
    published: list[int] = field(default_factory=list)

    def publish(self, until: int) -> None:
        """Add releases up to this number, shared out among the feeds."""
        self.published = list(range(until))

    def answer(self, feed: int) -> Answer:
        """One feed as it stands: a first entry that reports nothing, then its releases."""
        base = self.server.url("")
        quiet = entry(900_000 + feed, base, link="", text="The band played in the square.")
        mine = [number for number in self.published if number % self.feeds == feed]
        told = [entry(number, base, link="", title=f"Statement {number}", text=_harm(number)) for number in mine]
        return Answer(rss(quiet, *reversed(told)))


def _answer(source: Source, feed: int, _seen: ReceivedRequest) -> Answer:
    return source.answer(feed)


def _harm(number: int) -> str:
    """A text that says people were harmed; no two are alike, so none is taken for a copy of another."""
    words = ("market", "school", "bridge", "harbour", "airfield", "village", "crossing", "depot", "clinic", "mill")
    place, other = words[number % 10], words[number // 10 % 10]
    return f"{number + 2} civilians were killed in strike {number} near the {place} and the {other} of sector {number}."


async def _daemon(configuration: Configuration, start: float) -> Forked:
    """Start it, and wait until it watches."""
    path = configuration.folder / "daemon.log"
    path.touch()
    begun = path.stat().st_size
    process = await forked(fast_daemon.main, str(configuration.folder), str(start), str(SPEED))
    while b"INFO watching" not in path.read_bytes()[begun:]:
        assert process.returncode is None, path.read_text(encoding="utf-8")[-3000:]
        await asyncio.sleep(0.05)
    return process


async def _kill_again_and_again(
    configuration: Configuration, source: Source, start: float, *, kills: int, releases: int
) -> None:
    """Start the daemon, let it work for a moment, kill it hard; meanwhile the feeds grow."""
    chance = random.Random(SEED)
    for number in range(1, kills + 1):
        process = await _daemon(configuration, start)
        source.publish(releases * number // kills)
        await asyncio.sleep(chance.uniform(0.05, 3.0))
        assert process.returncode is None, (configuration.folder / "daemon.log").read_text(encoding="utf-8")[-3000:]
        process.kill()
        await process.wait()
        assert rows(configuration, "PRAGMA quick_check") == [{"quick_check": "ok"}]


async def _first_round(configuration: Configuration, start: float, feeds: int) -> None:
    """Let every feed be polled once while it reports nothing: what a first round finds would be one digest."""
    process = await _daemon(configuration, start)
    while rows(configuration, "SELECT count(DISTINCT feed_id) AS n FROM polls")[0]["n"] < feeds:
        await asyncio.sleep(0.2)
    process.kill()
    await process.wait()


async def _until_all_is_sent(configuration: Configuration, start: float, releases: int) -> None:
    """Run the daemon undisturbed until every release has its alert and every delivery is sent."""
    process = await _daemon(configuration, start)
    deadline = time.monotonic() + 60 + releases / 5
    try:
        while time.monotonic() < deadline:
            await asyncio.sleep(1)
            alerts = rows(configuration, "SELECT count(*) AS n FROM alerts WHERE event = 'new'")[0]["n"]
            left = rows(configuration, "SELECT count(*) AS n FROM deliveries WHERE state != 'sent'")[0]["n"]
            if alerts >= releases and left == 0:
                return
    finally:
        process.terminate()
        await process.wait()
    pytest.fail(f"seed {SEED}: {alerts} of {releases} alerts, {left} deliveries not sent")


async def _crash(folder: Path, *, kills: int, releases: int, feeds: int) -> None:
    start = time.time()
    async with http_server() as server, smtp_server() as mailbox:
        source = Source(server, feeds)
        server.routes["/desk"] = Answer(delay=0.005)
        for number in range(feeds):
            server.routes[f"/feed/{number}"] = partial(_answer, source, number)
        urls = {f"f{number}": server.url(f"/feed/{number}") for number in range(feeds)}
        settings = f"{hook(server, 'desk')}{by_mail(mailbox.port)}{LOCAL}"
        configuration = configure(folder, urls, settings=settings)
        await _first_round(configuration, start, feeds)
        await _kill_again_and_again(configuration, source, start, kills=kills, releases=releases)
        await _until_all_is_sent(configuration, start, releases)
        _check(configuration, server, mailbox, kills=kills, releases=releases)
        print(f"seed {SEED}: {kills} kills, {releases} releases, {len(server.seen('/desk'))} posts,", end=" ")  # noqa: T201 - the soak's result
        print(f"{len(mailbox.messages)} mails, {time.time() - start:.0f} s")  # noqa: T201 - as above


def _check(configuration: Configuration, server: HttpServer, mailbox: SmtpServer, *, kills: int, releases: int) -> None:
    expected = {f"Statement {number}" for number in range(releases)}
    posts = [
        (json.loads(one.body)["data"]["release"]["title"], one.header("webhook-id")) for one in server.seen("/desk")
    ]
    assert {title for title, _ in posts} == expected, f"seed {SEED}"
    assert len(set(posts)) == releases, f"seed {SEED}: a repeat carries the id of the first"
    assert len(posts) - releases <= kills, f"seed {SEED}"
    mailed = Counter(str(message["Message-ID"]) for message in mailbox.messages)
    uids = {row["uid"] for row in rows(configuration, "SELECT uid FROM deliveries WHERE channel = 'mail'")}
    assert {mail_id[1:].partition("@")[0] for mail_id in mailed} == uids, f"seed {SEED}"
    assert len(uids) == releases, f"seed {SEED}"
    assert mailed.total() - releases <= kills, f"seed {SEED}"
    for table in ("releases", "alerts", "deliveries"):
        assert rows(configuration, f"PRAGMA foreign_key_check({table})") == []
    assert rows(configuration, "PRAGMA integrity_check") == [{"integrity_check": "ok"}]


@pytest.mark.timeout(600)
@in_loop
async def test_daemon_killed_five_times_loses_no_alert(tmp_path: Path) -> None:
    """Checks 22, 23 and 24: no alert is lost, none is half, and every repeat has an id that was seen before."""
    await _crash(tmp_path, kills=5, releases=40, feeds=2)


@pytest.mark.soak
@pytest.mark.timeout(0)
@in_loop
async def test_daemon_killed_a_hundred_times_loses_no_alert(tmp_path: Path) -> None:
    """Checks 22, 23 and 24, as often as it takes to hit what is rare: 100 kills, 2,500 releases."""
    await _crash(tmp_path, kills=100, releases=2500, feeds=10)
