"""Feeds that we give: valid, whatever stands in them, with a new id for each revision, as routes and as files."""

from __future__ import annotations

import asyncio
import json
from io import BytesIO
from typing import TYPE_CHECKING, Any

import feedparser
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.messages import claim, message, release
from tests.support.scenario import HARM, configure, entry, one_round, rss, store
from tests.support.servers import Answer, http_server, in_loop
from watcher.alerts.channels.notification import Display
from watcher.cli.main import cli
from watcher.config.load import load
from watcher.web.feed_format import PublishedFeed, alert_entries, atom, json_feed, row_entries
from watcher.web.feeds import feed_names
from watcher.web.serve import datasette_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from datasette.app import Datasette

EMPTY = PublishedFeed("alerts", "Alerts", "https://d.example/watcher", "https://d.example/-/watcher/alerts.atom", ())


def parsed(document: str) -> Any:
    """The feed as a feed reader sees it; anything that is not well-formed is a failure."""
    found = feedparser.parse(BytesIO(document.encode()), sanitize_html=False)
    assert not found.bozo, found.get("bozo_exception")
    return found


def check_both(feed: PublishedFeed) -> tuple[Any, Any]:
    """What RFC 4287 and JSON Feed 1.1 demand of a feed and of each entry, and that both say the same."""
    read, said = parsed(atom(feed)), json.loads(json_feed(feed))
    assert read.version == "atom10"
    assert read.feed.id.startswith("urn:uuid:")
    assert read.feed.title
    assert read.feed.updated_parsed
    assert said["version"] == "https://jsonfeed.org/version/1.1"
    assert len({one.id for one in read.entries}) == len(read.entries)
    for one, other in zip(read.entries, said["items"], strict=True):
        assert one.id == other["id"]
        assert one.id.startswith("urn:uuid:")
        assert one.title
        assert one.updated_parsed
        assert one.author
        assert one.content[0].type == "text/html"
        assert other["content_html"]
        assert other["date_published"].endswith("Z")
    return read, said


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
    for opened in datasette.databases.values():
        opened.close()


def get(datasette: Datasette, path: str) -> Any:
    return asyncio.run(datasette.client.get(path))


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


def test_row_that_changes_is_a_new_entry() -> None:
    """A feed reader shows an id once: a corrected number has to have another."""
    row = {
        "title": "Statement",
        "count_min": 2,
        "published_at": "2026-11-24T09:00:00.000Z",
        "url": "https://a.example/",
    }
    first, again, changed = (row_entries("q", [one])[0].uid for one in (row, dict(row), row | {"count_min": 3}))
    assert first == again
    assert first != changed
    assert len(row_entries("q", [row, row])) == 1
    assert row_entries("other", [row])[0].uid != first


def test_row_without_title_or_time_is_still_an_entry() -> None:
    """A saved query may return anything."""
    (one,) = row_entries("q", [{"n": 3, "day_at": "2026-11-24", "url": "javascript:x"}])
    assert (one.title, one.updated, one.url) == ("3 – 2026-11-24 – javascript:x", "2026-11-24T00:00:00Z", "")
    check_both(PublishedFeed("q", "Q", "", "", (one,)))


def test_empty_feed_is_valid() -> None:
    """Before the first alert too."""
    check_both(EMPTY)


@given(st.text(max_size=80), st.text(max_size=80))
@settings(deadline=None, max_examples=60)
def test_any_words_make_a_valid_feed(title: str, words: str) -> None:
    """Check 58: what a publisher wrote breaks no feed and is no mark-up in it."""
    said = message(
        title=title,
        release=release(title=words, url=f"https://a.example/{words}"),
        claims=[claim(sentence=words, marked=[0, 3])],
    )
    said["alert"] = "ab" * 16
    entries = (*alert_entries([said], Display()), *row_entries("q", [{"title": title, "sentence": words}]))
    read, _ = check_both(PublishedFeed("alerts", "Alerts", "", "", entries))
    assert "<script" not in read.entries[0].content[0].value
