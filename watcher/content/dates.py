"""Dates as publishers write them, read in the publisher's zone: RFC 822, ISO 8601, written out, by numbers.

A date that could mean two things is read as its language and place write it, and never as UTC for want of better: a
zone abbreviation that the publisher's own zone uses (IST, MSK, EET, IDT …) is that zone's; only those of RFC 822 and
a few that mean one thing everywhere are known beyond it.
"""

# ruff: noqa: E501 - a month and its names in a language stand on one line

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from watcher.model.release import Problem, StatedDate

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

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
class Stamp:
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
    stamp = read_stamp(words, zone=zone, formats=formats)
    return StatedDate(at=stamp.at if stamp else None, raw=words, source=source)


def read_stamp(raw: str, *, zone: str, formats: Sequence[str] = ()) -> Stamp | None:
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


def _by_format(words: str, home: ZoneInfo, formats: Sequence[str]) -> Stamp | None:
    for pattern in formats:
        try:
            found = datetime.strptime(words, pattern)  # noqa: DTZ007 - the zone is the publisher's, set in the next line
        except ValueError:
            continue
        aware = found if found.tzinfo else found.replace(tzinfo=home)
        return Stamp(aware.astimezone(UTC), has_time="%H" in pattern or "%I" in pattern)
    return None


def _by_shape(words: str, home: ZoneInfo) -> Stamp | None:
    found = _find_day(words, home)
    if not found:
        return None
    day, start, end = found
    clock = _find_time(words[end:]) or _find_time(words[:start])
    if clock is None:
        return Stamp(datetime(day.year, day.month, day.day, tzinfo=home).astimezone(UTC), has_time=False)
    hour, minute, second, stated = clock
    naive = datetime(day.year, day.month, day.day) + timedelta(hours=hour, minutes=minute, seconds=min(second, 59))  # noqa: DTZ001 - zone follows
    return Stamp(naive.replace(tzinfo=_zone(stated, naive, home)).astimezone(UTC), has_time=True)


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
    day = _date(int(found["year"]), MONTHS.get(_folded(found["word"]), 0), 1) if found else None
    return (day, 0, len(words)) if day else None


def _day(found: re.Match[str], home: ZoneInfo) -> date | None:
    parts = found.groupdict()
    year = _year(parts["year"], parts.get("era"))
    if "word" in parts:
        month = MONTHS.get(_folded(parts["word"]), 0)
    elif "first" in parts:
        return _numeric_day(int(parts["first"]), int(parts["second"]), year, parts["sign"], home)
    else:
        month = int(parts["month"])
    return _date(year, month, int(parts["day"]))


def _numeric_day(first: int, second: int, year: int, sign: str, home: ZoneInfo) -> date | None:
    """12.03.2024 is the 12th of March; 03/12/2024 and 03.12.2024 are March the 12th where months come first."""
    is_month_first = home.key.startswith(_MONTH_FIRST_COUNTRIES)
    orders = [(second, first), (first, second)] if not is_month_first else [(first, second), (second, first)]
    return next((day for month, number in orders if (day := _date(year, month, number))), None) if sign else None


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


def _folded(word: str) -> str:
    plain = unicodedata.normalize("NFD", word.lower())
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


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


# Which of the dates on a page is the release's: the surest source first, and none that cannot be true.

