"""Where one incident of a text ends and the next begins, and what place and date the text gives each."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from watcher.config.words import Vocabulary

_HEAD = 700  # characters: a dateline stands in the first of them


@dataclass(frozen=True, slots=True)
class Patterns:
    """What finds incidents, dates and places of one language."""

    start: re.Pattern[str]
    date: re.Pattern[str]
    place: re.Pattern[str]
    dateline: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Stated:
    """Words of the text with their offset, and the day they mean where that is known."""

    start: int
    raw: str
    day: str = ""


@lru_cache(maxsize=16)
def _compiled(
    digest: str,
    months: tuple[str, ...],
    days: tuple[str, ...],
    starts: tuple[str, ...],
    openers: tuple[str, ...],
    kinds: tuple[str, ...],
) -> Patterns:
    del digest
    month, day, start, opener, kind = (_either(words) for words in (months, days, starts, openers, kinds))
    name = r"(?:(?i:al|el|ad|as|ar|an|de|la|of|the|bin)[-\s])?[^\W\d_a-z][\w'’‘-]*"
    return Patterns(
        re.compile(
            rf"(?:\(?\d{{1,3}}[.)]\s|[-–—•*·▪]\s)?(?:on\s)?(?:(?:(?:{month})\b\.?\s\d|\d{{1,2}}[-\s](?:{month})\b)|(?:{day})\b,?\s|(?:in\s|a\s|the\s|an\s)?(?:{start})\b|(?:in|near)\s(?-i:[A-Z]))",
            re.IGNORECASE,
        ),
        re.compile(
            rf"\b(?:(?P<day>\d{{1,2}})(?:st|nd|rd|th)?[-\s](?:of\s)?(?P<month>{month})\b\.?(?:,?[-\s]\s?(?P<year>\d{{4}}|\d\d)\b)?|(?P<month2>{month})\b\.?\s(?P<day2>\d{{1,2}})(?!\d)(?:st|nd|rd|th)?(?:,?\s(?P<year2>\d{{4}})\b)?|(?P<relative>{day})\b)",
        ),
        re.compile(
            rf"\b(?i:{opener})\s(?:the\s)?(?:(?i:town|city|village|area|district|province)\sof\s)?(?P<place>{name}(?:[\s-]{name}|\s(?:{kind})\b)*(?:,\s{name}(?:\s{name})?(?:\s(?:{kind})\b)?)?)"
        ),
        re.compile(
            r"(?m)^\s*(?P<place>[A-Z][^\n()–—]{2,40}?)\s*(?:\((?P<date>[^)\n]{3,24})\)\s*)?(?:[-–—]{1,2}\s|\((?=[A-Z])|$)"
        ),
    )


def _either(words: tuple[str, ...]) -> str:
    return "|".join(sorted((re.escape(word).replace(r"\ ", r"\s") for word in words), key=len, reverse=True)) or "(?!)"


def patterns_of(vocabulary: Vocabulary) -> Patterns:
    """The patterns of a vocabulary, compiled once per process."""
    calendar, places = vocabulary.calendar, vocabulary.places
    days = (*calendar.weekdays, *calendar.relative)
    return _compiled(
        vocabulary.digest,
        tuple(calendar.months),
        days,
        vocabulary.grammar["new_incident"],
        places.openers,
        places.kinds,
    )


def incidents_of(text: str, spans: list[tuple[int, int]], vocabulary: Vocabulary) -> list[int]:
    """The number of the incident that each sentence speaks of; 0 until the first one is opened."""
    start = patterns_of(vocabulary).start
    numbers, current = [], 0
    for begin, _ in spans:
        if begin and start.match(text, begin):
            current += 1
        numbers.append(current)
    return numbers


class Events:
    """Places and dates of one text, found when asked for."""

    def __init__(self, text: str, low: str, vocabulary: Vocabulary, published: datetime | None, place: str) -> None:
        """Keep what fixes relative dates; the dateline is read once. `low` is the text in small letters."""
        self.text, self.low, self.vocabulary, self.patterns = text, low, vocabulary, patterns_of(vocabulary)
        self.today = published.date() if published else None
        self.known: dict[tuple[bool, int], list[Stated]] = {}
        self.dateline = place
        head = self.patterns.dateline.search(text, 0, _HEAD)
        if head and head["date"]:
            self.dateline = self.dateline or head["place"].strip(" ,")
            stated = self.patterns.date.search(head["date"].lower())
            self.today = self._day(stated) or self.today if stated else self.today

    def date_in(self, begin: int, end: int, near: int) -> Stated | None:
        """The date between two offsets that stands nearest to a third one."""
        return self._nearest(begin, end, near, is_place=False)

    def place_in(self, begin: int, end: int, near: int) -> Stated | None:
        """The place between two offsets that stands nearest to a third one."""
        return self._nearest(begin, end, near, is_place=True)

    def _nearest(self, begin: int, end: int, near: int, *, is_place: bool) -> Stated | None:
        key = (is_place, begin)
        if key not in self.known:
            self.known[key] = self._places(begin, end) if is_place else self._dates(begin, end)
        return min(self.known[key], key=lambda stated: abs(stated.start - near), default=None)

    def _places(self, begin: int, end: int) -> list[Stated]:
        found = self.patterns.place.finditer(self.text, begin, end)
        return [
            Stated(match.start("place"), " ".join(match["place"].split()))
            for match in found
            if not self._is_month_name(match)
        ]

    def _dates(self, begin: int, end: int) -> list[Stated]:
        found = []
        for match in self.patterns.date.finditer(self.low, begin, end):
            day = self._day(match)
            found.append(Stated(match.start(), self.text[match.start() : match.end()], day.isoformat() if day else ""))
        return found

    def _is_month_name(self, match: re.Match[str]) -> bool:
        """As in "in March" and "in January" are no places."""
        first = match["place"].split()[0].lower().rstrip(".,")
        return first in self.vocabulary.calendar.months or first in self.vocabulary.calendar.weekdays

    def _day(self, match: re.Match[str]) -> date | None:
        """The day that the words mean, as far as the text and its publication fix it."""
        if match["relative"]:
            return self._relative(match["relative"].lower())
        month = self.vocabulary.calendar.months[(match["month"] or match["month2"]).lower()]
        day, year = int(match["day"] or match["day2"]), match["year"] or match["year2"]
        if year is None and self.today is None:
            return None
        number = _full_year(year) if year else self.today.year if self.today else 0
        found = _date(number, month, day)
        if found and year is None and self.today and found > self.today + timedelta(days=31):
            return _date(number - 1, month, day)
        return found

    def _relative(self, word: str) -> date | None:
        calendar = self.vocabulary.calendar
        if self.today is None:
            return None
        if word in calendar.relative:
            return self.today + timedelta(days=calendar.relative[word])
        weekday = calendar.weekdays.get(word)
        return None if weekday is None else self.today - timedelta(days=(self.today.weekday() - weekday) % 7)


def _full_year(year: str) -> int:
    return int(year) if len(year) == 4 else 2000 + int(year) if int(year) < 70 else 1900 + int(year)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
