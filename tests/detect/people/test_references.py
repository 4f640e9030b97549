"""Whom "they", "the gunmen" and "no survivors" mean: people named a sentence or two before."""

from __future__ import annotations

import pytest

from tests.support.detection import brief


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Two insurgents were seen placing a bomb. The aircraft engaged and the insurgents were killed.",
            [("killed", 2, 2, "combatant")],
        ),
        ("Four soldiers were in the truck when it hit the mine. They were all killed.", [("killed", 4, 4, "military")]),
        ("Three men fired at the patrol. The patrol returned fire and killed them.", [("killed", 3, 3, "unknown")]),
        ("Twelve people were on board the ferry. There were no survivors.", [("killed", 12, 12, "unknown")]),
        ("The helicopter went down with nine on board; there were no survivors.", [("killed", 9, 9, "unknown")]),
    ],
)
def test_a_reference_takes_the_number_said_before(text: str, expected: list[tuple[object, ...]]) -> None:
    """Without it the release would report "at least two" or nobody in particular."""
    assert [claim[:4] for claim in brief(text)] == expected


def test_two_groups_leave_it_open() -> None:
    """Who of two groups "they" are cannot be known: the number stays vague rather than wrong."""
    claims = brief("Two farmers met five soldiers at the bridge. They were killed.")
    assert [claim[:3] for claim in claims] == [("killed", 2, None)]


def test_far_people_are_not_meant() -> None:
    """A reference reaches two sentences back, no further."""
    text = "Six gunmen crossed the river. It rained. The road was cut. The bridge was closed. The gunmen were killed."
    assert [claim[:3] for claim in brief(text)] == [("killed", 2, None)]


def test_an_earlier_count_is_not_overruled() -> None:
    """Where the same harm has been counted, a reference repeats it and does not bring in another number."""
    text = "Five gunmen attacked the post. Three were killed. The gunmen who were killed wore uniforms."
    assert [claim[:3] for claim in brief(text)] == [("killed", 3, 3)]
