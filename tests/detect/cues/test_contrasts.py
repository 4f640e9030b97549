"""A "not … but" that says how, where or when it happened, and not that it did."""

from __future__ import annotations

import pytest

from tests.support.detection import only


@pytest.mark.parametrize(
    "text",
    [
        "The soldier was not killed by the blast but by a mine.",
        "He did not die of his wounds but of cold.",
        "She was never hit by shells but by debris.",
        "It was not a shell that killed the two nurses but a mine.",
        "The driver was not killed in the crash but died later in hospital.",
    ],
)
def test_what_only_the_cause_place_or_time_of_is_corrected_did_happen(text: str) -> None:
    """Read as a denial, the death would be told as one that did not happen."""
    assert only(text).stance == "asserted"


@pytest.mark.parametrize(
    "text",
    [
        "The soldier was not killed by the blast.",
        "The soldier was not killed, but he lost his rifle.",
        "Nobody was killed by the blast but by noon the road was shut.",
    ],
)
def test_a_denial_that_corrects_nothing_stays_one(text: str) -> None:
    """A denial is not mistaken for an admission either."""
    assert only(text).stance == "denied"
