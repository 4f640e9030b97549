"""Which of the dates that a page states is the release's: the surest source first, and none that cannot be true."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from watcher.content.date_labels import DateKind, labelled
from watcher.content.dates import has_day, parse_date, parse_instant
from watcher.model.release import Problem, StatedDate

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from watcher.content.date_order import DateLocale
    from watcher.model.release import DateSource


# The first web site; no page was published earlier, whatever it says.
FIRST_SITE = datetime(1991, 8, 6, tzinfo=UTC)
# Characters of an element that are searched for a date.
_SEARCHED = 300
# A day's midnight somewhere on Earth may lie this much ahead of its midnight in another zone.
_DAY_MARGIN = timedelta(hours=14)
_CLOCK_MARGIN = timedelta(minutes=15)
# Two dates this close are one: a day's midnight and an hour of it.
_SAME_DAY = timedelta(hours=36)
# A release may be put on the site some weeks after its dateline.
_LATEST_AFTER = timedelta(days=45)
_DAY_OF_YEAR = re.compile(
    r"(?P<first>[A-Z][a-z]{2,8})\.? \d{1,2}\b|\b\d{1,2} [A-Z][a-z]{2,8}\b"
    r"|(?<![\d./])(?P<figures>\d{1,2}[./]\d{1,2})(?![\d/])"
)
# Figures of which the order is not said by themselves.
_FIGURES = re.compile(r"(?<![\d./-])(\d{1,2})\s?[./-]\s?(\d{1,2})\s?[./-]\s?(?:\d{4}|\d{2})(?!\d)")
_MONTHS = 12
_URL_DAY = re.compile(r"[/_=-]((?:19|20)\d{2})[/_-]?(0[1-9]|1[0-2])[/_-]?(0[1-9]|[12]\d|3[01])(?=[/_.?&-]|$)")
# What sets the date at the end of a title apart from the title.
_TITLE_TAIL = re.compile(r"(?:\s[|–—·•-]\s|[,:]\s|\s\()(?P<tail>[^|–—·•()]{6,40})\)?\s*$")


@dataclass(frozen=True, slots=True)
class DateContext:
    """How dates of one publisher's page are read and checked.

    The locale and `strptime` patterns, when the page was fetched, when the site began, and the feed's date.
    """

    locale: DateLocale
    formats: tuple[str, ...]
    fetched_at: datetime
    since: datetime = FIRST_SITE
    published_hint: datetime | None = None


@dataclass(frozen=True, slots=True)
class ChosenDate:
    """The date that was taken, if any, and a problem for each that cannot be true or is doubtful."""

    date: StatedDate | None
    problems: tuple[Problem, ...]


def choose_date(stated: Iterable[tuple[DateSource, str] | StatedDate], context: DateContext) -> ChosenDate:
    """The first of the stated dates, surest first, that is a date and can be true.

    A date after the fetch or before the site began cannot be true. One that can be read in two ways is taken as the
    feed or another stated date confirms it; unconfirmed, it is passed over for a later one and never guessed. Where no
    words hold a date, the first words are given back with no instant.
    """
    problems: list[Problem] = []
    unread: StatedDate | None = None
    doubtful: StatedDate | None = None
    for one in stated:
        date = one if isinstance(one, StatedDate) else _read(one, context)
        date, doubts = credible(date, context)
        problems += doubts
        if date is None or date.at is None:
            doubtful = doubtful or (date if date and date.readings else None)
            unread = unread or (None if doubts else date)
        elif doubtful and (confirmed := _confirmed(doubtful, date.at)):
            return ChosenDate(confirmed, tuple(one for one in problems if one.kind != "date_doubtful"))
        else:
            return ChosenDate(date, tuple(problems))
    return ChosenDate(doubtful or unread, tuple(problems))


def _read(stated: tuple[DateSource, str], context: DateContext) -> StatedDate | None:
    source, raw = stated
    return parse_date(raw, locale=context.locale, source=source, formats=context.formats)


def credible(stated: StatedDate | None, context: DateContext) -> tuple[StatedDate | None, tuple[Problem, ...]]:
    """The date without the instants that cannot be true, and why: its words stay.

    Of a doubtful date's readings those that cannot be true are left out, and the one that the feed's date confirms is
    taken; where more than one is left, a problem holds them.
    """
    if stated is None or (stated.at is None and not stated.readings):
        return stated, ()
    instants = stated.readings or (stated.at,)
    wrong = {at: kind for at in instants if at and (kind := _impossible(at, stated, context))}
    left = tuple(at for at in instants if at and at not in wrong)
    if not left:
        kind = next(iter(wrong.values()))
        return replace(stated, at=None, readings=()), (Problem(kind, f"{stated.source}: {stated.raw}"),)
    if len(left) == 1:
        return replace(stated, at=left[0], readings=()), ()
    if context.published_hint and (confirmed := _confirmed(replace(stated, readings=left), context.published_hint)):
        return confirmed, ()
    return replace(stated, readings=left), (Problem("date_doubtful", _both(stated, left, context)),)


def _confirmed(doubtful: StatedDate, at: datetime) -> StatedDate | None:
    """The doubtful date read as the one of its readings that is the day of a certain date."""
    near = [one for one in doubtful.readings if abs(one - at) <= _SAME_DAY]
    return replace(doubtful, at=near[0], readings=()) if len(near) == 1 else None


def settled_by_others(dates: Sequence[StatedDate | None], zone: str) -> list[StatedDate | None]:
    """The dates of one feed, the doubtful ones read in the order of figures that the others prove.

    25/05/2024 can only have its day first, and a program writes all its dates alike. Where others prove both orders,
    or none, nothing is settled.
    """
    proved = {is_day_first for one in dates if one and one.at and (is_day_first := _day_first(one.raw)) is not None}
    if len(proved) != 1:
        return list(dates)
    return [_in_proved_order(one, zone, is_day_first=True in proved) if one and one.readings else one for one in dates]


def _day_first(raw: str) -> bool | None:
    """Whether the first of the figures can only be a day, or the second; None where both or neither can."""
    found = _FIGURES.search(raw)
    if found is None or (int(found[1]) > _MONTHS) == (int(found[2]) > _MONTHS):
        return None
    return int(found[1]) > _MONTHS


def _in_proved_order(stated: StatedDate, zone: str, *, is_day_first: bool) -> StatedDate:
    found = _FIGURES.search(stated.raw)
    day = int(found[1 if is_day_first else 2]) if found else 0
    fitting = [at for at in stated.readings if at.astimezone(ZoneInfo(zone)).day == day]
    return replace(stated, at=fitting[0], readings=()) if len(fitting) == 1 else stated


def _both(stated: StatedDate, readings: Sequence[datetime], context: DateContext) -> str:
    zone = ZoneInfo(context.locale.zone)
    shown = [at.astimezone(zone).isoformat(timespec="minutes") for at in readings]
    days = shown if stated.has_time else [one.partition("T")[0] for one in shown]
    return f"{stated.source}: {stated.raw} is {' or '.join(sorted(days))}"


def _impossible(at: datetime, stated: StatedDate, context: DateContext) -> str:
    """The kind of problem that an instant is which cannot be true, empty for any other."""
    margin = _CLOCK_MARGIN if stated.has_time else _DAY_MARGIN
    if at > context.fetched_at + margin:
        return "date_in_future"
    return "date_before_site" if at < context.since - _DAY_MARGIN else ""


def site_start(stated: str) -> datetime:
    """When a site began, from its ISO day; the first web site's day where none is stated."""
    return datetime.fromisoformat(stated).replace(tzinfo=UTC) if stated else FIRST_SITE


