"""Dates as a text states them, and the days they mean: "12 May", "between 2 and 5 July", "yesterday", "last week".

A day of announcing ("announced today", "said on Friday") is no day of the event and is left out.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

from ahocorasick_rs import AhoCorasick, Implementation, MatchKind

from watcher.detect.words.lexicon import either, once_per_vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from watcher.config.words import Calendar, ReportingWords, Vocabulary


_AHEAD = timedelta(days=31)  # a date without a year is no further in the future than this
_TODAY, _COARSE, _COARSER = 25, 40, 80  # characters: how much further a month, a year counts than a day
_BEFORE = 40  # characters before a date that can say that it is not the event's
_WEEK = 7
_BESIDE = 3  # characters between the name of a day and its date
_AROUND = 20  # characters before and after the name of a month or a day that belong to the date
DayRange = tuple[date, date]


class Stated(NamedTuple):
    """Words of the text with their offsets; for a date the first and last day they mean, where that is known.

    `penalty` is how many characters further away it counts; a weak one says where somebody is, not where it happened.
    """

    start: int
    end: int
    raw: str
    first: str = ""
    last: str = ""
    penalty: int = 0
    is_weak: bool = False


@dataclass(frozen=True, slots=True)
class DayPatterns:
    """What finds dates, and what stands around one that is not the event's."""

    date: re.Pattern[str]
    triggers: AhoCorasick
    numbers: re.Pattern[str]
    before: re.Pattern[str]
    after: re.Pattern[str]
    telling: re.Pattern[str]


@once_per_vocabulary
def day_patterns(vocabulary: Vocabulary) -> DayPatterns:
    """The patterns of a vocabulary, compiled once per process."""
    calendar = vocabulary.calendar
    names = (*calendar.weekdays, *calendar.relative, *calendar.weeks)
    triggers = {
        *calendar.months,
        *names,
        *(f"{unit} {ago}" for unit in calendar.ago for ago in calendar.ago_after),
        *(f"{opener} {century}" for opener in calendar.year_openers for century in ("19", "20")),
    }
    return DayPatterns(
        _date_pattern(vocabulary, names),
        AhoCorasick(sorted(triggers), matchkind=MatchKind.LeftmostLongest, implementation=Implementation.DFA),
        re.compile(r"\d(?:\d{3}-\d\d-\d\d|\.\d{1,2}\.\d{4})"),
        _before_pattern(vocabulary.telling),
        re.compile(rf"\s(?:{either(vocabulary.telling.announcing)})\b"),
        re.compile(rf",?\s(?:[^\W\d]+\s){{1,5}}?(?:{either(vocabulary.telling.announcing)})\b"),
    )


def _date_pattern(vocabulary: Vocabulary, names: Iterable[str]) -> re.Pattern[str]:
    """What finds a date of any kind; `names` are those of days and weeks."""
    calendar, words = vocabulary.calendar, vocabulary.rule_words
    month, of = either(calendar.months), either(words.genitive)
    day = rf"\d{{1,2}}(?:{either(sorted(words.ordinal_endings))})?"
    to = rf"\s?(?:-|–|/|{either(calendar.day_joints)})\s?"
    in_month, in_year = _after_any(calendar.month_openers), _after_any(calendar.year_openers)
    return re.compile(
        rf"(?<![\w.,-])(?:(?P<iso>\d{{4}}-\d\d-\d\d)(?!\d)"
        rf"|(?P<dotted>\d{{1,2}}\.\d{{1,2}}\.\d{{4}})(?!\d)"
        rf"|(?P<d1>{day})(?:{to}(?P<d2>{day}))?(?:\s(?:{of}))?[-\s](?P<m1>{month})\b"
        rf"(?:\.?,?[-\s](?P<y1>\d{{4}})\b|[-/’'](?P<y3>\d\d)\b)?"
        rf"|(?P<m2>{month})\b\.?\s(?P<d3>{day})(?![:\d])(?:{to}(?P<d4>{day})(?![:\d]))?(?:,?\s(?P<y2>\d{{4}})\b)?"
        rf"|(?P<m3>{month})\b\.?\s?(?:-|–|{either(words.month_joints)})\s?(?P<m4>{month})\b(?:,?\s(?P<y4>\d{{4}})\b)?"
        rf"|{in_month}(?P<bare_month>{month})\b(?:\.?,?\s(?:(?:{of})\s)?(?P<bare_month_year>\d{{4}})\b)?"
        rf"|{in_year}(?P<year>(?:19|20)\d\d)\b(?!\s?(?:{either(calendar.not_years)}))"
        rf"|(?P<count>\d{{1,2}}|{either(calendar.counts)})\s(?P<unit>{either(calendar.ago)})\s(?:{either(calendar.ago_after)})\b"
        rf"|(?:(?P<attribute>{either(calendar.day_attributes)})\s)?(?P<relative>{either(names)})\b)"
    )


