"""A table tells again what the text tells: one fact, counted once."""

from __future__ import annotations

import pytest

from tests.support.detection import brief, found

TABLE = "Village | Killed | Wounded\nOrsa | 3 | 1\nTamin | 0 | 2"


@pytest.mark.parametrize(
    "text",
    [
        f"Three people were killed and three wounded in two villages.\n{TABLE}",
        f"{TABLE}\nThree people were killed and three wounded in two villages.",
        f"{TABLE}\nTotal | 3 | 3",
        f"Three people were killed in Orsa.\n{TABLE}",
        f"At least two people were killed, officials said first.\n{TABLE}",
        TABLE,
    ],
)
def test_text_and_table_are_counted_once(text: str) -> None:
    """Rows are parts of what the text or the row of sums says; what only the table says is added."""
    assert found(text).totals == {"killed": (3, 3), "injured": (3, 3)}


def test_rows_of_the_same_number_are_not_one_fact() -> None:
    """Two places with two dead each are four dead."""
    assert found("Site | Dead\nMill | 2\nPier | 2").totals == {"killed": (4, 4)}
    text = "Four people died in two places.\nSite | Dead\nMill | 2\nPier | 2"
    assert [claim.part_of for claim in found(text).claims] == [None, 0, 0]


def test_a_single_row_that_says_the_same_is_no_claim_of_its_own() -> None:
    """A box of key facts repeats the text, and takes its class from it."""
    assert brief("Two sailors were killed on Friday.\nShip: Ada; Killed: 2") == [
        ("killed", 2, 2, "military", "asserted")
    ]


def test_heads_and_zeros_make_no_claims() -> None:
    """The head "Killed" is no death, and a zero beside others no denial; a table of zeros is one."""
    assert brief(TABLE) == [
        ("killed", 3, 3, "unknown", "asserted"),
        ("injured", 1, 1, "unknown", "asserted"),
        ("injured", 2, 2, "unknown", "asserted"),
    ]
    assert brief("Site: Pier; Killed: 0; Injured: 0") == [
        ("killed", 0, 0, "unknown", "denied"),
        ("injured", 0, 0, "unknown", "denied"),
    ]


def test_a_table_of_a_period_is_background() -> None:
    """The losses of a war are never added to those of the day."""
    text = "Two guards were killed today.\nLosses from 24 March to 6 May:\nKilled: about 900\nTrucks: 4"
    assert found(text).totals == {"killed": (2, 2)}


def test_bounds_in_a_cell_are_kept() -> None:
    """A cell can hedge as a sentence does."""
    assert found("Site | Dead\nMill | at least 2\nPier | 3").totals == {"killed": (5, None)}


def test_a_toll_by_day_is_not_added_up() -> None:
    """Each row of a rising toll holds those before it."""
    assert found("Day | Death toll\nMonday | 2\nFriday | 3").totals == {"killed": (3, 3)}


def test_a_zero_that_the_text_says_is_no_second_denial() -> None:
    """The text denies in words what its table has as a zero."""
    text = "No service members were injured.\nCrew: 6; Injured: 0"
    assert brief(text) == [("injured", 0, 0, "military", "denied")]
