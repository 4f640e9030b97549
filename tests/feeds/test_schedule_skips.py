"""skipHours and skipDays (check 17)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from watcher.feeds.schedule import skip_until

WEDNESDAY = datetime(2026, 5, 6, 7, 30, 5, tzinfo=UTC)
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def test_nothing_to_skip_is_now() -> None:
    """Most feeds say nothing."""
    assert skip_until(WEDNESDAY) == WEDNESDAY
    assert skip_until(WEDNESDAY, [8, 9], ["Sunday"]) == WEDNESDAY


def test_hours_are_skipped_to_the_full_hour() -> None:
    """Hours are those of GMT, and 24 is another name of 0."""
    assert skip_until(WEDNESDAY, [7, 8]) == datetime(2026, 5, 6, 9, tzinfo=UTC)
    assert skip_until(datetime(2026, 5, 6, 23, 10, tzinfo=UTC), [23, 24]) == datetime(2026, 5, 7, 1, tzinfo=UTC)
    elsewhere = datetime(2026, 5, 6, 9, 30, tzinfo=timezone(timedelta(hours=2)))
    assert skip_until(elsewhere, [7]) == datetime(2026, 5, 6, 8, tzinfo=UTC)


def test_days_are_skipped_to_midnight() -> None:
    """Whatever the case; what is no day's name is nothing."""
    assert skip_until(WEDNESDAY, (), ["wednesday ", "THURSDAY", "Funday"]) == datetime(2026, 5, 8, tzinfo=UTC)


def test_a_publisher_who_skips_everything_is_not_believed() -> None:
    """A feed that is never to be read is a mistake, and nothing but 410 stops a feed."""
    assert skip_until(WEDNESDAY, range(24)) == WEDNESDAY
    assert skip_until(WEDNESDAY, (), DAYS) == WEDNESDAY


@given(
    st.datetimes(datetime(2000, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - hypothesis wants them naive
    st.sets(st.integers(0, 24)),
    st.sets(st.sampled_from(DAYS)),
)
def test_the_answer_is_the_first_instant_outside(now: datetime, hours: set[int], days: set[str]) -> None:
    """No poll in the window, and no hour lost after it."""
    until = skip_until(now, hours, days)
    closed = {hour % 24 for hour in hours}

    def is_open(at: datetime) -> bool:
        return at.hour not in closed and DAYS[at.weekday()] not in days

    week = [now + timedelta(hours=hour) for hour in range(169)]
    if any(map(is_open, week)):
        assert is_open(until)
        assert not any(is_open(at) for at in week if at < until and at.replace(minute=0) < until.replace(minute=0))
    else:
        assert until == now
