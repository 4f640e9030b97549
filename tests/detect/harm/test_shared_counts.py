"""Numbers that several groups or harms share."""

from __future__ import annotations

import pytest

from tests.support.detection import brief, found


def test_a_family_is_counted_together() -> None:
    """A father and his two sons are three people of one family."""
    assert brief("A rocket killed Omar Hadi and his two sons.") == [("killed", 3, 3, "civilian", "asserted")]


@pytest.mark.parametrize(
    ("text", "dead"),
    [
        ("Five of the nine men killed in the raid have been identified.", 9),
        ("Police have named three of the eight residents who died in the fire.", 8),
        ("Five of the nine men were killed in the raid.", 5),
    ],
)
def test_all_of_whom_some_are_named_are_dead(text: str, dead: int) -> None:
    """Those who were identified are some of the dead, those who were killed some of the men."""
    assert found(text).totals == {"killed": (dead, dead)}


def test_each_number_is_of_its_own_harm() -> None:
    """Together they would be casualties of nobody knows what."""
    assert found("Killed and wounded: 3 and 11 respectively.").totals == {"killed": (3, 3), "injured": (11, 11)}
