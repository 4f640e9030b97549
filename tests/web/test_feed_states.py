"""The page of the feeds' states, over a database with feeds that are well, fail, are new, and are switched off."""

from __future__ import annotations

import asyncio
import re
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.scenario import HARM, configure, entry, one_round, rss
from tests.support.servers import Answer, http_server, in_loop
from watcher import clock
from watcher.alerts.diagnosis import feed_condition
from watcher.config.load import load
from watcher.feeds.schedule import START
from watcher.store.connection import connect, write
from watcher.store.feed_history import feed_histories
from watcher.store.feed_overview import FeedDay
from watcher.store.feeds import sync
from watcher.store.schema import migrate
from watcher.web.feed_states import chart_of
from watcher.web.serve import datasette_of

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One feed that answers, one whose server refuses it, one that is taken out of the configuration."""
    folder = tmp_path_factory.mktemp("states")

    @in_loop
    async def fill() -> None:
        async with http_server() as server:
            server.routes["/feed"] = Answer(rss(entry(1, server.url(""), link="", text=HARM)))
            server.routes["/shut"] = Answer(b"no", status=403)
            urls = {"news": server.url("/feed"), "shut": server.url("/shut")}
            await one_round(configure(folder, urls | {"gone": server.url("/feed")}))
            await one_round(configure(folder, urls, publisher='country = "NO"'))
            server.routes["/feed"] = Answer(rss(entry(1, server.url(""), link="", text=f"{HARM} One has died since.")))
            await one_round(configure(folder, urls, publisher='country = "NO"'))

    fill()
    path = load(folder).database
    db = connect(path)
    with write(db):
        quiet = "INSERT INTO quiet_polls VALUES (1, ?, 'same', 200, 9000, ?, ?)"
        day = (clock.now() - timedelta(days=40)).date().isoformat()
        db.conn.execute(quiet, [day, f"{day}T00:00:00.000Z", f"{day}T23:00:00.000Z"])
        db.conn.execute("UPDATE feeds SET title = '<b>All</b> releases' WHERE id = 1")
    db.close()
    return path


def page_of(database: Path) -> str:
    datasette: Any = datasette_of(database)
    try:
        answer = asyncio.run(datasette.client.get("/feeds"))
    finally:
        datasette.close()
    assert answer.status_code == 200
    return str(answer.text)


def test_page_says_what_doctor_says(database: Path) -> None:
    """State, why, since when and what to do: whoever reads the page needs no terminal to know what is wrong."""
    shown = page_of(database)
    db = connect(database, is_read_only=True)
    conditions = [feed_condition(history, clock.now()) for history in feed_histories(db, is_every=True)]
    db.close()
    assert {condition.state for condition in conditions} == {"healthy", "blocked"}
    for condition in conditions:
        assert f">{condition.state}</span>" in shown
        assert condition.why in shown
        assert condition.name in shown
    assert "ask the publisher to let this program in" in shown
    assert "Since <time" in shown
    assert "1 of 2 feeds need attention" in shown
    assert shown.index("army/shut") < shown.index("army/news")
    assert "not polled: army/gone" in shown


def test_chart_counts_polls_that_have_no_row_any_more(database: Path) -> None:
    """Ninety days are longer than rows of quiet polls are kept; and words say what the bars show."""
    shown = page_of(database)
    assert re.search(r"1 new and 1 edited releases; 20[123] polls, 0 of them failed; no poll on 39 days since", shown)
    assert shown.count('<path class="failed"') == 1
    assert "&lt;b&gt;All&lt;/b&gt;" in shown


def test_days_become_bars_within_the_chart() -> None:
    """A day of ten thousand releases is no taller than the chart, and a single failure of many can still be seen."""
    day = date(2026, 11, 26)
    chart = chart_of([FeedDay(day), FeedDay(day, 288, 1, 10_000, 3), FeedDay(day, 4, 4)], None)
    assert [(bar.kind, bar.x) for bar in chart.bars] == [
        ("releases", 4), ("answered", 4), ("failed", 4), ("answered", 8), ("failed", 8),
    ]  # fmt: skip
    assert all(bar.y >= 0 and bar.y + bar.height <= 38 and bar.height >= 2 for bar in chart.bars)
    assert chart.bars[-1].height > chart.bars[2].height
    assert chart.paths["releases"] == "M4 0.0h3v26.0h-3z"
    assert "10,000 new and 3 edited" in chart.words
    assert chart.words.endswith("never polled")


def test_days_without_a_poll_count_from_the_first_one() -> None:
    """A feed that was added today is not one that nobody asked for 89 days."""
    days = [FeedDay(date(2026, 11, day), 0 if day in {1, 2, 4} else 3) for day in range(1, 6)]
    assert chart_of(days, date(2026, 11, 3)).words.endswith("no poll on 1 day since the first on 3 November 2026")
    assert chart_of(days, date(2026, 11, 5)).words.endswith("polled every day since the first on 5 November 2026")
    assert chart_of(days, date(2026, 10, 1)).words.endswith("no poll on 3 days")


def test_feeds_that_were_never_polled_are_not_called_well(tmp_path: Path) -> None:
    """Before the first round the page said that all of them are."""
    configuration = configure(tmp_path, {"news": "http://127.0.0.1:9/feed"})
    db = connect(configuration.database)
    migrate(db)
    with write(db):
        sync(db, configuration, interval=START)
    db.close()
    page = page_of(configuration.database)
    assert "No feed needs attention. 1 was not polled yet" in page
    assert "are well" not in page


def test_no_feed_at_all_is_said(tmp_path: Path) -> None:
    """On the first day the page explains itself."""
    path = configure(tmp_path, {"news": "http://127.0.0.1:9/feed"}).database
    db = connect(path)
    migrate(db)
    db.close()
    assert "No feed is stored yet" in page_of(path)
