"""Where sentences end: stops, lines, wrapped lines, abbreviations."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.detection import ENGLISH
from watcher.detect.text.sentences import sentence_spans
from watcher.detect.words.lexicon import compiled

LEXICON = compiled(ENGLISH)


def split(text: str) -> list[str]:
    """The sentences of a text."""
    return [text[begin:end] for begin, end in sentence_spans(text, LEXICON)]


@pytest.mark.parametrize(
    "text",
    [
        "Sgt. Ana Roe died on Jan. 3 near St. Marna.",
        "The U.S. Army said so.",
        "It happened at 3 p.m. on Monday.",
        "About 2.5 million people live there.",
        "Lt. Col. A. B. Finn spoke.",
    ],
)
def test_abbreviations_do_not_end_a_sentence(text: str) -> None:
    """A rank or a month cut off from its name would lose the victim."""
    assert split(text) == [text]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("The crash of flight No. 5 killed two.", 1),
        ("Nobody said no. Five left.", 2),
        ("It began at 3 p.m. Five left.", 2),
        ("It began at 3 p.m. 5 left.", 1),
        ("Maj. (res.) Noa Levin fell.", 1),
        ("So did I. Five left.", 2),
    ],
)
def test_some_abbreviations_end_a_sentence_too(text: str, count: int) -> None:
    """As "no" is a word as well: only a number after it makes it an abbreviation."""
    assert len(split(text)) == count


def test_stops_and_paragraphs_end_one() -> None:
    """Two statements are two sentences, with or without a blank line."""
    assert split("One died. Two fled! Was it so?") == ["One died.", "Two fled!", "Was it so?"]
    assert split("A headline\n\nThe text") == ["A headline", "The text"]
    assert split("It ended in 2015.The next began.") == ["It ended in 2015.", "The next began."]


def test_a_wrapped_line_goes_on() -> None:
    """Telegrams are wrapped by hand; the sentence is one."""
    text = "The patrol came under fire near the village and three of its\nsoldiers were wounded."
    assert len(split(text)) == 1
    capitals = "THE HIGH COMMAND REPORTED TODAY THAT NINE\nSOLDIERS WERE WOUNDED NEAR THE RIVER."
    assert len(split(capitals)) == 1
    assert len(split("The two soldiers were taken to the\nMilitary Hospital.")) == 1
    assert len(split("Killed in the storm\nOrsa district 3")) == 2


@pytest.mark.parametrize(
    "text",
    [
        "The notice was put up on the board of the office in the afternoon: No\nU.K. personnel were hurt in it.",
        "The number of the dead, which stood at 19 this morning, is put at\n16. by the office of the district now.",
        "The herd went into the field behind the customs house on Monday night;\nnine of the goats were killed there.",
        "The notice names the dead soldier of the border regiment as a certain Cpl.\nLee Dunn, of the second company.",
        "The notice of the regiment names those who were hurt in the crash as V.K.\nTiwari and Omar Hadi, staff.",
    ],
)
def test_a_line_wrapped_at_an_unlucky_word_goes_on(text: str) -> None:
    """A "No" at the end of a line, cut off from its noun, would turn a denial into casualties."""
    assert len(split(text)) == 1


def test_a_word_that_only_announces_is_left_out() -> None:
    """What stands after "BREAKING:" is read as a sentence of its own."""
    assert split("BREAKING: Two were hurt. Update: They are well.") == ["Two were hurt.", "They are well."]
    assert split("Dead: two.") == ["Dead: two."]


def test_a_list_is_not_joined() -> None:
    """Each line of a list is its own statement."""
    text = "Weekly summary:\n- Near Barid, a patrol killed two.\n- Near Lashto, nothing happened"
    assert len(split(text)) == 3


@given(st.text())
def test_spans_are_in_order_and_lose_nothing(text: str) -> None:
    """Whatever the text, the spans are sound; only white space and what opens a sentence are left out."""
    spans = sentence_spans(text, LEXICON)
    assert all(begin < end for begin, end in spans)
    assert all(one[1] <= other[0] for one, other in pairwise(spans))
    kept = "".join(text[begin:end] for begin, end in spans)
    left_out = Counter("".join(text.split())) - Counter("".join(kept.split()))
    assert not left_out or any(not word[:1].isalpha() or word.endswith(":") for word in text.split())


def test_the_number_of_a_list_is_no_sentence() -> None:
    """A line's number is no sentence and belongs to none; a number that ends a sentence does end it."""
    text = "1. On Monday two men met.\n2. On Friday they left. They were back by 5. Nobody saw them."
    parts = [text[begin:end] for begin, end in sentence_spans(text, LEXICON)]
    assert parts == [
        "On Monday two men met.",
        "On Friday they left.",
        "They were back by 5.",
        "Nobody saw them.",
    ]
