"""What is stated of somebody named: rank, age, unit and home town."""

from __future__ import annotations

import pytest

from tests.support.detection import only


def test_rank_age_unit_and_home_town_are_as_stated() -> None:
    """Rank, age, unit and home town, each as stated, with the offsets of the name."""
    text = "Spc. Dara Onwell, 24, of Kestrel Falls, Ohio, assigned to the 9th Transport Company, was killed on April 2."
    claim = only(text)
    (person,) = claim.people
    assert (claim.count_min, claim.victim) == (1, "military")
    assert (person.name, person.rank, person.age) == ("Dara Onwell", "Spc.", 24)
    assert (person.home_town, person.unit) == ("Kestrel Falls, Ohio", "9th Transport Company")
    assert text[person.start : person.end] == "Dara Onwell"


@pytest.mark.parametrize(
    ("text", "unit", "town"),
    [
        ("Cpl. Jon Holl, of 1st Battalion The Fell Regiment, was killed.", "1st Battalion The Fell Regiment", ""),
        ("Cpl. Jon Holl, of Leeds, was killed.", "", "Leeds"),
        ("Cpl. Jon Holl (age 27 years, resident of Dargai) was killed.", "", "Dargai"),
        ("Cpl. Jon Holl, of Hamas, was killed.", "", ""),
        ("Cpl. Jon Holl, a native of Bath, serving with 9 Squadron, was killed.", "9 Squadron", "Bath"),
    ],
)
def test_a_unit_is_no_town(text: str, unit: str, town: str) -> None:
    """Both stand after "of": a unit counts itself or is called a regiment."""
    (person,) = only(text).people
    assert (person.unit, person.home_town) == (unit, town)


def test_an_age_can_stand_before_the_name() -> None:
    """As in "a 24-year-old soldier, Private X"."""
    (person,) = only("A 24-year-old soldier, Private Ida Holm, was killed.").people
    assert (person.name, person.age) == ("Ida Holm", 24)
