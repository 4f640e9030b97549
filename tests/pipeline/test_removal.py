"""Releases that are taken away, and those that only seem to be: one scripted run over three days (check 80)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import TYPE_CHECKING, NamedTuple

import pytest
from click.testing import CliRunner

from tests.support.scenario import HARM, configure, entry, one, page, rows, rss
from tests.support.servers import Answer, http_server, in_loop
from watcher import clock
from watcher.cli.main import cli
from watcher.config.load import load
from watcher.pipeline.alerting import raise_alerts
from watcher.pipeline.poll import poll_feeds
from watcher.pipeline.recheck import recheck_due
from watcher.pipeline.runtime import open_runtime
from watcher.store.feeds import select

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.servers import HttpServer
    from watcher.config.load import Configuration


START = datetime(2026, 11, 24, 12, tzinfo=UTC)
MORE = "The ministry has opened an inquiry and will tell the families of the dead what it finds before the press."
OTHER = "Eight civilians were killed, the ministry says after its inquiry, and it asks the families for forgiveness."
WALL = b"<html><head><title>Access Denied</title></head><body><h1>Access Denied</h1>Not for you.</body></html>"
MENU = "Welcome to the pages of the ministry. Choose a service, read the news, or write to the press office."
LIST = "All news of the ministry: the budget of the year, a visit abroad, a parade in the capital, new uniforms."


def html(title: str, *paragraphs: str) -> Answer:
    return Answer(page(title, *paragraphs), content_type="text/html; charset=utf-8")


def to(path: str, status: int = 302) -> Answer:
    return Answer(status=status, headers={"Location": path})


class Case(NamedTuple):
    """What a page answers from these hours on; the events that follow, and whether it counts as removed at the end."""

    answers: dict[int, Answer]
    events: tuple[str, ...] = ()
    is_removed: bool = False
    title: str = ""


SHELL = b"<html><head><title>Ministry</title></head><body><div id=app></div><script src=a.js></script></body></html>"
# These stand for the release's own page, which the run puts in under its title.
GOOD, EDITED = html("good"), html("edited")
REMOVED = ("removed",)
CASES = {
    "not_found": Case({2: Answer(status=404)}, REMOVED, is_removed=True),
    "gone": Case({2: Answer(status=410)}, REMOVED, is_removed=True),
    "home": Case({2: to("/")}, REMOVED, is_removed=True),
    "home_of_a_language": Case({2: to("/en/index.html")}, REMOVED, is_removed=True),
    "list": Case({2: to("/releases/", 301)}, REMOVED, is_removed=True),
    "another_page": Case({2: to("/other")}, REMOVED, is_removed=True),
    "soft_heading": Case({2: html("Page not found", "Sorry.", "Try the search.")}, REMOVED, is_removed=True),
    "soft_text": Case({2: html("Ministry", "The page you requested no longer exists.")}, REMOVED, is_removed=True),
    "soft_german": Case({2: html("Fehler", "Die Seite wurde leider nicht gefunden.")}, REMOVED, is_removed=True),
    "soft_number": Case({2: html("404", "Nothing here, we are sorry.")}, REMOVED, is_removed=True),
    "failures_between": Case(
        {2: Answer(status=404), 7: Answer(status=500), 30: Answer(status=404)}, REMOVED, is_removed=True
    ),
    "back_again": Case({2: Answer(status=404), 50: GOOD}, ("removed", "restored")),
    "back_with_another_text": Case({2: Answer(status=404), 50: EDITED}, ("removed", "restored", "revised")),
    "broken": Case({2: Answer(status=500)}),
    "overloaded": Case({2: Answer(status=503)}),
    "wall": Case({2: Answer(WALL, 403, content_type="text/html")}),
    "empty_shell": Case({2: Answer(SHELL, content_type="text/html")}),
    "for_an_hour": Case({2: Answer(status=404), 10: GOOD}),
    "for_an_hour_twice": Case({2: Answer(status=404), 10: GOOD, 20: Answer(status=404), 30: GOOD}),
    "moved_with_its_title": Case({2: to("/moved/{name}")}),
    "speaks_of_a_missing_page": Case(
        {2: html("Page not found in the archive, ministry says", "One page was not found.", HARM)},
        ("revised",),
        title="Page not found in the archive, ministry says",
    ),
    "never_there": Case({0: Answer(status=404)}),
    "edited": Case({2: EDITED}, ("revised",)),
}
# What is taken out of its feed at hour 3. The feeds and what they list from an hour on, newest first:
LISTED = {
    "moving": {0: ["vanished_and_stays", "vanished_and_gone", "staying"], 3: ["staying"]},
    "rolling": {0: ["newer", "rolled_off"], 3: ["newest", "newer"]},
    "atom": {0: ["keeper", "deleted_and_gone", "deleted_and_stays"], 3: ["keeper"]},
    "bare": {
        0: ["bare_and_taken_out", "bare_and_back", "bare_and_staying"],
        3: ["bare_and_staying"],
        40: ["bare_and_back", "bare_and_staying"],
    },
}
FEED_CASES = {
    "vanished_and_stays": Case({}, ("vanished",)),
    "vanished_and_gone": Case({3: Answer(status=404)}, ("vanished", "removed"), is_removed=True),
    "staying": Case({}),
    "newest": Case({}),
    "newer": Case({}),
    "rolled_off": Case({}),
    "keeper": Case({}),
    "deleted_and_gone": Case({3: Answer(status=410)}, ("vanished", "removed"), is_removed=True),
    "deleted_and_stays": Case({}, ("vanished",)),
    # These have no page that is asked for: only the feed can tell.
    "bare_and_taken_out": Case({}, ("vanished", "removed"), is_removed=True),
    "bare_and_back": Case({}, ("vanished", "removed", "returned", "restored")),
    "bare_and_staying": Case({}),
}
EVERY = CASES | FEED_CASES


def title_of(name: str) -> str:
    return EVERY[name].title or f"Ministry on the {name.replace('_', ' ')} incident"


def listed(base: str, feed: str, hour: int) -> bytes:
    """The feed's document from this hour on; the one of Atom says what was deleted."""
    names = LISTED[feed][hour]
    if feed != "atom":
        return rss(*(item(base, name, place) for place, name in enumerate(names)))
    entries = "".join(
        f"<entry><id>tag:army.example,2026:{name}</id><title>{title_of(name)}</title><summary>{HARM}</summary>"
        f'<updated>2026-11-24T0{9 - place}:00:00Z</updated><link href="{base}/releases/{name}"/></entry>'
        for place, name in enumerate(names)
    )
    gone = [name for name in LISTED[feed][0] if name not in names]
    stones = "".join(
        f'<at:deleted-entry ref="tag:army.example,2026:{name}" when="2026-11-24T15:00:00Z"/>' for name in gone
    )
    spaces = 'xmlns="http://www.w3.org/2005/Atom" xmlns:at="http://purl.org/atompub/tombstones/1.0"'
    return f"<?xml version='1.0'?><feed {spaces}><title>Army</title>{entries}{stones}</feed>".encode()


