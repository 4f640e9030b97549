"""Numbers said of a harm as a whole: tolls, counts, what the dead number."""

from __future__ import annotations

import pytest

from tests.support.detection import brief, found


@pytest.mark.parametrize(
    ("text", "dead"),
    [
        ("The death toll from the fire rose from 14 to 17.", 17),
        ("The tally of the dead, which stood at four on Sunday, is now six.", 6),
        ("Our dead number six.", 6),
        ("The number of miners who have died in the shaft rises to 19.", 19),
        ("The toll went up by two to eleven.", 11),
    ],
)
def test_a_toll_is_what_it_has_become(text: str, dead: int) -> None:
    """Neither the number it rose from nor that by which it rose is anybody's."""
    assert found(text).totals == {"killed": (dead, dead)}


def test_the_dead_are_the_sum_of_those_told_before() -> None:
    """They are no further dead."""
    text = "One guard was killed at dawn. A shell killed two more. The battalion's dead number three."
    assert found(text).totals == {"killed": (3, 3)}


def test_a_list_without_a_number_counts_nobody() -> None:
    """A list of the dead is read out on many occasions."""
    assert brief("The list of the dead was read out in two languages.") in (
        [],
        [("killed", None, None, "unknown", "asserted")],
    )
