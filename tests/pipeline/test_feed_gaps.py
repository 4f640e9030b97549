"""A window that rolled past is filled from older documents, and the event says how far (check 19)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.scenario import HARM, LISTING_TABLE, configure, entry, one, one_round, rows, rss
from tests.support.servers import Answer, HttpServer, ReceivedRequest, Route, http_server, in_loop
from watcher.config.load import load

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from watcher.config.load import Configuration
    from watcher.model.poll import PollRecord


def items(server: HttpServer, *numbers: int) -> list[str]:
    """Entries with links, whose pages are not there."""
    return [entry(number, server.url(""), text=HARM if number == 3 else "Nothing.") for number in numbers]


def with_link(body: bytes, relation: str, url: str) -> bytes:
    link = f'<atom:link xmlns:atom="http://www.w3.org/2005/Atom" rel="{relation}" href="{url}"/>'.encode()
    return body.replace(b"<channel>", b"<channel>" + link)


async def rolled(
    folder: Path, older: Callable[[HttpServer], dict[str, Route]], *, tables: str = "", relation: str = "prev-archive"
) -> tuple[Configuration, PollRecord, list[ReceivedRequest]]:
    """A feed of entries 1 to 2, then of 8 to 9; `older` is what stands behind it. The requests of the second poll."""
    async with http_server() as server:
        first, later = rss(*items(server, 2, 1)), rss(*items(server, 9, 8))
        if relation:
            later = with_link(later, relation, server.url("/older/1"))
        server.routes |= {"/feed": [Answer(first), Answer(later)]} | older(server)
        configuration = configure(folder, {"news": server.url("/feed")})
        file = folder / "publishers" / "army.toml"
        file.write_text(file.read_text() + tables.format(url=server.url("/list")))
        await one_round(configuration, ["army/news"])
        before = len(server.requests)
        record = (await one_round(configuration if not tables else load(folder), ["army/news"]))["news"]
    return configuration, record, server.requests[before:]


def stored(configuration: Configuration) -> set[str]:
    return {row["title"] for row in rows(configuration, "SELECT title FROM releases")}


@pytest.mark.parametrize("relation", ["prev-archive", "next"])
@in_loop
async def test_archives_are_followed_to_the_first_known_entry(tmp_path: Path, relation: str) -> None:
    """RFC 5005: page by page, each release observed and alerted like any other, and no page behind the known one."""

    def older(server: HttpServer) -> dict[str, Route]:
        first = with_link(rss(*items(server, 7, 6, 5)), relation, server.url("/older/2"))
        second = with_link(rss(*items(server, 4, 3, 2)), relation, server.url("/older/3"))
        return {"/older/1": Answer(first), "/older/2": Answer(second), "/older/3": Answer(rss(*items(server, 1)))}

    configuration, record, asked = await rolled(tmp_path, older, relation=relation)
    assert stored(configuration) == {f"Release {number}" for number in range(1, 10)}
    assert (record.new_count, record.alert_count) == (7, 1)
    paths = [seen.path for seen in asked if seen.path.startswith("/older")]
    assert paths == ["/older/1", "/older/2"]
    detail = one(configuration, "SELECT detail FROM events WHERE kind = 'gap'")
    assert "/older/1 http" in detail
    assert detail.endswith("5 more releases; a known release was reached")
    assert one(configuration, "SELECT count(*) FROM sightings WHERE is_listed = 1") == 2
    assert one(configuration, "SELECT count(*) FROM sightings") == 9
    assert one(configuration, "SELECT count(*) FROM captures WHERE kind = 'feed'") == 4


@in_loop
async def test_publishers_listing_is_read_where_the_feed_names_nothing(tmp_path: Path) -> None:
    """Without an archive the list of releases is the older document."""

    def older(server: HttpServer) -> dict[str, Route]:
        lines = "".join(
            f'<li class=release><a href="{server.url(f"/releases/{number}")}">Release number {number} of today</a></li>'
            for number in (9, 8, 7, 6, 2)
        )
        return {"/list": Answer(f"<html><ul>{lines}</ul></html>".encode(), content_type="text/html")}

    configuration, record, asked = await rolled(tmp_path, older, tables=LISTING_TABLE, relation="")
    assert record.new_count == 4
    assert [seen.path for seen in asked if seen.path == "/list"] == ["/list"]
    assert "2 more releases; a known release was reached" in one(configuration, "SELECT detail FROM events")


@in_loop
async def test_nothing_to_follow_is_said(tmp_path: Path) -> None:
    """The alarm stands, whether anything could be done or not."""
    configuration, record, _ = await rolled(tmp_path, lambda _: {}, relation="")
    assert record.new_count == 2
    assert "the feed names no older documents" in one(configuration, "SELECT detail FROM events WHERE kind = 'gap'")


@pytest.mark.parametrize(
    ("answer", "end"),
    [
        (Answer(status=404), "gone"),
        (Answer(b"<html>no feed</html>", content_type="text/html"), "neither RSS nor Atom"),
        (Answer(rss()), "there is nothing older"),
    ],
)
@in_loop
async def test_archive_that_fails_loses_nothing(tmp_path: Path, answer: Answer, end: str) -> None:
    """The feed's own entries are stored, and the event says why no more were found."""
    configuration, record, _ = await rolled(tmp_path, lambda _: {"/older/1": answer})
    assert (record.outcome, record.new_count) == ("new", 2)
    assert end in one(configuration, "SELECT detail FROM events WHERE kind = 'gap'")


@in_loop
async def test_other_sites_and_circles_are_not_followed(tmp_path: Path) -> None:
    """A feed must not lead us around the web, nor for ever around itself."""

    def circle(server: HttpServer) -> dict[str, Route]:
        return {"/older/1": Answer(with_link(rss(*items(server, 7)), "next", server.url("/older/1")))}

    configuration, _, asked = await rolled(tmp_path / "a", circle)
    assert "the pages lead in a circle" in one(configuration, "SELECT detail FROM events WHERE kind = 'gap'")
    assert len([seen for seen in asked if seen.path == "/older/1"]) == 1

    def away(server: HttpServer) -> dict[str, Route]:
        elsewhere = with_link(rss(*items(server, 7)), "next", server.url("/older/2", host="127.0.0.2"))
        return {"/older/1": Answer(elsewhere)}

    configuration, _, _ = await rolled(tmp_path / "b", away)
    assert "is another site" in one(configuration, "SELECT detail FROM events WHERE kind = 'gap'")


@in_loop
async def test_endless_archive_is_left_after_ten_pages(tmp_path: Path) -> None:
    """A thousand pages of archive are for `watcher backfill`, not for a poll."""

    def endless(server: HttpServer) -> dict[str, Route]:
        def at(number: int) -> Answer:
            return Answer(with_link(rss(*items(server, 100 + number)), "next", server.url(f"/older/{number + 1}")))

        return {f"/older/{number}": at(number) for number in range(1, 30)}

    configuration, record, _ = await rolled(tmp_path, endless)
    assert record.new_count == 12
    assert "there is more after 10 pages" in one(configuration, "SELECT detail FROM events WHERE kind = 'gap'")
