"""Where sentences end, and which of them are lists of other releases or played in an exercise."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.detection import ENGLISH, found
from watcher.detect.lexicon import compiled
from watcher.detect.sentences import sentence_spans

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


def test_a_list_is_not_joined() -> None:
    """Each line of a list is its own statement."""
    text = "Weekly summary:\n- Near Barid, a patrol killed two.\n- Near Lashto, nothing happened"
    assert len(split(text)) == 3


@given(st.text())
def test_spans_are_in_order_and_lose_nothing(text: str) -> None:
    """Whatever the text, the spans are sound and only white space is left out."""
    spans = sentence_spans(text, LEXICON)
    assert all(begin < end for begin, end in spans)
    assert all(one[1] <= other[0] for one, other in pairwise(spans))
    kept = "".join(text[begin:end] for begin, end in spans)
    assert "".join(kept.split()) == "".join(text.split())


def test_the_number_of_a_list_belongs_to_its_line() -> None:
    """A line's number is no sentence; a number that ends a sentence does end it."""
    text = "1. On Monday two men met.\n2. On Friday they left. They were back by 5. Nobody saw them."
    parts = [text[begin:end] for begin, end in sentence_spans(text, LEXICON)]
    assert parts == [
        "1. On Monday two men met.",
        "2. On Friday they left.",
        "They were back by 5.",
        "Nobody saw them.",
    ]


@pytest.mark.parametrize(
    "heading", ["Related stories", "SEE ALSO:", "More news:", "Latest headlines", "Most read", "Read also:"]
)
def test_a_list_of_other_releases(heading: str) -> None:
    """Whatever the site calls it, its lines are other releases."""
    assert found(f"The bridge was opened.\n\n{heading}\nTwo soldiers killed in crash\nFire injures six").claims == ()


def test_the_text_goes_on_behind_the_list() -> None:
    """A long sentence ends the list; what it says counts again."""
    text = (
        "The bridge was opened.\n\nRelated stories\nTwo soldiers killed in crash\n"
        "In other events of the day, the command confirmed that three engineers were wounded by a mine near the river."
    )
    assert found(text).totals == {"injured": (3, 3)}


def test_a_word_for_a_list_inside_a_sentence_opens_none() -> None:
    """Only a heading does."""
    assert found("Related to this, two soldiers were killed on Monday.").totals == {"killed": (2, 2)}


def test_neighbours_of_a_simulation_are_played_too() -> None:
    """An exercise is told in several sentences, one of which says what it is."""
    text = "Thirty patients, four of them dead, arrived at the gate. It was all part of Exercise Northern Shield."
    assert not found(text).is_reported


def test_a_real_death_in_training_counts() -> None:
    """An exercise can kill."""
    assert found("A private was killed during a live-fire exercise on Wednesday.").totals == {"killed": (1, 1)}


def test_far_from_the_simulation_the_text_counts() -> None:
    """Only the sentences right beside it are part of the play."""
    text = (
        "The week began with a simulated attack. Units then moved north. The weather was fine. Supplies came by road. "
        "On Friday two soldiers were killed when their truck overturned."
    )
    assert found(text).totals == {"killed": (2, 2)}


def test_victims_of_an_announced_exercise_are_played() -> None:
    """The victims of an announced exercise are nobody; a soldier who is hurt in it is somebody."""
    lead = "The garrison held its yearly mass casualty exercise. Six hundred people took part. All gates were closed. "
    assert found(lead + "Two victims died because help came late.").claims == ()
    assert found(lead + "A soldier was injured when a truck overturned.").claims[0].victim == "military"
