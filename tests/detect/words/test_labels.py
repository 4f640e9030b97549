"""Numbers that name a thing or a place count nobody."""

from __future__ import annotations

import pytest

from tests.support.detection import found


@pytest.mark.parametrize(
    ("text", "killed"),
    [
        ("A rigger at Jetty 7 died.", 1),
        ("A welder on Slip 2 drowned.", 1),
        ("A nurse in Ozera 4 was killed.", 1),
        ("In Ozera 4 were killed.", 4),
        ("On Monday 6 died.", 6),
        ("A Boeing 737 crashed and two died.", 2),
    ],
)
def test_a_number_after_the_name_of_a_place_counts_nobody(text: str, killed: int) -> None:
    """A count is never taken from where somebody was; a number that is a subject itself stays one."""
    assert found(text).totals["killed"] == (killed, killed)
