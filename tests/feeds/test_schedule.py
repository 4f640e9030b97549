"""When a feed is due next (checks 6, 7, 9, 15, 16)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.feeds.schedule import CAP, FLOOR, LONGEST, Pace, after_failure, after_success

NOW = datetime(2026, 5, 6, 7, 8, 9, tzinfo=UTC)
SHARES = st.none() | st.floats(0, 1)
JITTERS = st.floats(0, 1, exclude_max=True)


def wait_of(due: datetime | None) -> float:
    assert due is not None
    return (due - NOW).total_seconds()


@pytest.mark.parametrize(
    ("known_share", "interval"),
    [(0.0, 500), (0.33, 500), (0.34, 1000), (0.5, 1000), (0.66, 1000), (0.67, 1500), (1.0, 1500), (None, 1500)],
)
def test_the_interval_follows_what_was_known(known_share: float | None, interval: int) -> None:
    """Check 16: under a third known halves it, over two thirds lengthens it by half, a 304 knows everything."""
    pace, due = after_success(Pace(1000), now=NOW, known_share=known_share)
    assert (pace.interval, wait_of(due)) == (interval, interval)


def test_silence_slows_down_to_the_cap_and_a_burst_is_noticed_quickly() -> None:
    """Check 16: the curve of a feed that is quiet for a day and then publishes thirty entries at once."""
    pace, curve = Pace(), []
    for known_share in [None] * 12 + [0.0] * 7:
        pace, _ = after_success(pace, now=NOW, known_share=known_share)
        curve.append(pace.interval)
    assert curve[:4] == [1350, 2025, 3037, 4555]
    assert curve[11] == CAP
    assert curve[12:] == [10800, 5400, 2700, 1350, 675, 337, FLOOR]


@given(st.integers(1, 10**7), st.lists(SHARES, max_size=30), JITTERS, st.integers(1, 10**5), st.integers(1, 10**5))
def test_never_outside_floor_and_cap(
    start: int, shares: list[float | None], jitter: float, floor: int, cap: int
) -> None:
    """Checks 15, 16: five minutes are hard, whatever floor is configured; jitter stays inside too."""
    pace, lowest = Pace(start), max(FLOOR, floor)
    for share in shares:
        pace, due = after_success(pace, now=NOW, known_share=share, floor=floor, cap=cap, jitter=jitter)
        assert lowest <= pace.interval <= max(cap, lowest)
        assert lowest <= wait_of(due) <= max(cap, lowest)


@given(st.integers(0, 10**7), st.integers(0, 10**7), JITTERS, SHARES)
def test_the_publisher_only_lengthens(hints: int, fresh_for: int, jitter: float, share: float | None) -> None:
    """Checks 6, 16: no poll inside max-age or ttl (up to a day), jitter or not, and none earlier because of them."""
    _, plain = after_success(Pace(), now=NOW, known_share=share, jitter=jitter)
    pace, due = after_success(Pace(), now=NOW, known_share=share, jitter=jitter, hints=hints, fresh_for=fresh_for)
    assert wait_of(due) >= max(wait_of(plain), min(LONGEST, hints), min(LONGEST, fresh_for))
    assert wait_of(due) <= max(wait_of(plain), LONGEST)
    assert pace.interval <= CAP


def test_a_long_max_age_can_be_capped() -> None:
    """Check 6: an operator who must not wait a day says so."""
    _, due = after_success(Pace(), now=NOW, known_share=None, fresh_for=10**9, longest=7200)
    assert wait_of(due) == 7200


@given(st.integers(0, 10**5), JITTERS, SHARES)
def test_the_operators_interval_is_kept(fixed: int, jitter: float, share: float | None) -> None:
    """It is never asked later than said, at most a tenth earlier, and never under five minutes."""
    _, due = after_success(Pace(), now=NOW, known_share=share, fixed_interval=fixed, jitter=jitter)
    assert max(FLOOR, fixed * 0.9 - 1e-5) <= wait_of(due) <= max(FLOOR, fixed)


def test_jitter_spreads_feeds_of_one_pace() -> None:
    """Check 15: feeds that were set up together must not stay together."""
    waits = [wait_of(after_success(Pace(4000), now=NOW, known_share=0.5, jitter=n / 10)[1]) for n in range(10)]
    assert len(set(waits)) == 10


def test_a_success_ends_the_count_of_failures() -> None:
    """The next failure starts at ten minutes again."""
    pace, _ = after_success(Pace(900, failures=7), now=NOW, known_share=None)
    assert pace.failures == 0


def test_failures_back_off_from_ten_minutes_by_doubling() -> None:
    """Check 7: without Retry-After, and never beyond a day."""
    pace, waits = Pace(300), []
    for _ in range(10):
        pace, due = after_failure(pace, now=NOW, retry_after=None)
        waits.append(wait_of(due))
    assert waits == [600, 1200, 2400, 4800, 9600, 19200, 38400, 76800, LONGEST, LONGEST]
    assert pace == Pace(300, failures=10)


@given(st.integers(0, 10**6), st.integers(1, CAP), JITTERS, st.none() | st.integers(0, 10**6))
def test_nothing_but_gone_stops_a_feed(failures: int, interval: int, jitter: float, fixed: int | None) -> None:
    """Check 9: however often a 404 came, there is a poll within 24 hours, and never one sooner than ten minutes."""
    _, due = after_failure(Pace(interval, failures), now=NOW, retry_after=None, jitter=jitter, fixed_interval=fixed)
    assert 600 <= wait_of(due) <= LONGEST


@given(st.integers(0, 10**9), st.integers(0, 20), JITTERS)
def test_no_request_inside_retry_after(seconds: int, failures: int, jitter: float) -> None:
    """Check 7: the server's wish is kept in full up to a week."""
    _, due = after_failure(Pace(900, failures), now=NOW, retry_after=seconds, jitter=jitter)
    assert wait_of(due) >= min(seconds, 7 * 86_400)
    assert wait_of(due) <= 7 * 86_400


def test_gone_is_for_good() -> None:
    """Check 9: a 410 is the one answer that stops a feed."""
    pace, due = after_failure(Pace(900, 2), now=NOW, retry_after=60, is_gone=True)
    assert (pace, due) == (Pace(900, 3), None)


def test_four_rounds_an_hour_apart_each_find_a_quiet_feed_due() -> None:
    """The behaviour test outside the project asks in that rhythm, with the interval left to us."""
    pace, at = Pace(), NOW
    for known_share in (0.5, None, None):
        pace, due = after_success(pace, now=at, known_share=known_share, jitter=0.0)
        at += timedelta(hours=1)
        assert due <= at