def _before_pattern(words: ReportingWords) -> re.Pattern[str]:
    """What finds, right before a day, that it is the day of the report or of something else."""
    asides = rf"(?:{either(words.asides)})\s|(?:{either(words.aside_openers)})\s[\w.]+\s"
    return re.compile(
        rf"(?:\b(?:{either(words.announcing)})\s(?:{asides})*(?:(?:{either(words.day_openers)})\s)?"
        rf"|\b(?:{either(words.other_days)})\s(?:[\w-]+\s){{0,3}}(?:(?:{either(words.other_day_openers)})\s)?)$"
    )


def _after_any(words: Iterable[str]) -> str:
    """A pattern of the place right after one of the words and white space."""
    places = "|".join(rf"(?<={re.escape(word)}\s)" for word in words)
    return f"(?:{places or '(?!)'})"


class Days:
    """The dates of one text; `low` is the text in small letters, `today` the day it was published."""

    def __init__(self, text: str, low: str, vocabulary: Vocabulary, today: date | None) -> None:
        """Keep what fixes relative dates."""
        self.text, self.low, self.calendar, self.today = text, low, vocabulary.calendar, today
        self.patterns = day_patterns(vocabulary)
        self.meetings = vocabulary.telling.meetings
        self.possessive_marks = vocabulary.rule_words.possessive_marks
        self._hits: list[tuple[int, int]] | None = None

    @property
    def hits(self) -> list[tuple[int, int]]:
        """Where the text has the name of a month or a day, or a date in digits: one pass for all its sentences."""
        if self._hits is None:
            found = [(start, stop) for _, start, stop in self.patterns.triggers.find_matches_as_indexes(self.low)]
            self._hits = sorted([*found, *(match.span() for match in self.patterns.numbers.finditer(self.low))])
        return self._hits

    def between(self, begin: int, end: int) -> list[Stated]:
        """Every date between two offsets that can be the event's."""
        found: list[Stated] = []
        for match in self._matches(begin, end):
            start, stop = match.span()
            is_relative = bool(match["relative"])
            if _words(match, "relative") in self.calendar.weeks and self.patterns.telling.match(self.low, stop, end):
                continue
            if is_relative and self._is_of_meeting(stop, end):
                continue
            if self.patterns.before.search(self.low, max(begin, start - _BEFORE), start) or (
                is_relative and self.patterns.after.match(self.low, stop, end)
            ):
                continue
            days = days_of(match, self.calendar, self.today)
            first, last = (days[0].isoformat(), days[1].isoformat()) if days else ("", "")
            if found and start - found[-1].end <= _BESIDE:  # "Sunday, 5 June": the fuller date
                found.pop()
            found.append(Stated(start, stop, self.text[start:stop], first, last, self._penalty(match)))
        return found

    def _penalty(self, match: re.Match[str]) -> int:
        """How many characters further away a date counts that says less: a year, a month or week, today."""
        if match["year"]:
            return _COARSER
        name = _words(match, "relative")
        if match["bare_month"] or match["m3"] or match["unit"] or name in self.calendar.weeks:
            return _COARSE
        return _TODAY if name and self.calendar.relative.get(name) == 0 else 0

    def _is_of_meeting(self, stop: int, end: int) -> bool:
        """As in "at yesterday's service": the day of a ceremony or a briefing, not of what it speaks of."""
        if not self.low.startswith(self.possessive_marks, stop):
            return False
        words = self.low[stop : min(end, stop + _BEFORE)].split(maxsplit=2)
        return len(words) > 1 and words[1].strip(".,") in self.meetings

    def _matches(self, begin: int, end: int) -> Iterator[re.Match[str]]:
        """The dates around the names of months and days, where alone they can be."""
        search, at, hits = self.patterns.date.search, begin, self.hits
        for place in range(bisect_left(hits, (begin, begin)), len(hits)):
            start, stop = hits[place]
            if stop > end:
                break
            match = search(self.low, max(at, start - _AROUND), min(end, stop + _AROUND))
            if match is not None:
                yield match
                at = match.end()


