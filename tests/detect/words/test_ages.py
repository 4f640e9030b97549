"""Ages, which count nobody."""

from __future__ import annotations

import pytest

from tests.support.detection import read
from watcher.detect.words.ages import age_before, age_length, is_age


def test_an_age_is_no_number_of_people() -> None:
    """However its hyphens are set."""
    for text in ("9-year-old", "9-year old", "9 year-old", "6-month-old"):
        reading = read(f"{text} boy")
        assert age_length(reading, 0) == reading.size - 1
        assert age_before(reading, reading.size - 1) == 0


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("sisters aged seven died", "seven"),
        ("brothers aged 9, 11 and 14 were", "14"),
        ("recruits, aged 19 and 20, drowned", "20"),
    ],
)
def test_every_age_of_several_is_one(text: str, number: str) -> None:
    """Each of a list up to the verb."""
    reading = read(text)
    assert is_age(reading, reading.low.index(number), reading.low.index(number))


@pytest.mark.parametrize(
    ("text", "number"), [("boys aged 9 and 12 women were", "12"), ("a man aged 40, and six", "six")]
)
def test_a_number_with_its_noun_or_in_other_letters_is_no_age(text: str, number: str) -> None:
    """Whoever stands after the ages is counted again."""
    reading = read(text)
    assert not is_age(reading, reading.low.index(number), reading.low.index(number))
