"""When a server wants to be asked again: Retry-After, in an answer to a GET or to a POST alike (pure)."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from watcher.net.exchange import Response

YEAR = 31_536_000  # seconds; longer waits are cut, as RFC 9111 (1.2.2) lets a cache do


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
    """An HTTP date (RFC 9110, 5.6.7) as an instant in UTC, None for what is none."""
    if not text:
        return None
    try:
        at = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
