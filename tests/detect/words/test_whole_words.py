"""Patterns that are searched for only in texts that can hold them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.detection import ENGLISH
from watcher.detect.stance import retold_numbers
from watcher.detect.text.document import Document
from watcher.detect.words.finder import letters_of
from watcher.detect.words.lexicon import compiled
from watcher.detect.words.whole_words import whole_words

if TYPE_CHECKING:
    from watcher.detect.words.whole_words import Sought

PIECES = st.lists(st.sampled_from(["such", "took place", "took", "place", "'s", "-", ",", " ", " ", "\n", "4", "é"]))
RETOLD = "we|our|earlier|last|night|'s|report|toll|of|gave|had|said|monday|figure|statement|no.|3|,"


@given(PIECES.map("".join))
def test_a_text_that_holds_whole_words_may_hold_them(low: str) -> None:
    """A pattern that is not searched for must not be one that would have been found."""
    assert _is_asked_where_found(whole_words(["such", "took place"]), low)


@given(st.lists(st.sampled_from(RETOLD.split("|"))).map(" ".join))
def test_what_tells_of_an_earlier_release_holds_one_of_its_words(low: str) -> None:
    """The pattern has several forms; each has to hold a word by which it is asked for."""
    assert _is_asked_where_found(retold_numbers._patterns(ENGLISH).any, low)


def _is_asked_where_found(sought: Sought, low: str) -> bool:
    return sought.pattern.search(low) is None or sought.may_find(set(letters_of(low)))


@pytest.mark.parametrize(("begin", "is_said"), [(0, True), (5, False)])
def test_a_text_says_words_between_two_offsets(begin: int, *, is_said: bool) -> None:
    """The words of another sentence are none of this one."""
    document = Document("Such. Two suchlike soldiers were killed.", compiled(ENGLISH))
    assert document.says(whole_words(["such"]), begin) is is_said
