"""Hours and days on which a publisher asks not to be read: RSS skipHours and skipDays (pure)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_HOURS_OF_A_WEEK = 168


def skip_until(now: datetime, skip_hours: Collection[int] = (), skip_days: Collection[str] = ()) -> datetime:
    """The first instant from `now` on that lies in no hour (0 to 23, GMT; 24 means 0) and no day to be skipped.

    `now` itself where it may be used, and also where nothing at all would be left of the week: nobody publishes a
    feed that is never to be read. Days are English names (RSS 2.0, skipDays), hours those of skipHours.
    """
    if not skip_hours and not skip_days:
        return now
    hours = {hour % 24 for hour in skip_hours}
    days = {_DAYS.index(name) for name in (day.strip().lower() for day in skip_days) if name in _DAYS}
    at = now.astimezone(UTC)
    for _ in range(_HOURS_OF_A_WEEK + 1):
        if at.hour not in hours and at.weekday() not in days:
            return at
        at = at.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    return now
