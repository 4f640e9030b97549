"""The route against real servers: what comes in, what is stored, what is asked for again."""

from __future__ import annotations

import json
import logging
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.scenario import HARM, configure, entry, one, one_round, page, rows, rss
from tests.support.servers import Answer, http_server, in_loop
from watcher import clock
from watcher.model.trace import current_trace
from watcher.store.releases import save_seen
from watcher.store.syndication import find_copies

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sqlite_utils import Database

    from watcher.model.feed import FeedState
    from watcher.model.poll import MinHash, Observation, PollRecord
    from watcher.store.releases import Stored


@in_loop
async def test_release_is_stored_whole_with_its_claims(tmp_path: Path) -> None:
    """One release leaves a row in every table that has something to say of it."""
    async with http_server() as server:
        server.routes["/feed"] = Answer(rss(entry(1, server.url(""), title="Strike")), etag='"a"')
        server.routes["/releases/1"] = Answer(page("Strike", HARM, "An inquiry began."), content_type="text/html")
        configuration = configure(tmp_path, {"news": server.url("/feed")})
        await one_round(configuration)
    record = rows(configuration, "SELECT * FROM records")[0]
    assert record["title"] == "Strike"
    assert record["text"].startswith(HARM)
    assert "Home" not in record["text"]
    assert record["feeds"] == "army/news"
    claims = rows(configuration, "SELECT * FROM claims ORDER BY number")
    assert [(claim["harm"], claim["count_min"], claim["victim"]) for claim in claims] == [
        ("killed", 2, "civilian"),
        ("injured", 4, "civilian"),
    ]
    for claim in claims:
        assert record["text"][claim["start"] : claim["end"]] in claim["sentence"]
    captures = rows(configuration, "SELECT kind, status, snapshot_id IS NOT NULL AS is_kept FROM captures ORDER BY id")
    assert [tuple(row.values()) for row in captures] == [("feed", 200, 1), ("page", 200, 1)]


@in_loop
async def test_entry_beside_known_ones_is_stored_like_the_first(tmp_path: Path) -> None:
    """The known ones are taken from their sightings, which stay as they are; one that is gone is seen to be gone."""
    async with http_server() as server:
        base = server.url("")
        configuration = configure(tmp_path, {"news": server.url("/feed")})
        entries = [entry(number, base, text=f"{HARM} {number}") for number in range(7)]
        for first, last in ((1, 4), (2, 6)):
            server.routes["/feed"] = Answer(rss(*reversed(entries[first : last + 1])))
            await one_round(configuration)
    seen = rows(configuration, "SELECT * FROM sightings ORDER BY entry_key")
    assert [row["is_listed"] for row in seen] == [0, 1, 1, 1, 1, 1]
    assert [row["position"] for row in seen[1:]] == [4, 3, 2, 1, 0]
    assert len({row["mark"] for row in seen}) == 6
    assert len({frozenset(json.loads(row["entry"])) for row in seen}) == 1


@in_loop
async def test_entries_without_guid_link_title_or_date_are_kept(tmp_path: Path) -> None:
    """A poor entry is still somebody's words: it is stored with what it has, and a second round adds nothing."""
    async with http_server() as server:
        base = server.url("")
        entries = [
            entry(1, base, guid=""),
            entry(2, base, link="", guid="army-2"),
            entry(3, base, title="", text="Three soldiers were injured.", pubDate=""),
            entry(4, base, guid="", link="", text="Without any address."),
        ]
        server.routes["/feed"] = [Answer(rss(*entries)), Answer(rss(*entries, "<item></item>"))]
        configuration = configure(tmp_path, {"news": server.url("/feed")})
        first, second = await one_round(configuration), await one_round(configuration)
    assert first["news"].new_count == 4
    assert (second["news"].new_count, second["news"].edited_count) == (0, 0)
    kinds = {row["kind"] for row in rows(configuration, "SELECT kind FROM problems")}
    assert {"no_link", "no_date"} <= kinds


