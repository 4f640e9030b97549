"""Dates as publishers write them: the right day, the right hour, in the publisher's own zone."""

from __future__ import annotations

import tomllib
from datetime import UTC, date, datetime, time
from functools import partial
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support import TESTS
from watcher.content.date_order import DateLocale
from watcher.content.dates import has_day, parse_date, parse_instant

if TYPE_CHECKING:
    from pathlib import Path

ZONES = (
    "UTC",
    "Europe/Kyiv",
    "Asia/Kolkata",
    "Asia/Jerusalem",
    "Europe/Moscow",
    "America/New_York",
    "Australia/Sydney",
)
DAYS = st.dates(min_value=date(1992, 1, 1), max_value=date(2068, 12, 31))


def utc(raw: str, zone: str = "UTC") -> str:
    stated = parse_date(raw, locale=DateLocale(zone), source="feed")
    assert stated is not None
    return stated.at.strftime("%Y-%m-%d %H:%M") if stated.at else ""


@pytest.mark.parametrize(
    ("raw", "zone", "expected"),
    [
        ("Mon, 01 Jul 2024 10:00:00 IST", "Asia/Kolkata", "2024-07-01 04:30"),
        ("Mon, 01 Jul 2024 10:00:00 IDT", "Asia/Jerusalem", "2024-07-01 07:00"),
        ("Mon, 01 Jan 2024 10:00:00 IST", "Asia/Jerusalem", "2024-01-01 08:00"),
        ("Mon, 01 Jan 2024 10:00:00 EET", "Europe/Kyiv", "2024-01-01 08:00"),
        ("Mon, 01 Jul 2024 10:00:00 EEST", "Europe/Kyiv", "2024-07-01 07:00"),
        ("Mon, 01 Jul 2024 10:00:00 MSK", "Europe/Moscow", "2024-07-01 07:00"),
        ("Mon, 01 Jul 2024 10:00:00 CST", "Asia/Shanghai", "2024-07-01 02:00"),
        ("Mon, 01 Jul 2024 10:00:00 CST", "UTC", "2024-07-01 16:00"),
        ("Mon, 01 Jul 2024 10:00:00 EST", "America/New_York", "2024-07-01 15:00"),
        ("Mon, 01 Jul 2024 10:00:00 BST", "Europe/London", "2024-07-01 09:00"),
        ("Mon, 01 Jul 2024 10:00:00 XYZ", "Europe/Berlin", "2024-07-01 08:00"),
        ("Mon, 01 Jul 2024 10:00:00", "Europe/Berlin", "2024-07-01 08:00"),
    ],
)
def test_zone_abbreviations_are_the_publishers(raw: str, zone: str, expected: str) -> None:
    """Read as UTC, as feedparser does with most of these, a release would come hours too late or too early."""
    assert utc(raw, zone) == expected


@pytest.mark.parametrize(
    ("raw", "zone", "expected"),
    [
        ("Tue, 02 Jun 2015 12:22:00 GMT", "UTC", "2015-06-02 12:22"),
        ("Tue, 02 Jun 15 12:22 +0530", "UTC", "2015-06-02 06:52"),
        ("2024-03-04T10:00:00+02:00", "UTC", "2024-03-04 08:00"),
        ("2024-03-04T10:00:00.123Z", "Asia/Tokyo", "2024-03-04 10:00"),
        ("2024-03-04T10:00", "Asia/Tokyo", "2024-03-04 01:00"),
        ("2024/03/04 10:00:01", "UTC", "2024-03-04 10:00"),
        ("Published January 14, 2016", "America/New_York", "2016-01-14 05:00"),
        ("Sept. 3, 2024", "America/New_York", "2024-09-03 04:00"),
        ("Nov. 2, 2015 3 p.m. EST", "America/New_York", "2015-11-02 20:00"),
        ("2022-06-01 06:00:00 | ID: 67667", "Europe/Kyiv", "2022-06-01 03:00"),
        ("Posted On: 03 JAN 2024 5:30PM by PIB Delhi", "Asia/Kolkata", "2024-01-03 12:00"),
        ("12:15 AM, 4 May 2024", "UTC", "2024-05-04 00:15"),
        ("1er août 2023 à 14h30", "Europe/Paris", "2023-08-01 12:30"),
        ("12. März 2024", "Europe/Berlin", "2024-03-11 23:00"),
        ("Stand: 12.03.2024, 14:30 Uhr", "Europe/Berlin", "2024-03-12 13:30"),
        ("14 травня 2024, 18:00", "Europe/Kyiv", "2024-05-14 15:00"),
        ("9 мая 2023", "Europe/Moscow", "2023-05-08 21:00"),
        ("3 de marzo de 2021", "UTC", "2021-03-03 00:00"),
        ("5 Ağustos 2021", "UTC", "2021-08-05 00:00"),
        ("112年3月5日", "Asia/Taipei", "2023-03-04 16:00"),
        ("2024年3月5日 09:00", "Asia/Tokyo", "2024-03-05 00:00"),
        ("5 مايو 2024", "UTC", "2024-05-05 00:00"),
        ("03/04/2024", "America/New_York", "2024-03-04 05:00"),
        ("03/04/2024", "Europe/London", "2024-04-02 23:00"),
        ("04.23.2024", "Europe/London", "2024-04-22 23:00"),
        ("20160122", "UTC", "2016-01-22 00:00"),
        ("October 2015", "UTC", "2015-10-01 00:00"),
        ("Wed, 31 Feb 2024 10:00:00 GMT", "UTC", ""),
        ("soon", "UTC", ""),
    ],
)
def test_dates_are_read_as_publishers_write_them(raw: str, zone: str, expected: str) -> None:
    """Each is how some publisher writes it."""
    assert utc(raw, zone) == expected


