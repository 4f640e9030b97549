"""Every recipe as its page in the docs has it, against a server that answers in the documented form of its API."""

from __future__ import annotations

import re
import sqlite3
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from tests.support import ROOT
from tests.support.apis import KEY, Apis
from tests.support.scenario import configure, one, one_round, rows
from tests.support.servers import Answer, ReceivedRequest, http_server, in_loop
from watcher.config.load import load
from watcher.jobs.backfill import backfill
from watcher.jobs.reparse import reparse
from watcher.pipeline.poll import poll_feed
from watcher.pipeline.recheck import recheck_due
from watcher.pipeline.runtime import open_runtime
from watcher.store.feeds import select

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from watcher.config.load import Configuration
    from watcher.model.poll import PollRecord
    from watcher.pipeline.runtime import Runtime

RECIPES = {path.stem: path.read_text() for path in (ROOT / "config" / "recipes").glob("*.toml")}
PAGES = {path.stem: path.read_text() for path in (ROOT / "docs" / "recipes").glob("*.md")}
HOSTS = ("https://www.gov.uk", "https://api.dvidshub.net", "https://api.reliefweb.int", "https://www.example.mil")
_SIZE = re.compile(r"(count=|per_page=|max_results=|limit=|page\[limit\]=|step = )(?:50|20)\b")


def example(name: str) -> str:
    """The first table of a recipe's page: what a reader copies."""
    return str(re.findall(r"```toml\n(.*?)```", PAGES[name], re.DOTALL)[0])


def set_up(folder: Path, name: str, server_url: str) -> Configuration:
    """The example of a recipe, with its API on loopback and three releases a page."""

    def here(text: str) -> str:
        for host in HOSTS:
            text = text.replace(host, server_url)
        return text

    (folder / "recipes").mkdir(exist_ok=True)
    (folder / "recipes" / f"{name}.toml").write_text(_SIZE.sub(r"\g<1>3", here(RECIPES[name])))
    # A tenth of a second between two requests is for GOV.UK; tests/fetch holds it.
    return configure(folder, {}, publisher=f"{here(example(name))}limits = {{ apart = 0.0 }}\n")


def asked_for(path: str) -> ReceivedRequest:
    """A request for a path without headers."""
    return ReceivedRequest("GET", path, (), b"", 0.0)


async def poll(runtime: Runtime) -> PollRecord:
    """A poll of the publisher's one feed."""
    (feed,) = await runtime.store.read(select)
    return await poll_feed(runtime, feed)


@asynccontextmanager
async def apis(count: int) -> AsyncIterator[Apis]:
    async with http_server() as server:
        found = Apis(server)
        found.add(count)
        server.routes |= found.routes()
        yield found


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    """The key of DVIDS, as its page says."""
    monkeypatch.setenv("DVIDS_API_KEY", KEY)


def test_every_recipe_has_a_page() -> None:
    """And every page is about a recipe, or another kind of feed."""
    assert set(RECIPES) <= set(PAGES)


@pytest.mark.parametrize("name", sorted(set(RECIPES) - {"gov_uk_content", "telegram"}))
@in_loop
async def test_example_reads_the_api_and_follows_its_pages(tmp_path: Path, name: str) -> None:
    """What the page says can be copied and polled; a gap is filled from the API's older pages, and nothing is lost."""
    async with apis(2) as api:
        configuration = set_up(tmp_path, name, api.server.url(""))
        async with open_runtime(configuration) as runtime:
            first = await poll(runtime)
            api.add(5)
            second, again = await poll(runtime), await poll(runtime)
    assert (first.outcome, first.entry_count, second.outcome, again.outcome) == ("new", 2, "new", "same")
    found = rows(configuration, "SELECT title, published_at, url, text FROM records ORDER BY published_at")
    assert [row["title"] for row in found] == [f"Release {number} of the day" for number in range(1, 8)]
    assert [row["published_at"][:13] for row in found][:2] == ["2026-11-24T01", "2026-11-24T02"]
    assert all(row["url"].endswith(f"/government/news/{number}") for number, row in enumerate(found, start=1))
    assert all("Two civilians were killed" in row["text"] for row in found)
    assert one(configuration, "SELECT count(*) FROM claims WHERE is_current = 1") == 14
    assert "followed" in one(configuration, "SELECT detail FROM events WHERE kind = 'gap'")


