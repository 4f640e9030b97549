"""The only source of time; pure functions get their instants as arguments."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from functools import lru_cache


def now() -> datetime:
    """The wall clock, aware, in UTC. A test moves time by replacing this function."""
    return datetime.now(UTC)


def monotonic() -> float:
    """Seconds that no change of the wall clock can move."""
    return time.monotonic()


async def sleep(seconds: float) -> None:
    """Wait so many seconds of the monotonic clock."""
    from asyncio import sleep as wait  # noqa: PLC0415 - a list reads the clock and needs no loop

    await wait(seconds)


@lru_cache(maxsize=256)
def to_text(at: datetime) -> str:
    """An instant as the database stores it: UTC, ISO 8601 with milliseconds and Z, so that text order is time order.

    The instants of a poll are written into many rows.
    """
    in_utc = at if at.tzinfo is UTC else at.astimezone(UTC)
    return in_utc.isoformat(timespec="milliseconds")[:-6] + "Z"


def from_text(text: str) -> datetime:
    """The instant that `to_text` wrote. Raises ValueError on anything else."""
    return datetime.fromisoformat(text)
