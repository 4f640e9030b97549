"""`watcher feeds verify`: every kind of answer has its name; each server is asked once, and nothing is stored."""

from __future__ import annotations

import asyncio
import csv
import io
import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.command_line import watcher
from tests.support.scenario import LISTING_TABLE, LOCAL, SITEMAP_TABLE, configure, entry, one_round, rows, rss
from tests.support.servers import Answer, free_port, http_server, in_loop, raw_server
from watcher.config.load import load
from watcher.jobs.verify_feeds import chosen_feeds, verify
from watcher.pipeline.runtime import polite_hosts
from watcher.store.database_file import only_instance

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.servers import HttpServer
    from watcher.config.load import Configuration
    from watcher.jobs.verify_feeds import Verified

HTML = "text/html"
WALL = b"<html><head><title>Access Denied</title></head><body>You don't have permission to access. Reference #18.1"
SITEMAP = (
    b"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'><url><loc>https://a.example/1</loc></url></urlset>"
)
INDEX = b"<sitemapindex><sitemap><loc>https://a.example/s.xml</loc></sitemap></sitemapindex>"
LIST = b"<ul><li class=release><a href=/r/1>Bridge opened</a><time datetime=2024-05-01>1 May</time></ul>"
API = '[[feed]]\ncode = "api"\nrecipe = "wordpress"\nparameters = { site = "%s" }\n'
KEY = """[[feed]]
code = "key"
kind = "json"
url = "%s"
api_key = { env = "NO_SUCH_KEY", query = "k" }
api = { items = "@", parts = { key = "id" } }
"""
MAIL = """[[feed]]
code = "list"
kind = "mail"
url = "imaps://mail.example.org/INBOX"
[feed.mail]
user = "desk"
password = { env = "NO_SUCH_PASSWORD" }
from = "@army.example"
"""
ANSWERS = {
    "ok": Answer(rss(entry(1, "https://a.example"))),
    "empty": Answer(rss()),
    "moved": Answer(status=301, headers={"Location": "/ok"}),
    "passing": Answer(status=302, headers={"Location": "/ok"}),
    "wall": Answer(WALL, content_type=HTML),
    "refused": Answer(WALL, status=403, content_type=HTML),
    "gone": Answer(status=410),
    "broken": Answer(status=500),
    "page": Answer(b"<html><body><p>Welcome to the new site", content_type=HTML),
    "nothing": Answer(b""),
    "slow": Answer(rss(), delay=3),
    "circle": Answer(status=301, headers={"Location": "/circle"}),
    "outside": Answer(status=302, headers={"Location": "http://10.0.0.1/"}),
    "escape": Answer(b"", status=500, headers={"X-A": "1"}),
}


async def verified(configuration: Configuration, *names: str) -> dict[str, Verified]:
    """The answers by the code of the feed, without a database."""
    feeds = chosen_feeds(configuration, names)
    return {
        one.feed.split("/")[1]: one async for one in verify(configuration, feeds, polite_hosts(None, configuration))
    }


def configured(folder: Path, server: HttpServer, *codes: str, more: str = "") -> Configuration:
    settings = LOCAL.replace("deadline = 5", "deadline = 1")
    feeds = {code: server.url(f"/{code}") for code in codes}
    configuration = configure(folder, feeds, settings=settings)
    file = folder / "publishers" / "army.toml"
    file.write_text(file.read_text() + more)
    return load(configuration.folder)


