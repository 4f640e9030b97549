"""The same statement on several publishers' sites: linked, and one message that names them all."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from tests.support.scenario import configure, entry, one, one_round, page, rows, rss
from tests.support.servers import Answer, HttpServer, http_server, in_loop
from watcher import clock
from watcher.cli.main import cli
from watcher.config.load import load
from watcher.content.similarity import min_hash
from watcher.model.alert import AlertRecord, Dispatch
from watcher.model.poll import NO_MIN_HASH
from watcher.store.connection import connect, write
from watcher.store.syndication import (
    _CANDIDATES,
    WINDOW,
    copies_of,
    drop_old_signatures,
    find_copies,
    join_alert,
    save_copies,
)

if TYPE_CHECKING:
    from pathlib import Path

    from sqlite_utils import Database

    from watcher.config.load import Configuration


WORDS = (
    "Two civilians were killed and four were injured on Tuesday when a patrol opened fire at the northern crossing.",
    "The patrol had been told of a stolen lorry, and the driver did not stop when he was asked to.",
    "An inquiry has begun, its findings will be made public, and the families of the dead will be heard.",
    "The commander expressed his sympathy and thanked the townspeople for the help that they gave at the scene.",
)
TEXT = " ".join(WORDS)


async def two_publishers(tmp_path: Path, second: tuple[str, ...]) -> Configuration:
    """The army and the mission, each with a site of its own; the mission's statement says `second`."""
    async with http_server() as army, http_server() as mission:
        for server, said in ((army, WORDS), (mission, second)):
            server.routes["/feed"] = Answer(rss(entry(1, server.url(""), title="Incident at the crossing")))
            server.routes["/releases/1"] = Answer(page("Incident at the crossing", *said), content_type="text/html")
        configure(tmp_path, {"news": army.url("/feed")})
        other = f'name = "The Mission"\n[[feed]]\ncode = "news"\nurl = "{mission.url("/feed")}"\n'
        (tmp_path / "publishers" / "mission.toml").write_text(other)
        configuration = load(tmp_path)
        await one_round(configuration, ["army"])
        await one_round(configuration, ["mission"])
    return configuration


@in_loop
async def test_copy_is_linked_and_named_in_the_alert(tmp_path: Path) -> None:
    """One statement, two sites: two releases with a link between them, and one alert to which both belong."""
    configuration = await two_publishers(tmp_path, ("The mission has published this statement.", *WORDS))
    assert one(configuration, "SELECT count(*) FROM releases") == 2
    (link,) = rows(configuration, "SELECT release_id, other_release_id, similarity FROM syndicated_copies")
    assert (link["release_id"], link["other_release_id"]) == (2, 1)
    assert 0.8 < link["similarity"] < 1
    assert one(configuration, "SELECT count(*) FROM alerts") == 1
    assert rows(configuration, "SELECT alert_id, release_id FROM alert_releases") == [{"alert_id": 1, "release_id": 2}]


@in_loop
async def test_link_is_shown_from_either_side(tmp_path: Path) -> None:
    """Whoever reads one of them is led to the other."""
    await two_publishers(tmp_path, WORDS)
    for release, other in (("1", "mission (2)"), ("2", "army (1)")):
        shown = CliRunner().invoke(cli, ["--config", str(tmp_path), "show", release]).output
        assert f"also by {other}" in " ".join(shown.split())
        said = json.loads(CliRunner().invoke(cli, ["--config", str(tmp_path), "show", release, "--json"]).output)
        assert [copy["similarity"] for copy in said["syndicated_copies"]] == [1.0]


@in_loop
async def test_other_statement_of_the_same_event_is_no_copy(tmp_path: Path) -> None:
    """What somebody else says in other words is a second source and must stay one."""
    other = ("Our observers counted two dead and four wounded at the crossing.", "They ask for an open inquiry.")
    configuration = await two_publishers(tmp_path, (*other, "The mission will report again on Friday with more."))
    assert one(configuration, "SELECT count(*) FROM syndicated_copies") == 0


@pytest.fixture
def db(tmp_path: Path) -> Database:
    """Two publishers with one release each, the first one's text as given."""

    @in_loop
    async def fill() -> None:
        await two_publishers(tmp_path, ("Nothing happened here today.",))

    fill()
    return connect(load(tmp_path).database)


def found(db: Database, **changes: object) -> list[int]:
    wanted = {"publisher_id": 2, "now": clock.now()} | changes
    return [copy.release_id for copy in find_copies(db, min_hash(TEXT), TEXT, **wanted)]  # type: ignore[arg-type]


