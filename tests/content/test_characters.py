"""Characters as a reader sees them."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.content.characters import clean, clean_lines, note, squeeze

INVISIBLE = "\u00ad\u200b\u2060\u200e\u200f\u202a\u202e\u2066\u2069\ufeff\ufffc\x00\x07\x9f"
SPACES = "\u00a0\u2009\u202f\u3000\u2003\t"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("sol\u00addat", "soldat"),
        ("3\u200b0", "30"),
        ("\u202e30\u202c", "30"),
        ("1\u00a0200", "1 200"),
        ("ﬁve oﬃcers aﬄicted", "five officers afflicted"),
        ("e\u0301", "é"),
        ("30¹", "30 [1]"),
        ("people² were", "people [2] were"),
        ("10⁶ km²", "10 [6] km2"),
        ("½ and ３０", "½ and ３０"),
        ("a\u2028b", "a b"),
    ],
)
def test_invisible_and_odd_characters_are_read_as_plain_ones(text: str, expected: str) -> None:
    """Each is found in official pages."""
    assert squeeze(text) == expected


@given(st.text(alphabet="abc 0123456789.,", max_size=40), st.data())
def test_invisible_characters_change_nothing(text: str, data: st.DataObject) -> None:
    """Wherever they stand, words and numbers are what they were without them."""
    noisy = "".join(character + data.draw(st.sampled_from(("", "", *INVISIBLE))) for character in text)
    assert squeeze(noisy) == squeeze(text)


@given(st.lists(st.text(alphabet="abc019", min_size=1, max_size=5), max_size=6), st.sampled_from(SPACES))
def test_every_space_separates_like_a_plain_one(words: list[str], space: str) -> None:
    """No-break and thin spaces are spaces."""
    assert squeeze(space.join(words)) == " ".join(words)


@given(st.text(max_size=100))
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    """A stored text read again is the same, and in NFC."""
    once = squeeze(text)
    assert squeeze(once) == once
    assert unicodedata.is_normalized("NFC", once)


@given(st.text(max_size=100))
def test_no_digit_is_lost_or_made(text: str) -> None:
    """Whatever else happens, the digits stay, in their order."""
    digits = [character for character in unicodedata.normalize("NFC", text) if character.isdecimal()]
    kept = [character for character in clean(text) if character.isdecimal()]
    raised = sum(character in "⁰¹²³⁴⁵⁶⁷⁸⁹" for character in text)
    assert kept == digits if not raised else len(kept) >= len(digits)


def test_lines_are_never_empty() -> None:
    """One line per block is what offsets and readers rely on."""
    assert clean_lines("a \n \u00a0\n\n b\u2029c") == ["a", "b", "c"]


def test_powers_of_units_join_and_notes_stand_apart() -> None:
    """km2 is a unit, 30 [2] a number with a note."""
    assert note("12 km", "2") == "2"
    assert note("the team", "2") == " [2] "
    assert note("30", "2") == " [2] "