def as_stated(at: datetime, locale: DateLocale, *, has_time: bool) -> str:
    """An instant as the case files write it: UTC to the minute, or the day in the locale's zone."""
    return at.strftime("%Y-%m-%dT%H:%MZ") if has_time else at.astimezone(ZoneInfo(locale.zone)).date().isoformat()


@pytest.mark.parametrize(
    "file", sorted((TESTS / "data" / "content" / "dates").glob("*.toml")), ids=lambda file: file.stem
)
def test_dates_of_a_country_are_read_as_it_writes_them(file: Path) -> None:
    """Each file holds words with the instant that they mean; a list where two can be meant, nothing where none is."""
    cases = tomllib.loads(file.read_text(encoding="utf-8"))
    locale = DateLocale(cases.get("zone", "UTC"), cases.get("country", ""), cases.get("language", ""))
    read: dict[str, str | list[str]] = {}
    for words in cases["dates"]:
        stated = parse_date(words, locale=locale, source="feed")
        assert stated is not None
        show = partial(as_stated, locale=locale, has_time=stated.has_time)
        read[words] = sorted(map(show, stated.readings)) or (show(stated.at) if stated.at else "")
    assert read == {words: sorted(at) if isinstance(at, list) else at for words, at in cases["dates"].items()}


@given(DAYS, st.times(), st.sampled_from(ZONES))
def test_rfc_822_and_iso_agree_with_the_standard_library(day: date, clock: time, zone: str) -> None:
    """Whatever the day, hour and zone, what was written with a numeric offset is read back to the minute."""
    at = datetime(day.year, day.month, day.day, clock.hour, clock.minute, tzinfo=ZoneInfo(zone))
    for raw in (at.strftime("%a, %d %b %Y %H:%M:00 %z"), at.isoformat()):
        stamp = parse_instant(raw, locale=DateLocale("UTC"))
        assert stamp is not None
        assert stamp.at == at.astimezone(UTC)
        assert stamp.has_time


@given(
    DAYS,
    st.sampled_from(ZONES),
    st.sampled_from(("%B %d, %Y", "%d %B %Y", "%Y-%m-%d", "%d %b. %Y", "%d.%m.%Y", "%b. %d, %Y")),
)
def test_a_day_without_time_is_its_midnight_at_the_publishers(day: date, zone: str, pattern: str) -> None:
    """So that a release of the 3rd is never one of the 2nd for a reader there."""
    if zone in {"America/New_York", "UTC"} and pattern == "%d.%m.%Y":
        return  # months come first there, or nobody knows
    stamp = parse_instant(day.strftime(pattern), locale=DateLocale(zone))
    assert stamp is not None
    assert not stamp.has_time
    assert stamp.at is not None
    assert stamp.at.astimezone(ZoneInfo(zone)).date() == day


@given(st.text(max_size=80), st.sampled_from(ZONES))
def test_any_text_is_a_date_or_none(raw: str, zone: str) -> None:
    """Feeds hold anything; the raw words are kept, and nothing is raised."""
    stated = parse_date(raw, locale=DateLocale(zone), source="feed")
    assert stated is None or stated.at is None or stated.at.tzinfo is UTC
    assert (stated is None) == (not raw.split())


def test_formats_of_the_publisher_come_first() -> None:
    """A site that writes the month first, whatever its country, says so in its rules."""
    stated = parse_date("04.05.2024", locale=DateLocale("Europe/Berlin"), source="page_rule", formats=("%m.%d.%Y",))
    assert stated is not None
    assert stated.at == datetime(2024, 4, 4, 22, tzinfo=UTC)
    assert stated.source == "page_rule"


def test_the_first_day_of_a_text_is_found() -> None:
    """Datelines and short lines hold a day among other words."""
    assert has_day("STUTTGART, Germany, April 3, 2018")
    assert not has_day("no day here 1234")


@pytest.mark.parametrize("raw", ["0001-01-01T00:00:00", "01/01/0001", "1 January 0001", "0001-01-01 00:00:00 UTC"])
def test_the_year_one_is_no_date(raw: str) -> None:
    """Programs write it where a date is missing; read as 2001 it would be a date that nobody stated."""
    stated = parse_date(raw, locale=DateLocale("UTC"), source="meta")
    assert stated is not None
    assert (stated.at, stated.raw) == (None, raw)


def test_iso_without_its_signs_keeps_the_time_of_day() -> None:
    """Calendars and machines write it so."""
    stated = parse_date("20240303T103000Z", locale=DateLocale("Asia/Tokyo"), source="meta")
    assert stated is not None
    assert stated.at == datetime(2024, 3, 3, 10, 30, tzinfo=UTC)
