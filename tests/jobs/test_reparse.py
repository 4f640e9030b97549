"""The archive read again: the same record from the same bytes, and what other rules would make of them."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

from click.testing import CliRunner

from tests.support.pdf import pdf
from tests.support.real_publisher import feed_urls, needs_real_publisher, real_publisher
from tests.support.scenario import HARM, configure, entry, one, one_round, page, rows, rss
from tests.support.servers import Answer, http_server, in_loop
from watcher.cli.main import cli

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result

PUBLISHER = 'time_zone = "America/New_York"\n'
RULES = """[page]
body = ["p.first"]
"""


async def reparse(folder: Path, *words: str) -> Result:
    done = await asyncio.to_thread(CliRunner().invoke, cli, ["--config", str(folder), "reparse", *words])
    assert done.exit_code == 0 or isinstance(done.exception, SystemExit), done.exception
    return done


@in_loop
async def test_same_record_from_the_stored_bytes(tmp_path: Path) -> None:
    """(check 85) Pages, documents, entries without a page, every revision: nothing differs, nobody is asked."""
    async with http_server() as server:
        base = server.url("")
        told = page("Fire", HARM, "It began at night, an officer said, and went on until noon on May 2, 2024.")
        server.routes["/feed"] = Answer(
            rss(
                entry(1, base, title="Fire"),
                entry(2, base, title="Report"),
                entry(3, base, title="Only this", text=HARM),
            )
        )
        server.routes["/releases/1"] = Answer(told, content_type="text/html; charset=utf-8")
        server.routes["/releases/2"] = Answer(pdf("Two were hurt.", "One is missing."), content_type="application/pdf")
        configuration = configure(tmp_path, {"news": server.url("/feed")}, publisher=PUBLISHER)
        await one_round(configuration)
        server.routes["/feed"] = Answer(rss(entry(1, base, title="Fire, corrected"), entry(2, base, title="Report")))
        await one_round(configuration)
        server.requests.clear()
        done = await reparse(tmp_path, "--check")
        assert server.requests == []
    assert one(configuration, "SELECT count(*) FROM revisions") >= 4
    assert done.stdout.strip() == "nothing differs"
    assert done.exit_code == 0
    assert one(configuration, "SELECT action FROM custody") == "reparse", "(check 84) it stands in the log"
    assert one(configuration, "SELECT count(*) FROM polls") == 2


@in_loop
async def test_reparse_lists_what_other_rules_would_change(tmp_path: Path) -> None:
    """Before new rules go live the archive says what they do: field, old and new, exit code 1, nothing written."""
    async with http_server() as server:
        server.routes["/feed"] = Answer(rss(entry(1, server.url(""), title="Fire")))
        told = (
            f"<article><h1>Fire</h1><p class=first>{HARM}</p><p>The inquiry goes on for the time being.</p></article>"
        )
        server.routes["/releases/1"] = Answer(told.encode(), content_type="text/html")
        feeds = {"news": server.url("/feed")}
        configuration = configure(tmp_path, feeds, publisher=PUBLISHER)
        await one_round(configuration)
        before = rows(configuration, "SELECT * FROM revisions")
        configure(tmp_path, feeds, publisher=PUBLISHER + RULES)
        done = await reparse(tmp_path, "--check", "--json")
    assert done.exit_code == 1
    changed = {row["field"]: (row["stored"], row["now"]) for row in json.loads(done.stdout)}
    assert set(changed) == {"text"}
    assert changed["text"][1] == HARM
    assert "inquiry" in changed["text"][0]
    assert rows(configuration, "SELECT * FROM revisions") == before


@in_loop
async def test_one_release_is_written_as_a_record(tmp_path: Path) -> None:
    """Whoever doubts a record makes it again from the evidence."""
    async with http_server() as server:
        base = server.url("")
        server.routes["/feed"] = Answer(rss(entry(1, base, title="Fire"), entry(2, base, title="Flood")))
        server.routes["/releases/1"] = Answer(page("Fire", HARM), content_type="text/html")
        configuration = configure(tmp_path, {"news": server.url("/feed")})
        await one_round(configuration)
        done = await reparse(tmp_path, "Fire")
    (line,) = done.stdout.splitlines()
    record = json.loads(line)
    assert (record["title"], record["text"], record["revision"], record["tags"]) == ("Fire", HARM, 1, [])


@in_loop
async def test_publisher_that_is_gone_is_a_difference(tmp_path: Path) -> None:
    """Without its configuration a release cannot be read as it was: that is a difference and no silence."""
    async with http_server() as server:
        server.routes["/feed"] = Answer(rss(entry(1, server.url(""), title="Fire")))
        configuration = configure(tmp_path, {"news": server.url("/feed")})
        await one_round(configuration)
        (tmp_path / "publishers" / "army.toml").rename(tmp_path / "publishers" / "navy.toml")
        done = await reparse(tmp_path, "--check", "--json")
    (row,) = json.loads(done.stdout)
    assert (row["field"], row["now"]) == ("unread", "the publisher army is no longer configured")


@needs_real_publisher
@in_loop
async def test_archive_of_real_feeds_is_reparsed_without_a_difference(tmp_path: Path) -> None:
    """Real bytes, odd charsets and all: not one field of one record differs."""
    async with real_publisher() as server:
        configuration = configure(tmp_path, {f"f{n}": url for n, url in enumerate(feed_urls(server)[:4])})
        await one_round(configuration)
    done = await reparse(tmp_path, "--check")
    assert one(configuration, "SELECT count(*) FROM revisions") > 40
    assert done.stdout.strip() == "nothing differs"