@in_loop
async def test_every_answer_has_its_name(tmp_path: Path) -> None:
    """A report that says only "failed" leaves it to the reader to find out which of ten things is the matter."""
    async with http_server({f"/{code}": answer for code, answer in ANSWERS.items()}) as server:
        server.routes |= {"/map": Answer(SITEMAP), "/index": Answer(INDEX), "/list": Answer(LIST, content_type=HTML)}
        server.routes["/wp-json/wp/v2/posts"] = Answer(json.dumps([{"id": 1, "title": {"rendered": "x"}}]).encode())
        more = LISTING_TABLE.format(url=server.url("/list")) + SITEMAP_TABLE.format(url=server.url("/map"))
        more += SITEMAP_TABLE.format(url=server.url("/index")).replace('"map"', '"index"')
        more += API % server.url("") + KEY % server.url("/key")
        more += f'[[feed]]\ncode = "dead"\nurl = "http://127.0.0.1:{free_port()}/"\n'
        found = await verified(configured(tmp_path, server, *ANSWERS, more=more))
    assert {code: one.answer for code, one in found.items()} == {
        "ok": "ok",
        "empty": "empty",
        "moved": "moved",
        "passing": "ok",
        "wall": "blocked",
        "refused": "blocked",
        "gone": "gone",
        "broken": "http_status",
        "page": "not_a_feed",
        "nothing": "not_a_feed",
        "slow": "timed_out",
        "circle": "bad_redirect",
        "outside": "forbidden",
        "escape": "http_status",
        "list": "ok",
        "map": "ok",
        "index": "ok",
        "api": "ok",
        "key": "no_key",
        "dead": "unreachable",
    }
    assert found["moved"].note == server.url("/ok")
    assert (found["ok"].entries, found["ok"].newest is not None, found["ok"].status) == (1, True, 200)
    assert "$NO_SUCH_KEY" in found["key"].note
    assert all(one.note for one in found.values() if one.answer != "ok")
    assert len(server.requests) <= len(found) + 6, "each is asked once, and what redirects once more for each hop"


@in_loop
async def test_mailbox_is_not_asked_and_a_wall_names_who_carries_the_texts(tmp_path: Path) -> None:
    """A log-in is no question of reachability; and who is turned away wants to know where else the texts stand."""
    async with http_server({"/wall": ANSWERS["wall"]}) as server:
        configuration = configure(tmp_path, {"wall": server.url("/wall")}, publisher='relay = ["dvids"]')
        file = tmp_path / "publishers" / "army.toml"
        file.write_text(file.read_text() + MAIL)
        found = await verified(load(configuration.folder))
    assert (found["list"].answer, "a mailbox" in found["list"].note) == ("not_asked", True)
    assert (found["wall"].answer, found["wall"].note.endswith("; carried by dvids")) == ("blocked", True)


@in_loop
async def test_hostile_bytes_and_a_flood_cost_one_feed(tmp_path: Path) -> None:
    """What kills a worker, or is made to be printed on a terminal, is an answer like any other."""
    deep = b"<rss version='2.0'><channel>" + b"<item><title>" * 60_000
    async with (
        http_server({"/deep": Answer(deep), "/ok": ANSWERS["ok"]}) as server,
        raw_server(b"HTTP/1.1 500 \x1b[31mRED\x1b[0m\r\nContent-Length: 0\r\n\r\n") as raw,
    ):
        more = f'[[feed]]\ncode = "raw"\nurl = "{raw.url("/")}"\n'
        found = await verified(configured(tmp_path, server, "deep", "ok", more=more))
    assert found["ok"].answer == "ok"
    assert found["deep"].answer not in {"ok", "empty"}
    assert found["raw"].answer in {"http_status", "unreachable"}
    assert "\x1b" not in found["raw"].note


@in_loop
async def test_store_and_next_poll_are_as_if_nobody_had_asked(tmp_path: Path) -> None:
    """Also while a daemon holds the database: its validators are still true, and its next poll is a 304."""
    async with http_server({"/news": Answer(rss(entry(1, "https://a.example")), etag='"a"')}) as server:
        configuration = configure(tmp_path, {"news": server.url("/news")}, publisher="[page]\nbody = 'p'")
        await one_round(configuration)
        tables = ("feeds", "polls", "captures", "hosts", "releases", "events")
        before = {name: rows(configuration, f"SELECT * FROM {name}") for name in tables}
        with only_instance(configuration.database):
            done = await asyncio.to_thread(watcher, "--config", tmp_path, "feeds", "verify", "--json")
        assert (done.returncode, json.loads(done.stdout)[0]["answer"]) == (0, "ok")
        assert {name: rows(configuration, f"SELECT * FROM {name}") for name in tables} == before
        records = await one_round(configuration)
    assert [record.outcome for record in records.values()] == ["not_modified"]
    asked = [request.header("If-None-Match") for request in server.seen("/news")]
    assert asked == [None, None, '"a"']
    assert "release-watcher/" in (server.requests[1].header("User-Agent") or "")


