"""The same statement on several publishers' sites: linked by the store, handed to the decision about the alert."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from tests.support.scenario import configure, entry, one, one_round, page, rows, rss
from tests.support.servers import Answer, http_server, in_loop
from watcher import clock
from watcher.cli.main import cli
from watcher.config.load import load
from watcher.content.similarity import bands
from watcher.store.connection import connect, write
from watcher.store.relays import WINDOW, find_relays, relays_of, save_relays

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
async def test_relay_is_linked_and_named_in_the_alert(tmp_path: Path) -> None:
    """One statement, two sites: two releases with a link between them, and one alert to which both belong."""
    configuration = await two_publishers(tmp_path, ("The mission has published this statement.", *WORDS))
    assert one(configuration, "SELECT count(*) FROM releases") == 2
    (link,) = rows(configuration, "SELECT release_id, other_release_id, similarity FROM relays")
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
        assert [relay["similarity"] for relay in said["relays"]] == [1.0]


@in_loop
async def test_other_statement_of_the_same_event_is_no_relay(tmp_path: Path) -> None:
    """What somebody else says in other words is a second source and must stay one."""
    other = ("Our observers counted two dead and four wounded at the crossing.", "They ask for an open inquiry.")
    configuration = await two_publishers(tmp_path, (*other, "The mission will report again on Friday with more."))
    assert one(configuration, "SELECT count(*) FROM relays") == 0


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
    return [relay.release_id for relay in find_relays(db, bands(TEXT), TEXT, **wanted)]  # type: ignore[arg-type]


def test_only_other_publishers_within_the_window_are_looked_at(db: Database) -> None:
    """A publisher's own earlier release is another matter, and a statement of long ago is not passed on."""
    assert found(db) == [1]
    assert found(db, publisher_id=1) == []
    assert found(db, now=clock.now() + WINDOW + timedelta(hours=1)) == []
    assert find_relays(db, (), "short", publisher_id=2, now=clock.now()) == ()
    db.close()


def test_a_link_is_written_once_and_old_signatures_are_dropped(db: Database) -> None:
    """A revision of either side adds no second link; the table of signatures does not grow with the archive."""
    later = clock.now() + timedelta(days=1)
    for release_id, publisher_id in ((2, 2), (1, 1), (2, 2)):
        with write(db):
            save_relays(db, release_id, bands(TEXT), TEXT, publisher_id=publisher_id, now=later)
    assert db["relays"].count == 1
    assert [relay.release_id for relay in relays_of(db, 1)] == [2]
    assert replace(relays_of(db, 2)[0], similarity=0).publisher == "army"
    with write(db):
        save_relays(db, 2, bands(TEXT), TEXT, publisher_id=2, now=later + WINDOW + timedelta(days=1))
    assert [row["release_id"] for row in db.query("SELECT DISTINCT release_id FROM likenesses")] == [2]
    db.close()


def test_lookup_uses_the_index(db: Database) -> None:
    """A million releases must not be read for each new one."""
    sql = "SELECT release_id FROM likenesses WHERE band IN (SELECT value FROM json_each('[1]')) AND seen_at >= ''"
    plan = " ".join(row["detail"] for row in db.query(f"EXPLAIN QUERY PLAN {sql}"))
    assert "SEARCH likenesses USING PRIMARY KEY (band=?)" in plan
    db.close()
