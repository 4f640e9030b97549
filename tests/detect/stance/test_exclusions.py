"""What is not of this release, and what an exercise plays."""

from __future__ import annotations

import pytest

from tests.support.detection import found


@pytest.mark.parametrize(
    "heading", ["Related stories", "SEE ALSO:", "More news:", "Latest headlines", "Most read", "Read also:"]
)
def test_a_list_of_other_releases(heading: str) -> None:
    """Whatever the site calls it, its lines are other releases."""
    assert found(f"The bridge was opened.\n\n{heading}\nTwo soldiers killed in crash\nFire injures six").claims == ()


def test_the_text_goes_on_after_the_list() -> None:
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
    """An exercise is described in several sentences, one of which says what it is."""
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


def test_links_to_other_releases_do_not_count() -> None:
    """The headings at the foot of a page are other releases."""
    text = "The band played.\n\nRelated stories\nTwo soldiers killed in convoy accident\nAirman injured in fall"
    assert found(text).claims == ()
