"""A time of day beside a date: 16:30, 4:30 p.m., 1630Z, 16h30, 16 Uhr, 下午4时30分 (its words marked before)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from watcher.content.date_words import AM_SIGN, PM_SIGN

# How far from its date a time may stand, in characters: behind it, and before it with zone and weekday between.
_BEHIND, _BEFORE = 30, 45
_NOON = 12
_HALF = f"[{AM_SIGN}{PM_SIGN}]"
# Right behind a time Arabic writes one letter for a half of the day.
_ARABIC = r"[صم](?!\w)"
_TIME = re.compile(
    rf"(?<![\d.:/-])(?P<before>{_HALF})?\s*(?P<hour>2[0-4]|[01]?\d)(?!\d)"
    rf"(?:(?P<sign>[:.h٫]|\sh\s)(?P<minute>[0-5]\d)(?!\d)(?:(?P<second_sign>[:.])(?P<second>[0-6]\d)(?!\d)(?:[.,]\d+)?)?)?"
    rf"\s*(?P<after>{_HALF}|{_ARABIC})?",
    re.IGNORECASE,
)
_WHOLE_HOUR = re.compile(
    r"(?<![\d.:/-])(?P<hour>2[0-3]|[01]?\d)\s?(?:h|hrs?|uhr|heures?|horas?)\b(?!\d)", re.IGNORECASE
)
_MILITARY = re.compile(
    r"(?<![\d.:/-])(?P<hour>2[0-3]|[01]\d)(?P<minute>[0-5]\d)(?!\d)\s?"
    r"(?:(?P<unit>h|hrs?|hours|uhr)\b|(?=[zjl]\b|ut\b|[a-z]{3,4}\b|[+-]\d{4}))|(?:@|\bat)\s(?P<at_hour>2[0-3]|[01]\d)(?P<at_minute>[0-5]\d)(?!\d)",
    re.IGNORECASE,
)
_UNIT = re.compile(r"\s*(?:uhr|hrs?|hours|h|น\.?|วัน|klo|год|ч|г|local)\b\.?,?", re.IGNORECASE)
_EAST_ASIAN = re.compile(r"(\d{1,2})\s*[时時点點시](?:\s*(\d{1,2})\s*[分분]|(半))?(?:\s*(\d{1,2})\s*[秒초])?")
# What no word behind four digits may be for them to be a time: they are a year.
_NO_ZONE = re.compile(r"\s*(?:at|by|the|and|for|from|with|uhr|um|year)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class TimeOfDay:
    """Hours, minutes and seconds as read, the words right behind them, and whether seconds were stated."""

    hour: int
    minute: int
    second: int
    behind: str
    has_seconds: bool = False


def find_time(words: str, start: int, end: int) -> TimeOfDay | None:
    """The time of day that belongs to the date between two offsets: behind it, else before it. None where none does."""
    behind = words[end : end + 3 * _BEHIND]
    if re.match(r"[T:]\d", behind):
        behind = behind[1:]
    return _first(behind, _BEHIND) or _first(words[max(0, start - _BEFORE) : start], _BEFORE)


def in_clock_figures(words: str) -> str:
    """The words with East Asian times, 4时30分, as 4:30."""
    return _EAST_ASIAN.sub(
        lambda found: (
            f"{found[1]}:{found[2] or ('30' if found[3] else '0'):0>2}" + (f":{found[4]:0>2}" if found[4] else "")
        ),
        words,
    )


def _first(words: str, reach: int) -> TimeOfDay | None:
    found = next(
        (found for found in _TIME.finditer(words) if found["minute"] or found["before"] or found["after"]), None
    )
    if found and found.start() <= reach and not _is_figure(found):
        return TimeOfDay(
            _hour(int(found["hour"]), found["before"] or found["after"] or ""),
            int(found["minute"] or 0),
            min(int(found["second"] or 0), 59),
            _UNIT.sub("", words[found.end() :], count=1),
            found["second"] is not None,
        )
    found = _MILITARY.search(words)
    if found and found.start() <= reach and not _NO_ZONE.match(words[found.end() :]):
        hour, minute = found["hour"] or found["at_hour"], found["minute"] or found["at_minute"]
        return TimeOfDay(int(hour), int(minute), 0, words[found.end() :])
    found = _WHOLE_HOUR.search(words)
    return TimeOfDay(int(found["hour"]), 0, 0, words[found.end() :]) if found and found.start() <= reach else None


def _is_figure(found: re.Match[str]) -> bool:
    """Whether a number with a point is one, as in "version 2.10": a time so written stands beside its date."""
    return found["sign"] == "." and not (found["before"] or found["after"]) and found.start() > len(" klo., at ")


def _hour(hour: int, half: str) -> int:
    if not half or hour > _NOON:
        return hour
    return hour % _NOON + (_NOON if half in (PM_SIGN, "م") else 0)
