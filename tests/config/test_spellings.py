"""Choices inside a phrase, and singular beside plural."""

from __future__ import annotations

import pytest

from watcher.config.spellings import spelled, spellings, spelt_out


def test_a_choice_stands_for_each_of_its_phrases() -> None:
    """Whoever adds a way to be hurt writes it once for every limb."""
    assert spellings("broke (a|his) (leg|arm)") == ["broke a leg", "broke a arm", "broke his leg", "broke his arm"]
    assert spellings("taken to (the|) hospital") == ["taken to the hospital", "taken to hospital"]
    assert spellings("after (naming|having (told|said))") == ["after naming", "after having told", "after having said"]
    assert spellings("a (b (c|d)") == ["a (b c", "a (b d"]


def test_words_without_a_choice_stay_as_they_are() -> None:
    """Most lists have none."""
    assert spelt_out(("killed", "shot dead")) == ("killed", "shot dead")
    assert spelt_out(("killed", "shot (him|her)")) == ("killed", "shot him", "shot her")


def test_a_phrase_of_too_many_choices_is_a_mistake() -> None:
    """Nobody means as many phrases as that."""
    with pytest.raises(ValueError, match="more than"):
        spellings("(a|b|c)" * 8)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (("death/deaths", "toll"), ["death", "deaths", "toll"]),
        (("killed", "shot dead"), ["killed", "shot dead"]),
    ],
)
def test_singular_and_plural_are_two_words(words: tuple[str, ...], found: list[str]) -> None:
    """A slash parts them; what has none is one word."""
    assert spelled(words) == found
