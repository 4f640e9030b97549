"""Names as groups of people: beside a verb of harm, and after a noun that says who the named one is."""

from __future__ import annotations

import pytest

from tests.support.detection import found


def test_a_description_is_no_second_person() -> None:
    """An apposition after a name says who it is."""
    detection = found("The strike killed Mullah Davud, a senior Taliban commander, and one of his associates.")
    assert detection.totals == {"killed": (2, 2)}


@pytest.mark.parametrize(
    ("text", "victims"),
    [
        ("Journalist Ana Sharif and cameraman Omar Dabb were killed.", ["civilian", "civilian"]),
        ("Governor Karim Wali was killed.", ["official"]),
        (
            "District police chief Nazar Shah, his driver and four guards were killed.",
            ["police", "civilian", "unknown"],
        ),
    ],
)
def test_a_noun_and_its_name_are_one(text: str, victims: list[str]) -> None:
    """As in "police chief X": the noun says who the named one is, and the list goes on before it."""
    claims = found(text).claims
    assert [claim.victim for claim in claims] == victims
    assert claims[0].people
