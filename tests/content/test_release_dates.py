"""Which date is the release's."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support import TESTS
from watcher.content.date_order import DateLocale
from watcher.content.page import extract_page
from watcher.content.release_dates import (
    DateContext,
    choose_date,
    publication_words,
    site_start,
    url_date,
    written_at,
)
from watcher.model.release import StatedDate

if TYPE_CHECKING:
    from pathlib import Path

FETCHED_AT = datetime(2024, 5, 10, 12, tzinfo=UTC)
CONTEXT = DateContext(DateLocale("America/New_York", "US", "en"), (), FETCHED_AT)


def test_the_surest_date_that_can_be_true_is_taken() -> None:
    """Each one passed over is a problem, with its source and words."""
    chosen = choose_date(
        (("page_rule", "soon"), ("json_ld", "2031-01-01"), ("meta", "2024-05-03"), ("url", "2024-05-01")), CONTEXT
    )
    assert chosen.date is not None
    assert (chosen.date.source, chosen.date.raw) == ("meta", "2024-05-03")
    assert [(problem.kind, problem.detail) for problem in chosen.problems] == [
        ("date_in_future", "json_ld: 2031-01-01")
    ]


def test_words_without_a_date_are_kept() -> None:
    """What the publisher wrote is shown even where it cannot be read."""
    assert choose_date((("page_rule", "soon"), ("url", "")), CONTEXT).date == StatedDate(None, "soon", "page_rule")
    assert choose_date((("url", ""),), CONTEXT).date is None


@given(st.integers(-60 * 24 * 30, 60 * 24 * 30))
def test_no_instant_later_than_the_fetch_is_taken(minutes: int) -> None:
    """But a quarter of an hour for clocks that differ."""
    at = FETCHED_AT + timedelta(minutes=minutes)
    chosen = choose_date((("meta", at.isoformat()),), CONTEXT)
    assert (chosen.date is not None) == (minutes <= 15)


def test_today_is_no_future_in_any_zone() -> None:
    """A page that says only the day may be read in the wrong zone, half a day ahead."""
    utc = replace(CONTEXT, locale=DateLocale("UTC"), fetched_at=datetime(2024, 5, 9, 20, tzinfo=UTC))
    assert choose_date((("page_rule", "10 May 2024"),), utc).date is not None
    assert choose_date((("page_rule", "11 May 2024"),), utc).date is None


def test_a_date_before_the_site_began_is_a_problem() -> None:
    """Where the rules say when that was; else the first web site's day."""
    young = replace(CONTEXT, since=site_start("2020-01-01"))
    assert [problem.kind for problem in choose_date((("meta", "2019-05-03"),), young).problems] == ["date_before_site"]
    assert choose_date((("meta", "2019-05-03"),), CONTEXT).date is not None
    assert [problem.kind for problem in choose_date((("meta", "1974-05-03"),), CONTEXT).problems] == [
        "date_before_site"
    ]


@pytest.mark.parametrize(
    ("dateline", "published", "language", "day"),
    [
        ("KABUL, Afghanistan (Aug. 1)", datetime(2011, 8, 2, tzinfo=UTC), "en", "2011-08-01"),
        ("KABUL, Afghanistan (Dec. 31)", datetime(2012, 1, 2, tzinfo=UTC), "en", "2011-12-31"),
        ("Kyiv, 12 June", datetime(2023, 6, 12, tzinfo=UTC), "en", "2023-06-12"),
        ("ROMA (02/05)", datetime(2024, 5, 3, tzinfo=UTC), "it", "2024-05-02"),
        ("KYIV, 2.05.2024", datetime(2024, 5, 3, tzinfo=UTC), "uk", "2024-05-02"),
        ("ROMA 03/05/2024", datetime(2024, 5, 3, tzinfo=UTC), "", "2024-05-03"),
    ],
)
def test_day_of_a_dateline_takes_the_nearest_year(dateline: str, published: datetime, language: str, day: str) -> None:
    """Without a year it is the last such day before the publication; a doubtful day is that of the publication."""
    found = written_at(dateline, StatedDate(published, "", "feed"), DateLocale("UTC", language=language))
    assert found is not None
    assert found.date().isoformat() == day


