"""Instants as text: order, zone and the way back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher import clock

ZONES = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
INSTANTS = st.datetimes(min_value=datetime(2, 1, 1), max_value=datetime(9998, 1, 1), timezones=ZONES)  # noqa: DTZ001 - hypothesis adds the zone


@given(INSTANTS, INSTANTS)
def test_order_of_texts_is_the_order_of_instants(one: datetime, other: datetime) -> None:
    """Every due time is compared as text, in whatever zone it was first written."""
    first, second = clock.to_text(one), clock.to_text(other)
    assert len(first) == len(second) == len("2026-11-24T12:00:00.000Z")
    if abs(one - other) >= timedelta(milliseconds=1):
        assert (first < second) == (one < other)


@given(INSTANTS)
def test_instant_comes_back_to_the_millisecond(at: datetime) -> None:
    """What is written is what is read, never later than it was."""
    back = clock.from_text(clock.to_text(at))
    assert back.tzinfo is not None
    assert timedelta() <= at - back < timedelta(milliseconds=1)


@pytest.mark.parametrize("text", ["", "yesterday", "2026-13-01T00:00:00.000Z", "2026-11-24T25:00:00.000Z"])
def test_anything_else_is_refused(text: str) -> None:
    """A broken time must not become some other time."""
    with pytest.raises(ValueError, match=r"nvalid isoformat|must be in"):
        clock.from_text(text)


def test_now_is_aware_and_monotonic_does_not_go_back() -> None:
    """A naive time would be taken for local time somewhere."""
    first = clock.monotonic()
    assert clock.now().utcoffset() == timedelta()
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(minutes=1)
    assert clock.monotonic() >= first