@in_loop
async def test_one_document_of_gov_uk(tmp_path: Path) -> None:
    """A standing page is a feed of one release, whose next text is a revision."""
    async with apis(1) as api:
        configuration = set_up(tmp_path, "gov_uk_content", api.server.url(""))
        async with open_runtime(configuration) as runtime:
            await poll(runtime)
            api.releases[0].text = "Three civilians were killed in the strike near the town."
            await poll(runtime)
    assert one(configuration, "SELECT count(*) FROM revisions") == 2
    assert one(configuration, "SELECT text FROM records").startswith("Three civilians")


@in_loop
async def test_document_of_gov_uk_that_is_gone(tmp_path: Path) -> None:
    """The feed stops, and its release is removed by the publisher's word at once."""
    async with apis(1) as api:
        configuration = set_up(tmp_path, "gov_uk_content", api.server.url(""))
        async with open_runtime(configuration) as runtime:
            await poll(runtime)
            api.releases[0].gone = "Published by mistake."
            record = await poll(runtime)
            assert [found async for found in recheck_due(runtime)]
    assert record.outcome == "gone"
    said = {row["kind"]: row["detail"] for row in rows(configuration, "SELECT kind, detail FROM events")}
    assert said["removed"] == "the publisher says: 410 (gone): Published by mistake."
    assert "stopped" in said


@in_loop
async def test_publishers_own_word_is_an_event(tmp_path: Path, at: Callable[[float], None]) -> None:
    """Withdrawn, changed, unpublished and back again: each with the words of GOV.UK, at the recheck after it."""
    async with apis(2) as api:
        configuration = set_up(tmp_path, "gov_uk_search", api.server.url(""))
        async with open_runtime(configuration) as runtime:
            await poll(runtime)
            # Read again from the stored bytes, a document of the API is what it was.
            assert [one.changes async for one in reparse(runtime)] == [(), ()]
            one_of, other = api.releases
            first, later = ("2026-11-24T01:00:00Z", "First published."), ("2026-11-24T09:00:00Z", "Corrected a number.")
            one_of.changes = (first, later)
            one_of.withdrawn = "<p>This was published <b>in error</b>.</p>"
            other.gone = "<p>Published by mistake.</p>"
            for hours in (2.0, 7.0, 32.0):
                if hours > 24:
                    one_of.withdrawn, other.gone = "", None
                at(hours)
                assert [found async for found in recheck_due(runtime)]
    said = rows(
        configuration, "SELECT release_id AS id, kind, detail FROM events WHERE release_id IS NOT NULL ORDER BY id"
    )
    assert [(row["kind"], row["detail"]) for row in said if "restored" not in row["kind"]] == [
        ("removed", "the publisher says: 410 (gone): Published by mistake."),
        ("removed", "the publisher says: This was published in error."),
        ("stated_change", "the publisher says (2026-11-24T09:00:00.000Z): Corrected a number."),
    ]
    assert [row["kind"] for row in said].count("restored") == 2
    assert one(configuration, "SELECT count(*) FROM captures WHERE status = 410 AND snapshot_id IS NOT NULL") == 2


@in_loop
async def test_key_stands_nowhere(tmp_path: Path) -> None:
    """Not in a capture, a status, an error or a log, although the server sends it back; and only the API gets it."""
    async with apis(1) as api:
        configuration = set_up(tmp_path, "dvids", api.server.url(""))
        async with open_runtime(configuration) as runtime:
            await poll(runtime)
            echo = f'{{"errors": ["no such parameter in /search?api_key={KEY}"]}}'.encode()
            api.server.routes["/search"] = Answer(echo, status=400, headers={"X-Asked": f"/search?api_key={KEY}"})
            record = await poll(runtime)
        asked, paged = api.server.seen("/search")[0], api.server.seen("/government/news/1")[0]
        robots = api.server.seen("/robots.txt")
    assert f"api_key={KEY}" in asked.path
    assert [seen.path for seen in robots] == ["/robots.txt"]
    assert record.outcome == "http_status"
    assert KEY not in repr(record)
    # The pages of a release are at the same host here, as an API's documents are.
    assert f"api_key={KEY}" in paged.path
    with sqlite3.connect(configuration.database) as db:
        dumped = "\n".join(db.iterdump())
    db.close()
    assert KEY not in dumped
    assert KEY.encode().hex() not in dumped.lower()