@pytest.mark.parametrize(
    ("words", "part"),
    [
        ("By Lee Sample / Published May 3, 2024", "Published May 3, 2024"),
        ("Date Taken: 04.23.2024 Date Posted: 04.24.2024", "Date Posted: 04.24.2024"),
        ("Retired May 1, 1990", ""),
        ("May 3, 2024", "May 3, 2024"),
    ],
)
def test_of_several_facts_in_a_line_the_publication_counts(words: str, part: str) -> None:
    """A photo's or a career's day is not the release's."""
    assert publication_words(words) == part


@pytest.mark.parametrize(
    ("url", "day"),
    [
        ("https://example.org/2024/05/03/truck", "2024-05-03"),
        ("https://example.org/news-20240503.html", "2024-05-03"),
        ("https://example.org/2024-05-03", "2024-05-03"),
        ("https://example.org/Article/3900001/", ""),
        ("https://example.org/20249903/", ""),
    ],
)
def test_day_in_an_address_is_read(url: str, day: str) -> None:
    """Numbers of articles are none."""
    assert url_date(url) == day


@pytest.mark.parametrize(
    ("dateline", "published", "zone", "day"),
    [
        ("TAMPA, Fla., Nov. 2, 2015", datetime(2015, 11, 3, 15, tzinfo=UTC), "America/New_York", "2015-11-02"),
        ("KABUL (Nov. 2)", datetime(2015, 11, 4, tzinfo=UTC), "Asia/Kabul", "2015-11-02"),
        ("KYIV", datetime(2024, 3, 2, 22, tzinfo=UTC), "Europe/Kyiv", "2024-03-03"),
        ("TAMPA, Fla.", datetime(2024, 3, 3, 3, tzinfo=UTC), "America/New_York", "2024-03-02"),
        ("TAMPA, Fla., Nov. 2, 2015", datetime(2019, 11, 3, tzinfo=UTC), "UTC", "2019-11-03"),
        ("TAMPA, Fla., Nov. 2, 2015", None, "UTC", "2015-11-02"),
        ("TAMPA, Fla.", None, "UTC", ""),
    ],
)
def test_text_was_written_on_its_dateline_or_its_publication(
    dateline: str, published: datetime | None, zone: str, day: str
) -> None:
    """Yesterday is the day before the dateline's, in the zone of those who wrote it, not of Greenwich."""
    stated = StatedDate(published, "", "feed") if published else None
    found = written_at(dateline, stated, DateLocale(zone))
    assert (found.date().isoformat() if found else "") == day


PAGES = sorted((TESTS / "data" / "content" / "page_dates").glob("*.toml"))


def as_stated(date: StatedDate | None, zone: str) -> str | list[str]:
    """A date as the case files write it: UTC to the minute, the day in its zone, or the days that it may be."""
    if date is None:
        return ""
    if date.readings:
        return sorted(at.astimezone(ZoneInfo(zone)).date().isoformat() for at in date.readings)
    if date.at is None or date.has_time:
        return date.at.strftime("%Y-%m-%dT%H:%MZ") if date.at else ""
    return date.at.astimezone(ZoneInfo(zone)).date().isoformat()


@pytest.mark.parametrize("file", PAGES, ids=lambda file: file.stem)
def test_a_page_tells_its_dates_apart(file: Path) -> None:
    """Published, changed, happened and "as of" are four things; each file is a page and what it says of itself."""
    case = tomllib.loads(file.read_text(encoding="utf-8"))
    page = extract_page(
        case["html"].encode(),
        url="https://army.example/news/karsa",
        locale=DateLocale(case["zone"], case["country"], case["language"]),
        fetched_at=datetime(2024, 6, 20, tzinfo=UTC),
        published_hint=datetime.fromisoformat(case["hint"]) if "hint" in case else None,
    )
    for name in ("published", "updated"):
        if name in case:
            assert (name, as_stated(getattr(page, name), case["zone"])) == (name, case[name])
    assert page.title == case.get("title", page.title)
    assert [f"{one.kind}: {one.detail}" for one in page.problems] == case.get("problems", [])