WALL = b"<html><head><title>Access Denied</title></head><body><h1>Access Denied</h1>Not for you.</body></html>"
BAD_BODIES = {
    "html": (Answer(b"<html><body><h1>Welcome</h1></body></html>", content_type="text/html"), "not_a_feed"),
    "nothing": (Answer(b""), "not_a_feed"),
    "no_entries": (Answer(rss()), "empty_feed"),
    "cut_off": (Answer(rss(entry(1, "http://army.example"))[:-60]), "truncated"),
    "missing": (Answer(status=404), "gone"),
    "gone": (Answer(status=410), "gone"),
    "broken": (Answer(status=500), "http_status"),
    "busy": (Answer(status=503, headers={"Retry-After": "7200"}), "http_status"),
    "denied": (Answer(WALL, 403, content_type="text/html"), "blocked"),
    "binary": (Answer(bytes(range(256)) * 20), "not_a_feed"),
}


@pytest.mark.parametrize("name", BAD_BODIES)
@in_loop
async def test_bad_answers_have_names_and_lose_nothing(tmp_path: Path, name: str) -> None:
    """Whatever a server answers instead of its feed, what was known stays, and so do the validators."""
    answer, outcome = BAD_BODIES[name]
    async with http_server() as server:
        good = Answer(rss(entry(1, server.url(""))), etag='"good"')
        server.routes |= {"/feed": [good, answer, good], "/other": Answer(rss(entry(7, server.url(""))))}
        configuration = configure(tmp_path, {"news": server.url("/feed"), "other": server.url("/other")})
        await one_round(configuration)
        bad = (await one_round(configuration))["news"]
        if answer.status not in {410, 503}:
            await one_round(configuration, ["army/news"])
            assert server.seen("/feed")[-1].header("If-None-Match") == '"good"'
    assert bad.outcome == outcome
    assert bad.error
    feed = rows(configuration, "SELECT * FROM polls WHERE outcome = ?", outcome)[0]
    assert feed["error"] == bad.error
    assert one(configuration, "SELECT count(*) FROM releases") == 2
    assert one(configuration, "SELECT count(*) FROM sightings WHERE vanished_at IS NOT NULL") == 0
    assert (
        one(configuration, "SELECT count(*) FROM polls JOIN feeds ON feeds.id = feed_id WHERE name = 'army/other'") == 2
    )


@in_loop
async def test_hung_and_absent_servers_end_in_time(tmp_path: Path) -> None:
    """A server that accepts and says nothing, and one that is not there, are outcomes; the others are polled."""
    async with http_server() as server, http_server({"/feed": Answer(delay=5)}) as hung:
        server.routes["/feed"] = Answer(rss(entry(1, server.url(""))))
        feeds = {"good": server.url("/feed"), "hung": hung.url("/feed"), "absent": "http://127.0.0.1:9/feed"}
        settings = '[http]\nallow_addresses = ["127.0.0.0/8"]\nhost_interval = 0\ndeadline = 0.5\n'
        found = await one_round(configure(tmp_path, feeds, settings=settings))
    assert {code: record.outcome for code, record in found.items()} == {
        "good": "new",
        "hung": "timed_out",
        "absent": "unreachable",
    }


@in_loop
async def test_private_address_is_refused_without_permission(tmp_path: Path) -> None:
    """Nobody can use a feed to reach our internal network."""
    async with http_server({"/feed": Answer(rss())}) as server:
        configuration = configure(tmp_path, {"news": server.url("/feed")}, settings="[http]\nhost_interval = 0\n")
        found = await one_round(configuration)
    assert found["news"].outcome == "forbidden"
    assert server.requests == []


