"""Labels and headings of figures: whose dead and wounded they count, and of which time."""

from __future__ import annotations

import pytest

from tests.support.detection import brief, found

SIDES = [("killed", 9, 9, "combatant", "asserted"), ("killed", 2, 2, "military", "asserted")]


@pytest.mark.parametrize(
    "text",
    [
        "Rebels: 9 dead. Soldiers: 2 dead.",
        "Rebels: 9 dead; soldiers: 2 dead.",
        "Rebels - dead: 9. Government troops - dead: 2.",
        "ENEMY LOSSES\n9 killed\nOWN LOSSES\n2 killed",
        "Enemy:\nKilled: 9\nOwn forces:\n- killed: 2",
    ],
)
def test_figures_belong_to_what_heads_them(text: str) -> None:
    """The figures of one side would else be counted as the other's."""
    assert sorted(brief(text)) == sorted(SIDES)


def test_passengers_are_no_policemen() -> None:
    """A label whose people have no class takes none from the figures before."""
    assert brief("Police: 2 injured. Passengers: 17 injured.")[1][3] == "unknown"


def test_who_says_so_is_no_label() -> None:
    """Prose after a colon is somebody's statement."""
    assert brief("Residents: three dead in a crash near the mill.")[0][3] != "civilian"


@pytest.mark.parametrize("label", ["Since 1 May", "This month", "Year to date"])
def test_the_sum_of_a_longer_time_is_background(label: str) -> None:
    """It is never added to the day's."""
    assert found(f"Past 24 hours: 4 killed. {label}: 88 killed.").totals == {"killed": (4, 4)}
