"""One release, read again: what counts as a revision, who is alerted of what, and what the rules decide later."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

from tests.support.pdf import pdf
from tests.support.scenario import LISTING_TABLE, configure, entry, one, one_round, page, rows, rss
from tests.support.servers import Answer, http_server, in_loop

if TYPE_CHECKING:
    from pathlib import Path

    from watcher.config.load import Configuration


KILLED = "Two civilians were killed in the strike near the town on Monday."
MORE = "The army regrets the loss and has begun an inquiry into what happened."
EVENTS = "SELECT kind, detail, decided_at IS NOT NULL AS is_decided, revision_id FROM events ORDER BY id"


async def edited(tmp_path: Path, *texts: str, titles: tuple[str, ...] = ()) -> Configuration:
    """A release whose page and entry were changed again and again, and polled each time."""
    async with http_server() as server:
        titled = [*titles, *["Strike"] * (len(texts) - len(titles))]
        feeds = [
            rss(entry(1, server.url(""), title=title, text=text)) for title, text in zip(titled, texts, strict=True)
        ]
        server.routes["/feed"] = [Answer(feed) for feed in feeds]
        pages = [page(title, *text.split("|")) for title, text in zip(titled, texts, strict=True)]
        server.routes["/releases/1"] = [Answer(body, content_type="text/html") for body in pages]
        configuration = configure(tmp_path, {"news": server.url("/feed")})
        for _ in texts:
            await one_round(configuration)
    return configuration


def alerts(configuration: Configuration) -> list[dict[str, Any]]:
    found = rows(configuration, "SELECT event, message FROM alerts ORDER BY id")
    return [{"event": row["event"], **json.loads(row["message"])} for row in found]


def events(configuration: Configuration) -> list[tuple[str, str, int]]:
    return [(row["kind"], row["detail"], row["is_decided"]) for row in rows(configuration, EVENTS)]


@in_loop
async def test_changed_claim_alerts_with_both_diffs(tmp_path: Path) -> None:
    """Two became eight: a revision, and an alert that shows the claim and the words that were changed (check 31)."""
    configuration = await edited(tmp_path, f"{KILLED}|{MORE}", f"{KILLED.replace('Two', 'Eight')}|{MORE}")
    first, second = alerts(configuration)
    assert (first["event"], "diff" in first) == ("new", False)
    assert second["event"] == "changed"
    assert [change["words"] for change in second["diff"]["claims"]] == ["2 civilians killed → 8 civilians killed"]
    assert [(one["deleted"], one["inserted"]) for one in second["diff"]["passages"]] == [("Two", "Eight")]
    stored = rows(configuration, "SELECT number, text_sha256 FROM revisions ORDER BY number")
    assert [second["diff"][side]["text_sha256"] for side in ("from", "to")] == [row["text_sha256"] for row in stored]
    bodies = rows(configuration, "SELECT body_sha256 FROM captures WHERE kind = 'page' ORDER BY id")
    assert [second["diff"][side]["body_sha256"] for side in ("from", "to")] == [row["body_sha256"] for row in bodies]
    assert events(configuration) == [
        ("revised", "words removed: 1, added: 1; 2 civilians killed → 8 civilians killed", 1)
    ]


@in_loop
async def test_edit_that_changes_no_claim_waits_for_the_rules(tmp_path: Path) -> None:
    """Whoever wants any revision can have it; nobody else is woken for a sentence about an inquiry."""
    configuration = await edited(tmp_path, KILLED, f"{KILLED}|{MORE}")
    assert len(alerts(configuration)) == 1
    assert events(configuration) == [("revised", "words removed: 0, added: 13", 1)]
    assert rows(configuration, EVENTS)[0]["revision_id"] == 2


@in_loop
async def test_claims_that_were_withdrawn_are_not_silent(tmp_path: Path) -> None:
    """Two dead became none: no claim is left for a rule to match, so the loss itself is an event (check 31)."""
    configuration = await edited(tmp_path, f"{KILLED}|{MORE}", MORE)
    first, second = alerts(configuration)
    assert (first["event"], second["event"]) == ("new", "withdrawn")
    assert events(configuration) == [("withdrawn", "withdrawn: 2 civilians killed", 1)]
    assert one(configuration, "SELECT text FROM revisions WHERE number = 1").startswith(KILLED)


@in_loop
async def test_moved_claim_does_not_alert_again(tmp_path: Path) -> None:
    """The same claim in another place of the text is the same claim."""
    configuration = await edited(tmp_path, f"{KILLED}|{MORE}", f"{MORE}|{KILLED}")
    assert len(alerts(configuration)) == 1
    assert [kind for kind, _, _ in events(configuration)] == ["revised"]


@in_loop
async def test_back_and_forth_is_two_more_revisions(tmp_path: Path) -> None:
    """A, B, A: what was taken back was said all the same, and each change of the claim alerts (check 79)."""
    other = KILLED.replace("Two", "Eight")
    configuration = await edited(tmp_path, KILLED, other, KILLED)
    assert one(configuration, "SELECT revision_count FROM releases") == 3
    assert [alert["event"] for alert in alerts(configuration)] == ["new", "changed", "changed"]


@in_loop
async def test_other_statement_in_the_same_place_alerts(tmp_path: Path) -> None:
    """A page that is used again for another day's dead speaks of other people, though the number is the same."""
    other = "Near the lake, a raid by the third brigade ended with two civilians killed, a spokesman told reporters."
    configuration = await edited(tmp_path, f"{KILLED}|{MORE}", other, titles=("Strike", "Raid by the lake"))
    assert [alert["event"] for alert in alerts(configuration)] == ["new", "changed"]