@in_loop
async def test_edited_page_text_becomes_a_revision(tmp_path: Path) -> None:
    """An entry that was edited is read again, and its other text is kept beside the first one."""
    async with http_server() as server:
        base = server.url("")
        server.routes["/feed"] = [
            Answer(rss(entry(1, base, text="Two injured."))),
            Answer(rss(entry(1, base, text="Eight injured."))),
        ]
        server.routes["/releases/1"] = [
            Answer(
                page("Blast", "Two soldiers were injured in a blast at the depot.", "More will follow."),
                content_type="text/html",
            ),
            Answer(
                page("Blast", "Eight soldiers were injured in a blast at the depot.", "More will follow."),
                content_type="text/html",
            ),
        ]
        configuration = configure(tmp_path, {"news": server.url("/feed")})
        await one_round(configuration)
        second = await one_round(configuration)
    assert second["news"].edited_count == 1
    texts = [row["text"] for row in rows(configuration, "SELECT text FROM revisions ORDER BY number")]
    assert [text.split()[0] for text in texts] == ["Two", "Eight"]
    assert one(configuration, "SELECT count(*) FROM alerts WHERE event = 'changed'") == 1
    assert one(configuration, "SELECT revision_count FROM releases") == 2


@in_loop
async def test_page_that_fails_for_a_moment_is_asked_for_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A passing failure leaves the feed's text and a debt; the page is read when it comes back, also behind a 304."""
    start = clock.now()
    async with http_server() as server:
        body = rss(entry(1, server.url(""), text="A short teaser."))
        server.routes["/feed"] = Answer(body, etag='"same"')
        server.routes["/releases/1"] = [
            Answer(status=503),
            Answer(page("Strike", HARM, "An inquiry began."), content_type="text/html"),
        ]
        configuration = configure(tmp_path, {"news": server.url("/feed")})
        await one_round(configuration)
        assert one(configuration, "SELECT text_from FROM revisions") == "feed"
        await one_round(configuration)
        assert len(server.seen("/releases/1")) == 1, "not before the debt is due"
        monkeypatch.setattr(clock, "now", lambda: start + timedelta(hours=1))
        await one_round(configuration)
        await one_round(configuration)
    assert len(server.seen("/releases/1")) == 2
    assert one(configuration, "SELECT text_from FROM records") == "page"
    assert one(configuration, "SELECT count(*) FROM alerts WHERE event = 'new'") == 1


@in_loop
async def test_teaser_never_replaces_a_text_that_was_read(tmp_path: Path) -> None:
    """An edited entry whose page is away for a moment must not look as if the text had been cut down."""
    async with http_server() as server:
        base = server.url("")
        server.routes["/feed"] = [Answer(rss(entry(1, base, text="One."))), Answer(rss(entry(1, base, text="Two.")))]
        server.routes["/releases/1"] = [
            Answer(page("Strike", HARM, "An inquiry began."), content_type="text/html"),
            Answer(status=500),
        ]
        configuration = configure(tmp_path, {"news": server.url("/feed")})
        await one_round(configuration)
        await one_round(configuration)
    assert one(configuration, "SELECT count(*) FROM revisions") == 1
    assert one(configuration, "SELECT page_due_at IS NOT NULL FROM releases") == 1