@in_loop
async def test_key_goes_to_no_other_host(tmp_path: Path) -> None:
    """A release's page on another host is asked for without the key."""
    async with apis(1) as api, http_server(host="127.0.0.2") as other:
        other.routes["/government/news/1"] = api.server.routes["/government/news/1"]
        configuration = set_up(tmp_path, "dvids", api.server.url(""))
        listed, pages = await api.server.answer(asked_for(f"/search?max_results=3&api_key={KEY}")), other.url("")
        elsewhere = listed.body.replace(api.server.url("").encode(), pages.encode())
        api.server.routes["/search"] = Answer(elsewhere, content_type="application/json")
        await one_round(configuration)
    (asked,) = other.seen("/government/news/1")
    assert "?" not in asked.path
    assert not [value for _, value in asked.headers if KEY in value]


@in_loop
async def test_redirect_to_another_host_gets_no_key(tmp_path: Path) -> None:
    """Neither the page that it leads to nor the robots.txt there."""
    async with apis(1) as api, http_server(host="127.0.0.2") as other:
        other.routes["/moved"] = Answer(b"<p>Moved", content_type="text/html")
        api.server.routes["/government/news/1"] = Answer(status=302, headers={"Location": other.url("/moved")})
        own = 'headers = { "X-Desk" = { env = "DVIDS_API_KEY" } }\n'
        configuration = set_up(tmp_path, "dvids", api.server.url(""))
        file = tmp_path / "publishers" / "army.toml"
        file.write_text(own + file.read_text())
        await one_round(load(configuration.folder))
    assert [seen.path for seen in other.requests] == ["/robots.txt", "/moved"]
    assert not [value for seen in other.requests for _, value in seen.headers if KEY in value]


@in_loop
async def test_missing_key_is_a_named_outcome(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The API's refusal is the poll's outcome, and what it said is kept."""
    monkeypatch.delenv("DVIDS_API_KEY")
    async with apis(1) as api:
        configuration = set_up(tmp_path, "dvids", api.server.url(""))
        (record,) = (await one_round(configuration)).values()
    assert (record.outcome, record.status) == ("http_status", 403)
    assert one(configuration, "SELECT count(*) FROM snapshots") == 1


@in_loop
async def test_limits_hold_over_a_restart(tmp_path: Path, at: Callable[[float], None]) -> None:
    """When an hour's requests are used up nothing is sent, whoever asks, and the feed is due when one is allowed."""
    async with apis(1) as api:
        configure(tmp_path, {})
        configuration = set_up(tmp_path, "dvids", api.server.url(""))
        file = tmp_path / "publishers" / "army.toml"
        file.write_text(file.read_text().replace("apart = 0.0", "per_hour = 3"))
        configuration = configure(tmp_path, {}, publisher=file.read_text().partition("\n")[2])
        outcomes = []
        for run in ((0, 5, 10), (15, 61)):
            async with open_runtime(configuration) as runtime:
                for minutes in run:
                    at(minutes / 60)
                    outcomes.append((await poll(runtime)).outcome)
        sent = len(api.server.requests)
    # The first poll asks for the list, robots.txt and the page, of which a restart forgets robots.txt alone.
    assert outcomes == ["new", "held", "held", "same", "same"]
    assert sent == 5


@in_loop
async def test_backfill_walks_back_through_the_api(tmp_path: Path) -> None:
    """What an API lists on its older pages is stored page by page, back to a day."""
    async with apis(8) as api:
        configuration = set_up(tmp_path, "wordpress", api.server.url(""))
        async with open_runtime(configuration) as runtime:
            (feed,) = await runtime.store.read(select)
            steps = [step async for step in backfill(runtime, feed, datetime(2026, 11, 1, tzinfo=UTC))]
    assert [(step.outcome, step.new_count) for step in steps] == [("ok", 3), ("ok", 3), ("ok", 2), ("http_status", 0)]
    assert one(configuration, "SELECT count(*) FROM releases") == 8
