"""Which texts need no pass of a finder: those that lack parts of each of its words."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from watcher.detect.words.finder import Finder, Parts, letters_of

PIECES = st.lists(st.sampled_from(["found", "alive", "back", "home", "’s", "it", "-", ",", " ", " ", "\n", "3", "é"]))


@given(PIECES.map("".join))
def test_a_text_in_which_words_are_found_may_hold_them(low: str) -> None:
    """A finder that is not asked must not be one that would have found something."""
    finder = Finder(["found alive", "back home", "it's", "alive"])
    assert not finder.starts(low) or finder.may_find(set(letters_of(low)))


def test_two_parts_of_a_phrase_have_to_be_there() -> None:
    """Of "back with us" many texts hold "with", and few "back" as well."""
    parts = Parts(["back with us"])
    assert parts.may_stand_in({"back", "with", "us", "they"})
    assert not parts.may_stand_in({"with", "us", "they"})
    assert not Parts([]).may_stand_in({"with"})
