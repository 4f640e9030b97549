"""What headers say about asking again (checks 3, 6, 7)."""

from __future__ import annotations

from datetime import timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.fetching import ENDED_AT, answer
from watcher.fetch.back_off import retry_after
from watcher.fetch.validators import Validators, freshness, merged, validators_of


def in_seconds(seconds: int) -> str:
    return format_datetime(ENDED_AT + timedelta(seconds=seconds), usegmt=True)


@pytest.mark.parametrize(
    ("control", "seconds"),
    [
        ("max-age=7200", 7200),
        ("public, MAX-AGE = 60", 60),
        ('max-age="60"', 60),
        ("max-age=0", 0),
        ("s-maxage=99", None),
        ("x-max-age=99", None),
        ("no-cache, max-age=7200", None),
        ("max-age=7200, no-store", None),
        ("max-age=-5", None),
        ("max-age=soon", None),
        ("max-age=" + "9" * 5000, 31_536_000),
        ("", None),
    ],
)
def test_max_age_is_read_however_it_is_written(control: str, seconds: int | None) -> None:
    """Check 6: what a cache may believe, and nothing for what it may not."""
    assert freshness(answer(("Cache-Control", control))) == seconds


def test_the_later_of_max_age_and_expires_counts() -> None:
    """Publishers contradict themselves; the politer reading wins."""
    assert freshness(answer(("Cache-Control", "max-age=60"), ("Expires", in_seconds(600)))) == 600
    assert freshness(answer(("Cache-Control", "max-age=900"), ("Expires", in_seconds(600)))) == 900


def test_expires_counts_from_the_servers_own_clock() -> None:
    """A server whose clock is an hour slow means the distance, not the instant."""
    assert freshness(answer(("Date", in_seconds(-3600)), ("Expires", in_seconds(-3000)))) == 600


@pytest.mark.parametrize("expires", ["0", "-1", "never", "Thu, 99 Foo 2026 00:00:00 GMT", ""])
def test_an_expires_that_is_no_date_says_nothing(expires: str) -> None:
    """`Expires: 0` is common and means already stale."""
    assert freshness(answer(("Expires", expires))) is None


def test_an_expires_in_the_past_is_no_wait() -> None:
    """Never a negative number of seconds."""
    assert freshness(answer(("Expires", in_seconds(-50)))) == 0


@given(st.text(max_size=60))
def test_no_header_breaks_the_reading(text: str) -> None:
    """Headers come from strangers."""
    said = answer(("Retry-After", text), ("Expires", text), ("Date", text), ("Cache-Control", text))
    assert (retry_after(said) or 0) >= 0
    assert (freshness(said) or 0) >= 0


def test_validators_are_taken_as_they_are() -> None:
    """Check 1: spaces inside, weak marks and dates that are none are the server's own affair."""
    said = answer(("etag", 'W/"a  b"'), ("LAST-MODIFIED", "2026 sometime"), ("ETag", '"second"'))
    assert validators_of(said) == Validators('W/"a  b"', "2026 sometime")
    assert validators_of(said).headers() == {"If-None-Match": 'W/"a  b"', "If-Modified-Since": "2026 sometime"}


def test_only_what_is_known_is_sent() -> None:
    """An empty conditional header would never match, and nothing at all is a first request."""
    assert Validators('"1"').headers() == {"If-None-Match": '"1"'}
    assert Validators(None, "x").headers() == {"If-Modified-Since": "x"}
    assert not Validators()
    assert not Validators("", "")


def test_a_304_replaces_what_it_carries_and_keeps_the_rest() -> None:
    """Check 3: a bare 304 erases nothing."""
    old = Validators('"1"', "monday")
    assert merged(old, Validators()) == old
    assert merged(old, Validators(None, "tuesday")) == Validators('"1"', "tuesday")
    assert merged(old, Validators('"2"')) == Validators('"2"', "monday")
