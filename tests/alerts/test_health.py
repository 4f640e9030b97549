"""The states of a feed, judged by its history: reported once when one begins and once when it ends."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.alerts import DAY, HOUR, NOW, WELL
from watcher.alerts.health import current_problems, longest_usual_gap, state_changes


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
        ({"released_at": tuple(NOW - 20 * HOUR - HOUR * number for number in range(40))}, []),
        ({"entry_counts": (5, *(20,) * 9)}, ["shrunk"]),
        ({"entry_counts": (10, *(20,) * 9)}, []),
        ({"entry_counts": (0, *(20,) * 3)}, []),
        ({"entry_counts": (0, *(4,) * 9)}, []),
        ({"pages_changed": (True, True, True)}, ["site_changed"]),
        ({"pages_changed": (True, True)}, []),
        ({"pages_changed": (True, False, True)}, []),
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


@given(st.lists(st.integers(0, 10**7), max_size=60))
def test_usual_gap_is_one_of_the_gaps(seconds: list[int]) -> None:
    """However a publisher's rhythm looks, at most one gap in a hundred is longer than the usual one."""
    times = [NOW - timedelta(seconds=number) for number in seconds]
    usual = longest_usual_gap(times)
    if len(times) < 21:
        assert usual is None
    else:
        ordered = sorted(times)
        gaps = [later - earlier for earlier, later in pairwise(ordered)]
        assert usual in gaps
        assert sum(gap > usual for gap in gaps) <= max(1, len(gaps) // 100)


def test_current_problems_are_named_whether_reported_or_not() -> None:
    """Somebody who asks wants the present, not only what is new; one misfit page is reason enough to look."""
    ill = replace(WELL, failing_since=NOW - DAY, open_states=frozenset({"failing"}), pages_changed=(True, False))
    assert [kind for kind, _ in current_problems(ill, NOW)] == ["failing", "site_changed"]
    assert state_changes(ill, NOW) == ()
    assert current_problems(WELL, NOW) == ()
    assert [kind for kind, _ in current_problems(replace(WELL, pages_changed=(True,) * 3), NOW)] == ["site_changed"]
