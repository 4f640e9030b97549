"""How soon a feed is asked again: from its own history, the operator's wish and the publisher's hints (pure).

All durations are seconds. The rules are those of check 16 of the design: when under a third of a feed's entries were
known from the last poll the interval is halved, when over two thirds were it grows by half, and it never leaves floor
and cap. What the publisher says (freshness, ttl, Retry-After) only ever lengthens the wait.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

FLOOR = 300  # no feed is ever asked more often, whatever the configuration says
START = 900
CAP = 21_600
LONGEST = 86_400  # no failure and no max-age keeps a feed unasked for longer
LONGEST_RETRY_AFTER = 604_800  # the server's explicit wish is kept for up to a week
_BACK_OFF = 600  # after the first failure, doubled by each further one
_SPREAD = 0.1
_FEW, _MOST = 1 / 3, 2 / 3


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
    """The pace to remember and when the feed is due, after an answer that told what the feed holds.

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
    return failed, now + timedelta(seconds=max(wait, min(retry_after or 0, LONGEST_RETRY_AFTER)))


def _adapted(interval: int, known_share: float | None, lowest: int, highest: int) -> int:
    if known_share is not None and known_share < _FEW:
        interval //= 2
    elif known_share is None or known_share > _MOST:
        interval += interval // 2
    return min(highest, max(lowest, interval))
