"""Whatever an API answers, the poll has a named outcome and no release is lost."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tests.support.hostile_api import HALF_READ, ITEM, ODD, REFUSED
from tests.support.scenario import HARM, LOCAL, configure, one, rows
from tests.support.servers import Answer, ReceivedRequest, http_server, in_loop
from watcher.pipeline.feed_document import MOST_PAGES
from watcher.pipeline.poll import poll_feed
from watcher.pipeline.runtime import open_runtime
from watcher.store.feeds import state_of

if TYPE_CHECKING:
    from pathlib import Path

    from watcher.config.load import Configuration
    from watcher.model.poll import PollRecord

FEED = """[[feed]]
code = "api"
kind = "json"
fetch_pages = false
url = "{url}"
[feed.api]
items = "results"
[feed.api.parts]
key = "id"
link = "url"
title = "title"
html = "body"
published = "date"
attachments = "none"
withdrawn = "withdrawn"
changes = "history[].{{at: at, words: note}}"
[feed.api.paging]
by = "next"
at = "next"
"""
KNOWN = [
    ITEM | {"id": f"known{number}", "url": f"/k/{number}", "body": HARM, "date": f"2026-11-0{9 - number}"}
    for number in range(3)
]


def answer(value: object) -> Answer:
    """What an API says, as JSON."""
    return Answer(json.dumps(value).encode(), content_type="application/json")


async def polled(configuration: Configuration, count: int) -> list[PollRecord]:
    """So many polls, one after the other."""
    async with open_runtime(configuration) as runtime:
        return [await poll_feed(runtime, await runtime.store.read(state_of, "army/api")) for _ in range(count)]


@in_loop
async def test_hostile_answers_lose_nothing(tmp_path: Path) -> None:
    """Between two sound answers come forty of every other kind: what was known is neither gone nor changed."""
    refused = {name: Answer(body, content_type="application/json") for name, (body, _) in REFUSED.items()}
    refused |= {
        "nothing where there were some": answer({"results": []}),
        "a flood of items": answer({"results": [1] * 10_001}),
        "a server's error": Answer(b'{"error": "try again"}', status=500),
        "too many requests": Answer(b"{}", status=400),
        "more than is allowed": Answer(b'{"results": [' + b"1," * 600_000 + b"1]}"),
    }
    read: dict[str, Any] = {name: items for name, (items, _) in HALF_READ.items()}
    read |= {name: [ITEM | odd, *KNOWN] for name, odd in ODD.items()}
    async with http_server() as server:
        server.routes["/api"] = [
            answer({"results": KNOWN}),
            *refused.values(),
            *(answer({"results": items}) for items in read.values()),
            answer({"results": KNOWN}),
        ]
        settings = LOCAL + "max_body_bytes = 1100000\n"
        configuration = configure(tmp_path, {}, settings=settings, publisher=FEED.format(url=server.url("/api")))
        records = await polled(configuration, len(refused) + len(read) + 2)
    outcomes = dict(zip(["first", *refused, *read, "last"], (record.outcome for record in records), strict=True))
    allowed = {"not_a_feed", "empty_feed", "too_large", "http_status"}
    assert {name: outcomes[name] for name in refused if outcomes[name] not in allowed} == {}
    assert {name: outcomes[name] for name in read if outcomes[name] not in {"new", "same"}} == {}
    assert (outcomes["first"], outcomes["last"]) == ("new", "new")
    kept = rows(
        configuration,
        "SELECT identity, is_removed, vanished_at FROM releases JOIN sightings"
        " ON release_id = releases.id WHERE identity LIKE 'army:known%'",
    )
    assert [(row["is_removed"], row["vanished_at"]) for row in kept] == [(0, None)] * 3
    happened = rows(configuration, "SELECT kind, detail FROM events WHERE kind IN ('removed', 'failing')")
    # The one that says that it was withdrawn, in words with control signs, which reach no terminal.
    assert [(row["kind"], row["detail"]) for row in happened] == [("removed", "the publisher says: [2Jx")]
    revisions = "SELECT count(*) FROM revisions JOIN releases ON releases.id = release_id"
    assert one(configuration, f"{revisions} WHERE identity LIKE 'army:known%'") == 3


@in_loop
async def test_endless_and_circular_pages_end(tmp_path: Path) -> None:
    """An API that always names a further page is followed ten pages, one that leads in a circle once round."""

    def endless(seen: ReceivedRequest) -> Answer:
        number = int(seen.path.partition("=")[2] or 0)
        return answer(
            {"results": [ITEM | {"id": f"e{number}", "url": f"/e/{number}"}], "next": f"/api?page={number + 1}"}
        )

    def circular(seen: ReceivedRequest) -> Answer:
        number = int(seen.path.partition("=")[2] or 0)
        return answer(
            {"results": [ITEM | {"id": f"c{number}", "url": f"/c/{number}"}], "next": f"/api?page={(number + 1) % 3}"}
        )

    async with http_server() as server:
        server.routes["/api"] = answer({"results": KNOWN})
        configuration = configure(tmp_path, {}, publisher=FEED.format(url=server.url("/api")))
        await polled(configuration, 1)
        ends = []
        for route in (endless, circular):
            server.routes["/api"] = route
            before = len(server.requests)
            await polled(configuration, 1)
            ends.append(len(server.requests) - before)
    assert ends[0] == MOST_PAGES + 1
    assert ends[1] <= 4
    said = [row["detail"] for row in rows(configuration, "SELECT detail FROM events WHERE kind = 'gap' ORDER BY id")]
    assert f"there is more after {MOST_PAGES} pages" in said[0]
    assert "circle" in said[1] or "nothing older" in said[1]
