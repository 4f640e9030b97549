"""One event counted again and again in one text: only the last count holds."""

from __future__ import annotations

import pytest

from tests.support.detection import found


@pytest.mark.parametrize(
    "text",
    [
        "Update 1 (09:00): 3 dead, 6 hurt. Update 2 (12:00): 5 dead, 9 hurt.",
        "Situation at 9 a.m.: three dead, six hurt. Situation at noon: five dead, nine hurt.",
        "09:00: three dead, six hurt. 12:00: five dead, nine hurt.",
        "Status at 09:00\n- 3 dead\n- 6 injured\nStatus at 12:00\n- 5 dead\n- 9 injured",
        "Update 1: 3 dead, 6 hurt.\nUpdate 2: 5 dead, 9 hurt.",
        "Update 2: 5 dead, 9 hurt.\nUpdate 1: 3 dead, 6 hurt.",
        "Update 3 (11:20): 5 dead, 9 hurt.\nUpdate 2 (09:00): 4 dead, 8 hurt.\nUpdate 1 (07:45): 3 dead, 6 hurt.",
    ],
)
def test_only_the_last_account_counts(text: str) -> None:
    """Added up they would falsify the number."""
    assert found(text).totals == {"killed": (5, 5), "injured": (9, 9)}


@pytest.mark.parametrize(
    ("text", "dead"),
    [
        ("09:10: two soldiers killed near Herat. 11:30: three soldiers killed at Kunduz.", 5),
        ("Update 1: a raid killed four rebels. Update 2: another raid killed two rebels.", 6),
        ("Day 1: 3 dead. Day 2: 5 dead.", 8),
    ],
)
def test_incidents_with_their_times_are_all_kept(text: str, dead: int) -> None:
    """A log has a time before each of its incidents."""
    assert found(text).totals == {"killed": (dead, dead)}
