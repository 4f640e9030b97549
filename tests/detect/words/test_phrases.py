"""The words between a number or an article and its noun."""

from __future__ import annotations

import pytest

from tests.support.detection import read
from watcher.detect.words.phrases import is_compound, names_action, read_phrase


@pytest.mark.parametrize(
    ("text", "noun"),
    [
        ("two young, unarmed villagers left", "villagers"),
        ("two alleged militants left", "militants"),
        ("two 9-year-old boys left", "boys"),
        ("no Afghan or coalition soldiers left", "soldiers"),
        ("two slightly wounded soldiers left", "soldiers"),
        ("one of the five soldiers left", "soldiers"),
    ],
)
def test_the_noun_is_found_after_adjectives(text: str, noun: str) -> None:
    """Adjectives, ages, commas and a cue that is only an adjective may stand between."""
    reading = read(text)
    assert reading.low[read_phrase(reading, 1).head] == noun


@pytest.mark.parametrize("text", ["six rebels pursued and killed", "two last weeks", "two, the soldiers said"])
def test_a_phrase_ends_at_what_is_no_adjective(text: str) -> None:
    """A verb, a time and another clause belong to no noun after them."""
    reading = read(text)
    assert read_phrase(reading, 1).head <= 1


@pytest.mark.parametrize(
    ("text", "is_thing"),
    [("the terrorist vehicle", True), ("the garrison's hopes", True), ("the guard's wife", False)],
)
def test_people_can_describe_a_thing(text: str, is_thing: bool) -> None:  # noqa: FBT001 (given by the list above)
    """A vehicle of terrorists and the hopes of a garrison are nobody; a guard's wife is somebody."""
    reading = read(text)
    assert is_compound(reading, read_phrase(reading, 1)) is is_thing


def test_an_action_is_nobody() -> None:
    """As in "the deaths of two rebels and the seizure of weapons"."""
    assert names_action(read("the seizure of weapons"), 1)
    assert not names_action(read("the convoy of weapons"), 1)