def test_only_other_publishers_within_the_window_are_searched(db: Database) -> None:
    """A publisher's own earlier release is another matter, and a statement of long ago is not passed on."""
    assert found(db) == [1]
    assert found(db, publisher_id=1) == []
    assert found(db, now=clock.now() + WINDOW + timedelta(hours=1)) == []
    assert find_copies(db, NO_MIN_HASH, "short", publisher_id=2, now=clock.now()) == ()
    db.close()


def test_a_link_is_written_once_and_old_signatures_are_dropped(db: Database) -> None:
    """A revision of either side adds no second link; the table of signatures does not grow with the archive."""
    later = clock.now() + timedelta(days=1)
    for release_id, publisher_id in ((2, 2), (1, 1), (2, 2)):
        with write(db):
            save_copies(db, release_id, min_hash(TEXT), TEXT, publisher_id=publisher_id, now=later)
    assert db["syndicated_copies"].count == 1
    assert [copy.release_id for copy in copies_of(db, 1)] == [2]
    assert replace(copies_of(db, 2)[0], similarity=0).publisher == "army"
    with write(db):
        save_copies(db, 2, min_hash(TEXT), TEXT, publisher_id=2, now=later + WINDOW + timedelta(days=7))
        drop_old_signatures(db, later + WINDOW + timedelta(days=7))
    assert [row["release_id"] for row in db.query("SELECT DISTINCT release_id FROM similarity_bands")] == [2]
    db.close()


def test_only_texts_whose_minima_fit_are_read(db: Database) -> None:
    """Texts with one number in common by chance are many; those of earlier versions, without minima, are read."""
    for minima, others in ((bytes(24), []), (None, [1])):
        db.execute("UPDATE releases SET minima = ? WHERE id = 1", [minima])
        assert found(db) == others
    db.close()


def test_lookup_uses_the_index(db: Database) -> None:
    """A million releases must not be read for each new one."""
    plan = " ".join(row["detail"] for row in db.query(f"EXPLAIN QUERY PLAN {_CANDIDATES}", ["[1]", "[1]", 1, 9, 1, 20]))
    assert "SEARCH similarity_bands USING PRIMARY KEY (seen_week=? AND band=?)" in plan
    db.close()


ROAD_WORDS = (
    "Three civilians were killed and two were injured on Monday when a convoy hit a mine on the river road.",
    "The convoy had been on its way to the market, and two of its lorries burned out before help came.",
    "A team will search the road in the days to come, and drivers are asked to use the bridge until then.",
    "The commander visited the injured and promised their families all the help that can be given.",
)
HOOK = '[[channel]]\nname = "{name}"\nkind = "webhook"\nurl = "{url}"\n'


async def two_sites(
    tmp_path: Path, army: HttpServer, mission: HttpServer, second: tuple[str, ...], settings: str
) -> None:
    for server, said in ((army, ROAD_WORDS), (mission, second)):
        server.routes["/feed"] = Answer(rss(entry(1, server.url(""), title="The river road")))
        server.routes["/releases/1"] = Answer(page("The river road", *said), content_type="text/html")
        server.routes["/hook"] = Answer()
    (tmp_path / "publishers").mkdir()
    other = f'name = "The Mission"\n[[feed]]\ncode = "news"\nurl = "{mission.url("/feed")}"\n'
    (tmp_path / "publishers" / "mission.toml").write_text(other)
    configure(tmp_path, {"news": army.url("/feed")}, settings=settings)


def named_copies(server: HttpServer) -> list[list[str]]:
    """The other publishers that each message names."""
    messages: list[Any] = [json.loads(request.body)["data"] for request in server.seen("/hook")]
    return [[copy["publisher"] for copy in message["syndicated_copies"]] for message in messages]


@pytest.mark.parametrize("is_sent_first", [True, False])
@in_loop
async def test_copy_joins_the_alert_that_was_raised(tmp_path: Path, is_sent_first: bool) -> None:  # noqa: FBT001 - a case
    """Two sites in two rounds: one message. It names the second as long as nobody was sent it; kept it is always."""
    async with http_server() as army, http_server() as mission:
        await two_sites(tmp_path, army, mission, ROAD_WORDS, HOOK.format(name="hook", url=army.url("/hook")))
        configuration = load(tmp_path)
        await one_round(configuration, ["army"], sends=is_sent_first)
        await one_round(configuration, ["mission"], sends=True)
        assert named_copies(army) == [[] if is_sent_first else ["mission"]]
    joined = rows(configuration, "SELECT alert_id, release_id, is_named FROM alert_releases")
    assert joined == [{"alert_id": 1, "release_id": 2, "is_named": int(not is_sent_first)}]


