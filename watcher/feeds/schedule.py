"""When a feed is polled next: from its own history, the operator's setting and the publisher's hints.

All durations are seconds. Where under a third of a feed's entries were known from the poll before, the interval is
halved, where over two thirds were it grows by half; it never leaves floor and cap. What the publisher states
(freshness, ttl, Retry-After) only ever lengthens the wait.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection


FLOOR = 300  # no feed is ever polled more often, whatever the configuration says
START = 900
CAP = 21_600
LONGEST = 86_400  # no failure and no max-age keeps a feed unasked for longer
_LONGEST_RETRY_AFTER = 604_800  # Retry-After is kept for up to a week
_BACK_OFF = 600  # after the first failure, doubled by each further one
_SPREAD = 0.1
_FEW, _MOST = 1 / 3, 2 / 3
_SHORTEST_AUDIT = timedelta(hours=24)
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_HOURS_OF_A_WEEK = 168


@dataclass(frozen=True, slots=True)
class Pace:
    """A feed's remembered pace: the interval in seconds before any jitter, and failures in a row."""

    interval: int = START
    failures: int = 0


def after_success(
    pace: Pace,
    *,
    now: datetime,
    known_share: float | None,
    floor: int = FLOOR,
    cap: int = CAP,
    fixed_interval: int | None = None,
    hints: int | None = None,
    fresh_for: int | None = None,
    jitter: float = 0.0,
    longest: int = LONGEST,
) -> tuple[Pace, datetime]:
    """The pace to remember and when the feed is due, after an answer that showed what the feed holds.

    `known_share` is the share of the entries that were known before, None for a 304 or the same body; a first poll,
    where nothing could be known, passes 0.5. `jitter` in [0, 1) takes up to a tenth off our own interval, never off
    what the publisher asked for (`hints`, `fresh_for`, each kept up to `longest`), and never goes below the floor.
    """
    lowest = max(FLOOR, floor)
    interval = _adapted(pace.interval, known_share, lowest, max(cap, lowest))
    own = interval if fixed_interval is None else max(FLOOR, fixed_interval)
    spread = max(lowest if fixed_interval is None else FLOOR, own * (1 - _SPREAD * jitter))
    wait = max(spread, min(longest, max(hints or 0, fresh_for or 0)))
    return Pace(interval), now + timedelta(seconds=wait)


def after_failure(
    pace: Pace,
    *,
    now: datetime,
    retry_after: int | None,
    is_gone: bool = False,
    fixed_interval: int | None = None,
    jitter: float = 0.0,
    longest: int = LONGEST,
) -> tuple[Pace, datetime | None]:
    """The pace and the next due time after a failure; None, which is never, only for a 410 (`is_gone`).

    Waits 10 minutes, doubled by each further failure in a row, at least the feed's own interval and at most
    `longest`; Retry-After is kept where it asks for more. `jitter` in [0, 1) adds up to a tenth to the one and takes
    as much off the other.
    """
    failed = replace(pace, failures=pace.failures + 1)
    if is_gone:
        return failed, None
    back_off = _BACK_OFF * 2 ** min(pace.failures, 16) * (1 + _SPREAD * jitter)
    wait = min(longest, max(back_off, (fixed_interval or pace.interval) * (1 - _SPREAD * jitter)))
    return failed, now + timedelta(seconds=max(wait, min(retry_after or 0, _LONGEST_RETRY_AFTER)))


def audit_due(
    now: datetime,
    *,
    last_body_at: datetime | None,
    last_audit_at: datetime | None = None,
    every: timedelta = timedelta(days=7),
) -> bool:
    """Whether the next request is to go without validators, to see whether the 304s of this feed are true.

    Due when the last answer with a body (`last_body_at`) and the last audit, whatever its outcome, are both at least
    `every` ago, and never more than once in 24 hours. False for a feed that never answered with a body: it has no
    validators.
    """
    if last_body_at is None:
        return False
    last = last_body_at if last_audit_at is None else max(last_body_at, last_audit_at)
    return now - last >= max(every, _SHORTEST_AUDIT)


def skip_until(now: datetime, skip_hours: Collection[int] = (), skip_days: Collection[str] = ()) -> datetime:
    """The first instant from `now` on that lies in no hour (0 to 23, GMT; 24 means 0) and no day to be skipped.

    `now` itself where it may be used, and also where nothing at all would be left of the week: nobody publishes a
    feed that is never to be read. Days are English names (RSS 2.0, skipDays), hours those of skipHours.
    """
    if not skip_hours and not skip_days:
        return now
    hours = {hour % 24 for hour in skip_hours}
    days = {WEEKDAYS.index(name) for name in (day.strip().lower() for day in skip_days) if name in WEEKDAYS}
    at = now.astimezone(UTC)
    for _ in range(_HOURS_OF_A_WEEK + 1):
        if at.hour not in hours and at.weekday() not in days:
            return at
        at = at.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    return now


def _adapted(interval: int, known_share: float | None, lowest: int, highest: int) -> int:
    if known_share is not None and known_share < _FEW:
        interval //= 2
    elif known_share is None or known_share > _MOST:
        interval += interval // 2
    return min(highest, max(lowest, interval))