# The first web site; no page was published earlier, whatever it says.
FIRST_SITE = datetime(1991, 8, 6, tzinfo=UTC)
# Characters of an element that are searched for a date.
LOOKED_AT = 300
# A day's midnight somewhere on Earth may lie this much ahead of its midnight in another zone.
_DAY_MARGIN = timedelta(hours=14)
_CLOCK_MARGIN = timedelta(minutes=15)
# A release may be put on the site some weeks after its dateline.
_LATEST_AFTER = timedelta(days=45)
_DAY_OF_YEAR = re.compile(r"(?P<first>[A-Z][a-z]{2,8})\.? \d{1,2}\b|\b\d{1,2} [A-Z][a-z]{2,8}\b")
_PUBLISHED = re.compile(
    r"\b(?:published|posted|released|date posted|release date|einstellzeit|issued)\b", re.IGNORECASE
)
_UPDATE = re.compile(
    r"(?:last |date )?(?:updated|modified|edited|revised|reviewed)\b|"
    r"(?:geändert|aktualisiert|mis à jour|обновлено|оновлено)\b",
    re.IGNORECASE,
)
_OTHER_DAY = re.compile(r"\b(?:retired|died|born)\b", re.IGNORECASE)
_URL_DAY = re.compile(r"[/_=-]((?:19|20)\d{2})[/_-]?(0[1-9]|1[0-2])[/_-]?(0[1-9]|[12]\d|3[01])(?=[/_.?&-]|$)")


@dataclass(frozen=True, slots=True)
class Clock:
    """How dates of one publisher's page are read and checked.

    The IANA zone and `strptime` patterns, when the page was fetched, when the site began, and the feed's date.
    """

    zone: str
    formats: tuple[str, ...]
    fetched_at: datetime
    since: datetime = FIRST_SITE
    hint: datetime | None = None


@dataclass(frozen=True, slots=True)
class Chosen:
    """The date that was taken, if any, and a problem for each that cannot be true."""

    date: StatedDate | None
    problems: tuple[Problem, ...]


def choose(stated: Iterable[tuple[DateSource, str]], clock: Clock) -> Chosen:
    """The first of the stated dates, surest first, that is a date and can be true.

    A date after the fetch or before the site began cannot be true. Where no words hold a date, the first words are
    given back with no instant.
    """
    problems: list[Problem] = []
    unread: StatedDate | None = None
    for source, raw in stated:
        date = parse_date(raw, zone=clock.zone, source=source, formats=clock.formats)
        if date is None or date.at is None:
            unread = unread or date
            continue
        kind = _impossible(date.at, date.raw, clock)
        if not kind:
            return Chosen(date, tuple(problems))
        problems.append(Problem(kind, f"{source}: {date.raw}"))
    return Chosen(unread, tuple(problems))


def doubt(stated: StatedDate | None, clock: Clock) -> str:
    """The kind of problem that a date is which cannot be true, empty for any other and for none."""
    return _impossible(stated.at, stated.raw, clock) if stated is not None and stated.at is not None else ""


def _impossible(at: datetime, raw: str, clock: Clock) -> str:
    stamp = read_stamp(raw, zone=clock.zone, formats=clock.formats)
    margin = _CLOCK_MARGIN if stamp and stamp.has_time else _DAY_MARGIN
    if at > clock.fetched_at + margin:
        return "date_in_future"
    return "date_before_site" if at < clock.since - _DAY_MARGIN else ""


def since(stated: str) -> datetime:
    """When a site began, from its ISO day; the first web site's day where none is stated."""
    return datetime.fromisoformat(stated).replace(tzinfo=UTC) if stated else FIRST_SITE


def dateline_day(dateline: str, published: StatedDate | None, clock: Clock) -> StatedDate | None:
    """The day in a dateline; its year, where it names none, is that of the publication or the day's last return."""
    if find_day(dateline, zone=clock.zone):
        return parse_date(dateline, zone=clock.zone, source="text")
    anchor = (published.at if published else None) or clock.hint or clock.fetched_at
    found = _DAY_OF_YEAR.search(dateline)
    if not found:
        return None
    for year in (anchor.year, anchor.year - 1):
        stamp = read_stamp(f"{found[0]}, {year}" if found["first"] else f"{found[0]} {year}", zone=clock.zone)
        if stamp and stamp.at <= anchor + timedelta(days=2):
            return StatedDate(stamp.at, found[0], "text")
    return None


