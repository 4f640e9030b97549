"""What a finder finds, and which texts need no pass of it: those that lack parts of each of its words."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from watcher.detect.words.finder import Finder, Parts, letters_of

LONG = ["lost", "lost his life", "lost his life at sea", "lost his life at sea today", "his life at", "his", "at sea"]
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


@given(
    st.lists(
        st.sampled_from(["lost", "his", "life", "at", "sea", "today", "seaside", " ", " ", "  ", "\n", "\u00a0", "-"])
    ).map("".join)
)
def test_the_longest_word_is_found_and_none_inside_it(low: str) -> None:
    """Long phrases are looked for by their first words: what is found must be what stands there in full."""
    expected: list[tuple[int, str]] = []
    done = 0
    for start in range(len(low)):
        ends = {word: found.end() for word in LONG if (found := _spaced(word).match(low, start)) is not None}
        whole = [word for word in ends if _is_apart(low, start, ends[word])]
        if whole and start >= done:
            expected.append((start, max(whole, key=len)))
            done = ends[expected[-1][1]]
    assert Finder(LONG).found(low) == expected


def _spaced(word: str) -> re.Pattern[str]:
    """A phrase over any white space: a line can end in it, and some typists set two blanks."""
    return re.compile(r"(?:\s| )+".join(map(re.escape, word.split())))


def _is_apart(low: str, start: int, end: int) -> bool:
    return not low[max(0, start - 1) : start].isalpha() and not low[end : end + 1].isalpha()