@in_loop
async def test_two_in_the_same_round_make_one_alert(tmp_path: Path) -> None:
    """Whichever site is read first, the other one is named beside it."""
    async with http_server() as army, http_server() as mission:
        await two_sites(tmp_path, army, mission, ROAD_WORDS, HOOK.format(name="hook", url=army.url("/hook")))
        configuration = load(tmp_path)
        await one_round(configuration, sends=True)
        (named,) = named_copies(army)
        assert len(named) == 1
    assert one(configuration, "SELECT count(*) FROM alert_releases") == 1


@in_loop
async def test_other_numbers_are_other_news(tmp_path: Path) -> None:
    """Nearly the same words with five instead of three dead must never be swallowed as a repetition."""
    second = (ROAD_WORDS[0].replace("Three", "Five"), *ROAD_WORDS[1:])
    async with http_server() as army, http_server() as mission:
        await two_sites(tmp_path, army, mission, second, HOOK.format(name="hook", url=army.url("/hook")))
        configuration = load(tmp_path)
        await one_round(configuration, ["army"])
        await one_round(configuration, ["mission"])
    assert one(configuration, "SELECT count(*) FROM syndicated_copies") == 1
    assert one(configuration, "SELECT count(*) FROM alerts") == 2


@in_loop
async def test_channel_without_the_first_alert_gets_the_second(tmp_path: Path) -> None:
    """A desk that follows only the mission must get the mission's statement though the army made it first."""
    async with http_server() as army, http_server() as mission:
        rules = (
            '[[rule]]\nname = "armys"\npublishers = ["army"]\nchannels = ["a"]\n'
            '[[rule]]\nname = "missions"\npublishers = ["mission"]\nchannels = ["m"]\n'
        )
        hooks = HOOK.format(name="a", url=army.url("/hook")) + HOOK.format(name="m", url=mission.url("/hook"))
        await two_sites(tmp_path, army, mission, ROAD_WORDS, hooks + rules)
        configuration = load(tmp_path)
        await one_round(configuration, ["army"], sends=True)
        await one_round(configuration, ["mission"], sends=True)
        assert (len(army.seen("/hook")), len(mission.seen("/hook"))) == (1, 1)


@in_loop
async def test_copy_that_changes_its_numbers_raises_an_alert(tmp_path: Path) -> None:
    """Joined once is not silent for ever: when the mission corrects its number, that is a change of what was said."""
    async with http_server() as army, http_server() as mission:
        await two_sites(tmp_path, army, mission, ROAD_WORDS, HOOK.format(name="hook", url=army.url("/hook")))
        configuration = load(tmp_path)
        await one_round(configuration, ["army"])
        await one_round(configuration, ["mission"])
        second = page("The river road", ROAD_WORDS[0].replace("Three", "Nine"), *ROAD_WORDS[1:])
        mission.routes["/releases/1"] = Answer(second, content_type="text/html")
        mission.routes["/feed"] = Answer(rss(entry(1, mission.url(""), title="The river road", text="Corrected.")))
        await one_round(configuration, ["mission"])
    assert one(configuration, "SELECT event FROM alerts WHERE release_id = 2 AND event != 'digest'") == "changed"


@in_loop
async def test_two_feeds_with_other_words_for_one_release_raise_one_alert(tmp_path: Path) -> None:
    """Two feeds read at once bring one release in two wordings: the second is a revision and no second alert."""
    async with http_server() as army, http_server() as mission:
        await two_sites(tmp_path, army, mission, ROAD_WORDS, HOOK.format(name="hook", url=army.url("/hook")))
        configuration = load(tmp_path)
        await one_round(configuration, ["army"])
        db = connect(configuration.database)
        alert = AlertRecord("new", "urgent", ("civilian-harm",), "t", {"totals": totals(db)}, (Dispatch("hook"),))
        assert join_alert(db, alert, 1, clock.now()) is None
        elsewhere = replace(alert, dispatches=(Dispatch("hook"), Dispatch("other")))
        assert join_alert(db, elsewhere, 1, clock.now()) == replace(alert, dispatches=(Dispatch("other"),))
        assert join_alert(db, replace(alert, message={"totals": []}), 1, clock.now()) is not None
        assert join_alert(db, replace(alert, event="changed"), 1, clock.now()) is not None


def totals(db: Database) -> object:
    (message,) = db.execute("SELECT message FROM alerts").fetchone()
    return json.loads(message)["totals"]