def item(base: str, name: str, place: int = 0) -> str:
    date = format_datetime(START - timedelta(hours=1 + place))
    said = {"link": f"{base}/releases/{name}", "guid": name, "pubDate": date}
    return entry(0, base, title=title_of(name), text=HARM, **said)


def answers(server: HttpServer, hour: int) -> None:
    """Put in what changes at this hour."""
    for name, case in EVERY.items():
        good = html(title_of(name), HARM, MORE)
        server.routes.setdefault(f"/moved/{name}", good)
        server.routes.setdefault(f"/releases/{name}", good)
        if hour in case.answers:
            server.routes[f"/releases/{name}"] = fitted(case.answers[hour], name)
    for feed, documents in LISTED.items():
        if hour in documents:
            server.routes[f"/{feed}"] = Answer(listed(server.url(""), feed, hour))


def fitted(answer: Answer, name: str) -> Answer:
    """The case's answer for this release: under its own title, and to its own place."""
    if answer is GOOD:
        return html(title_of(name), HARM, MORE)
    if answer is EDITED:
        return html(title_of(name), OTHER, MORE)
    headers = {key: value.format(name=name) for key, value in answer.headers.items()}
    return replace(answer, headers=headers)


async def play(folder: Path, patch: pytest.MonkeyPatch) -> Configuration:
    """Three days, hour by hour: pages answer as their case says, rechecks are made as they fall due."""
    async with http_server() as server:
        base = server.url("")
        server.routes |= {"/": html("Ministry", MENU), "/en/index.html": html("Ministry", MENU)}
        server.routes |= {"/releases/": html("All news", LIST), "/other": html("Parade in the capital", LIST)}
        server.routes["/news"] = Answer(rss(*(item(base, name) for name in CASES)), etag='"f"')
        configure(folder, {feed: server.url(f"/{feed}") for feed in ("news", "moving", "rolling", "atom", "bare")})
        publisher = folder / "publishers" / "army.toml"
        publisher.write_text(publisher.read_text() + "fetch_pages = false\n")  # of the last feed
        configuration = load(folder)
        async with open_runtime(configuration) as runtime:
            for hour in range(80):
                patch.setattr(clock, "now", lambda hour=hour: START + timedelta(hours=hour))
                answers(server, hour)
                if hour in {0, 3, 40}:
                    feeds = await runtime.store.read(select)
                    assert [
                        error async for _, error in poll_feeds(runtime, feeds) if isinstance(error, Exception)
                    ] == []
                assert [one async for _, one in recheck_due(runtime) if isinstance(one, Exception)] == []
            await raise_alerts(runtime)
    return configuration


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Configuration:
    """The run, once for all cases."""
    folder = tmp_path_factory.mktemp("removal")

    @in_loop
    async def run() -> None:
        with pytest.MonkeyPatch.context() as patch:
            await play(folder, patch)

    run()
    return load(folder)


