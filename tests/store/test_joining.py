"""The same statement on several sites: one message that names them all, and none that anybody misses."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.scenario import configure, entry, one, one_round, page, rows, rss
from tests.support.servers import Answer, HttpServer, http_server, in_loop
from watcher import clock
from watcher.config.load import load
from watcher.model.alert import AlertRecord, Dispatch
from watcher.store.connection import connect
from watcher.store.relays import join

if TYPE_CHECKING:
    from pathlib import Path

    from sqlite_utils import Database

WORDS = (
    "Three civilians were killed and two were injured on Monday when a convoy hit a mine on the river road.",
    "The convoy had been on its way to the market, and two of its lorries burned out before help came.",
    "A team will search the road in the days to come, and drivers are asked to use the bridge until then.",
    "The commander visited the injured and promised their families all the help that can be given.",
)
HOOK = '[[channel]]\nname = "{name}"\nkind = "webhook"\nurl = "{url}"\n'


async def set_up(tmp_path: Path, army: HttpServer, mission: HttpServer, second: tuple[str, ...], settings: str) -> None:
    for server, said in ((army, WORDS), (mission, second)):
        server.routes["/feed"] = Answer(rss(entry(1, server.url(""), title="The river road")))
        server.routes["/releases/1"] = Answer(page("The river road", *said), content_type="text/html")
        server.routes["/hook"] = Answer()
    (tmp_path / "publishers").mkdir()
    other = f'name = "The Mission"\n[[feed]]\ncode = "news"\nurl = "{mission.url("/feed")}"\n'
    (tmp_path / "publishers" / "mission.toml").write_text(other)
    configure(tmp_path, {"news": army.url("/feed")}, settings=settings)


def relays(server: HttpServer) -> list[list[str]]:
    """The other publishers that each message names."""
    messages: list[Any] = [json.loads(request.body)["data"] for request in server.seen("/hook")]
    return [[relay["publisher"] for relay in message["relay_of"]] for message in messages]


@pytest.mark.parametrize("is_sent_first", [True, False])
@in_loop
async def test_relay_joins_the_alert_that_stands(tmp_path: Path, is_sent_first: bool) -> None:  # noqa: FBT001 - a case
    """Two sites in two rounds: one message. It names the second as long as nobody was sent it; kept it is always."""
    async with http_server() as army, http_server() as mission:
        await set_up(tmp_path, army, mission, WORDS, HOOK.format(name="hook", url=army.url("/hook")))
        configuration = load(tmp_path)
        await one_round(configuration, ["army"], sends=is_sent_first)
        await one_round(configuration, ["mission"], sends=True)
        assert relays(army) == [[] if is_sent_first else ["mission"]]
    joined = rows(configuration, "SELECT alert_id, release_id, is_named FROM alert_releases")
    assert joined == [{"alert_id": 1, "release_id": 2, "is_named": int(not is_sent_first)}]


@in_loop
async def test_two_in_the_same_round_make_one_alert(tmp_path: Path) -> None:
    """Whichever site is read first, the other one is named beside it."""
    async with http_server() as army, http_server() as mission:
        await set_up(tmp_path, army, mission, WORDS, HOOK.format(name="hook", url=army.url("/hook")))
        configuration = load(tmp_path)
        await one_round(configuration, sends=True)
        (named,) = relays(army)
        assert len(named) == 1
    assert one(configuration, "SELECT count(*) FROM alert_releases") == 1


@in_loop
async def test_other_numbers_are_other_news(tmp_path: Path) -> None:
    """Nearly the same words with five instead of three dead must never be swallowed as a repetition."""
    second = (WORDS[0].replace("Three", "Five"), *WORDS[1:])
    async with http_server() as army, http_server() as mission:
        await set_up(tmp_path, army, mission, second, HOOK.format(name="hook", url=army.url("/hook")))
        configuration = load(tmp_path)
        await one_round(configuration, ["army"])
        await one_round(configuration, ["mission"])
    assert one(configuration, "SELECT count(*) FROM relays") == 1
    assert one(configuration, "SELECT count(*) FROM alerts") == 2


@in_loop
async def test_a_channel_that_was_not_told_of_the_first_is_told_of_the_second(tmp_path: Path) -> None:
    """A desk that follows only the mission must get the mission's statement though the army made it first."""
    async with http_server() as army, http_server() as mission:
        rules = (
            '[[rule]]\nname = "armys"\npublishers = ["army"]\nchannels = ["a"]\n'
            '[[rule]]\nname = "missions"\npublishers = ["mission"]\nchannels = ["m"]\n'
        )
        hooks = HOOK.format(name="a", url=army.url("/hook")) + HOOK.format(name="m", url=mission.url("/hook"))
        await set_up(tmp_path, army, mission, WORDS, hooks + rules)
        configuration = load(tmp_path)
        await one_round(configuration, ["army"], sends=True)
        await one_round(configuration, ["mission"], sends=True)
        assert (len(army.seen("/hook")), len(mission.seen("/hook"))) == (1, 1)


@in_loop
async def test_a_relay_that_changes_its_numbers_is_told(tmp_path: Path) -> None:
    """Joined once is not silent for ever: when the mission corrects its number, that is news of its own."""
    async with http_server() as army, http_server() as mission:
        await set_up(tmp_path, army, mission, WORDS, HOOK.format(name="hook", url=army.url("/hook")))
        configuration = load(tmp_path)
        await one_round(configuration, ["army"])
        await one_round(configuration, ["mission"])
        second = page("The river road", WORDS[0].replace("Three", "Nine"), *WORDS[1:])
        mission.routes["/releases/1"] = Answer(second, content_type="text/html")
        mission.routes["/feed"] = Answer(rss(entry(1, mission.url(""), title="The river road", text="Corrected.")))
        await one_round(configuration, ["mission"])
    assert one(configuration, "SELECT count(*) FROM alerts WHERE release_id = 2 AND event != 'digest'") == 1


@in_loop
async def test_two_feeds_with_other_words_for_one_release_raise_one_alert(tmp_path: Path) -> None:
    """Two feeds read at once bring one release in two wordings: the second is a revision and no second alert."""
    async with http_server() as army, http_server() as mission:
        await set_up(tmp_path, army, mission, WORDS, HOOK.format(name="hook", url=army.url("/hook")))
        configuration = load(tmp_path)
        await one_round(configuration, ["army"])
        db = connect(configuration.database)
        alert = AlertRecord("new", "urgent", ("civilian-harm",), "t", {"totals": totals(db)}, (Dispatch("hook"),))
        assert join(db, alert, 1, clock.now()) is None
        elsewhere = replace(alert, dispatches=(Dispatch("hook"), Dispatch("other")))
        assert join(db, elsewhere, 1, clock.now()) == replace(alert, dispatches=(Dispatch("other"),))
        assert join(db, replace(alert, message={"totals": []}), 1, clock.now()) is not None
        assert join(db, replace(alert, event="changed"), 1, clock.now()) is not None


def totals(db: Database) -> object:
    (message,) = db.execute("SELECT message FROM alerts").fetchone()
    return json.loads(message)["totals"]
