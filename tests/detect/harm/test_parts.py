"""Parts of a group: the same people, described more closely."""

from __future__ import annotations

from tests.support.detection import found, only


def test_parts_are_not_added_to_their_total() -> None:
    """A release that counts twice must not be added up twice."""
    detection = found("Eight civilians were killed, including three teachers.")
    assert detection.totals == {"killed": (8, 8)}
    assert [claim.part_of for claim in detection.claims] == [None, 0]


def test_a_child_is_a_part_and_no_other_victim() -> None:
    """One of whom was a child: the same people, described more closely."""
    claim = only("Three villagers were killed, one of whom was a child.")
    assert (claim.count_min, claim.children) == (3, 1)
