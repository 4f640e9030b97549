"""The states of a feed, judged by its history: reported once when one begins and once when it ends."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import accumulate
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.alerts import DAY, HOUR, NOW, WELL
from watcher.alerts.health import current_problems, longest_pause, state_changes


def kinds(**fields: Any) -> list[str]:
    return [kind for kind, _ in state_changes(replace(WELL, **fields), NOW)]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, []),
        ({"failing_since": NOW - 5 * HOUR}, []),
        ({"failing_since": NOW - 6 * HOUR}, ["failing"]),
        ({"failing_since": NOW - 6 * HOUR, "interval": 3 * HOUR}, []),
        ({"failing_since": NOW - 9 * HOUR, "interval": 3 * HOUR}, ["failing"]),
        ({"failing_since": NOW - 7 * DAY, "succeeded_at": None}, ["failing"]),
        ({"released_at": tuple(NOW - 3 * DAY - DAY * number / 2 for number in range(40))}, ["silent"]),
        ({"released_at": tuple(NOW - 3 * DAY - DAY * number / 2 for number in range(10))}, []),
        ({"released_at": tuple(NOW - 3 * DAY - DAY * 4 * number for number in range(40))}, []),
        ({"released_at": tuple(NOW - 31 * DAY - DAY / 2 * number for number in range(10))}, ["silent"]),
        ({"released_at": tuple(NOW - 31 * DAY - 11 * DAY * number for number in range(10))}, []),
        ({"released_at": tuple(NOW - 34 * DAY - 11 * DAY * number for number in range(10))}, ["silent"]),
        ({"released_at": tuple(NOW - 89 * DAY - DAY * number for number in range(5))}, []),
        ({"released_at": tuple(NOW - 91 * DAY - DAY * number for number in range(5))}, ["silent"]),
        ({"released_at": (NOW - 366 * DAY, NOW - 900 * DAY)}, ["silent"]),
        ({"released_at": (), "first_polled_at": NOW - 91 * DAY}, ["silent"]),
        ({"released_at": (), "first_polled_at": NOW - 89 * DAY}, []),
        ({"released_at": (NOW - 3 * DAY,) * 40}, []),
        ({"released_at": tuple(NOW - 20 * HOUR - HOUR * number for number in range(40))}, []),
        ({"entry_counts": (5, *(20,) * 9)}, ["shrunk"]),
        ({"entry_counts": (10, *(20,) * 9)}, []),
        ({"entry_counts": (0, *(20,) * 3)}, []),
        ({"entry_counts": (0, *(4,) * 9)}, []),
        ({"pages_changed": (True, True, True)}, ["site_changed"]),
        ({"pages_changed": (True, True)}, []),
        ({"pages_changed": (True, False, True)}, []),
        ({"pages_failed": (True, True, True)}, ["site_changed"]),
        ({"pages_failed": (True, True, False)}, []),
        ({"pages_failed": (True, True, False), "pages_changed": (False, False, True)}, ["site_changed"]),
    ],
)
def test_states_begin_at_their_bounds(fields: dict[str, Any], expected: list[str]) -> None:
    """The bounds of each state: long enough to matter, enough history to know."""
    assert kinds(**fields) == expected


def test_silence_is_not_judged_after_a_pause_of_our_own() -> None:
    """Who switches the machine on after a holiday has seen no releases because nobody looked."""
    old = tuple(NOW - 3 * DAY - DAY * number / 2 for number in range(40))
    assert kinds(released_at=old, succeeded_at=NOW - 3 * DAY) == []
    assert kinds(released_at=old, succeeded_at=NOW - 3 * DAY, open_states=frozenset({"silent"})) == []


def test_open_state_is_not_reported_again() -> None:
    """Once: a feed that is down for a week is one message."""
    assert kinds(failing_since=NOW - DAY, open_states=frozenset({"failing"})) == []


@pytest.mark.parametrize("state", ["failing", "silent", "shrunk", "site_changed"])
def test_end_of_a_state_is_reported_with_its_name(state: str) -> None:
    """Recovery says what is over."""
    ((kind, detail),) = state_changes(replace(WELL, open_states=frozenset({state})), NOW)
    assert kind == "recovered"
    assert detail.startswith(f"{state}: ")


@given(st.lists(st.integers(3600, 10**7), min_size=20, max_size=60))
def test_with_enough_gaps_one_in_a_hundred_is_longer(seconds: list[int]) -> None:
    """However a publisher's rhythm looks, at most one gap in a hundred is longer than the longest pause."""
    gaps = [timedelta(seconds=number) for number in seconds]
    pause = longest_pause([NOW - total for total in accumulate(gaps, initial=timedelta())])
    assert pause == max(DAY, *gaps)


@given(st.lists(st.integers(0, 10**9), max_size=19))
def test_with_few_gaps_the_pause_has_bounds(seconds: list[int]) -> None:
    """A feed that dies after its first releases is noticed, and none within a month of its last one."""
    assert 30 * DAY <= longest_pause([NOW - timedelta(seconds=number) for number in seconds]) <= 365 * DAY


def test_first_release_ends_the_silence_of_a_feed_that_had_none() -> None:
    """A mailbox to which the press list was never sent; its words say that nothing came, not when something did."""
    empty = replace(WELL, released_at=(), first_polled_at=NOW - 91 * DAY)
    assert state_changes(empty, NOW) == (
        ("silent", "nothing was released since the first poll of 2026-08-25 12:00 UTC"),
    )
    is_open = replace(empty, open_states=frozenset({"silent"}))
    assert state_changes(is_open, NOW) == ()
    ((kind, detail),) = state_changes(replace(is_open, released_at=(NOW - HOUR,)), NOW)
    assert (kind, detail) == ("recovered", "silent: a release of 2026-11-24 11:00 UTC")


def test_current_problems_are_named_whether_reported_or_not() -> None:
    """Somebody who asks wants the present, not only what is new; one misfit page is reason enough to look."""
    ill = replace(WELL, failing_since=NOW - DAY, open_states=frozenset({"failing"}), pages_changed=(True, False))
    assert [kind for kind, _ in current_problems(ill, NOW)] == ["failing", "site_changed"]
    assert state_changes(ill, NOW) == ()
    assert current_problems(WELL, NOW) == ()
    assert [kind for kind, _ in current_problems(replace(WELL, pages_changed=(True,) * 3), NOW)] == ["site_changed"]