@in_loop
async def test_failed_store_keeps_no_validators(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Check 5: if the rows cannot be written, the next poll must get the whole feed again, not a 304."""
    async with http_server() as server:
        server.routes["/feed"] = Answer(rss(entry(1, server.url(""))), etag='"a"')
        configuration = configure(tmp_path, {"news": server.url("/feed")})
        with monkeypatch.context() as patch:
            patch.setattr("watcher.store.polls._save_events", refuse)
            found = await one_round(configuration)
        assert found["news"].outcome == "failed"
        assert one(configuration, "SELECT count(*) FROM captures") == 0
        await one_round(configuration)
    assert server.seen("/feed")[-1].header("If-None-Match") is None
    assert one(configuration, "SELECT count(*) FROM releases") == 1


def refuse(db: Database, record: PollRecord) -> None:
    """Write what the tables do not take, where there is a document."""
    if record.entry_count is not None:
        db.conn.execute("INSERT INTO releases (id) VALUES (NULL)")


@in_loop
async def test_vanished_and_returned_entries_are_events(tmp_path: Path) -> None:
    """What was taken out while older entries stay is distinguished from what rolled off the end."""
    async with http_server() as server:
        base = server.url("")
        days = [f"{day:02d} Nov 2026 10:00:00 GMT" for day in range(1, 5)]
        one_to_four = [entry(number, base, pubDate=days[number - 1]) for number in (4, 3, 2, 1)]
        without_three_and_one = [one_to_four[0], one_to_four[2]]
        server.routes["/feed"] = [
            Answer(rss(*one_to_four)),
            Answer(rss(*without_three_and_one)),
            Answer(rss(*one_to_four[:3])),
        ]
        configuration = configure(tmp_path, {"news": server.url("/feed")})
        for _ in range(3):
            await one_round(configuration)
    sql = "SELECT events.kind, title FROM events JOIN releases ON releases.id = release_id ORDER BY events.id"
    assert [tuple(row.values()) for row in rows(configuration, sql)] == [
        ("vanished", "Release 3"),
        ("returned", "Release 3"),
    ]


@in_loop
async def test_hostile_page_costs_one_release_only(tmp_path: Path) -> None:
    """A page that kills its worker is left aside by name; the other releases of the feed are stored."""
    async with http_server() as server:
        base = server.url("")
        server.routes["/feed"] = Answer(rss(entry(1, base), entry(2, base, text=HARM)))
        server.routes["/releases/1"] = Answer(b"<div>" * 400_000, content_type="text/html")
        found = await one_round(configure(tmp_path, {"news": server.url("/feed")}))
    assert found["news"].outcome == "new"
    assert found["news"].new_count == 2


@in_loop
async def test_first_poll_alerts_only_on_what_is_young(tmp_path: Path) -> None:
    """A new feed must not flood anybody with years of old releases, nor hide what happened this morning."""
    async with http_server() as server:
        base = server.url("")
        server.routes["/feed"] = [
            Answer(rss(entry(1, base, text=HARM), entry(2, base, text=HARM, pubDate="1 Mar 2015 10:00:00 GMT"))),
            Answer(rss(entry(3, base, text=HARM, pubDate="2 Mar 2015 10:00:00 GMT"))),
        ]
        configuration = configure(tmp_path, {"news": server.url("/feed")})
        first, second = await one_round(configuration), await one_round(configuration)
    assert (first["news"].alert_count, second["news"].alert_count) == (1, 1)
    sql = "SELECT releases.title FROM alerts JOIN releases ON releases.id = release_id ORDER BY alerts.id"
    assert [row["title"] for row in rows(configuration, sql)] == ["Release 1", "Release 3"]


@in_loop
async def test_same_release_in_two_feeds_is_one_release(tmp_path: Path) -> None:
    """Whoever appears in two feeds is stored, fetched and alerted once, and knows both feeds."""
    async with http_server() as server:
        same = entry(1, server.url(""), text=HARM)
        server.routes |= {"/a": Answer(rss(same)), "/b": Answer(rss(same))}
        configuration = configure(tmp_path, {"a": server.url("/a"), "b": server.url("/b")})
        await one_round(configuration)
    assert one(configuration, "SELECT feeds FROM records").split() == ["army/a", "army/b"]
    assert one(configuration, "SELECT count(*) FROM alerts") == 1
    assert len(server.seen("/releases/1")) == 1


@in_loop
async def test_release_that_two_feeds_bring_at_once_is_counted_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Feeds of two hosts do not wait for each other: both found it new, and the log and both polls said so."""
    caplog.set_level(logging.INFO, "watcher")
    async with http_server() as one_host, http_server() as other:
        same = entry(1, one_host.url(""), link="", guid="same", text=HARM)
        one_host.routes["/a"], other.routes["/b"] = Answer(rss(same)), Answer(rss(same))
        configuration = configure(tmp_path, {"a": one_host.url("/a"), "b": other.url("/b")})
        found = await one_round(configuration)
    assert sorted((record.new_count, record.claim_count, record.alert_count) for record in found.values()) == [
        (0, 0, 0),
        (1, 2, 1),
    ]
    counted = rows(configuration, "SELECT new_count, alert_count FROM polls ORDER BY new_count")
    assert [tuple(row.values()) for row in counted] == [(0, 0), (1, 1)]
    said = [record.getMessage().split(": ", 1)[1] for record in caplog.records]
    assert [sum(line.startswith(kind) for line in said) for kind in ("alert", "release")] == [1, 2]
    assert sorted(line.split(": ")[1].split(",")[0] for line in said if line.startswith("release")) == [
        "new",
        "seen again",
    ]


@in_loop
async def test_gone_feed_stops_and_says_so(tmp_path: Path) -> None:
    """Check 9: a 410 ends the polling of a feed with an event, and nothing else ever does."""
    async with http_server({"/feed": Answer(status=410)}) as server:
        configuration = configure(tmp_path, {"news": server.url("/feed")})
        record = (await one_round(configuration))["news"]
    assert record.next_feed.due_at is None
    assert rows(configuration, "SELECT kind FROM events") == [{"kind": "stopped"}]
    assert replace(record.next_feed, stopped_at=None) != record.next_feed


class TracedLines(logging.Handler):
    """What is logged, each with the trace that holds at that moment."""

    def __init__(self) -> None:
        """Begin with none."""
        super().__init__()
        self.lines: list[tuple[str, str]] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the line."""
        self.lines.append((record.getMessage(), current_trace()))


@in_loop
async def test_one_trace_leads_from_a_poll_to_its_deliveries(tmp_path: Path) -> None:
    """Check 95: rows and log lines of a poll, its releases, their alerts and every attempt share one id."""
    log, lines = logging.getLogger("watcher"), TracedLines()
    log.addHandler(lines)
    log.setLevel(logging.INFO)
    try:
        async with http_server({"/hook": Answer()}) as server:
            for code, text in (("news", HARM), ("other", "Nine soldiers were killed by a mine on the coast.")):
                server.routes[f"/{code}"] = Answer(rss(entry(1, f"{server.url('')}/{code}", link="", text=text)))
            channel = f'[[channel]]\nname = "hook"\nkind = "webhook"\nurl = "{server.url("/hook")}"\n'
            feeds = {code: server.url(f"/{code}") for code in ("news", "other")}
            configuration = configure(tmp_path, feeds, settings=channel)
            await one_round(configuration, sends=True)
    finally:
        log.removeHandler(lines)
        log.setLevel(logging.NOTSET)
    polls = {row["trace"] for row in rows(configuration, "SELECT trace FROM polls")}
    delivered = {row["trace"] for row in rows(configuration, "SELECT trace FROM deliveries")}
    assert len(polls) == 2
    assert delivered == polls
    assert "" not in polls
    for trace in polls:
        said = [message for message, at in lines.lines if at == trace]
        assert [sum(word in message for message in said) for word in (": release ", ": alert: ", "hook: alert ")] == [
            1
        ] * 3


def break_down(*_: object, **__: object) -> None:
    raise KeyError("where")


@in_loop
async def test_exception_nobody_foresaw_is_a_poll_with_back_off_and_an_event(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Without a row the feed is blind in silence and asked again each minute; the log and the row name each other."""
    async with http_server() as server:
        server.routes["/feed"] = Answer(rss(entry(1, server.url(""), text=HARM)))
        configuration = configure(tmp_path, {"news": server.url("/feed")})
        with monkeypatch.context() as patch:
            patch.setattr("watcher.feeds.changes.compare_entries", break_down)
            for _ in range(3):
                await one_round(configuration)
            patch.undo()
            # The same where it happens in a worker; then the bytes are there to look at.
            patch.setattr("watcher.pipeline.feed_document.read_feed", break_down)
            found = await one_round(configuration)
        assert found["news"].outcome == "failed"
        assert one(configuration, "SELECT count(*) FROM snapshots") == 1
        kept = rows(configuration, "SELECT outcome, error FROM polls")
        assert {row["outcome"] for row in kept} == {"failed"}
        for row in kept:
            kind, reference = row["error"].removesuffix(" in the log").split(", reference ")
            assert kind == "KeyError"
            assert any(reference in record.message and record.exc_info for record in caplog.records)
        events = "SELECT kind FROM events ORDER BY id"
        assert [row["kind"] for row in rows(configuration, events)] == ["failing"]
        assert one(configuration, "SELECT failure_count FROM feeds") == 4
        waits = "SELECT (julianday(due_at) - julianday(polled_at)) * 86400 > 4 * interval_seconds AS waits FROM feeds"
        assert one(configuration, waits) == 1
        assert (await one_round(configuration))["news"].new_count == 1


@in_loop
async def test_of_an_item_that_stays_as_it_was_only_the_place_is_written(
    tmp_path: Path, at: Callable[[float], None]
) -> None:
    """A feed lists nineteen old items with each new one; an edited one, and one that comes back, are written whole."""
    async with http_server() as server:
        first, second, third = (entry(n, server.url(""), link="", guid=f"g-{n}") for n in range(3))
        edited = entry(1, server.url(""), link="", guid="g-1", text="An inquiry began.")
        configuration = configure(tmp_path, {"news": server.url("/feed")})
        for hour, listed in enumerate(((first, second), (third, first, edited), (third, edited), (first, third))):
            at(2 * hour)
            server.routes["/feed"] = Answer(rss(*listed))
            await one_round(configuration)
    asked = (
        "SELECT release_id, position, is_listed, json_extract(entry, '$.title') AS title, vanished_at FROM sightings"
    )
    found = {row.pop("release_id"): tuple(row.values()) for row in rows(configuration, asked)}
    assert found[1] == (0, 1, "Release 0", None)
    assert found[2][:3] == (1, 0, "Release 1")
    assert found[3] == (1, 1, "Release 2", None)
    said = "SELECT json_extract(entry, '$.html') FROM sightings WHERE release_id = 2"
    assert one(configuration, said) == "An inquiry began."
    seen = rows(configuration, "SELECT last_seen_at FROM sightings WHERE release_id IN (1, 3)")
    assert len({row["last_seen_at"] for row in seen}) == 1


@in_loop
async def test_one_bad_release_loses_none_of_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: Callable[[float], None]
) -> None:
    """At whichever step it fails: the others are stored and alerted, it is `unread`, and read when it can be."""
    rule = '[[rule]]\nname = "all"\n'

    def fail_at_two(db: Database, min_hash: MinHash, text: str, **more: Any) -> object:
        if "bridge" in text:
            raise KeyError("where")
        return find_copies(db, min_hash, text, **more)

    def refuse_three(db: Database, feed: FeedState, seen: Observation, capture_id: int | None) -> Stored:
        """Write half of it and then what the tables do not take."""
        stored = save_seen(db, feed, seen, capture_id)
        if "road" in seen.read.page.text:
            db.conn.execute("INSERT INTO releases (id) VALUES (NULL)")
        return stored

    async with http_server() as server:
        base, where = server.url(""), ("river", "bridge", "road", "gate")
        texts = [f"Two civilians were killed near the {place}." for place in where]
        server.routes["/feed"] = Answer(
            rss(*(entry(n, base, link="", guid=f"g-{n}", text=text) for n, text in enumerate(texts)))
        )
        configuration = configure(tmp_path, {"news": server.url("/feed")}, settings=rule)
        with monkeypatch.context() as patch:
            patch.setattr("watcher.pipeline.revision_alert.find_copies", fail_at_two)
            patch.setattr("watcher.store.releases.save_seen", refuse_three)
            patch.setattr("watcher.store.polls.save_seen", refuse_three)
            found = await one_round(configuration)
        assert (found["news"].outcome, found["news"].new_count) == ("new", 4)
        stored = "SELECT page_outcome, count(*) AS n FROM releases GROUP BY 1 ORDER BY 1"
        assert [tuple(row.values()) for row in rows(configuration, stored)] == [("failed", 2), ("no_page", 2)]
        alerted = "SELECT count(*) FROM alerts WHERE event = 'new'"
        assert one(configuration, alerted) == 2
        assert one(configuration, "SELECT count(*) FROM problems WHERE kind = 'unread'") == 2
        at(1)
        await one_round(configuration)
    texts_now = {row["text"] for row in rows(configuration, "SELECT text FROM records")}
    assert texts_now == set(texts)
    assert (
        one(configuration, "SELECT count(DISTINCT release_id) FROM claims JOIN revisions ON revisions.id = revision_id")
        == 4
    )
    assert one(configuration, "SELECT count(DISTINCT release_id) FROM alerts") == 4
