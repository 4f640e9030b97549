"""RSS skipHours and skipDays, which feedparser does not keep apart (pure)."""

from __future__ import annotations

import re

# What stands inside is at most 24 hours or 7 days, so the bound cuts off nothing that is meant.
_HOURS = re.compile(r"<skipHours\s*>([^!]{0,4000}?)</skipHours", re.IGNORECASE)
_DAYS = re.compile(r"<skipDays\s*>([^!]{0,2000}?)</skipDays", re.IGNORECASE)
_HOUR = re.compile(r"<hour\s*>\s*([0-9]{1,2})\s*</hour", re.IGNORECASE)
_DAY = re.compile(r"<day\s*>\s*([a-z]{6,9})\s*</day", re.IGNORECASE)
_LAST_HOUR = 24
_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def skipped_hours(markup: str) -> tuple[int, ...]:
    """The hours of GMT, 0 to 23, in which a feed asks not to be read; 24 is another name of 0 (RSS 0.92)."""
    found = _HOURS.search(markup)
    hours = (int(hour) for hour in _HOUR.findall(found[1])) if found else ()
    return tuple(sorted({hour % _LAST_HOUR for hour in hours if hour <= _LAST_HOUR}))


def skipped_days(markup: str) -> tuple[str, ...]:
    """The days, English names in lower case, on which a feed asks not to be read (RSS 2.0)."""
    found = _DAYS.search(markup)
    names = {name.lower() for name in _DAY.findall(found[1])} if found else set()
    return tuple(name for name in _NAMES if name in names)
