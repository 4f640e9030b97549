"""How long a server asks to be left alone."""

from __future__ import annotations

from datetime import timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.fetching import ENDED_AT, answer
from watcher.fetch.back_off import back_off_until, growing_pause, retry_after


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("120", 120), (" 120 ", 120), ("0", 0), ("-5", None), ("1.5", None), ("soon", None), ("", None), ("²", None)],
)
def test_retry_after_in_seconds(value: str, seconds: int | None) -> None:
    """Check 7: the short form, and nothing made of what is neither form."""
    assert retry_after(answer(("Retry-After", value))) == seconds


@given(st.integers(-100_000, 1_000_000))
def test_retry_after_as_a_date(seconds: int) -> None:
    """Check 7: the long form says the same as the short one; a past date means now."""
    assert retry_after(
        answer(("retry-after", format_datetime(ENDED_AT + timedelta(seconds=seconds), usegmt=True)))
    ) == max(0, seconds)


@pytest.mark.parametrize(
    ("status", "stated", "seconds"),
    [(429, "", 600), (429, "30", 30), (429, "9999999", 604_800), (503, "60", 60), (503, "", None), (404, "60", None)],
)
def test_whole_host_backs_off_after_429_and_stated_503(status: int, stated: str, seconds: int | None) -> None:
    """A 503 without Retry-After may be one broken page; no answer stops a host for more than a week."""
    headers = (("Retry-After", stated),) if stated else ()
    until = None if seconds is None else ENDED_AT + timedelta(seconds=seconds)
    assert back_off_until(answer(*headers, status=status)) == until


@pytest.mark.parametrize(("failures", "minutes"), [(0, 10), (1, 20), (3, 80), (8, 1440), (100_000, 1440)])
def test_pause_doubles_with_each_failure_up_to_the_longest(failures: int, minutes: int) -> None:
    """However often something failed, the pause is a number that can be added to a date."""
    assert growing_pause(timedelta(minutes=10), timedelta(days=1), failures) == timedelta(minutes=minutes)
