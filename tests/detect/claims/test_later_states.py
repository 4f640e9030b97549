"""Who was injured and has died is counted once, among the dead."""

from __future__ import annotations

import pytest

from tests.support.detection import found


@pytest.mark.parametrize(
    ("text", "killed", "injured"),
    [
        ("Five guards were wounded on Sunday. One of the wounded has since died.", 1, 4),
        ("Five guards were wounded on Sunday. Two of them died in hospital.", 2, 3),
        ("Five guards were wounded on Sunday. Two of the five have died.", 2, 3),
        ("Five guards were wounded, one of whom later died.", 1, 4),
        ("Of the five injured, two have since died.", 2, 3),
        ("One of the five guards wounded on Sunday died of his injuries.", 1, 4),
        ("Five guards wounded at gate\nFive guards were wounded on Sunday. One of the wounded died.", 1, 4),
        (
            "Five guards were wounded. One of the wounded died. One of the wounded died on Monday.",
            1,
            4,
        ),
        ("A guard wounded on Sunday has died.", 1, None),
        ("Cpl. Ada Orr, who was wounded on Friday, died on Sunday.", 1, None),
        ("Five guards were wounded on Sunday. Two of his dogs died.", None, 5),
    ],
)
def test_the_dead_are_no_longer_among_the_injured(text: str, killed: int | None, injured: int | None) -> None:
    """A death after days changes both numbers, however it is told, and however often."""
    totals = found(text).totals
    assert totals.get("injured", (None, None))[0] == injured
    if killed is not None:
        assert totals.get("killed", (None, None))[0] == killed


def test_a_new_toll_holds_the_deaths_before_it() -> None:
    """The number that a toll has risen to is the total, not one more."""
    text = "Two guards were killed and four wounded. One of the wounded later died, bringing the death toll to three."
    assert found(text).totals == {"killed": (3, 3), "injured": (3, 3)}
