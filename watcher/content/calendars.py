"""Years and days of other calendars in the Gregorian one: Japanese eras, Minguo, Juche, Buddhist, Persian and Hijri.

Which calendar a year is of follows from its words or from the country, never from its size alone.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from hijridate import Hijri
from persiantools.jdatetime import JalaliDate

from watcher.content.date_words import GREGORIAN, HIJRI, PERSIAN

if TYPE_CHECKING:
    from watcher.content.date_order import DateLocale


# The year before the first of each era, as Japan's law on era names counts them.
_ERAS = {
    "令和": 2018, "平成": 1988, "昭和": 1925, "大正": 1911, "明治": 1867, "r": 2018, "h": 1988, "s": 1925,
    "民國": 1911, "民国": 1911, "中華民國": 1911, "主體": 1911, "주체": 1911,
}  # fmt: skip
_BUDDHIST_LEAD = 543
_BUDDHIST_COUNTRIES = frozenset({"TH", "LA", "KH", "MM"})
_BUDDHIST_YEARS, _BUDDHIST_SHORT = range(2510, 2630), range(60, 100)
_MINGUO_YEARS = range(70, 200)
_PERSIAN_COUNTRIES, _PERSIAN_YEARS = frozenset({"IR", "AF"}), range(1330, 1431)
_HIJRI_COUNTRIES, _HIJRI_YEARS = frozenset({"SA", "YE", "KW", "QA", "AE", "BH", "OM"}), range(1400, 1500)
_PIVOT, _SHORT_YEAR, _WHOLE_YEAR = 70, 2, 4
# Who keeps to the calendar of Umm al-Qura, which is calculated. Elsewhere the moon's sighting moves a month by a day.
_CALCULATED = frozenset({"SA", "QA", "AE", "KW", "BH", "YE"})
FIRST_YEAR = 1500  # a smaller number is a year of another calendar, or what programs write for "no date"


def era_year(era: str, year: str) -> int:
    """The Gregorian year of a year of an era; 元 is the first."""
    return _ERAS[era.strip().lower()] + (1 if year == "元" else int(year))


def calendar_of(calendar: int, year: str, locale: DateLocale) -> int:
    """The calendar of a date in figures or with a month's name: the month's own, or that of the country's years."""
    if calendar != GREGORIAN:
        return calendar
    number, country = int(year), locale.territory
    if (country in _PERSIAN_COUNTRIES or locale.tongue in {"fa", "ps"}) and number in _PERSIAN_YEARS:
        return PERSIAN
    return HIJRI if country in _HIJRI_COUNTRIES and number in _HIJRI_YEARS else GREGORIAN


def full_year(year: str, locale: DateLocale, *, is_own_calendar: bool = False) -> int:
    """A Gregorian year as written: 2024, 24, Thailand's 2567 and 67, Taiwan's 113; 0 for one that cannot be.

    `is_own_calendar` says that the month's name or the shape leaves no doubt that the country's calendar is meant.
    """
    number, country = int(year), locale.territory
    if country in _BUDDHIST_COUNTRIES or locale.tongue in {"th", "lo", "km", "my"}:
        if number in _BUDDHIST_YEARS:
            return number - _BUDDHIST_LEAD
        if is_own_calendar and len(year) == _SHORT_YEAR and number in _BUDDHIST_SHORT and country == "TH":
            return number + 2500 - _BUDDHIST_LEAD
    if country == "TW" and number in _MINGUO_YEARS and (len(year) == 3 or is_own_calendar):  # noqa: PLR2004 - digits
        return number + _ERAS["民國"]
    if len(year) == _SHORT_YEAR:
        return number + (2000 if number < _PIVOT else 1900)
    return number if len(year) == _WHOLE_YEAR and number >= FIRST_YEAR else 0


def days_in(calendar: int, year: int, month: int, day: int, country: str) -> tuple[date, ...]:
    """The Gregorian day of a day of a calendar; none where it has no such day, two where the moon decides."""
    try:
        if calendar == PERSIAN:
            return (_persian(year, month, day),)
        if calendar == HIJRI:
            first = date(*Hijri(year, month, day).to_gregorian().datetuple())
            return (first,) if country in _CALCULATED else (first, first + timedelta(days=1))
        return (date(year, month, day),) if year >= FIRST_YEAR else ()
    except (ValueError, OverflowError):
        return ()


def _persian(year: int, month: int, day: int) -> date:
    found: date = JalaliDate(year, month, day).to_gregorian()  # type: ignore[no-untyped-call] # persiantools types no more
    return found
