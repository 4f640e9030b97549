"""A channel polled: posts, edits, removals and older pages; and whether its official page links it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.support import ROOT
from tests.support.scenario import HARM, configure, one, one_round, page, rows
from tests.support.servers import Answer, http_server, in_loop
from tests.support.telegram import Channel, Post, forwarded_from
from watcher.config.folder import shipped_folder
from watcher.config.load import load
from watcher.errors import ConfigError
from watcher.jobs.proofs import check_proofs
from watcher.pipeline.alerting import raise_alerts
from watcher.pipeline.recheck import recheck_due
from watcher.pipeline.runtime import open_runtime

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.support.servers import HttpServer
    from watcher.config.load import Configuration
    from watcher.fetch.hosts import Hosts

CHANNEL = """proof = "{proof}"
[[feed]]
code = "channel"
kind = "telegram"
url = "{url}"
enabled = true
limits = {{ apart = 0.0 }}
"""
LINK = '<a href="https://t.me/example_army">Our channel</a>'


def watched(folder: Path, server: HttpServer, channel: Channel, *, settings: str = "") -> Configuration:
    """A publisher with this channel and its official page."""
    server.routes["/s/example_army"] = channel.route
    publisher = CHANNEL.format(proof=server.url("/contact"), url=server.url("/s/example_army"))
    return configure(folder, {}, publisher=publisher, settings=settings)


async def look(configuration: Configuration) -> None:
    """The weekly look, and what follows from it."""
    async with open_runtime(configuration) as runtime:
        await check_proofs(runtime)
        await raise_alerts(runtime)


@in_loop
async def test_posts_edits_and_removals(tmp_path: Path, at: Callable[[float], None]) -> None:
    """A post is a release with its text from the preview; another text is a revision, a deleted one is removed."""
    channel = Channel()
    channel.add(Post(1), Post(2, HARM), Post(3, "Five were killed.", more=forwarded_from("Other")))
    async with http_server() as server:
        configuration = watched(tmp_path, server, channel)
        await one_round(configuration)
        channel.posts[1].text = HARM.replace("Two", "Three")
        channel.posts[1].meta = "edited "
        channel.remove(3)
        at(1)
        await one_round(configuration)
        for hours in (2, 15, 28, 41):
            at(hours)
            async with open_runtime(configuration) as runtime:
                _ = [found async for found in recheck_due(runtime)]
        asked = {seen.path for seen in server.requests}
    found = rows(configuration, "SELECT url, title, text, revision_count, is_removed FROM records ORDER BY url")
    assert [(row["url"].rpartition("/")[2], row["revision_count"], row["is_removed"]) for row in found] == [
        ("1", 1, 0),
        ("2", 2, 0),
        ("3", 1, 1),
    ]
    assert found[1]["text"].startswith("Three civilians")
    assert found[2]["text"].startswith("Forwarded from Other:\nFive were killed.")
    assert asked == {"/s/example_army"}  # no post has a page that is asked for
    problems = rows(configuration, "SELECT kind FROM problems WHERE kind = 'forwarded'")
    assert len(problems) == 1


@in_loop
async def test_gap_is_filled_by_older_pages(tmp_path: Path) -> None:
    """More posts than the page shows, between two polls: the pages before it are read until one is known."""
    channel = Channel()
    channel.add(*(Post(number, f"Report number {number}.") for number in range(1, 4)))
    async with http_server() as server:
        configuration = watched(tmp_path, server, channel)
        await one_round(configuration)
        channel.add(*(Post(number, f"Report number {number}.") for number in range(4, 12)))
        await one_round(configuration)
        asked = [seen.path for seen in server.requests]
    assert one(configuration, "SELECT count(*) FROM releases") == 11
    assert asked[1:] == ["/s/example_army", "/s/example_army?before=9", "/s/example_army?before=6"]


def test_channel_is_off_until_it_is_enabled(tmp_path: Path) -> None:
    """Neither a table nor the recipe enables it, it needs a proof, and it is asked once a minute at most."""
    table = '[[feed]]\ncode = "c"\nrecipe = "telegram"\nparameters = { channel = "example" }\n'
    (feed,) = configure(tmp_path, {}, publisher=table).publishers[0].feeds
    plain = '[[feed]]\ncode = "c"\nkind = "telegram"\nurl = "https://t.me/s/example"\n'
    (other,) = configure(tmp_path, {}, publisher=plain).publishers[0].feeds
    assert (feed.enabled, feed.fetch_pages, feed.limits.apart) == (False, False, 60.0)
    assert (other.enabled, other.fetch_pages, other.limits.apart) == (False, False, 60.0)
    for added, mistake in (
        ("enabled = true\n", "needs proof"),
        ("limits = { apart = 5 }\n", "must be 60 or more"),
    ):
        with pytest.raises(ConfigError, match=mistake):
            configure(tmp_path, {}, publisher=plain + added)
    with pytest.raises(ConfigError, match="preview page"):
        configure(tmp_path, {}, publisher=plain.replace("/s/", "/"))


def test_no_channel_is_shipped_enabled() -> None:
    """Whoever may and wants to read one says so in a file of his own."""
    assert [
        name for name, (_, feed) in load(shipped_folder()).by_name.items() if feed.kind == "telegram" and feed.enabled
    ] == []


def test_example_of_its_page_is_sound(tmp_path: Path) -> None:
    """What the page says can be copied, and its limit is the channel's alone."""
    text = (ROOT / "docs" / "recipes" / "telegram.md").read_text()
    (feed,) = (
        configure(tmp_path, {}, publisher=re.findall(r"```toml\n(.*?)```", text, re.DOTALL)[0]).publishers[0].feeds
    )
    assert (feed.enabled, feed.url) == (True, "https://t.me/s/example_army")


