"""Dates as publishers write them, read in the publisher's zone: RFC 822, ISO 8601, written out, by numbers.

A date that could mean two things is read as its language and place write it, and never as UTC for want of better: a
zone abbreviation that the publisher's own zone uses (IST, MSK, EET, IDT …) is that zone's; only those of RFC 822 and
a few that mean one thing everywhere are known beyond it.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from watcher.content.months import month_number
from watcher.model.release import StatedDate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from watcher.model.release import DateSource


# RFC 822 section 5.1, and abbreviations in use for one offset only; hours east of Greenwich.
_ABBREVIATIONS: dict[str, float] = {
    "ut": 0, "utc": 0, "gmt": 0, "z": 0, "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8,
    "pdt": -7, "akst": -9, "akdt": -8, "hst": -10, "wet": 0, "west": 1, "cet": 1, "cest": 2, "mez": 1, "mesz": 2,
    "eet": 2, "eest": 3, "msk": 3, "trt": 3, "pkt": 5, "npt": 5.75, "ict": 7, "wib": 7, "sgt": 8, "hkt": 8, "awst": 8,
    "jst": 9, "kst": 9, "acst": 9.5, "aest": 10, "aedt": 11, "nzst": 12, "nzdt": 13,
}  # fmt: skip
_TIME = re.compile(
    r"(?<![\d.:])(?P<hour>2[0-4]|[01]?\d)(?!\d)(?:(?P<sign>[:.h])(?P<minute>[0-5]\d)(?:[:.](?P<second>[0-6]\d)(?:[.,]\d+)?)?)?"
    r"\s*(?P<half>[ap]\.?\s?m\.?(?![a-z]))?(?:\s*(?:uhr|hrs?|hours)\b)?"
    r"(?:\s*\(?(?P<zone>z\b|(?:utc|gmt)?\s*[+-]\d{1,2}:?\d{0,2}|[a-z]{2,5}(?![a-z])))?",
    re.IGNORECASE,
)
_ISO = re.compile(r"(?<!\d)(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})(?!\d)")
_COMPACT = re.compile(r"(?<!\d)(?P<year>(?:19|20)\d{2})(?P<month>0[1-9]|1[0-2])(?P<day>0[1-9]|[12]\d|3[01])(?!\d)")
# ISO 8601 without its signs: 20240503T103000Z.
_BASIC = re.compile(r"(?<!\d)(\d{8})T(\d{2})(\d{2})(\d{2})(?!\d)")
_NUMERIC = re.compile(
    r"(?<!\d)(?P<first>\d{1,2})(?P<sign>[./-])\s?(?P<second>\d{1,2})(?P=sign)\s?(?P<year>\d{4}|\d{2})(?!\d)"
)
_CJK = re.compile(
    r"(?P<era>民國|民国)?\s*(?P<year>\d{2,4})\s*[年년]\s*(?P<month>\d{1,2})\s*[月월]\s*(?P<day>\d{1,2})\s*[日일]"
)
_WORD = r"(?P<word>[^\W\d_]{3,12})\.?"
_DAY_FIRST = re.compile(
    rf"(?<!\d)(?P<day>\d{{1,2}})(?:st|nd|rd|th|er|\.|º|ª)?[\s-]*(?:of\s|de\s|d')?\s*{_WORD},?[\s-]*(?:de\s|del\s)?(?P<year>\d{{4}}|\d{{2}}(?=\s|$))(?!\d)",
    re.IGNORECASE,
)
_MONTH_FIRST = re.compile(
    rf"{_WORD}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s*,?\s+(?P<year>\d{{4}})(?!\d)", re.IGNORECASE
)
_MONTH_ONLY = re.compile(rf"\s*{_WORD},?\s+(?P<year>\d{{4}})\s*")
_TAIWAN_YEARS, _THAI_YEARS = range(100, 200), range(2441, 2700)
_PIVOT, _NOON = 70, 12
_SHORT_YEAR, _WHOLE_YEAR = 2, 4  # digits
_FIRST_YEAR = 1000
_MONTH_FIRST_COUNTRIES = ("America/", "US/", "Pacific/Honolulu", "Asia/Manila")


@dataclass(frozen=True, slots=True)
class Instant:
    """A date as read: the instant in UTC, and whether its words gave a time of day."""

    at: datetime
    has_time: bool


def parse_date(raw: str, *, zone: str, source: DateSource, formats: Sequence[str] = ()) -> StatedDate | None:
    """The date that `raw` states, in the publisher's IANA `zone` where it names no other; None for no words at all.

    Words in which no date is found give a `StatedDate` whose `at` is None. A date without time is its midnight there.
    `formats` are `strptime` patterns, tried first.
    """
    words = " ".join(raw.split())
    if not words:
        return None
    instant = parse_instant(words, zone=zone, formats=formats)
    return StatedDate(at=instant.at if instant else None, raw=words, source=source)


def parse_instant(raw: str, *, zone: str, formats: Sequence[str] = ()) -> Instant | None:
    """The first date in `raw` with its time of day, or None. Never raises on any text."""
    home = ZoneInfo(zone)
    words = unicodedata.normalize("NFKC", raw[:300]).translate({0x200E: None, 0x200F: None})
    words = _BASIC.sub(r"\1T\2:\3:\4", words)
    try:
        return _by_format(words.strip(), home, formats) or _by_shape(words, home)
    except (ValueError, OverflowError):  # a 31 June, or a year that no calendar has
        return None


def find_day(raw: str, *, zone: str = "UTC") -> date | None:
    """The first calendar day in `raw`, or None."""
    found = _find_day(raw[:300], ZoneInfo(zone))
    return found[0] if found else None


def _by_format(words: str, home: ZoneInfo, formats: Sequence[str]) -> Instant | None:
    for pattern in formats:
        try:
            found = datetime.strptime(words, pattern)  # noqa: DTZ007 - the zone is the publisher's, set in the next line
        except ValueError:
            continue
        aware = found if found.tzinfo else found.replace(tzinfo=home)
        return Instant(aware.astimezone(UTC), has_time="%H" in pattern or "%I" in pattern)
    return None


def _by_shape(words: str, home: ZoneInfo) -> Instant | None:
    found = _find_day(words, home)
    if not found:
        return None
    day, start, end = found
    clock = _find_time(words[end:]) or _find_time(words[:start])
    if clock is None:
        return Instant(datetime(day.year, day.month, day.day, tzinfo=home).astimezone(UTC), has_time=False)
    hour, minute, second, stated = clock
    naive = datetime(day.year, day.month, day.day) + timedelta(hours=hour, minutes=minute, seconds=min(second, 59))  # noqa: DTZ001 - zone follows
    return Instant(naive.replace(tzinfo=_zone(stated, naive, home)).astimezone(UTC), has_time=True)


def _find_day(words: str, home: ZoneInfo) -> tuple[date, int, int] | None:
    """The first day in the text and where it stands."""
    best: tuple[date, int, int] | None = None
    for pattern in (_ISO, _CJK, _DAY_FIRST, _MONTH_FIRST, _NUMERIC, _COMPACT):
        for found in pattern.finditer(words):
            if (day := _day(found, home)) and (best is None or found.start() < best[1]):
                best = (day, found.start(), found.end())
                break
    return best or _month_only(words)


def _month_only(words: str) -> tuple[date, int, int] | None:
    """The first day of a month, where the words are a month and a year and nothing else."""
    found = _MONTH_ONLY.fullmatch(words)
    day = _date(int(found["year"]), month_number(found["word"]), 1) if found else None
    return (day, 0, len(words)) if day else None


def _day(found: re.Match[str], home: ZoneInfo) -> date | None:
    parts = found.groupdict()
    year = _year(parts["year"], parts.get("era"))
    if "word" in parts:
        month = month_number(parts["word"])
    elif "first" in parts:
        return _numeric_day(int(parts["first"]), int(parts["second"]), year, home)
    else:
        month = int(parts["month"])
    return _date(year, month, int(parts["day"]))


def _numeric_day(first: int, second: int, year: int, home: ZoneInfo) -> date | None:
    """12.03.2024 is the 12th of March; 03/12/2024 and 03.12.2024 are March the 12th where months come first."""
    is_month_first = home.key.startswith(_MONTH_FIRST_COUNTRIES)
    orders = [(second, first), (first, second)] if not is_month_first else [(first, second), (second, first)]
    return next((day for month, number in orders if (day := _date(year, month, number))), None)


def _date(year: int, month: int, day: int) -> date | None:
    if year < _FIRST_YEAR:
        return None  # 0001-01-01 is what programs write for "no date"
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _year(words: str, era: str | None) -> int:
    stated = int(words)
    if era or (stated in _TAIWAN_YEARS and len(words) < _WHOLE_YEAR):
        return stated + 1911  # the Republic of China's calendar
    if stated in _THAI_YEARS:
        return stated - 543  # the Thai solar calendar
    is_short = len(words) == _SHORT_YEAR
    return stated + (2000 if stated < _PIVOT else 1900) if is_short else stated


def _find_time(words: str) -> tuple[int, int, int, str] | None:
    """Hour, minute, second and the zone's words, from the first thing that is surely a time of day."""
    for found in _TIME.finditer(words.replace("T", " ", 1) if words.startswith("T") else words):
        if found["minute"] is None and not found["half"]:
            continue
        hour = int(found["hour"])
        if found["half"] and hour <= _NOON:
            hour = hour % _NOON + (_NOON if found["half"][0] in "pP" else 0)
        return hour, int(found["minute"] or 0), int(found["second"] or 0), found["zone"] or ""
    return None


def _zone(stated: str, naive: datetime, home: ZoneInfo) -> tzinfo:
    """The zone that the words name, the publisher's where they name none that is known."""
    name = stated.strip().lower()
    number = re.search(r"([+-])(\d{1,2}):?(\d{2})?$", name)
    if number:
        away = timedelta(hours=int(number[2]), minutes=int(number[3] or 0))
        return timezone(-away if number[1] == "-" else away)
    own = _own_offset(name, naive, home)
    if own is not None:
        return timezone(own)
    return timezone(timedelta(hours=_ABBREVIATIONS[name])) if name in _ABBREVIATIONS else home


def _own_offset(name: str, naive: datetime, home: ZoneInfo) -> timedelta | None:
    """The offset that the publisher's own zone has under this abbreviation in that year."""
    for month in (naive.month, 1, 7):
        at = naive.replace(month=month, day=1, tzinfo=home)
        if (at.tzname() or "").lower() == name:
            return at.utcoffset()
    return None