def spoken_on(dateline: str, published: StatedDate | None, zone: str) -> datetime | None:
    """When a text was written, in its publisher's zone: the day of its dateline, else its publication.

    "Yesterday" means the day before that. A dateline far from the publication is some other text's.
    """
    if published is None or published.at is None:
        day = parse_date(dateline, zone=zone, source="text") if find_day(dateline, zone=zone) else None
        return day.at.astimezone(ZoneInfo(zone)) if day and day.at else None
    day = dateline_day(dateline, published, Clock(zone, (), published.at))
    is_near = day is not None and day.at is not None and -_DAY_MARGIN <= published.at - day.at <= _LATEST_AFTER
    at = day.at if is_near and day is not None and day.at is not None else published.at
    return at.astimezone(ZoneInfo(zone))


def published_words(words: str) -> str:
    """Of a line with several facts, the part that tells of the publication; nothing where its date is another's."""
    words = words[:LOOKED_AT]
    found = _PUBLISHED.search(words)
    return words[found.start() :] if found else "" if _OTHER_DAY.search(words) else words


def is_update(words: str) -> bool:
    """Whether a line tells of the last change and not of the publication."""
    return _UPDATE.match(words) is not None


def url_date(url: str) -> str:
    """The day in an address such as /2024/03/05/…, as ISO; empty where it holds none."""
    found = _URL_DAY.search(url)
    return "-".join(found.groups()) if found else ""


# The months' names in the languages of the publishers, folded to small letters without accents.

# One line a language: twelve months, each with its forms and abbreviations.
_LINES = (
    "january|jan february|feb march|mar april|apr may june|jun july|jul august|aug september|sep|sept october|oct november|nov december|dec",
    "januar|janner|jan februar|feber|feb marz|maerz april|apr mai juni juli august september oktober|okt november dezember|dez",
    "janvier|janv fevrier|fevr mars avril|avr mai juin juillet|juil aout septembre octobre novembre decembre",
    "enero|ene febrero marzo abril|abr mayo junio julio agosto|ago septiembre|setiembre|set octubre noviembre diciembre|dic",
    "janeiro fevereiro|fev marco abril maio|mai junho julho agosto setembro outubro|out novembro dezembro",
    "gennaio|gen febbraio marzo aprile maggio|mag giugno|giu luglio|lug agosto settembre ottobre|ott novembre dicembre",
    "januari februari maart|mrt april mei juni juli augustus september oktober november december",
    "januar februar marts april maj juni juli august september oktober november december|des",
    "styczen|stycznia luty|lutego marzec|marca kwiecien|kwietnia maj|maja czerwiec|czerwca lipiec|lipca sierpien|sierpnia wrzesien|wrzesnia pazdziernik|pazdziernika listopad|listopada grudzien|grudnia",
    "ocak subat mart nisan mayıs|mayis haziran temmuz agustos eylul ekim kasım|kasim aralık|aralik",
    "січень|січня|січ лютий|лютого|лют березень|березня|бер квітень|квітня|кві травень|травня|тра червень|червня|чер липень|липня|лип серпень|серпня|сер вересень|вересня|вер жовтень|жовтня|жов листопад|листопада|лис грудень|грудня|гру",
    "январь|января|янв февраль|февраля|фев март|марта|мар апрель|апреля|апр май|мая июнь|июня|июн июль|июля|июл август|августа|авг сентябрь|сентября|сен|сент октябрь|октября|окт ноябрь|ноября|ноя декабрь|декабря|дек",
    "ינואר|בינואר פברואר|בפברואר מרץ|במרץ|מרס אפריל|באפריל מאי|במאי יוני|ביוני יולי|ביולי אוגוסט|באוגוסט ספטמבר|בספטמבר אוקטובר|באוקטובר נובמבר|בנובמבר דצמבר|בדצמבר",
    "يناير|كانون فبراير|شباط مارس|اذار ابريل|نيسان مايو|ايار يونيو|حزيران يوليو|تموز اغسطس|اب سبتمبر|ايلول اكتوبر|تشرين نوفمبر ديسمبر",
)


def _table() -> dict[str, int]:
    table: dict[str, int] = {}
    for line in _LINES:
        for number, forms in enumerate(line.split(" "), start=1):
            for form in forms.split("|"):
                table.setdefault(form, number)
    return table


MONTHS: dict[str, int] = _table()