def _dateline_day(dateline: str, published: datetime, locale: DateLocale) -> datetime | None:
    """The day in a dateline; its year, where it names none, is that of the publication or the day's last return."""
    if has_day(dateline, locale=locale):
        context = DateContext(locale, (), published + _LATEST_AFTER, published_hint=published)
        day, _ = credible(parse_date(dateline, locale=locale, source="text"), context)
        return day.at if day else None
    found = _DAY_OF_YEAR.search(dateline)
    if not found:
        return None
    for year in (published.year, published.year - 1):
        instant = parse_instant(_with_year(found, year), locale=locale)
        days = [at for at in instant.readings if at <= published + timedelta(days=2)] if instant else []
        if len(days) == 1:
            return days[0]
    return None


def _with_year(found: re.Match[str], year: int) -> str:
    if found["figures"]:
        return f"{found[0]}{found[0].strip('0123456789')}{year}"
    return f"{found[0]}, {year}" if found["first"] else f"{found[0]} {year}"


def written_at(dateline: str, published: StatedDate | None, locale: DateLocale) -> datetime | None:
    """When a text was written, in its publisher's zone: the day of its dateline, else its publication.

    "Yesterday" means the day before that. A dateline far from the publication is some other text's.
    """
    zone = ZoneInfo(locale.zone)
    if published is None or published.at is None:
        day = parse_date(dateline, locale=locale, source="text")
        return day.at.astimezone(zone) if day and day.at else None
    at = _dateline_day(dateline, published.at, locale)
    is_near = at is not None and -_DAY_MARGIN <= published.at - at <= _LATEST_AFTER
    return (at if at and is_near else published.at).astimezone(zone)


def dated_parts(lines: Iterable[str], locale: DateLocale) -> tuple[tuple[DateKind, StatedDate], ...]:
    """The parts of lines that state a day, each with what its label says of it and its date as read."""
    return tuple(
        (kind, stated)
        for line in lines
        if has_day(line, locale=locale)
        for kind, words in labelled(line[:_SEARCHED])
        if (stated := parse_date(words, locale=locale, source="text")) and (stated.at or stated.readings)
    )


def publication_words(words: str) -> str:
    """Of a line with several facts, the part about its publication; nothing where its dates are all another's."""
    parts = labelled(words[:_SEARCHED])
    own = [part for kind, part in parts if kind == "published"] or [part for kind, part in parts if not kind]
    return own[0] if own else ""


def title_tail(title: str, locale: DateLocale) -> str:
    """The date at the end of a title, set apart by a dash, bar or comma; empty where it ends in other words."""
    found = _TITLE_TAIL.search(title[-_SEARCHED:])
    return found["tail"] if found and has_day(found["tail"], locale=locale) else ""


def url_date(url: str) -> str:
    """The day in an address such as /2024/03/05/…, as ISO; empty where it holds none."""
    found = _URL_DAY.search(url)
    return "-".join(found.groups()) if found else ""
