"""Pages that turn programs away: the feed's words, the copy that the operator allows, and the page when it answers."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, unquote, urlsplit

from sqlite_utils import Database

from tests.support.evidence import run
from tests.support.scenario import HARM, LOCAL, configure, entry, one, one_round, page, rows, rss
from tests.support.servers import Answer, HttpServer, http_server, in_loop
from watcher import clock
from watcher.alerts.diagnosis import feed_condition
from watcher.archive.bundle_check import check_bundle
from watcher.archive.bundle_file import unpack
from watcher.store.feed_history import feed_histories

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pytest

    from tests.support.servers import ReceivedRequest
    from watcher.config.load import Configuration

PUBLISHED = "Tue, 24 Nov 2026 07:30:00 +0000"
WALL = Answer(
    b"<html><head><title>Access Denied</title></head><body><h1>Access Denied</h1>You don't have permission to access"
    b" this page on this server.<p>Reference #18.2f1 https://errors.edgesuite.net/18</body></html>",
    content_type="text/html",
)
SAID = page("Release 1", HARM, "An inquiry has begun.")


def _html(body: bytes) -> Answer:
    return Answer(body, content_type="text/html")


def _index(*rows_of: tuple[str, str]) -> Answer:
    """The archive's index, as its documentation has it: a line with the names, and a line a copy."""
    table = [["timestamp", "original"], *map(list, rows_of)]
    return Answer(json.dumps(table if rows_of else []).encode(), content_type="application/json")


def _walled(folder: Path, server: HttpServer, *numbers: int, publisher: str = "", settings: str = "") -> Configuration:
    """A feed whose pages are all walls; the server is the archive and the relay too."""
    base = server.url("")
    server.routes["/feed"] = Answer(rss(*(entry(number, base, pubDate=PUBLISHED) for number in numbers)))
    for number in numbers:
        server.routes[f"/releases/{number}"] = WALL
    fallback = f'\n[fallback]\nwayback = "{base}"\ndvids = "{base}"\n{settings}'
    own = 'headers = { X-Api-Key = { env = "SITE_KEY" } }\n'
    return configure(folder, {"news": server.url("/feed")}, settings=LOCAL + fallback, publisher=own + publisher)


def _copy(server: HttpServer, stamp: str, number: int = 1) -> str:
    return f"/web/{stamp}id_/{server.url(f'/releases/{number}')}"


@in_loop
async def test_without_leave_the_feeds_words_stand_and_nobody_else_is_asked(
    tmp_path: Path, at: Callable[[float], None]
) -> None:
    """The page stays owed, and the feed's state says what can be done."""
    at(0)
    async with http_server() as server:
        configuration = _walled(tmp_path, server, 1, 2, 3)
        await one_round(configuration)
        assert {request.path for request in server.requests if "/releases/" not in request.path} <= {
            "/feed",
            "/robots.txt",
        }
    found = rows(configuration, "SELECT text, text_from, page_outcome, copied_from FROM revisions ORDER BY id")
    assert {tuple(row.values()) for row in found} == {("Nothing happened.", "feed", "blocked", "")}
    assert one(configuration, "SELECT count(*) FROM releases WHERE page_due_at > '2026-11-24T08'") == 3
    (history,) = feed_histories(Database(configuration.database))
    condition = feed_condition(history, clock.now())
    assert (condition.state, condition.why) == ("blocked", "the last 3 pages turned this program away (a bot wall)")
    assert 'fallback = ["wayback"] in publishers/army.toml' in condition.remedy


