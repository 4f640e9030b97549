"""A real publisher's feeds and pages through the whole route: what is stored, and what is asked for again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from tests.support.real_publisher import feed_urls, needs_real_publisher, real_publisher
from tests.support.scenario import configure, one, one_round, rows
from tests.support.servers import in_loop

if TYPE_CHECKING:
    from tests.support.servers import ReceivedRequest
    from watcher.config.load import Configuration
    from watcher.model.poll import PollRecord


@dataclass
class TwoRounds:
    """What two rounds over all feeds of a real publisher gave, and what its server was asked."""

    configuration: Configuration
    first: dict[str, PollRecord]
    second: dict[str, PollRecord]
    requests: tuple[list[ReceivedRequest], list[ReceivedRequest]]


@pytest.fixture(scope="module")
def real_rounds(tmp_path_factory: pytest.TempPathFactory) -> TwoRounds:
    """Polled once for the tests that only look at what was stored."""
    found: list[TwoRounds] = []

    @in_loop
    async def poll() -> None:
        async with real_publisher() as server:
            feeds = {f"f{number}": url for number, url in enumerate(feed_urls(server))}
            configuration = configure(tmp_path_factory.mktemp("real"), feeds)
            first = await one_round(configuration)
            asked = len(server.requests)
            second = await one_round(configuration)
            requests = server.requests[:asked], server.requests[asked:]
        found.append(TwoRounds(configuration, first, second, requests))

    poll()
    return found[0]


@needs_real_publisher
def test_two_rounds_over_47_real_feeds(real_rounds: TwoRounds) -> None:
    """Real input end to end: each release once, its page once, and nothing at all the second time."""
    configuration, first, second = real_rounds.configuration, real_rounds.first, real_rounds.second
    requests, again = real_rounds.requests
    assert len(first) == 47
    assert {record.outcome for record in first.values()} == {"new"}
    assert sum(record.new_count for record in first.values()) == 732
    paths = [request.path for request in requests]
    pages = [path for path in paths if "/Article/" in path]
    assert (len(pages), len(set(pages))) == (732, 732)
    assert sum(path.startswith("/feeds/") for path in paths) == 47
    others = [path for path in paths if "/Article/" not in path and not path.startswith("/feeds/")]
    assert others.count("/robots.txt") == 1
    assert [path for path in others if path != "/robots.txt" and not path.lower().endswith(".pdf")] == []
    assert one(configuration, "SELECT count(*) FROM releases") == 732
    assert one(configuration, "SELECT count(*) FROM sightings") == 902
    outcomes = {row["page_outcome"]: row["n"] for row in rows(configuration, _OUTCOMES)}
    assert outcomes == {"ok": 129, "gone": 603}
    assert one(configuration, "SELECT count(*) FROM revisions WHERE text_from = 'page' AND length(text) > 200") >= 120
    assert one(configuration, "SELECT count(*) FROM problems WHERE kind = 'not_well_formed'") == 1
    assert {record.outcome for record in second.values()} == {"not_modified"}
    assert len(again) == 47
    assert all(request.header("If-None-Match") and request.header("If-Modified-Since") for request in again)
    assert one(configuration, "SELECT count(*) FROM polls") == 94


_OUTCOMES = "SELECT page_outcome, count(*) AS n FROM releases GROUP BY 1"


@needs_real_publisher
def test_real_pages_give_byline_dateline_and_clean_text(real_rounds: TwoRounds) -> None:
    """The record of a real page has its own text and fields, without knowing the site beforehand."""
    read = rows(real_rounds.configuration, "SELECT * FROM records WHERE text_from = 'page'")
    assert read
    assert not [row["url"] for row in read if "DOWNLOAD HI-RES" in row["text"] or "__doPostBack" in row["text"]]
    assert all(row["published_at"] for row in read)
    assert sum(bool(row["author"]) for row in read) == len(read)
    assert sum(bool(row["dateline"]) for row in read) > len(read) * 0.7
