"""An auxiliary that stands for the verb before it: "so did two guards", "nor was a child", "his passenger did not"."""

from __future__ import annotations

import pytest

from tests.support.detection import brief, found


@pytest.mark.parametrize(
    ("text", "dead"),
    [
        ("Two guards died, as did a driver.", 3),
        ("Two guards died. So did their driver.", 3),
        ("Two guards died. So did their driver. So did a nurse.", 4),
        ("The pilot did not survive, and nor did his passenger.", 2),
        ("The pilot survived, but his two passengers did not.", 2),
    ],
)
def test_those_of_whom_it_is_said_again_are_counted(text: str, dead: int) -> None:
    """They are named once and have no verb of harm of their own."""
    assert found(text).totals == {"killed": (dead, dead)}


@pytest.mark.parametrize("text", ["No guards died, nor did any drivers.", "Two guards died. The drivers did not."])
def test_what_is_not_so_of_others_is_denied(text: str) -> None:
    """A reader who looks for the drivers finds that the text says something of them."""
    assert [claim[4] for claim in brief(text)][-1] == "denied"


@pytest.mark.parametrize(
    "text",
    [
        "Two guards died. The police did not know why.",
        "Two guards died when a wall fell. Their families were there too.",
        "Two guards died; the driver fled, and so did his son.",
        "Two guards were to die. So was their driver.",
    ],
)
def test_another_verb_is_not_stood_for(text: str) -> None:
    """Whoever did something else is none of the dead."""
    assert sum(claim[0] == "killed" for claim in brief(text)) <= 1
