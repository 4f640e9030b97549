"""From what happened to who is told: nothing lost, nothing doubled, no storm."""

from __future__ import annotations

import json
import signal
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.support import crash_alerting
from tests.support.crash_alerting import POINTS
from tests.support.forked import ended
from tests.support.scenario import HARM, configure, entry, one, one_round, page, rows, rss
from tests.support.servers import Answer, HttpServer, http_server, in_loop
from watcher import clock
from watcher.config.load import load
from watcher.jobs.redetect import redetect
from watcher.pipeline.alerting import raise_alerts
from watcher.pipeline.runtime import open_runtime
from watcher.store.alerts import mute
from watcher.store.events import save_event

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from sqlite_utils import Database

    from watcher.config.load import Configuration
    from watcher.pipeline.runtime import Runtime


LOW_RULE = '[[rule]]\nname = "all"\nsend = "hourly"\n'


def hook(server: HttpServer, extra: str = "") -> str:
    server.routes["/hook"] = Answer()
    return f'[[channel]]\nname = "hook"\nkind = "webhook"\nurl = "{server.url("/hook")}"\n{extra}'


def posted(server: HttpServer) -> list[dict[str, Any]]:
    """What the receiver got, each message once."""
    by_id = {request.header("webhook-id"): json.loads(request.body)["data"] for request in server.seen("/hook")}
    return list(by_id.values())


def harmful(base: str, count: int) -> list[str]:
    """Releases 1 to `count`, each with casualties."""
    return [entry(number, base, text=HARM) for number in range(1, count + 1)]


async def within(configuration: Configuration, work: Callable[[Runtime], Awaitable[None]]) -> None:
    async with open_runtime(configuration) as runtime:
        await work(runtime)


async def happen(configuration: Configuration, *kinds: Any) -> None:
    """Write events of the first feed that are not decided yet."""

    async def write(runtime: Runtime) -> None:
        for kind in kinds:
            await runtime.store.write(save_event, kind, clock.now(), feed_id=1, detail="as it was")

    await within(configuration, write)


@in_loop
async def test_seed_feed_of_200_old_items_makes_at_most_one_mail(tmp_path: Path) -> None:
    """Check 30: a first round full of casualties is one digest, however young its releases are."""
    async with http_server() as server:
        base = server.url("")
        items = [entry(number, base, title=f"Strike {number}", text=f"{number} {HARM}") for number in range(200)]
        server.routes["/feed"] = Answer(rss(*items))
        configuration = configure(tmp_path, {"news": server.url("/feed")}, settings=hook(server))
        path = tmp_path / "publishers" / "army.toml"
        path.write_text(path.read_text() + "fetch_pages = false\n")
        await one_round(load(tmp_path), sends=True)
    (message,) = posted(server)
    assert message["event"] == "digest"
    assert message["digest"]["span"] == "first_round"
    assert message["digest"]["count"] == one(configuration, "SELECT count(*) FROM alerts WHERE event = 'new'") == 200
    assert one(configuration, "SELECT count(*) FROM deliveries WHERE state = 'merged'") == 200


@pytest.mark.parametrize(("count", "events"), [(3, ["new"] * 3), (4, ["digest"])])
@in_loop
async def test_first_round_of_a_whole_installation(tmp_path: Path, count: int, events: list[str]) -> None:
    """Check 30: four feeds with one fresh match each are one digest too; up to three come by themselves."""
    async with http_server() as server:
        base = server.url("")
        feeds = {}
        for number in range(count):
            server.routes[f"/feed{number}"] = Answer(rss(entry(number, base)))
            server.routes[f"/releases/{number}"] = Answer(page(f"R {number}", HARM), content_type="text/html")
            feeds[f"f{number}"] = server.url(f"/feed{number}")
        await one_round(configure(tmp_path, feeds, settings=hook(server)), sends=True)
    assert [message["event"] for message in posted(server)] == events