def days_of(match: re.Match[str], calendar: Calendar, today: date | None) -> DayRange | None:
    """The first and last day that a match means, as far as the text and its publication fix it."""
    if match["iso"]:
        return _one(*(int(part) for part in match["iso"].split("-")))
    if match["dotted"]:
        day, month, year = (int(part) for part in match["dotted"].split("."))
        return _one(year, month, day)
    if match["relative"]:
        return _relative(match, calendar, today)
    if match["unit"]:
        return _ago(match, calendar, today)
    if match["year"]:
        return date(int(match["year"]), 1, 1), date(int(match["year"]), 12, 31)
    if match["m3"]:
        return _months(match, calendar, today)
    if match["bare_month"]:
        return _month(match, calendar, today)
    return _day(match, calendar, today)


def _one(year: int, month: int, day: int) -> DayRange | None:
    """A single day, unless there is none such."""
    found = _date(year, month, day)
    return (found, found) if found else None


def _day(match: re.Match[str], calendar: Calendar, today: date | None) -> DayRange | None:
    """As in "3 May 2024", "May 3-5", "the night of 30 and 31 May": a day, or the days from one to another."""
    month = calendar.months[_words(match, "m1") or _words(match, "m2")]
    one, other = (match["d1"], match["d2"]) if match["m1"] else (match["d3"], match["d4"])
    year = match["y1"] or match["y2"] or match["y3"]
    first = _dated(_number(one), month, year, today)
    last = _dated(_number(other), month, year, today) if other else first
    if first and last and last < first:
        first = _date(first.year - (first.month == 1), first.month - 1 or 12, first.day)
    return (first, last) if first and last else None


def _dated(day: int, month: int, year: str | None, today: date | None) -> date | None:
    """A day with its year, or the last such day before the publication."""
    if year:
        return _date(full_year(year), month, day)
    if today is None:
        return None
    found = _date(today.year, month, day)
    return _date(today.year - 1, month, day) if found and found > today + _AHEAD else found


def _month(match: re.Match[str], calendar: Calendar, today: date | None) -> DayRange | None:
    """As in "in March 2024", "late May": all days of the month."""
    month, year = calendar.months[_words(match, "bare_month")], match["bare_month_year"]
    first = _dated(1, month, year, today)
    return (first, first.replace(day=monthrange(first.year, month)[1])) if first else None


def _months(match: re.Match[str], calendar: Calendar, today: date | None) -> DayRange | None:
    """As in "from April to July 2024": all days of the months from one to another."""
    begin, end = calendar.months[_words(match, "m3")], calendar.months[_words(match, "m4")]
    last = _dated(1, end, match["y4"], today)
    if last is None:
        return None
    first = date(last.year - (begin > end), begin, 1)
    return first, last.replace(day=monthrange(last.year, end)[1])


def _relative(match: re.Match[str], calendar: Calendar, today: date | None) -> DayRange | None:
    """As in "yesterday", "last week", "on Friday": counted back from the day of publication."""
    word = _words(match, "relative")
    if today is None:
        return None
    if word in calendar.weeks:
        monday = today - timedelta(days=today.weekday() - _WEEK * calendar.weeks[word])
        return monday, monday + timedelta(days=_WEEK - 1)
    if word in calendar.relative:
        day = today + timedelta(days=calendar.relative[word])
    else:
        back = (today.weekday() - calendar.weekdays[word]) % _WEEK
        day = today - timedelta(days=back or (_WEEK if match["attribute"] in calendar.week_back else 0))
    return day, day


def _ago(match: re.Match[str], calendar: Calendar, today: date | None) -> DayRange | None:
    """As in "two days ago"; longer units fix no day."""
    count, length = match["count"], calendar.ago[_words(match, "unit")]
    if today is None or length != 1:
        return None
    day = today - timedelta(days=calendar.counts[count] if count in calendar.counts else int(count))
    return day, day


def _words(match: re.Match[str], name: str) -> str:
    """What a group holds as the vocabulary spells it: a line can break inside "yesterday morning"."""
    return " ".join(match[name].split()) if match[name] else ""


def _number(day: str) -> int:
    """The number of a day, without the ending of an ordinal."""
    return int("".join(filter(str.isdecimal, day)))


def full_year(year: str) -> int:
    """A year of two digits is of this century up to 69."""
    if len(year) > 2:
        return int(year)
    return int(year) + (2000 if int(year) < 70 else 1900)


def _date(year: int, month: int, day: int) -> date | None:
    """The day, or None where the calendar has none such ("31 June")."""
    try:
        return date(year, month, day)
    except ValueError:
        return None
