"""Copies at the Wayback Machine: a stand-in for it on this machine; limits kept, errors tried again, keys nowhere."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.scenario import HARM, configure, entry, one, one_round, page, rows, rss
from tests.support.servers import Answer, http_server, in_loop
from watcher import clock
from watcher.errors import ConfigError
from watcher.jobs.wayback import save_pages
from watcher.pipeline.runtime import open_runtime

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tests.support.servers import HttpServer
    from watcher.config.load import Configuration


KEYS = 'key = { env = "WAYBACK_KEY" }\nsecret = { env = "WAYBACK_SECRET" }\n'


def says(**fields: Any) -> Answer:
    return Answer(json.dumps(fields).encode(), content_type="application/json")


SAVED = says(status="success", timestamp="20261124120000", original_url="https://army.example/releases/1")


async def filled(folder: Path, server: HttpServer, monkeypatch: pytest.MonkeyPatch, more: str = "") -> Configuration:
    monkeypatch.setenv("WAYBACK_KEY", "canary-key")
    monkeypatch.setenv("WAYBACK_SECRET", "canary-secret")
    base = server.url("")
    server.routes["/feed"] = Answer(rss(*(entry(number, base, title=f"Fire {number}") for number in (1, 2, 3))))
    for number in (1, 2, 3):
        server.routes[f"/releases/{number}"] = Answer(page(f"Fire {number}", HARM), content_type="text/html")
    settings = f'[wayback]\nenabled = true\nurl = "{base}"\n{KEYS}{more}'
    configuration = configure(folder, {"news": server.url("/feed")}, settings=settings)
    await one_round(configuration)
    return configuration


async def steps(configuration: Configuration, monkeypatch: pytest.MonkeyPatch, minutes: Sequence[float]) -> None:
    """A step at each of these minutes from now."""
    start = clock.now()
    async with open_runtime(configuration) as runtime:
        for minute in minutes:
            with monkeypatch.context() as patched:
                patched.setattr(clock, "now", lambda minute=minute: start + timedelta(minutes=minute))
                await save_pages(runtime)


def states(configuration: Configuration) -> list[tuple[Any, ...]]:
    sql = "SELECT state, attempt_count, result_url, detail FROM archive_copies ORDER BY id"
    return [tuple(row.values()) for row in rows(configuration, sql)]


@in_loop
async def test_each_new_revision_is_saved_and_its_place_stored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """(check 83) Asked with the account's keys, followed until it is done, the address of the copy kept."""
    async with http_server() as server:
        server.routes["/save"] = says(url="u", job_id="spn2-1")
        server.routes["/save/status/spn2-1"] = [says(status="pending"), SAVED]
        configuration = await filled(tmp_path, server, monkeypatch)
        await steps(configuration, monkeypatch, [0, 0, 0, 1, 1, 1, 2, 2, 2, 3])
        asked = server.seen("/save")
    assert len(asked) == 3
    assert {request.method for request in asked} == {"POST"}
    assert asked[0].header("Authorization") == "LOW canary-key:canary-secret"
    assert b"url=http%3A%2F%2F127.0.0.1" in asked[0].body
    assert [state[:2] for state in states(configuration)] == [("saved", 1)] * 3
    assert states(configuration)[0][2].endswith("/web/20261124120000/https://army.example/releases/1")
    assert b"canary" not in configuration.database.read_bytes()


@in_loop
async def test_429_and_520_are_tried_again_later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """(check 83) Its own Retry-After, or growing pauses; a job that failed is asked for anew."""
    async with http_server() as server:
        server.routes["/save"] = [
            Answer(status=429, headers={"Retry-After": "3600"}),
            Answer(status=520),
            says(url="u", job_id="spn2-1"),
            says(url="u", job_id="spn2-2"),
        ]
        server.routes["/save/status/spn2-1"] = says(status="error", status_ext="error:gateway-timeout", message="slow")
        server.routes["/save/status/spn2-2"] = SAVED
        configuration = await filled(tmp_path, server, monkeypatch, "daily_limit = 1\n")
        monkeypatch.setattr("watcher.store.evidence._QUEUE", ONE)
        await steps(configuration, monkeypatch, [0, 30, 59])
        assert len(server.seen("/save")) == 1, "not before the hour that it asked for"
        assert states(configuration) == [("pending", 1, None, "answered 429 Too Many Requests")]
        await steps(configuration, monkeypatch, [61, 62, 75, 76, 120, 121])
    assert [state[:2] for state in states(configuration)] == [("saved", 4)]


ONE = """
INSERT INTO archive_copies (revision_id, service, url, state, queued_at, due_at)
SELECT 1, :service, 'https://army.example/1', 'pending', :now, :now WHERE :since IS NOT NULL AND NOT EXISTS
  (SELECT 1 FROM archive_copies)
"""


@in_loop
async def test_service_that_is_busy_is_left_alone_for_every_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """(check 83) A 429 is about us and not about one page: none of the others is asked for meanwhile."""
    async with http_server() as server:
        server.routes["/save"] = Answer(status=429, headers={"Retry-After": "600"})
        configuration = await filled(tmp_path, server, monkeypatch)
        await steps(configuration, monkeypatch, [0, 1, 2, 9])
        assert len(server.seen("/save")) == 1
        await steps(configuration, monkeypatch, [11, 12])
        assert len(server.seen("/save")) == 2


@in_loop
async def test_page_that_may_not_be_saved_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """(check 83) A final refusal is kept with its reason and not asked for again; nonsense is no success."""
    async with http_server() as server:
        server.routes["/save"] = [
            says(status="error", status_ext="error:blocked-url", message="The owner does not want it."),
            Answer(b"<html>", content_type="text/html"),
            Answer(b"[1]", content_type="application/json"),
        ]
        configuration = await filled(tmp_path, server, monkeypatch)
        await steps(configuration, monkeypatch, [0, 0, 0, 1, 1])
    found = states(configuration)
    assert found[0][:2] == ("failed", 1)
    assert "owner" in found[0][3]
    assert [state[0] for state in found[1:]] == ["pending", "pending"]


@in_loop
async def test_daily_limit_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """(check 83) No more pages a day than configured; the others wait and are not lost."""
    async with http_server() as server:
        server.routes["/save"] = says(url="u", job_id="spn2-1")
        server.routes["/save/status/spn2-1"] = SAVED
        configuration = await filled(tmp_path, server, monkeypatch, "daily_limit = 2\n")
        await steps(configuration, monkeypatch, [0, 0, 0, 0, 1, 1, 1, 1, 60])
        assert len(server.seen("/save")) == 2
        assert one(configuration, "SELECT count(*) FROM archive_copies WHERE state = 'pending'") == 1
        await steps(configuration, monkeypatch, [25 * 60, 25 * 60 + 1])
    assert one(configuration, "SELECT count(*) FROM archive_copies WHERE state = 'saved'") == 3


@in_loop
async def test_wayback_is_off_unless_switched_on_and_needs_keys(tmp_path: Path) -> None:
    """(check 83) No third party learns what is read by default."""
    configuration = configure(tmp_path / "w", {})
    async with open_runtime(configuration) as runtime:
        assert not await save_pages(runtime)
    with pytest.raises(ConfigError, match="needs key and secret"):
        configure(tmp_path / "x", {}, settings="[wayback]\nenabled = true\n")