@in_loop
async def test_first_round_waits_for_the_feeds_that_were_not_asked_yet(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A daemon's first feeds must not fire one by one; but a feed that is never asked holds nothing up for long."""
    start = clock.now()
    async with http_server() as server:
        server.routes["/feed"] = Answer(rss(entry(1, server.url(""), text=HARM)))
        feeds = {"news": server.url("/feed"), "other": server.url("/other")}
        configuration = configure(tmp_path, feeds, settings=hook(server))
        await one_round(configuration, ["army/news"])
        state = "SELECT state FROM deliveries"
        assert one(configuration, state) == "held"
        monkeypatch.setattr(clock, "now", lambda: start + timedelta(minutes=11))
        await within(configuration, raise_alerts)
        assert one(configuration, state) == "pending"


@in_loop
async def test_later_rounds_hold_nothing_back(tmp_path: Path) -> None:
    """The storm rule is for the first round: five new releases of a busy day are five alerts."""
    async with http_server() as server:
        base = server.url("")
        server.routes["/feed"] = Answer(rss(entry(0, base)))
        configuration = configure(tmp_path, {"news": server.url("/feed")}, settings=hook(server))
        await one_round(configuration, sends=True)
        server.routes["/feed"] = Answer(
            rss(entry(0, base), *(entry(number, base, text=HARM) for number in range(1, 6)))
        )
        await one_round(configuration, sends=True)
    assert [message["event"] for message in posted(server)] == ["new"] * 5


@in_loop
async def test_events_are_decided_once(tmp_path: Path) -> None:
    """Each event of a feed becomes one alert in the feed's thread, and a second run makes no second one."""
    async with http_server() as server:
        configuration = configure(tmp_path, {"news": server.url("/feed")}, settings=hook(server))
        await happen(configuration, "gap", "stopped", "vanished")
        for _ in range(2):
            await within(configuration, raise_alerts)
    found = rows(configuration, "SELECT event, thread, feed_id, release_id FROM alerts ORDER BY id")
    thread = {"thread": "feed:army/news", "feed_id": 1, "release_id": None}
    assert found == [{"event": "gap"} | thread, {"event": "stopped"} | thread]
    assert one(configuration, "SELECT count(*) FROM events WHERE decided_at IS NULL") == 0


@in_loop
async def test_muted_is_kept_with_its_reason_and_the_mute_expires(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Silence is a decision that stands in the database and ends by itself."""
    start = clock.now()
    async with http_server() as server:
        base = server.url("")
        server.routes["/feed"] = Answer(rss(entry(0, base)))
        configuration = configure(tmp_path, {"news": server.url("/feed")}, settings=hook(server))
        await one_round(configuration)
        await within(
            configuration,
            lambda runtime: runtime.store.write(mute, "feed", "army/news", start, start + timedelta(days=7)),
        )
        server.routes["/feed"] = Answer(rss(entry(0, base), entry(1, base, text=HARM)))
        await one_round(configuration, sends=True)
        monkeypatch.setattr(clock, "now", lambda: start + timedelta(days=8))
        server.routes["/feed"] = Answer(rss(entry(0, base), entry(1, base, text=HARM), entry(2, base, text=HARM)))
        await one_round(configuration, sends=True)
    found = rows(
        configuration, "SELECT muted, (SELECT count(*) FROM deliveries WHERE alert_id = alerts.id) AS n FROM alerts"
    )
    assert [row["n"] for row in found] == [0, 1]
    assert found[0]["muted"].startswith("feed army/news is muted until ")
    assert len(posted(server)) == 1


@in_loop
async def test_hourly_digest_is_made_once_also_after_a_missed_hour(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was due while nothing ran is made at the next start, once, and no empty one follows."""
    start = clock.now()
    async with http_server() as server:
        base = server.url("")
        server.routes["/feed"] = Answer(rss(entry(0, base)))
        configuration = configure(tmp_path, {"news": server.url("/feed")}, settings=hook(server, LOW_RULE))
        await one_round(configuration)
        server.routes["/feed"] = Answer(
            rss(entry(0, base), *(entry(number, base, text=HARM) for number in range(1, 3)))
        )
        await one_round(configuration, sends=True)
        assert posted(server) == []
        for hours in (5, 6, 7):
            monkeypatch.setattr(clock, "now", lambda hours=hours: start + timedelta(hours=hours))
            await one_round(configuration, sends=True)
    (message,) = posted(server)
    assert (message["digest"]["count"], message["digest"]["span"]) == (2, "hourly")
    assert message["digest"]["groups"][0]["publisher"]["name"] == "The Army"


@in_loop
async def test_unread_texts_are_counted_in_the_digest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A text in a language without words is no text without casualties: the digest says how many there were."""
    start = clock.now()
    async with http_server() as server:
        base = server.url("")
        server.routes["/feed"] = Answer(rss(entry(0, base)))
        configuration = configure(tmp_path, {"news": server.url("/feed")}, settings=hook(server, LOW_RULE))
        await one_round(configuration)
        persian = "نیروهای مسلح امروز در بیانیه‌ای اعلام کردند که رزمایش در منطقه برگزار شد و پایان یافت."
        server.routes["/feed"] = Answer(
            rss(entry(0, base), entry(1, base, text=HARM), entry(2, base, title="بیانیه", text=persian))
        )
        await one_round(configuration)
        monkeypatch.setattr(clock, "now", lambda: start + timedelta(hours=2))
        await one_round(configuration, sends=True)
    (message,) = posted(server)
    assert message["digest"]["unread_count"] == 1
    assert "1 texts unread" in message["title"]


@in_loop
async def test_many_held_over_night_are_one_message_in_the_morning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Quiet hours must not end in a storm: up to three come by themselves, more as one digest."""
    start = clock.now()
    end = start + timedelta(hours=2)
    quiet = f'[quiet_hours]\nfrom = "{start - timedelta(hours=1):%H:%M}"\nto = "{end:%H:%M}"\n'
    rule = '[[rule]]\nname = "all"\npriority = "normal"\n'
    async with http_server() as server:
        base = server.url("")
        server.routes["/feed"] = Answer(rss(entry(0, base)))
        configuration = configure(tmp_path, {"news": server.url("/feed")}, settings=quiet + hook(server, rule))
        await one_round(configuration)
        server.routes["/feed"] = Answer(
            rss(entry(0, base), *(entry(number, base, text=HARM) for number in range(1, 6)))
        )
        await one_round(configuration, sends=True)
        assert posted(server) == []
        monkeypatch.setattr(clock, "now", lambda: end + timedelta(minutes=1))
        await one_round(configuration, sends=True)
    (message,) = posted(server)
    assert (message["digest"]["span"], message["digest"]["count"]) == ("quiet_hours", 5)


@in_loop
async def test_another_address_begins_anew(tmp_path: Path) -> None:
    """Check 30: an address that was changed by hand brings an archive under new names, and it is one message."""
    async with http_server() as server:
        base = server.url("")
        server.routes["/feed"] = Answer(rss(entry(0, base)))
        configuration = configure(tmp_path, {"news": server.url("/feed")}, settings=hook(server))
        await one_round(configuration, sends=True)
        server.routes["/other"] = Answer(rss(*harmful(base, 5)))
        configuration = configure(tmp_path, {"news": server.url("/other")}, settings=hook(server))
        await one_round(configuration, sends=True)
    (message,) = posted(server)
    assert message["digest"]["count"] == 5


@in_loop
async def test_one_alert_names_every_feed_that_carries_the_release(tmp_path: Path) -> None:
    """The same release in three feeds is one message that says so, and a retry says the same."""
    async with http_server() as server:
        for name in ("one", "two", "three"):
            server.routes[f"/{name}"] = Answer(rss(*harmful(server.url(""), 1)))
        feeds = {name: server.url(f"/{name}") for name in ("one", "two")}
        configuration = configure(tmp_path, feeds, settings=hook(server))
        server.routes["/hook"] = [Answer(status=500), Answer()]
        await one_round(configuration, sends=True)
        feeds["three"] = server.url("/three")
        configuration = configure(tmp_path, feeds, settings=(tmp_path / "watcher.toml").read_text())
        await within(configuration, lambda runtime: runtime.store.write(_retry_now))
        await one_round(configuration, sends=True)
        first, second = (json.loads(request.body)["data"] for request in server.seen("/hook"))
    assert first["feeds"] == ["army/one", "army/two"]
    assert second == first
    assert len(first["release"]["body_sha256"]) in {0, 64}


def _retry_now(db: Database) -> None:
    db.execute("UPDATE deliveries SET due_at = '2020-01-01T00:00:00.000Z'")
    db.execute("UPDATE channels SET back_off_until_at = NULL")


@in_loop
async def test_alerts_found_later_in_the_archive_are_one_message(tmp_path: Path) -> None:
    """Check 30: a better detector that reads an archive again must not fire once for each old release."""
    async with http_server() as server:
        base = server.url("")
        text = "Two soldiers were glumped near the river."
        server.routes["/feed"] = Answer(rss(*(entry(number, base, link="", text=text) for number in range(5))))
        configuration = configure(tmp_path, {"news": server.url("/feed")}, settings=hook(server))
        await one_round(configuration)
        words = tmp_path / "words" / "en.toml"
        words.write_text(words.read_text().replace('"killed", "murd', '"killed", "glumped", "murd', 1))
        async with open_runtime(configuration) as runtime:
            found = [again async for again in redetect(runtime, tmp_path / "words", alerts=True)]
        assert [again.alert.event for again in found if again.alert] == ["found_later"] * 5
        await one_round(configuration, sends=True)
    (message,) = posted(server)
    assert (message["title"], message["digest"]["span"]) == ("Many at once: 5 alerts", "first_round")


def _make_due(db: Database) -> None:
    db.execute("UPDATE deliveries SET due_at = '2020-01-01T00:00:00.000Z' WHERE state = 'held'")


@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize("number", [1, 2])
@in_loop
async def test_killed_while_alerts_are_decided_it_alerts_once(
    tmp_path: Path, point: str, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Checks 22 and 23: killed between event, alert, mark and digest, each alerts once in the end."""
    start = clock.now()
    async with http_server() as server:
        base = server.url("")
        server.routes["/feed"] = Answer(rss(entry(0, base)))
        settings = hook(server, LOW_RULE + '[[channel]]\nname = "two"\nkind = "webhook"\nurl = "http://127.0.0.1:9/"\n')
        configuration = configure(tmp_path, {"news": server.url("/feed")}, settings=settings)
        await one_round(configuration)
        server.routes["/feed"] = Answer(rss(entry(0, base), entry(1, base, text=HARM)))
        await one_round(configuration)
        await happen(configuration, "gap", "stopped")
        # The digests of both channels are due.
        await within(configuration, lambda runtime: runtime.store.write(_make_due))
        code = await ended(crash_alerting.main, str(configuration.folder), point, str(number))
        assert code == -signal.SIGKILL, f"{point} was never passed {number} times"
        assert rows(configuration, "PRAGMA foreign_key_check") == []
        monkeypatch.setattr(clock, "now", lambda: start + timedelta(seconds=5))
        await within(configuration, raise_alerts)
    events = rows(configuration, "SELECT event, count(*) AS n FROM alerts GROUP BY 1 ORDER BY 1")
    assert {row["event"]: row["n"] for row in events} == {"digest": 2, "gap": 1, "new": 1, "stopped": 1}
    states = rows(configuration, "SELECT state, count(*) AS n FROM deliveries GROUP BY 1 ORDER BY 1")
    assert {row["state"]: row["n"] for row in states} == {"merged": 2, "pending": 6}
