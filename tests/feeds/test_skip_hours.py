"""skipHours and skipDays as feeds write them (check 17)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.feeds.rss import skipped_days, skipped_hours


@pytest.mark.parametrize(
    ("inside", "hours"),
    [
        ("<hour>3</hour><hour> 0 </hour><hour>3</hour>", (0, 3)),
        ("<hour>24</hour>\n<hour>07</hour>", (0, 7)),
        ("<hour>25</hour><hour>-1</hour><hour>noon</hour><hour>1</hour>", (1,)),
        ("", ()),
    ],
)
def test_hours_are_numbers_of_gmt(inside: str, hours: tuple[int, ...]) -> None:
    """What is no hour is left out, 24 is midnight (check 17)."""
    assert skipped_hours(f"<rss><channel><SKIPHOURS>{inside}</SKIPHOURS></channel></rss>") == hours


def test_days_are_names_whatever_their_case() -> None:
    """In the order of the week, each once (check 17)."""
    said = "<skipDays><day>Sunday</day><day>monday</day><day>Sunday</day><day>Someday</day></skipDays>"
    assert skipped_days(said) == ("monday", "sunday")
    assert skipped_days("<rss/>") == ()


@given(st.integers(0, 3000), st.sampled_from(["<skipHours>", "<hour>", "<skipHours><hour>1", "<skipDays><day>"]))
def test_open_ends_cost_nothing_and_say_nothing(times: int, part: str) -> None:
    """A body of opening tags alone is no wish, and is read in linear time (check 57)."""
    assert skipped_hours(part * times) == ()
    assert skipped_days(part * times) == ()
