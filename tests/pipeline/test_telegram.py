"""A channel polled: posts, edits, removals and older pages; and whether its official page links it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.support import ROOT
from tests.support.scenario import HARM, configure, one, page, rows
from tests.support.servers import Answer, http_server, in_loop
from tests.support.telegram import NO_PREVIEW, ODD, Channel, Post, forwarded_from
from watcher.config.folder import shipped_folder
from watcher.config.load import load
from watcher.errors import ConfigError
from watcher.jobs.proofs import check_proofs
from watcher.pipeline.alerting import raise_alerts
from watcher.pipeline.poll import poll_feed
from watcher.pipeline.recheck import recheck_due
from watcher.pipeline.runtime import open_runtime
from watcher.store.feeds import state_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.support.servers import HttpServer
    from watcher.config.load import Configuration
    from watcher.fetch.hosts import Hosts
    from watcher.pipeline.runtime import Runtime

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


def shown(body: bytes) -> Answer:
    """A page as a server gives it."""
    return Answer(body, content_type="text/html")


async def poll(runtime: Runtime) -> str:
    """The outcome of a poll of the channel."""
    return (await poll_feed(runtime, await runtime.store.read(state_of, "army/channel"))).outcome


async def look(runtime: Runtime) -> None:
    """The weekly look, and what follows from it."""
    await check_proofs(runtime)
    await raise_alerts(runtime)


@in_loop
async def test_posts_edits_and_removals(tmp_path: Path, at: Callable[[float], None]) -> None:
    """A post is a release with its text from the preview; another text is a revision, a deleted one is removed."""
    channel = Channel()
    channel.add(Post(1), Post(2, HARM), Post(3, "Five were killed.", more=forwarded_from("Other")))
    async with http_server() as server:
        configuration = watched(tmp_path, server, channel)
        async with open_runtime(configuration) as runtime:
            await poll(runtime)
            channel.posts[1].text = HARM.replace("Two", "Three")
            channel.posts[1].meta = "edited "
            channel.remove(3)
            at(1)
            await poll(runtime)
            for hours in (2, 15, 28, 41):
                at(hours)
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
        async with open_runtime(configuration) as runtime:
            await poll(runtime)
            channel.add(*(Post(number, f"Report number {number}.") for number in range(4, 12)))
            await poll(runtime)
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
        linked, bare = (shown(page("Contact", words)) for words in (LINK, "Call us."))
        server.routes["/contact"] = linked
        async with open_runtime(configuration) as runtime:
            await look(runtime)
            await poll(runtime)
            at(24)
            await look(runtime)  # not due
            assert len(server.seen("/contact")) == 1
            for day, number, answer in ((7.1, 2, bare), (14.2, 3, linked)):
                server.routes["/contact"] = answer
                at(24 * day)
                await look(runtime)
                channel.add(Post(number))
                await poll(runtime)
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
        async with open_runtime(configuration) as runtime:
            for day, answer in (
                (0, shown(page("Contact", LINK))),
                (7.1, Answer(status=503)),
                (8.2, Answer(status=410)),
            ):
                at(24 * day)
                server.routes["/contact"] = answer
                await look(runtime)
                found += rows(configuration, "SELECT is_linked, outcome FROM proofs")
    assert [(row["is_linked"], row["outcome"]) for row in found] == [
        (1, "linked"),
        (1, "http_status"),
        (0, "gone"),
    ]
    assert [row["kind"] for row in rows(configuration, "SELECT kind FROM events")] == ["proof_lost"]


@in_loop
async def test_hostile_pages_lose_nothing(tmp_path: Path) -> None:
    """Between two sound pages come thirty of every other kind: no post that was known is gone or changed."""
    channel = Channel(shown=20)
    channel.add(Post(100, HARM), Post(101, "The drill has ended."))
    led_away = Answer(status=302, headers={"Location": "/x"})
    refused = [shown(body) for body in NO_PREVIEW.values()] + [Answer(status=500), led_away]
    read = [shown(Channel(posts=[post, *channel.posts], shown=20).page()) for post in ODD.values()]
    async with http_server() as server:
        configuration = watched(tmp_path, server, channel)
        server.routes["/s/example_army"] = [shown(channel.page()), *refused, *read, shown(channel.page())]
        server.routes["/x"] = Answer(page("Open the application", "Nothing."), content_type="text/html")
        async with open_runtime(configuration) as runtime:
            outcomes = [await poll(runtime) for _ in range(len(refused) + len(read) + 2)]
    assert len(refused) + len(read) >= 25
    assert set(outcomes[1 : len(refused) + 1]) <= {"not_a_feed", "http_status"}
    assert set(outcomes[len(refused) + 1 :]) <= {"new", "same"}
    kept = rows(
        configuration,
        "SELECT url, revision_count, is_removed, vanished_at FROM records JOIN sightings"
        " ON release_id = records.id WHERE url LIKE '%/10_'",
    )
    assert [(row["revision_count"], row["is_removed"], row["vanished_at"]) for row in kept] == [(1, 0, None)] * 2
