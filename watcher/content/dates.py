"""Dates as publishers write them: ISO 8601, RFC 822, written out in their languages, in figures, date-time groups.

A date that could mean two things is read as the publisher's country and language write it. Where both could be meant,
both readings are kept and none is taken: a wrong date moves an event by months, and decides whether anybody is alerted.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

from watcher.content.calendars import calendar_of, days_in, era_year, full_year
from watcher.content.date_order import ANYWHERE, DAY_FIRST, MONTH_FIRST, YEAR_FIRST, DateLocale, possible_orders
from watcher.content.date_words import (
    GREGORIAN,
    HIJRI,
    MONTH_SIGN,
    PERSIAN,
    WEEKDAY_SIGN,
    marked,
    month_of_sign,
    weekday_of_sign,
)
from watcher.content.times import find_time, in_clock_figures
from watcher.content.zones import military_zones, zone_beside
from watcher.model.release import StatedDate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from watcher.model.release import DateSource


_SEARCHED = 300  # characters
_M = MONTH_SIGN
_ORDINAL_END = r"(?:st|nd|rd|th|er|º|ª|°|-?го|-?ro|-е|[.)])?"
# What languages write between the parts of a date.
_OF = (
    r"(?:(?:of|the|de|del|dels|di|do|da|den|der|din|en|i|ta['’]|ke|na|ya|am|tháng|thg|năm|ngày|gada|года|г|року|р|жылғы|"
    r"оны|год|в|у|m|พ\.ศ|ค\.ศ|B\.?E|في|من|عام|سنة|سال|بتاريخ|ב|ቀን|d['’]|का|को)\b[.,]?\s*)?"
)
_GAP = r"[\s.,/-]{0,3}"
_YEAR = r"(?P<year>\d{4}(?!\d)|['’]?\d{2}(?=[\s,;)|]|$))"
_HIJRI_END = r"(?P<hijri>\s?(?:هـ|ه(?!\w)|هجري|AH\b|H\b))?"
_ISO = re.compile(
    r"(?<![\d.,/-])(?P<year>\d{4})\s?(?P<sign>[-/.])\s?(?P<month>\d{1,2})\s?(?P=sign)\s?(?P<day>\d{1,2})(?!\d)"
    + _HIJRI_END
)
_MINGUO = re.compile(
    r"(?<![\d.,/-])(?P<year>\d{2,3})(?P<sign>[-/.])(?P<month>\d{1,2})(?P=sign)(?P<day>\d{1,2})(?![\d.])"
)
_WEEK = re.compile(r"(?<![\w-])(?P<year>\d{4})-?W(?P<week>\d\d)-?(?P<weekday>[1-7])(?!\d)")
_DAY_OF_YEAR = re.compile(r"^\s*(?P<year>(?:19|20)\d\d)-(?P<number>\d{3})(?=T|\s|$)")
_COMPACT = re.compile(r"(?<!\d)(?P<year>(?:19|20)\d{2})(?P<month>0[1-9]|1[0-2])(?P<day>0[1-9]|[12]\d|3[01])(?!\d)")
# ISO 8601 without its signs, also without T as in PDFs and file names: 20240503T103000Z, 202405031030.
_BASIC = re.compile(r"(?<!\d)((?:19|20)\d{6})T?([01]\d|2[0-3])([0-5]\d)([0-5]\d)?(?!\d)")
_BASIC_CLOCK = re.compile(r"(?<=\d-\d\dT)([01]\d|2[0-3])([0-5]\d)([0-5]\d)?(?!\d|:)")
_NUMERIC = re.compile(
    r"(?<![\d.,/-])(?P<first>\d{1,2})\s?(?P<sign>[./-])\s?(?P<second>\d{1,2})\s?(?P=sign)\s?(?P<third>\d{4}|\d{2})"
    r"(?!\d|[./-]\d)" + _HIJRI_END
)
_EAST_ASIAN = re.compile(
    r"(?P<era>中華民國|民國|民国|令和|平成|昭和|大正|明治|主體|주체)?\s*(?P<year>\d{1,4}|元)\s*(?:\((?P<common>\d{4})\)\s*)?[年년]"
    r"\s*(?:\((?P<beside>\d{4})[年년]?\))?"
    r"\s*(?P<month>\d{1,2})\s*[月월]\s*(?P<day>\d{1,2})\s*[日일号號]?"
)
_JAPANESE = re.compile(
    r"(?<![A-Za-z])(?P<era>[RHS])\.?\s?(?P<year>\d{1,2})[./](?P<month>\d{1,2})[./](?P<day>\d{1,2})(?!\d)"
)
_DAY_FIRST = re.compile(
    rf"(?<!\d)(?<!\d[-–/.,:])(?P<day>\d{{1,2}}){_ORDINAL_END}{_GAP}{_OF}(?P<month_sign>{_M}){_GAP}{_OF}{_YEAR}{_HIJRI_END}",
    re.IGNORECASE,
)
_MONTH_FIRST = re.compile(
    rf"(?P<month_sign>{_M}){_GAP}{_OF}(?P<day>\d{{1,2}})(?!\d|:){_ORDINAL_END}"
    rf"(?:{_GAP}{_OF}(?P<year>\d{{4}})|,? ['’](?P<short>\d\d))(?!\d){_HIJRI_END}",
    re.IGNORECASE,
)
_YEAR_FIRST = re.compile(
    rf"(?<!\d)(?P<year>\d{{4}}){_GAP}{_OF}(?P<month_sign>{_M}){_GAP}{_OF}(?P<day>\d{{1,2}})(?!\d|[:h]\d)", re.IGNORECASE
)
_YEAR_DAY = re.compile(
    rf"(?<!\d)(?P<year>\d{{4}})\.?\s(?:gada|жылғы|жылдың|оны|ж)\.?\s(?P<day>\d{{1,2}})\.?\s(?P<month_sign>{_M})"
)
# ctime, and the same with a zone as date(1) writes it: the time of day stands before the year.
_UNIX = re.compile(
    rf"(?:(?P<month_sign>{_M})\s+(?P<day>\d{{1,2}})|(?P<day_first>\d{{1,2}})\s+(?P<month_second>{_M}))"
    r"(?P<clock>\s+\d{1,2}:\d{2}(?::\d{2})?(?:\s+(?:[A-Z]{1,5}|[+-]\d{2,4}))?)\s+(?P<year>\d{4})(?!\d)"
)
_ROMAN = re.compile(
    r"(?<![\d.])(?P<day>\d{1,2})(?P<sign>[.\s/-])\s?(?P<roman>[IVX]{1,4})(?P=sign)\s?(?P<year>\d{4})(?!\d)"
)
_ROMANS = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
# A date-time group (ACP 121): day, time, zone letter, month, year. Written together it is set apart first.
_GROUP = re.compile(
    rf"(?<![\w])(?P<day>\d{{2}})\s?(?P<clock>(?:[01]\d|2[0-3])[0-5]\d)\s?(?P<letter>[A-Z])\s?(?P<month_sign>{_M})\s?(?P<year>\d{{4}}|\d{{2}})(?!\d)"
)
_GROUP_TOGETHER = re.compile(r"(?<!\w)(\d{6}[A-Z])\s?([A-Z]{3}|[A-Z][a-z]{2})\s?(\d{2}|\d{4})(?!\w)")
_DIGITS_IN_WORDS = re.compile(r"[〇零一二三四五六七八九十]{1,4}(?=\s*[年月日时時点點分号號])")
_MONTH_ONLY = re.compile(rf"\s*(?P<month_sign>{_M}),?\s+(?P<year>\d{{4}})\s*")
_VIETNAMESE = re.compile(r"(?:tháng|thg)\s*(\d{1,2})\b", re.IGNORECASE)
_ISO_WHOLE = re.compile(r"(?:19|20)\d\d-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:Z|[+-]\d\d:\d\d)")
_RFC_822 = re.compile(
    r"(?:[A-Z][a-z]{2}, ?)?(?P<day>\d{1,2}) (?P<month>[A-Z][a-z]{2}) (?P<year>(?:19|20)\d\d)"
    r" (?P<hour>[01]\d|2[0-3]):(?P<minute>[0-5]\d)(?::(?P<second>[0-5]\d))?"
    r" (?:GMT|UTC|UT|Z|(?P<sign>[+-])(?P<hours>\d\d)(?P<minutes>\d\d))"
)
_ENGLISH = {
    "jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "jun": 6, "jul": 7, "aug": 8, "sep": 9, "oct": 10, "nov": 11,
    "dec": 12,
}  # fmt: skip
_EPOCH = re.compile(r"(?P<seconds>\d{10})(?:\d{3}|\.\d+)?")
_EPOCHS = range(681_436_800, 4_102_444_800)  # the first web site to the year 2100
_ANY_FIGURE = re.compile(r"[\d〇一二三四五六七八九十]")
_MACHINE_SOURCES = frozenset({"feed", "json_ld", "meta", "time"})


@dataclass(frozen=True, slots=True)
class Instant:
    """A date as read: the instants in UTC that it can mean, and whether its words gave a time of day."""

    readings: tuple[datetime, ...]
    has_time: bool

    @property
    def at(self) -> datetime | None:
        """The instant, where the words can mean only one."""
        return self.readings[0] if len(self.readings) == 1 else None


class _Day(NamedTuple):
    """The days that words can mean, where they stand, and the match that found them."""

    readings: tuple[date, ...]
    start: int
    end: int
    parts: dict[str, str | None]
    calendar: int = GREGORIAN


def parse_date(
    raw: str, *, source: DateSource, locale: DateLocale = ANYWHERE, formats: Sequence[str] = ()
) -> StatedDate | None:
    """The date that `raw` states, as those of `locale` write dates; None for no words at all.

    Words in which no date is found give a `StatedDate` whose `at` is None, and so do those that can mean several: then
    all are in `readings`. A date without time is its midnight in the locale's zone. `formats` are `strptime` patterns,
    tried first.
    """
    words = " ".join(raw.split())
    if not words:
        return None
    epoch = _EPOCH.fullmatch(words) if source in _MACHINE_SOURCES else None
    if epoch and int(epoch["seconds"]) in _EPOCHS:
        return StatedDate(datetime.fromtimestamp(int(epoch["seconds"]), UTC), words, source, has_time=True)
    instant = (None if formats else _of_machine(words)) or parse_instant(words, locale=locale, formats=formats)
    if instant is None:
        return StatedDate(None, words, source)
    readings = instant.readings if instant.at is None else ()
    return StatedDate(instant.at, words, source, has_time=instant.has_time, readings=readings)


def _of_machine(words: str) -> Instant | None:
    """What most feeds and pages state, RFC 822 and ISO 8601 with an offset, read in a hundredth of the time."""
    try:
        if _ISO_WHOLE.fullmatch(words):
            return Instant((datetime.fromisoformat(words).astimezone(UTC).replace(microsecond=0),), has_time=True)
        found = _RFC_822.fullmatch(words)
        month = _ENGLISH.get(found["month"].lower()) if found else None
        if found is None or month is None:
            return None
        day = (int(found["year"]), month, int(found["day"]))
        clock = (int(found["hour"]), int(found["minute"]), int(found["second"] or 0))
        away = (
            int(found["sign"] + "1") * timedelta(hours=int(found["hours"]), minutes=int(found["minutes"]))
            if found["sign"]
            else timedelta()
        )
        return Instant((datetime(*day, *clock, tzinfo=timezone(away)).astimezone(UTC),), has_time=True)
    except (ValueError, OverflowError):
        return None


def parse_instant(raw: str, *, locale: DateLocale = ANYWHERE, formats: Sequence[str] = ()) -> Instant | None:
    """The first date in `raw` with its time of day, or None. Never raises on any text."""
    return _read(raw[:_SEARCHED], locale, tuple(formats))


def has_day(raw: str, *, locale: DateLocale = ANYWHERE) -> bool:
    """Whether a calendar day is stated in `raw`."""
    return _ANY_FIGURE.search(raw[:_SEARCHED]) is not None and parse_instant(raw, locale=locale) is not None


# A line is first asked whether it holds a day and then what day, and one date stands on a page several times.
@lru_cache(maxsize=512)
def _read(raw: str, locale: DateLocale, formats: tuple[str, ...]) -> Instant | None:
    try:
        return _by_format(raw.strip(), locale, formats) or _by_shape(_prepared(raw, locale), locale)
    except (ValueError, OverflowError):  # a year that no calendar has
        return None


def _prepared(raw: str, locale: DateLocale) -> str:
    words = _GROUP_TOGETHER.sub(r"\1 \2 \3", raw)
    if words.isascii():
        return _basic(marked(words, locale.languages))
    words = _DIGITS_IN_WORDS.sub(lambda found: _figures(found[0]), words)
    words = in_clock_figures(marked(words, locale.languages))
    words = _VIETNAMESE.sub(lambda found: chr(0xE100 + int(found[1])) if 1 <= int(found[1]) <= 12 else found[0], words)  # noqa: PLR2004 - months
    return _basic(words)


def _basic(words: str) -> str:
    words = _BASIC_CLOCK.sub(lambda found: f"{found[1]}:{found[2]}:{found[3] or '00'}", words)
    return _BASIC.sub(lambda found: f"{found[1]}T{found[2]}:{found[3]}:{found[4] or '00'}", words)


def _figures(words: str) -> str:
    """Chinese figures, one by one as in years or with tens, in digits."""
    digits = {sign: str(number) for number, sign in enumerate("〇一二三四五六七八九")} | {"零": "0"}
    if "十" not in words:
        return "".join(digits[sign] for sign in words)
    tens, _, ones = words.partition("十")
    return f"{digits.get(tens, '1')}{digits.get(ones, '0')}"


def _by_format(words: str, locale: DateLocale, formats: Sequence[str]) -> Instant | None:
    for pattern in formats:
        try:
            found = datetime.strptime(words, pattern)  # noqa: DTZ007 - the zone is the publisher's, set in the next line
        except ValueError:
            continue
        aware = found if found.tzinfo else found.replace(tzinfo=ZoneInfo(locale.zone))
        return Instant((aware.astimezone(UTC),), has_time="%H" in pattern or "%I" in pattern)
    return None


def _by_shape(words: str, locale: DateLocale) -> Instant | None:
    found = _find_day(words, locale)
    if not found:
        return None
    home = ZoneInfo(locale.zone)
    midnights = [datetime(day.year, day.month, day.day) for day in found.readings]  # noqa: DTZ001 - the zone follows
    if letter := found.parts.get("letter"):
        clock = found.parts["clock"] or ""
        away = timedelta(hours=int(clock[:2]), minutes=int(clock[2:]))
        zones = military_zones(letter, locale)
        return _instant(((at + away).replace(tzinfo=zone) for at in midnights for zone in zones), has_time=True)
    inside = found.parts.get("clock")
    time = find_time(inside, 0, 0) if inside else find_time(words, found.start, found.end)
    if time is None:
        return _instant((at.replace(tzinfo=home) for at in midnights), has_time=False)
    is_exact = time.has_seconds or (len(found.parts.get("year") or "") == 4 and found.parts.get("sign") == "-")  # noqa: PLR2004 - digits
    naive = [at + timedelta(hours=time.hour, minutes=time.minute, seconds=time.second) for at in midnights]
    return _instant(
        (at.replace(tzinfo=zone_beside(time.behind, at, locale, is_exact=is_exact)) for at in naive), has_time=True
    )


def _instant(readings: Iterator[datetime], *, has_time: bool) -> Instant:
    return Instant(tuple(dict.fromkeys(at.astimezone(UTC) for at in readings)), has_time)


def _find_day(words: str, locale: DateLocale) -> _Day | None:
    """The first day in the text; one of our calendar before the same day in another."""
    shapes = [shape for needs, group in _GROUPS if needs(words) for shape in group]
    found = [day for pattern, read in shapes if (day := _first_day(pattern, read, words, locale))]
    if not found:
        return _month_only(words)
    gregorian = [day for day in found if day.calendar == GREGORIAN]
    first = min(gregorian or found, key=lambda day: day.start)
    return first if len(first.readings) == 1 else first._replace(readings=_by_weekday(first, words))


def _by_weekday(day: _Day, words: str) -> tuple[date, ...]:
    """Of several readings those that fall on the weekday that stands beside them, if any does."""
    beside = re.search(WEEKDAY_SIGN, words[max(0, day.start - 20) : day.end + 20])
    fitting = tuple(one for one in day.readings if beside and one.weekday() == weekday_of_sign(beside[0]))
    return fitting or day.readings


def _first_day(
    pattern: re.Pattern[str], read: Callable[[dict[str, str | None], DateLocale], tuple[int, tuple[date, ...]]],
    words: str, locale: DateLocale,
) -> _Day | None:  # fmt: skip
    for found in pattern.finditer(words):
        parts = found.groupdict()
        calendar, readings = read(parts, locale)
        if readings:
            return _Day(tuple(dict.fromkeys(readings)), found.start(), found.end(), parts, calendar)
    return None


def _month_only(words: str) -> _Day | None:
    """The first day of a month, where the words are a month and a year and nothing else."""
    found = _MONTH_ONLY.fullmatch(words)
    if not found:
        return None
    calendar, month = month_of_sign(found["month_sign"])
    readings = days_in(GREGORIAN, int(found["year"]), month, 1, "") if calendar == GREGORIAN else ()
    return _Day(readings, 0, len(words), {}) if readings else None


def _named(parts: dict[str, str | None], locale: DateLocale) -> tuple[int, tuple[date, ...]]:
    """A day with the name of its month."""
    named, month = month_of_sign(parts["month_sign"] or parts.get("month_second") or "")
    year = (parts.get("year") or parts.get("short") or "").lstrip("'’")
    day = int(parts.get("day") or parts.get("day_first") or "0")
    if named == GREGORIAN:
        return GREGORIAN, days_in(GREGORIAN, full_year(year, locale, is_own_calendar=True), month, day, "")
    return named, days_in(named, int(year), month, day, locale.territory)


def _figured(parts: dict[str, str | None], locale: DateLocale) -> tuple[int, tuple[date, ...]]:
    """Year, month and day in figures, in this order."""
    return _in_order(parts["year"] or "", int(parts["month"] or 0), int(parts["day"] or 0), locale, parts.get("hijri"))


def _in_order(
    year: str, month: int, day: int, locale: DateLocale, hijri: str | None = None
) -> tuple[int, tuple[date, ...]]:
    calendar = HIJRI if hijri else calendar_of(GREGORIAN, year, locale)
    number = int(year) if calendar != GREGORIAN else full_year(year, locale)
    return calendar, days_in(calendar, number, month, day, locale.territory)


def _numeric(parts: dict[str, str | None], locale: DateLocale) -> tuple[int, tuple[date, ...]]:
    """Figures in an order that only country and language tell: every reading that they allow."""
    first, second, third = (parts[name] or "" for name in ("first", "second", "third"))
    if len(third) == 2 and calendar_of(GREGORIAN, "1400", locale) == PERSIAN:  # noqa: PLR2004 - digits
        return PERSIAN, ()  # 03/02/14 may be of either calendar
    if parts.get("hijri") or calendar_of(GREGORIAN, third, locale) != GREGORIAN:
        return _in_order(third, int(second), int(first), locale, parts.get("hijri"))
    orders = possible_orders(locale, parts["sign"] or "", len(third))
    arranged = {
        DAY_FIRST: (third, second, first),
        MONTH_FIRST: (third, first, second),
        YEAR_FIRST: (first.zfill(2), second, third),
    }
    possible = [order for order in arranged if order in orders]
    readings = [_gregorian(arranged[order], locale) for order in possible]
    if not any(readings):  # 04.23.2024 where days come first: what cannot be that is the other
        readings = [_gregorian(arranged[order], locale) for order in (DAY_FIRST, MONTH_FIRST)]
    return GREGORIAN, tuple(chain.from_iterable(readings))


def _gregorian(parts: tuple[str, str, str], locale: DateLocale) -> tuple[date, ...]:
    year, month, day = parts
    return days_in(
        GREGORIAN, full_year(year, locale, is_own_calendar=locale.territory == "TH"), int(month), int(day), ""
    )


def _east_asian(parts: dict[str, str | None], locale: DateLocale) -> tuple[int, tuple[date, ...]]:
    """Figures with the signs for year, month and day, or behind the letter of an era."""
    year, era, common = parts["year"] or "", parts.get("era"), parts.get("common") or parts.get("beside")
    if common:
        number = int(common)
    elif era:
        number = era_year(era, year)
    elif year == "元" or (len(year) == 2 and locale.territory == "JP"):  # noqa: PLR2004 - digits
        return GREGORIAN, ()  # the era that it counts from is not said
    else:
        number = full_year(year, locale, is_own_calendar=True)
    return GREGORIAN, days_in(GREGORIAN, number, int(parts["month"] or 0), int(parts["day"] or 0), "")


def _japanese(parts: dict[str, str | None], locale: DateLocale) -> tuple[int, tuple[date, ...]]:
    return _east_asian(parts, locale) if locale.territory == "JP" else (GREGORIAN, ())


def _minguo(parts: dict[str, str | None], locale: DateLocale) -> tuple[int, tuple[date, ...]]:
    is_minguo = locale.territory == "TW" and len(parts["year"] or "") == 3  # noqa: PLR2004 - digits
    return _figured(parts, locale) if is_minguo else (GREGORIAN, ())


def _week(parts: dict[str, str | None], locale: DateLocale) -> tuple[int, tuple[date, ...]]:  # noqa: ARG001 - one signature for all
    try:
        numbers = (int(parts[name] or 0) for name in ("year", "week", "weekday"))
        return GREGORIAN, (date.fromisocalendar(*numbers),)
    except ValueError:
        return GREGORIAN, ()


def _day_of_year(parts: dict[str, str | None], locale: DateLocale) -> tuple[int, tuple[date, ...]]:  # noqa: ARG001 - the same
    year = int(parts["year"] or 0)
    day = date(year, 1, 1) + timedelta(days=int(parts["number"] or 0) - 1)
    return GREGORIAN, (day,) if day.year == year else ()


def _roman(parts: dict[str, str | None], locale: DateLocale) -> tuple[int, tuple[date, ...]]:  # noqa: ARG001 - the same
    roman = parts["roman"] or ""
    month = _ROMANS.index(roman) + 1 if roman in _ROMANS else 0
    return GREGORIAN, days_in(GREGORIAN, int(parts["year"] or 0), month, int(parts["day"] or 0), "")


def _has_month(words: str) -> bool:
    return _A_MONTH.search(words) is not None


def _has_figures(words: str) -> bool:
    return _SOME_FIGURES.search(words) is not None


# Each shape with what reads it, in groups that are looked for only where the words have what they need.
_A_MONTH = re.compile(MONTH_SIGN)
_SOME_FIGURES = re.compile(r"\d\s?[-./W]\s?\d|\dW|\d{8}")
_GROUPS = (
    (
        _has_month,
        (
            (_GROUP, _named),
            (_UNIX, _named),
            (_DAY_FIRST, _named),
            (_MONTH_FIRST, _named),
            (_YEAR_FIRST, _named),
            (_YEAR_DAY, _named),
        ),
    ),
    (
        _has_figures,
        (
            (_ISO, _figured),
            (_NUMERIC, _numeric),
            (_MINGUO, _minguo),
            (_COMPACT, _figured),
            (_WEEK, _week),
            (_DAY_OF_YEAR, _day_of_year),
        ),
    ),
    (lambda words: "年" in words or "년" in words, ((_EAST_ASIAN, _east_asian),)),
    (lambda words: any(sign in words for sign in "IVX"), ((_ROMAN, _roman),)),
    (lambda words: any(sign in words for sign in "RHS"), ((_JAPANESE, _japanese),)),
)
