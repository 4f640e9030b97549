"""How long a server is not asked: Retry-After, what 429 and 503 mean without it, and pauses that grow.

For answers to a GET or a POST alike; `hosts.Hosts` keeps the back-off of each host.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from watcher.model.response import Response


YEAR = 31_536_000  # seconds; longer waits are cut, as RFC 9111 (1.2.2) lets a cache do
_TOO_MANY, _UNAVAILABLE = 429, 503
_UNSTATED = 600  # seconds to leave a host alone after a 429 without Retry-After
_MOST_DOUBLINGS = 16
_LONGEST = timedelta(weeks=1)  # no answer stops a host for good


def growing_pause(first: timedelta, longest: timedelta, failures: int) -> timedelta:
    """The pause after an attempt that failed: `first`, doubled by each of the `failures` before it in a row."""
    return min(longest, first * (1 << min(failures, _MOST_DOUBLINGS)))


def back_off_until(response: Response) -> datetime | None:
    """Until when the whole host is in back-off after this answer, None where it is not."""
    seconds = _seconds(response)
    return response.ended_at + min(timedelta(seconds=seconds), _LONGEST) if seconds else None


def retry_after(response: Response) -> int | None:
    """Seconds to wait as Retry-After says, in either form (RFC 9110, 10.2.3); None when absent or unreadable."""
    value = (response.header("retry-after") or "").strip()
    if value.isascii() and value.isdigit():
        return bounded(value)
    at = http_date(value)
    return None if at is None else min(max(0, round((at - response.ended_at).total_seconds())), YEAR)


def bounded(digits: str) -> int:
    """A number of seconds in digits, at most a year, however many digits there are."""
    return YEAR if len(digits.lstrip("0")) > len(str(YEAR)) else min(int(digits), YEAR)


def http_date(text: str) -> datetime | None:
    """An HTTP date (RFC 9110, 5.6.7) as an instant in UTC, None where it is not one."""
    if not text:
        return None
    try:
        at = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def _seconds(response: Response) -> int:
    """Seconds of back-off for the whole host. A 503 without Retry-After may be one broken page: only its feed waits."""
    if response.status == _TOO_MANY:
        stated = retry_after(response)
        return _UNSTATED if stated is None else stated
    return (retry_after(response) or 0) if response.status == _UNAVAILABLE else 0
