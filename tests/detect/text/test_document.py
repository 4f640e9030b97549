"""A text with its annotations, and the claims in it."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import pytest

from tests.support.detection import ENGLISH, brief, only
from watcher.detect.detector import annotate


def test_a_found_claim_cannot_be_changed() -> None:
    """Stages put a changed copy in a claim's place: whoever holds a claim holds what was found."""
    claim = only("Two sailors died.")
    with pytest.raises(FrozenInstanceError):
        claim.stance = "denied"  # type: ignore[misc]


def test_a_text_without_a_word_of_harm_is_not_cut_into_sentences() -> None:
    """Most releases hold none, and cost one pass over their letters."""
    assert annotate("The bridge was opened. The minister spoke.", ENGLISH).spans == []


def test_a_row_in_a_long_line_is_still_a_row() -> None:
    """A table is looked for where a figure or a sign stands beside the word of harm, however long its line is."""
    prose = (
        "The committee met in the old town hall and heard the reports of all districts for the better part of a day, "
    )
    row = f"{prose * 2}and wrote down: Village: Orsa; Killed: 3; Wounded: 1\nVillage: Tamin; Killed: 4; Wounded: 2"
    assert annotate(row, ENGLISH).rows
    assert not annotate(f"{prose * 2}and mourned two killed villagers.\nOpening hours: 3", ENGLISH).rows


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Neither of the two climbers came back up", "alive when the storm was over."),
        ("The two herders are no longer thought", "to be alive, the district office says."),
        ("All nineteen divers are safe", "and well, the harbour office says."),
    ],
)
def test_a_line_break_inside_a_sentence_changes_no_claim(before: str, after: str) -> None:
    """The words of a phrase may stand on two lines: a mail is wrapped wherever its line is full."""
    assert brief(f"{before}\n{after}") == brief(f"{before} {after}") != []


def test_words_of_two_sentences_are_no_phrase() -> None:
    """What ends one block and what begins the next are not read together, nor does that hide what follows."""
    assert brief("List of the lost\nLives were taken by the flood: nine people died.") == brief(
        "List of the lost\n\nLives were taken by the flood: nine people died."
    )
