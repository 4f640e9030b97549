"""When a page is looked at again, and when its absence is a removal: the arithmetic, without a server."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from watcher.feeds.recheck_plan import Presence, RecheckPlan, after_recheck, next_recheck, recheck_start
from watcher.model.revision import RemovalState

HOUR, DAY = 3600, 86_400
PLAN = RecheckPlan((HOUR, 6 * HOUR, DAY, 3 * DAY, 7 * DAY, 30 * DAY), 3, DAY)
START = datetime(2026, 11, 24, 12, tzinfo=UTC)


def hours(count: float) -> datetime:
    return START + timedelta(hours=count)


def walk(plan: RecheckPlan, *presences: Presence) -> list[tuple[float, str | None]]:
    """Rechecks at the times that each one names; hour and event of each."""
    events: list[tuple[float, str | None]] = []
    state, now = RemovalState(), START
    for presence in presences:
        state, event, due = after_recheck(state, presence, START, plan, now)
        events.append(((now - START).total_seconds() / HOUR, event))
        assert due is not None
        now = due
    return events


def test_times_count_from_publication_or_first_sight() -> None:
    """A day without an hour costs no recheck; an old release changes no more than others (check 81)."""
    assert recheck_start(None, START) == START
    assert recheck_start(START - timedelta(hours=12), START) == START
    assert recheck_start(START + timedelta(days=3), START) == START
    assert recheck_start(START - timedelta(days=5), START) == START - timedelta(days=5)


@given(st.integers(0, 40 * DAY), st.lists(st.integers(1, 40 * DAY), unique=True).map(sorted))
def test_next_recheck_is_the_first_one_to_come(elapsed: int, after: list[int]) -> None:
    """However late it is: one time, the nearest one, and none after the last."""
    due = next_recheck(START, after, START + timedelta(seconds=elapsed))
    to_come = [seconds for seconds in after if seconds > elapsed]
    assert due == (START + timedelta(seconds=to_come[0]) if to_come else None)


def test_absence_is_proved_by_three_rechecks_over_a_day() -> None:
    """Half a day apart, whatever the regular times are (check 80)."""
    assert walk(PLAN, "there", "there", "missing", "missing", "missing", "missing") == [
        (0, None),
        (1, None),
        (6, None),
        (18, None),
        (24, None),
        (30, "removed"),
    ]


def test_removal_that_was_never_one_is_forgotten() -> None:
    """Found again before it was proved: the count begins anew."""
    events = walk(PLAN, "missing", "there", "missing", "missing", "missing", "missing")
    assert [event for _, event in events] == [None, None, None, None, None, "removed"]


def test_failure_that_may_pass_neither_counts_nor_ends_the_count() -> None:
    """A server in trouble says nothing of its pages."""
    state, _, _ = after_recheck(RemovalState(), "missing", START, PLAN, START)
    state, event, due = after_recheck(state, "unknown", START, PLAN, hours(12))
    assert (state.missing_count, event) == (1, None)
    assert due == hours(24)
    state, _, _ = after_recheck(state, "missing", START, PLAN, hours(24))
    assert after_recheck(state, "missing", START, PLAN, hours(36))[1] == "removed"


def test_late_rechecks_keep_their_distance() -> None:
    """After a pause of three days, two rechecks at once would prove no more than one."""
    state, _, _ = after_recheck(RemovalState(), "missing", START, PLAN, START)
    state, event, due = after_recheck(state, "missing", START, PLAN, hours(72))
    assert event is None
    assert due == hours(78)


def test_return_is_one_event_and_times_begin_anew_after_a_removal() -> None:
    """What was withdrawn is watched closely again: it may come back within the hour."""
    removed, event, due = after_recheck(
        RemovalState(missing_since=START, missing_count=2), "missing", START, PLAN, hours(24)
    )
    assert (event, due) == ("removed", hours(25))
    assert after_recheck(removed, "missing", START, PLAN, hours(25)) == (removed, None, hours(30))
    again, event, _ = after_recheck(removed, "there", START, PLAN, hours(30))
    assert (again, event) == (RemovalState(), "restored")
    assert after_recheck(again, "there", START, PLAN, hours(31))[1] is None


def test_one_recheck_proves_it_where_the_operator_says_so() -> None:
    """Configurable: whoever trusts one recheck gets it at once."""
    assert after_recheck(RemovalState(), "missing", START, RecheckPlan((), 1, DAY), START)[1] == "removed"


@given(st.lists(st.sampled_from(["there", "missing", "unknown"]), max_size=30))
def test_events_alternate(presences: list[Presence]) -> None:
    """Removed, restored, removed: never the same twice in a row, and never restored first."""
    state, now, events = RemovalState(), START, []
    for presence in presences:
        state, event, due = after_recheck(state, presence, START, PLAN, now)
        events += [event] if event else []
        now = due or now + timedelta(days=1)
    assert events == ["removed", "restored"] * (len(events) // 2) + ["removed"] * (len(events) % 2)
