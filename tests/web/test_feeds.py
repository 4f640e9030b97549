"""Alerts and every saved query as feeds: as routes of Datasette, and as files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from tests.support.feeds import parsed
from tests.support.reading_room import get
from tests.support.scenario import HARM, configure, entry, one_round, rss, store
from tests.support.servers import Answer, http_server, in_loop
from watcher.cli.main import cli
from watcher.config.load import load
from watcher.web.feeds import feed_names
from watcher.web.serve import datasette_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from datasette.app import Datasette


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A configuration whose database has a release that reports, and one whose report was revised."""
    place = tmp_path_factory.mktemp("feeds")
    store(place, lambda base: [entry(n, base, link="", text=text) for n, text in enumerate((HARM, "The band played."))])

    @in_loop
    async def revise() -> None:
        async with http_server() as server:
            text = HARM.replace("Two", "Three")
            server.routes["/feed"] = Answer(
                rss(entry(0, server.url(""), link="", text=text, guid=f"{server.url('')}/r/0"))
            )
            await one_round(configure(place, {"news": server.url("/feed")}))
            later = text.replace("four were", "five were")
            server.routes["/feed"] = Answer(
                rss(entry(0, server.url(""), link="", text=later, guid=f"{server.url('')}/r/0"))
            )
            await one_round(configure(place, {"news": server.url("/feed")}))

    revise()
    return place


@pytest.fixture
def served(folder: Path) -> Iterator[Datasette]:
    datasette = datasette_of(load(folder).database)
    yield datasette
    datasette.close()


@pytest.mark.parametrize("name", feed_names())
def test_every_saved_query_is_a_feed(served: Datasette, name: str) -> None:
    """Whoever reads feeds can follow each question that the database answers."""
    read = parsed(get(served, f"/-/watcher/{name}.atom").text)
    answer = get(served, f"/-/watcher/{name}.json")
    assert answer.headers["content-type"].startswith("application/feed+json")
    assert [one.id for one in read.entries] == [one["id"] for one in answer.json()["items"]]
    assert {link.rel for link in read.feed.links} == {"alternate", "self"}


def test_alerts_say_what_a_mail_says(served: Datasette) -> None:
    """The sentence with its words marked, the stance, why; and each revision is an entry of its own."""
    read = parsed(get(served, "/-/watcher/alerts.atom").text)
    titles = [one.title for one in read.entries]
    assert sum("civilians killed" in title for title in titles) == 3
    assert len({one.id for one in read.entries}) == len(titles)
    assert any("<mark" in one.content[0].value for one in read.entries)


def test_parameters_of_a_query_are_taken(served: Datasette) -> None:
    """A feed of one publisher's casualties, or of one search."""
    assert parsed(get(served, "/-/watcher/casualties.atom?publisher=navy").text).entries == []
    assert parsed(get(served, "/-/watcher/casualties.atom?publisher=army").text).entries
    for words in ("town", "'", '"', "' or 1=1 --", "%00"):
        assert get(served, f"/-/watcher/search.atom?words={words}").status_code == 200


def test_unknown_feeds_are_not_found(served: Datasette) -> None:
    """And no name of a table gets at one."""
    for path in ("nothing.atom", "releases.json", "alerts.rss"):
        assert get(served, f"/-/watcher/{path}").status_code == 404


def test_files_are_the_same_feeds(folder: Path, tmp_path: Path) -> None:
    """For a web server that gives out files; what is written replaces the old file at one stroke."""
    for _ in range(2):
        result = CliRunner().invoke(cli, ["--config", str(folder), "export", "feeds", str(tmp_path / "out")])
        assert result.exit_code == 0, result.output
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert names == {f"{name}.{form}" for name in feed_names() for form in ("atom", "json")}
    assert parsed((tmp_path / "out" / "alerts.atom").read_text(encoding="utf-8")).entries