@in_loop
async def test_limits_of_a_channel_are_its_own(tmp_path: Path) -> None:
    """A minute between two requests to one channel delays no other."""
    table = CHANNEL.format(proof="https://a.example/", url="https://t.me/s/example_army").replace("0.0", "60.0")
    async with open_runtime(configure(tmp_path, {}, publisher=table)) as runtime:
        hosts: Hosts = runtime.hosts
    (quota,) = hosts.quotas.values()
    assert (quota.prefix, quota.apart) == ("https://t.me/s/example_army", 60.0)


@in_loop
async def test_link_that_is_lost_is_an_event_and_an_alert(tmp_path: Path, at: Callable[[float], None]) -> None:
    """Once a week the page is looked at; without the link what is posted is unproven, and the operator is told."""
    channel = Channel()
    channel.add(Post(1))
    async with http_server() as server:
        configuration = watched(tmp_path, server, channel)
        linked, bare = (Answer(page("Contact", words), content_type="text/html") for words in (LINK, "Call us."))
        server.routes["/contact"] = linked
        await look(configuration)
        await one_round(configuration)
        at(24)
        await look(configuration)  # not due
        assert len(server.seen("/contact")) == 1
        server.routes["/contact"] = bare
        at(24 * 7 + 1)
        await look(configuration)
        channel.add(Post(2))
        await one_round(configuration)
        server.routes["/contact"] = linked
        at(24 * 14 + 2)
        await look(configuration)
        channel.add(Post(3))
        await one_round(configuration)
    happened = rows(configuration, "SELECT kind, detail FROM events WHERE kind LIKE 'proof%' ORDER BY id")
    assert [row["kind"] for row in happened] == ["proof_lost", "proof_found"]
    assert "does not link the channel" in happened[0]["detail"]
    titles = [
        row["title"] for row in rows(configuration, "SELECT title FROM alerts WHERE event LIKE 'proof%' ORDER BY id")
    ]
    assert titles[0].startswith("[ARMY] army/channel is no longer linked by the official page")
    unproven = rows(
        configuration,
        "SELECT url FROM problems JOIN releases ON releases.id = release_id WHERE problems.kind = 'unproven'",
    )
    assert [row["url"].rpartition("/")[2] for row in unproven] == ["2"]
    assert one(configuration, "SELECT count(*) FROM captures WHERE requested_url LIKE '%/contact'") == 3


@in_loop
async def test_page_that_cannot_be_read_proves_nothing(tmp_path: Path, at: Callable[[float], None]) -> None:
    """A failure is tried again the next day; a page that is gone links nothing."""
    async with http_server() as server:
        configuration = watched(tmp_path, server, Channel(posts=[Post(1)]))
        found = []
        for hours, answer in (
            (0, Answer(page("Contact", LINK), content_type="text/html")),
            (24 * 7, Answer(status=503)),
            (24 * 8, Answer(status=410)),
        ):
            at(hours + hours / 100)
            server.routes["/contact"] = answer
            await look(configuration)
            found += rows(configuration, "SELECT is_linked, outcome FROM proofs")
    assert [(row["is_linked"], row["outcome"]) for row in found] == [
        (1, "linked"),
        (1, "http_status"),
        (0, "gone"),
    ]
    assert [row["kind"] for row in rows(configuration, "SELECT kind FROM events")] == ["proof_lost"]