@in_loop
async def test_title_alone_is_a_revision_and_a_date_alone_is_none(tmp_path: Path) -> None:
    """A headline is what most people read; a date that a site rewrites at each edit says nothing by itself."""
    async with http_server() as server:
        base = server.url("")
        dates = ("Mon, 23 Nov 2026 10:00:00 GMT", "Mon, 23 Nov 2026 11:00:00 GMT")
        feeds = [
            rss(entry(1, base, title="Strike", text=KILLED, pubDate=dates[0])),
            rss(entry(1, base, title="Strike", text=KILLED, pubDate=dates[1])),
            rss(entry(1, base, title="Accident", text=KILLED, pubDate=dates[1])),
        ]
        server.routes["/feed"] = [Answer(feed) for feed in feeds]
        configuration = configure(tmp_path, {"news": server.url("/feed")})
        counts = []
        for _ in feeds:
            await one_round(configuration)
            counts.append(one(configuration, "SELECT revision_count FROM releases"))
    assert counts == [1, 1, 2]


@in_loop
async def test_page_that_can_be_read_at_last_is_no_edit(tmp_path: Path) -> None:
    """First the feed's teaser, then the page: the publisher has changed nothing, and nothing is said of a revision."""
    async with http_server() as server:
        server.routes["/feed"] = [Answer(rss(entry(1, server.url(""), text=KILLED, author=name))) for name in "ab"]
        good = Answer(page("Release 1", KILLED, MORE), content_type="text/html")
        server.routes["/releases/1"] = [Answer(status=404), good]
        configuration = configure(tmp_path, {"news": server.url("/feed")})
        await one_round(configuration)
        await one_round(configuration)
    assert one(configuration, "SELECT revision_count FROM releases") == 2
    assert events(configuration) == []
    assert len(alerts(configuration)) == 1


@in_loop
async def test_better_detector_makes_no_edit_of_its_own(tmp_path: Path) -> None:
    """The text before is searched by today's detector: what yesterday's one missed was not added by the publisher."""
    async with http_server() as server:
        feeds = [rss(entry(1, server.url(""), title="Strike", text=text)) for text in (KILLED, f"{KILLED} {MORE}")]
        server.routes["/feed"] = [Answer(feed) for feed in feeds]
        configuration = configure(tmp_path, {"news": server.url("/feed")})
        await one_round(configuration)
        with closing(sqlite3.connect(configuration.database)) as db:
            db.execute("UPDATE claims SET is_current = 0")
            db.commit()
        await one_round(configuration)
    assert [alert["event"] for alert in alerts(configuration)] == ["new"]
    assert events(configuration) == [("revised", "words removed: 0, added: 13", 1)]


@in_loop
async def test_entry_that_is_a_pdf_is_read_as_one(tmp_path: Path) -> None:
    """A link of a list that leads to a document gives its text, whatever the server calls it."""
    async with http_server() as server:
        listing = b"<ul><li class=release><a href=/doc>Report of the board</a></ul>"
        server.routes["/news"] = Answer(listing, content_type="text/html")
        server.routes["/doc"] = Answer(pdf("Three soldiers were killed."), content_type="application/octet-stream")
        configuration = configure(tmp_path, {}, publisher=LISTING_TABLE.format(url=server.url("/news")))
        await one_round(configuration)
    (row,) = rows(configuration, "SELECT title, text, text_from FROM records")
    assert row == {"title": "Report of the board", "text": "Three soldiers were killed.", "text_from": "page"}


@in_loop
async def test_a_refresh_is_followed_once_and_a_notice_leaves_the_page_owed(tmp_path: Path) -> None:
    """What a browser would go on to is the release; for a page under maintenance the feed's words stand."""
    async with http_server() as server:
        server.routes["/feed"] = Answer(
            rss(
                entry(1, server.url(""), title="Strike", text=KILLED), entry(2, server.url(""), title="Raid", text=MORE)
            )
        )
        refresh = '<html><head><meta http-equiv="refresh" content="0; url={}"></head><body>One moment.</body></html>'
        server.routes["/releases/1"] = Answer(refresh.format("/moved").encode(), content_type="text/html")
        server.routes["/moved"] = Answer(page("Strike", KILLED, MORE), content_type="text/html")
        down = b"<html><title>Ministry</title><body><p>The site is under maintenance.</p></body></html>"
        server.routes["/releases/2"] = Answer(down, content_type="text/html")
        configuration = configure(tmp_path, {"news": server.url("/feed")})
        await one_round(configuration)
        asked = [request.path for request in server.requests]
    assert asked.count("/moved") == 1
    stored = rows(
        configuration,
        "SELECT releases.page_outcome, text_from, page_due_at IS NOT NULL AS is_due FROM releases"
        " JOIN revisions ON release_id = releases.id ORDER BY releases.url",
    )
    assert [(row["page_outcome"], row["text_from"], row["is_due"]) for row in stored] == [
        ("ok", "page", 0),
        ("notice", "feed", 1),
    ]
