"""Numbers of people, and the numbers that are none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.detection import found, only, read

SMALL = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
SMALL += ["thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty", "thirty"]
SMALL += ["forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
ONES, TENS = SMALL[:20], ["", "", *SMALL[20:]]

BOUNDS = [
    ("4", 4, 4),
    ("at least 4", 4, None),
    ("more than 30", 31, None),
    ("over 30", 31, None),
    ("up to nine", None, 9),
    ("as many as nine", None, 9),
    ("at least two and as many as nine", 2, 9),
    ("fewer than five", None, 4),
    ("3-5", 3, 5),
    ("3 to 5", 3, 5),
    ("three or four", 3, 4),
    ("between six and eight", 6, 8),
    ("about 40", 40, 40),
    ("no fewer than eight", 8, None),
    ("20+", 20, None),
    ("several", 3, None),
    ("a couple of", 2, None),
    ("numerous", 4, None),
    ("dozens of", 24, None),
    ("hundreds of", 200, None),
    ("scores of", 40, None),
    ("a large number of", 5, None),
    ("half a dozen", 6, 6),
    ("two dozen", 24, 24),
    ("3 dozen", 36, 36),
    ("1,200", 1200, 1200),
    ("1.200", 1200, 1200),
    ("1 200", 1200, 1200),
    ("2.5 million", 2_500_000, 2_500_000),
    ("two hundred and five", 205, 205),
    ("Five (5)", 5, 5),
    ("", 2, None),
]


@pytest.mark.parametrize(("words", "low", "high"), BOUNDS, ids=[words for words, _, _ in BOUNDS])
def test_bounds_of_a_number(words: str, low: int | None, high: int | None) -> None:
    """Every way to say how many, as a minimum and a maximum."""
    claim = only(f"In all {words} villagers were killed.")
    assert (claim.count_min, claim.count_max) == (low, high)


NO_COUNTS = [
    "Private Ana Roe, 22, was killed.",
    "On 14 June a soldier was killed.",
    "On June 14 a soldier was killed.",
    "At 10:30 a soldier was killed.",
    "A soldier of the 44th Regiment was killed.",
    "A 19-year-old soldier was killed.",
    "A 155mm shell hit the post and a soldier was killed.",
    "Some 12 km from the town a soldier was killed.",
    "Release 2014-06-117: a soldier was killed.",
    "A soldier was killed.[3]",
    "Highway 61 was closed after a soldier was killed.",
    "A soldier was killed three days after the attack.",
    "A soldier was killed in the third attack.",
    "Damage worth $40 was done and a soldier was killed.",
]


@pytest.mark.parametrize("text", NO_COUNTS)
def test_numbers_that_count_nobody(text: str) -> None:
    """Ages, dates, times, units, distances, ordinals, codes and marks are no people."""
    assert found(text).totals == {"killed": (1, 1)}


@given(st.integers(min_value=2, max_value=999_999))
def test_digits_of_any_size(number: int) -> None:
    """Digits with separators mean what they mean without."""
    for text in (f"{number}", f"{number:,}"):
        (quantity,) = read(f"{text} villagers").quantities.values()
        if 1900 <= number <= 2100 and text.isdigit():
            assert quantity.is_weak
        assert (quantity.low, quantity.high) == (number, number)


@given(st.integers(min_value=1, max_value=999))
def test_number_words(number: int) -> None:
    """Words up to nine hundred and ninety-nine."""
    hundreds, rest = divmod(number, 100)
    words = [f"{ONES[hundreds]} hundred"] if hundreds else []
    if rest:
        small = ONES[rest] if rest < 20 else TENS[rest // 10] + (f"-{ONES[rest % 10]}" if rest % 10 else "")
        words.append(small)
    (quantity,) = read(f"{' and '.join(words)} villagers").quantities.values()
    assert quantity.low == number


@pytest.mark.parametrize(
    "text",
    [
        "The raid killed 30 [1] people near the ford.",
        "The raid killed 30[12] people near the ford.",
        "In the raid 30 people [3] were killed near the ford.",
        "[7] The raid killed 30 people near the ford.",
    ],
)
def test_marks_of_notes_count_nobody(text: str) -> None:
    """A raised footnote mark is written as [n]: it is no number, and the group goes on after it."""
    claim = only(text)
    assert (claim.count_min, claim.count_max, claim.victim_raw) == (30, 30, claim.victim_raw)
    assert "people" in claim.victim_raw
    assert text[claim.start : claim.end].replace("[3] ", "") in text.replace("[3] ", "")


@pytest.mark.parametrize("age", ["a 9-year-old", "a 9-year old", "a nine-year-old", "8-year old", "a 4-month-old"])
def test_an_age_parts_no_list(age: str) -> None:
    """An age before a noun counts nobody and leaves both people of the list with the verb."""
    assert found(f"Twelve militants and {age} girl were killed in the raid.").totals["killed"] == (13, 13)