@in_loop
async def test_the_archives_copy_is_read_and_called_what_it_is(
    tmp_path: Path, at: Callable[[float], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the record, the alert, the report and the bundle; asked as ourselves, without what is meant for the site."""
    at(0)
    monkeypatch.setenv("SITE_KEY", "key-of-the-site")
    async with http_server() as server:
        configuration = _walled(tmp_path, server, 1, publisher='fallback = ["wayback"]\n')
        url, newest = server.url("/releases/1"), _copy(server, "20261124074500")
        server.routes["/cdx/search/cdx"] = _index(("20261124074000", url), ("20261124074500", url))
        server.routes[newest] = _html(SAID)
        await one_round(configuration)
        (asked,) = server.seen("/cdx/search/cdx")
        assert parse_qs(urlsplit(asked.path).query)["from"] == ["20261124073000"]
        for request in (asked, *server.seen(newest)):
            assert request.header("User-Agent").startswith("release-watcher/")  # type: ignore[union-attr] # it is there
            assert request.header("X-Api-Key") is None
        assert server.seen("/releases/1")[0].header("X-Api-Key") == "key-of-the-site"
        found = rows(configuration, "SELECT * FROM revisions")[0]
        assert (found["copied_from"], found["copied_at"]) == ("wayback", "2026-11-24T07:45:00.000Z")
        assert (found["copied_url"], found["page_outcome"]) == (server.url(newest), "blocked")
        assert HARM in found["text"]
        message = json.loads(one(configuration, "SELECT message FROM alerts WHERE release_id IS NOT NULL"))
        assert message["release"]["copy"]["from"] == "wayback"
        label = "the copy that the Wayback Machine made on 2026-11-24 at 07:45 UTC"
        assert label in " ".join(run(configuration, "show", "1").output.split())
        out = tmp_path / "bundle.zip"
        assert run(configuration, "evidence", "1", "-o", str(out)).exit_code == 0
        files = unpack(out)
        assert label.encode() in files["report.html"]
        assert check_bundle(files).findings == ()
        # The page is owed: while it is a wall the archive is not asked again, and nothing is a revision.
        before = len(server.seen("/cdx/search/cdx"))
        at(0.5)
        await one_round(configuration)
        assert (len(server.seen("/releases/1")), len(server.seen("/cdx/search/cdx"))) == (2, before)
        # It answers: the same words confirm the copy, once.
        server.routes["/releases/1"] = _html(SAID)
        for hours in (2, 30):
            at(hours)
            await one_round(configuration)
    assert one(configuration, "SELECT group_concat(kind) FROM events WHERE release_id = 1") == "confirmed"
    assert one(configuration, "SELECT page_outcome FROM releases") == "ok"
    assert run(configuration, "verify").exit_code == 0


@in_loop
async def test_other_words_of_the_page_itself_are_a_revision(tmp_path: Path, at: Callable[[float], None]) -> None:
    """The archive may have kept an earlier text: what the publisher says counts, and the difference is shown."""
    at(0)
    async with http_server() as server:
        configuration = _walled(tmp_path, server, 1, publisher='fallback = ["wayback"]\n')
        server.routes["/cdx/search/cdx"] = _index(("20261124074500", server.url("/releases/1")))
        server.routes[_copy(server, "20261124074500")] = _html(SAID)
        await one_round(configuration)
        server.routes["/releases/1"] = _html(page("Release 1", HARM.replace("Two", "Five"), "An inquiry has begun."))
        at(1)
        await one_round(configuration)
    found = rows(configuration, "SELECT copied_from, page_outcome FROM revisions ORDER BY number")
    assert [tuple(row.values()) for row in found] == [("wayback", "blocked"), ("", "ok")]


@in_loop
async def test_the_relays_copy_is_found_by_title_and_day(
    tmp_path: Path, at: Callable[[float], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the operator's key, which stands nowhere afterwards; the release keeps its own address."""
    at(0)
    monkeypatch.setenv("DVIDS_API_KEY", "key-7412896")
    monkeypatch.setenv("SITE_KEY", "key-of-the-site")
    async with http_server() as server:
        settings = 'dvids_key = { env = "DVIDS_API_KEY" }\n'
        publisher = 'fallback = ["dvids", "wayback"]\n'
        configuration = _walled(tmp_path, server, 1, publisher=publisher, settings=settings)
        results = [
            {"title": "Release 7", "url": server.url("/relayed/7"), "date_published": "2026-11-24T09:00:00Z"},
            {"title": "Release 1", "url": server.url("/relayed/1"), "date_published": "2026-11-24T09:00:00Z"},
        ]
        server.routes["/search"] = Answer(json.dumps({"results": results}).encode(), content_type="application/json")
        server.routes["/relayed/1"] = _html(SAID)
        await one_round(configuration)
        (asked,) = server.seen("/search")
        assert parse_qs(urlsplit(asked.path).query)["api_key"] == ["key-7412896"]
        assert server.seen("/cdx/search/cdx") == []
        found = rows(configuration, "SELECT copied_from, copied_url, url FROM revisions JOIN releases")[0]
    assert tuple(found.values()) == ("dvids", server.url("/relayed/1"), server.url("/releases/1"))
    assert b"key-7412896" not in configuration.database.read_bytes()


@in_loop
async def test_whatever_an_archive_answers_the_feeds_words_stand(tmp_path: Path, at: Callable[[float], None]) -> None:
    """Each failure costs a few requests, makes no revision of its own, and loses neither the release nor the others."""
    at(0)
    bad: dict[int, tuple[Answer, dict[str, Answer]]] = {}

    def index(seen: ReceivedRequest) -> Answer:
        number = int(unquote(seen.path).partition("/releases/")[2].partition("&")[0])
        return bad[number][0]

    async with http_server() as server:
        good, early = "20261124074500", "20261124060000"

        def of(number: int, stamp: str = good) -> tuple[str, str]:
            return stamp, server.url(f"/releases/{number}")

        def given(number: int, answer: Answer) -> dict[str, Answer]:
            return {_copy(server, good, number): answer}

        sent_back = Answer(status=302, headers={"Location": _copy(server, early, 8)})
        bad |= {
            1: (_index(), {}),
            2: (_index(of(2, early)), {_copy(server, early, 2): _html(SAID)}),
            3: (Answer(b"<html>Too many</html>", content_type="text/html"), {}),
            4: (Answer(b"[[", content_type="application/json"), {}),
            5: (Answer(status=500), {}),
            6: (_index(of(6)), given(6, WALL)),
            7: (_index(of(7)), given(7, Answer(status=404))),
            8: (_index(of(8)), given(8, sent_back) | {_copy(server, early, 8): _html(SAID)}),
            9: (_index(of(9)), given(9, _html(page("Page not found", "This page was not found.")))),
            10: (_index(of(10)), given(10, Answer(bytes(range(256)), content_type="application/octet-stream"))),
            11: (_index((good, "file:///etc/passwd")), {}),
            12: (_index(*[of(12)] * 5_000), given(12, Answer(b"", content_type="text/html"))),
            13: (_index(of(13)), given(13, _html(page("Release 13", HARM)))),
        }
        configuration = _walled(tmp_path, server, *bad, publisher='fallback = ["wayback"]\n')
        server.routes["/cdx/search/cdx"] = index
        for _, answers in bad.values():
            server.routes |= answers
        await one_round(configuration)
    found = rows(
        configuration,
        "SELECT releases.url, text_from, copied_from, page_due_at IS NOT NULL AS is_owed, releases.page_outcome"
        " FROM revisions JOIN releases ON releases.id = release_id",
    )
    said: dict[int, tuple[Any, ...]] = {int(row.pop("url").rpartition("/")[2]): tuple(row.values()) for row in found}
    assert said.pop(13) == ("page", "wayback", 1, "blocked")
    assert said == dict.fromkeys(range(1, 13), ("feed", "", 1, "blocked"))
    assert one(configuration, "SELECT count(*) FROM releases") == 13
