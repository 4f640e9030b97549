"""Hostile bodies through the program: each ends by name within its time, the others are polled (check 55)."""

from __future__ import annotations

from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

from tests.support.scenario import HARM, configure, entry, one_round, page, rows, rss
from tests.support.servers import Answer, http_server, in_loop
from watcher.pipeline.workers import TASK_SECONDS

if TYPE_CHECKING:
    from pathlib import Path

HEAD = '<?xml version="1.0"?><rss version="2.0"><channel><title>t</title>'
FOOT = "</channel></rss>"
ITEM = "<item><title>One</title><guid>army-{}</guid>{}</item>"
LAUGHS = '<!ENTITY a "ha">' + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
BODIES = {
    "author": HEAD + ITEM.format(1, f"<author>{'a.b' * 60_000}@</author>") + FOOT,
    "laughs": f'<?xml version="1.0"?><!DOCTYPE x [{LAUGHS}]><rss version="2.0"><channel>{ITEM.format(2, "&a9;")}{FOOT}',
    "comments": HEAD + "<!--" * 250_000,
    "flood": HEAD + "".join(ITEM.format(f"f{number}", "") for number in range(50_000)) + FOOT,
    "deep": HEAD + ITEM.format(3, "<a>" * 150_000 + "</a>" * 150_000) + FOOT,
    "attributes": HEAD + "<x " + " ".join(f'a{number}="1"' for number in range(60_000)) + "/>" + FOOT,
}
NAMED = {
    "author": {"new"},
    "laughs": {"not_a_feed"},
    "comments": {"truncated"},
    "flood": {"too_large"},
    "deep": {"new", "truncated", "killed", "not_a_feed"},
    "attributes": {"not_a_feed"},
}


@in_loop
async def test_hostile_feeds_end_by_name_and_the_others_are_polled(tmp_path: Path) -> None:
    """Six hostile hosts and two workers: nobody waits for them, nothing of a refused body is stored."""
    async with AsyncExitStack() as stack:
        feeds: dict[str, str] = {}
        for name, body in BODIES.items():
            server = await stack.enter_async_context(http_server({"/feed": Answer(body.encode())}))
            feeds[name] = server.url("/feed")
        for number in range(4):
            good = rss(entry(number, "http://army.example", link="", guid=f"good-{number}", text=HARM))
            server = await stack.enter_async_context(http_server({"/feed": Answer(good)}))
            feeds[f"good-{number}"] = server.url("/feed")
        configuration = configure(tmp_path, feeds)
        found = await one_round(configuration)
    for name, outcomes in NAMED.items():
        assert found[name].outcome in outcomes, name
    assert {found[f"good-{number}"].outcome for number in range(4)} == {"new"}
    slow = rows(configuration, "SELECT name, milliseconds FROM polls JOIN feeds ON feeds.id = feed_id")
    # A poll's time holds the tasks before its own as well, and on a busy machine those take longer than they should.
    assert all(row["milliseconds"] < 3 * TASK_SECONDS * 1000 for row in slow), slow
    titles = {row["title"] for row in rows(configuration, "SELECT title FROM releases")}
    assert not [title for title in titles if "&a" in title or "ha" in title]


@in_loop
async def test_hostile_pages_cost_their_release_alone(tmp_path: Path) -> None:
    """The same for pages: lxml reads what html.parser would take minutes for (checks 55, 56)."""
    hostile = {
        "/releases/1": b"<!--" * 250_000,
        "/releases/2": b"<div>" * 20_000 + b"two",
        "/releases/3": b"<table><tr><td>" * 5_000 + b"three",
    }
    async with http_server() as server:
        base = server.url("")
        server.routes["/feed"] = Answer(rss(*(entry(number, base, text="Short.") for number in range(1, 5))))
        server.routes |= {path: Answer(body, content_type="text/html") for path, body in hostile.items()}
        server.routes["/releases/4"] = Answer(page("Strike", HARM, "An inquiry began."), content_type="text/html")
        configuration = configure(tmp_path, {"news": server.url("/feed")})
        found = await one_round(configuration)
    assert found["news"].outcome == "new"
    assert found["news"].new_count == 4
    read = {row["title"]: row["text"] for row in rows(configuration, "SELECT title, text FROM records")}
    assert any(text.startswith(HARM) for text in read.values())