@pytest.mark.parametrize("name", EVERY)
def test_removal_is_an_event_and_nothing_else_is(played: Configuration, name: str) -> None:
    """Each script ends as it should: its events in order, its state, and every word kept (check 80)."""
    case = EVERY[name]
    of = "FROM releases WHERE title = ?"
    release = rows(played, f"SELECT id, is_removed, removed_at, revision_count {of}", title_of(name))[0]
    events = rows(played, "SELECT kind FROM events WHERE release_id = ? ORDER BY id", release["id"])
    assert tuple(row["kind"] for row in events) == case.events
    assert (release["is_removed"], release["removed_at"] is not None) == (case.is_removed, case.is_removed)
    texts = rows(played, "SELECT text FROM revisions WHERE release_id = ? ORDER BY number", release["id"])
    assert HARM in texts[0]["text"]
    assert len(texts) == 1 + case.events.count("revised")


def test_removal_is_alerted_with_its_revision_and_its_reason(played: Configuration) -> None:
    """Whoever is alerted finds what was there and how its absence was proved (check 80)."""
    found = rows(played, "SELECT * FROM events WHERE kind = 'removed' ORDER BY id")
    assert len(found) >= 12
    assert all(row["revision_id"] and row["feed_id"] for row in found)
    told = rows(played, "SELECT event_id, release_id FROM alerts WHERE event = 'removed' ORDER BY event_id")
    assert told == [{"event_id": row["id"], "release_id": row["release_id"]} for row in found]
    details = {row["detail"] for row in found}
    assert "the page answers 404: missing at 4 rechecks within 24 hours" in details
    assert (
        "the page shows something else or says that it was not found: missing at 4 rechecks within 24 hours" in details
    )
    assert "taken out of its feed: missing at 4 rechecks within 27 hours" in details


def test_removal_is_seen_in_show_lists_and_records(played: Configuration) -> None:
    """A reader sees at once that it was taken away, and reads it all the same."""
    release = one(played, "SELECT id FROM releases WHERE title = ?", title_of("gone"))
    shown = CliRunner().invoke(cli, ["--config", str(played.folder), "show", str(release)]).output
    assert "removed     by its publisher, found at 2026-11-25T18:00:00.000Z" in shown
    assert HARM in shown
    lines = CliRunner().invoke(cli, ["--config", str(played.folder), "releases"]).output.splitlines()
    (line,) = [line for line in lines if title_of("gone") in line]
    assert line.endswith("removed")
    assert one(played, "SELECT is_removed FROM records WHERE id = ?", release) == 1


def test_unproved_absence_is_shown_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between the first absence and the proof nobody is alerted, but whoever asks can see it."""

    @in_loop
    async def run() -> None:
        async with http_server() as server:
            server.routes["/feed"] = Answer(rss(item(server.url(""), "gone")))
            server.routes["/releases/gone"] = [html(title_of("gone"), HARM), Answer(status=404)]
            configuration = configure(tmp_path, {"news": server.url("/feed")})
            async with open_runtime(configuration) as runtime:
                for hour in (0, 1):
                    monkeypatch.setattr(clock, "now", lambda hour=hour: START + timedelta(hours=hour))
                    feeds = await runtime.store.read(select)
                    _ = [record async for record in poll_feeds(runtime, feeds)]
                    _rechecked = [one async for one in recheck_due(runtime)]

    run()
    shown = CliRunner().invoke(cli, ["--config", str(tmp_path), "show", "1"]).output
    assert "removed     not proved yet: missing since 2026-11-24T13:00:00.000Z, at 1 rechecks" in shown
