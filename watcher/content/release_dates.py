"""Which of the dates that a page states is the release's: the surest source first, and none that cannot be true."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from watcher.content.dates import find_day, parse_date, parse_instant
from watcher.model.release import Problem, StatedDate

if TYPE_CHECKING:
    from collections.abc import Iterable

    from watcher.model.release import DateSource


# The first web site; no page was published earlier, whatever it says.
FIRST_SITE = datetime(1991, 8, 6, tzinfo=UTC)
# Characters of an element that are searched for a date.
_SEARCHED = 300
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
class DateContext:
    """How dates of one publisher's page are read and checked.

    The IANA zone and `strptime` patterns, when the page was fetched, when the site began, and the feed's date.
    """

    zone: str
    formats: tuple[str, ...]
    fetched_at: datetime
    since: datetime = FIRST_SITE
    published_hint: datetime | None = None


@dataclass(frozen=True, slots=True)
class ChosenDate:
    """The date that was taken, if any, and a problem for each that cannot be true."""

    date: StatedDate | None
    problems: tuple[Problem, ...]


def choose_date(stated: Iterable[tuple[DateSource, str]], context: DateContext) -> ChosenDate:
    """The first of the stated dates, surest first, that is a date and can be true.

    A date after the fetch or before the site began cannot be true. Where no words hold a date, the first words are
    given back with no instant.
    """
    problems: list[Problem] = []
    unread: StatedDate | None = None
    for source, raw in stated:
        date = parse_date(raw, zone=context.zone, source=source, formats=context.formats)
        if date is None or date.at is None:
            unread = unread or date
            continue
        kind = _impossible(date.at, date.raw, context)
        if not kind:
            return ChosenDate(date, tuple(problems))
        problems.append(Problem(kind, f"{source}: {date.raw}"))
    return ChosenDate(unread, tuple(problems))


def date_problem(stated: StatedDate | None, context: DateContext) -> str:
    """The kind of problem that a date is which cannot be true, empty for any other and for none."""
    return _impossible(stated.at, stated.raw, context) if stated is not None and stated.at is not None else ""


def _impossible(at: datetime, raw: str, context: DateContext) -> str:
    instant = parse_instant(raw, zone=context.zone, formats=context.formats)
    margin = _CLOCK_MARGIN if instant and instant.has_time else _DAY_MARGIN
    if at > context.fetched_at + margin:
        return "date_in_future"
    return "date_before_site" if at < context.since - _DAY_MARGIN else ""


def site_start(stated: str) -> datetime:
    """When a site began, from its ISO day; the first web site's day where none is stated."""
    return datetime.fromisoformat(stated).replace(tzinfo=UTC) if stated else FIRST_SITE


def dateline_day(dateline: str, published: StatedDate | None, context: DateContext) -> StatedDate | None:
    """The day in a dateline; its year, where it names none, is that of the publication or the day's last return."""
    if find_day(dateline, zone=context.zone):
        return parse_date(dateline, zone=context.zone, source="text")
    anchor = (published.at if published else None) or context.published_hint or context.fetched_at
    found = _DAY_OF_YEAR.search(dateline)
    if not found:
        return None
    for year in (anchor.year, anchor.year - 1):
        instant = parse_instant(f"{found[0]}, {year}" if found["first"] else f"{found[0]} {year}", zone=context.zone)
        if instant and instant.at <= anchor + timedelta(days=2):
            return StatedDate(instant.at, found[0], "text")
    return None


def written_at(dateline: str, published: StatedDate | None, zone: str) -> datetime | None:
    """When a text was written, in its publisher's zone: the day of its dateline, else its publication.

    "Yesterday" means the day before that. A dateline far from the publication is some other text's.
    """
    if published is None or published.at is None:
        day = parse_date(dateline, zone=zone, source="text") if find_day(dateline, zone=zone) else None
        return day.at.astimezone(ZoneInfo(zone)) if day and day.at else None
    day = dateline_day(dateline, published, DateContext(zone, (), published.at))
    is_near = day is not None and day.at is not None and -_DAY_MARGIN <= published.at - day.at <= _LATEST_AFTER
    at = day.at if is_near and day is not None and day.at is not None else published.at
    return at.astimezone(ZoneInfo(zone))


def publication_words(words: str) -> str:
    """Of a line with several facts, the part about its publication; nothing where its date is another's."""
    words = words[:_SEARCHED]
    found = _PUBLISHED.search(words)
    return words[found.start() :] if found else "" if _OTHER_DAY.search(words) else words


def is_update(words: str) -> bool:
    """Whether a line states the last change and not the publication."""
    return _UPDATE.match(words) is not None


def url_date(url: str) -> str:
    """The day in an address such as /2024/03/05/…, as ISO; empty where it holds none."""
    found = _URL_DAY.search(url)
    return "-".join(found.groups()) if found else ""