@in_loop
async def test_host_in_back_off_is_left_alone(tmp_path: Path) -> None:
    """A 429 that the daemon met yesterday evening counts for a person's command too."""
    async with http_server({"/news": Answer(status=429, headers={"Retry-After": "3600"})}) as server:
        await one_round(configure(tmp_path, {"news": server.url("/news")}))
        asked = len(server.requests)
        done = await asyncio.to_thread(watcher, "--config", tmp_path, "feeds", "verify", "--json")
        assert len(server.requests) == asked
    (row,) = json.loads(done.stdout)
    assert (done.returncode, row["answer"]) == (1, "held")


@in_loop
async def test_feeds_of_a_host_are_asked_one_after_the_other(tmp_path: Path) -> None:
    """Forty feeds of one site at once would look like an attack."""
    running, most = 0, 0

    async def answer(_: Any) -> Answer:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.02)
        running -= 1
        return ANSWERS["ok"]

    async with http_server({f"/{code}": answer for code in "abcdef"}) as server:
        settings = LOCAL.replace("host_connections = 8", "host_connections = 1")
        configuration = configure(tmp_path, {code: server.url(f"/{code}") for code in "abcdef"}, settings=settings)
        assert {one.answer for one in (await verified(configuration)).values()} == {"ok"}
    assert most == 1


@pytest.mark.parametrize(("codes", "code"), [(("ok",), 0), (("ok", "empty"), 3), (("moved",), 3), (("ok", "gone"), 1)])
def test_exit_code_tells_cron_whether_to_send_the_table(tmp_path: Path, codes: tuple[str, ...], code: int) -> None:
    """Nothing to do, worth a look, something has failed."""

    @in_loop
    async def run() -> None:
        async with http_server({f"/{name}": answer for name, answer in ANSWERS.items()}) as server:
            configured(tmp_path, server, *codes)
            done = await asyncio.to_thread(watcher, "--config", tmp_path, "feeds", "verify", "--markdown")
        assert done.returncode == code
        head, line, *found = done.stdout.splitlines()
        assert (head, line) == ("| feed | answer | entries | newest | note |", "| --- | --- | --- | --- | --- |")
        assert [row.split(" | ")[0] for row in found] == [f"| army/{name}" for name in sorted(codes)]
        assert done.stderr.startswith(f"{len(codes)} feeds: " if len(codes) > 1 else "1 feed: ")

    run()


@in_loop
async def test_disabled_feed_is_asked_where_it_is_named(tmp_path: Path) -> None:
    """Whoever thinks of enabling one tries it first."""
    async with http_server({"/ok": ANSWERS["ok"]}) as server:
        more = f'[[feed]]\ncode = "off"\nurl = "{server.url("/ok")}"\nenabled = false\n'
        configured(tmp_path, server, "ok", more=more)
        run = ("--config", tmp_path, "feeds", "verify")
        all_of_them, named, wrong = [
            await asyncio.to_thread(watcher, *run, *words) for words in (("--csv",), ("army", "--csv"), ("nobody",))
        ]
    assert [row["feed"] for row in csv.DictReader(io.StringIO(all_of_them.stdout))] == ["army/ok"]
    assert [row["feed"] for row in csv.DictReader(io.StringIO(named.stdout))] == ["army/off", "army/ok"]
    assert (wrong.returncode, wrong.stderr) == (2, "watcher: no feed is named nobody\n")
