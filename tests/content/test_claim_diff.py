"""What a text claims after an edit, against what it claimed before."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.detection import found
from watcher.content.revision_diff import diff_claims

KILLED = "Two civilians were killed in the strike on Monday."
HURT = "Four soldiers were injured near the bridge."


def told(old: str, new: str) -> list[str]:
    """What changed between two texts, as the detector reads them."""
    before, after = (found(text).claims for text in (old, new))
    return [change.words for change in diff_claims(before, after)]


CHANGES = {
    "number": (KILLED, KILLED.replace("Two", "Eight"), ["2 civilians killed → 8 civilians killed"]),
    "civilian_removed": (
        KILLED,
        KILLED.replace("civilians", "people"),
        ['2 civilians killed → 2 people killed; "civilian" is said no longer'],
    ),
    "civilian_added": (
        KILLED.replace("civilians", "people"),
        KILLED,
        ['2 people killed → 2 civilians killed; "civilian" is said now'],
    ),
    "denial_added": (KILLED, f"{KILLED} No children were killed.", ["denial added: no civilians killed"]),
    "denial_withdrawn": (f"{KILLED} No children were killed.", KILLED, ["denial withdrawn: no civilians killed"]),
    "sentence_withdrawn": (f"{KILLED} {HURT}", KILLED, ["withdrawn: 4 service members injured"]),
    "sentence_added": (KILLED, f"{KILLED} {HURT}", ["added: 4 service members injured"]),
    "all_withdrawn": (KILLED, "An inquiry began.", ["withdrawn: 2 civilians killed"]),
    "alleged_now": (
        KILLED,
        KILLED.replace("Two civilians were", "Two civilians were allegedly"),
        ["2 civilians killed; stated as fact → alleged by others"],
    ),
    "rewritten_with_another_number": (
        KILLED,
        "Officials have since learned that eight civilians lost their lives.",
        ["2 civilians killed → 8 civilians killed"],
    ),
}


@pytest.mark.parametrize("name", CHANGES)
def test_change_is_told_in_words(name: str) -> None:
    """Each way of editing a claim has its own sentence (check 31)."""
    old, new, words = CHANGES[name]
    assert told(old, new) == words


SAME = {
    "moved": (f"{KILLED} {HURT}", f"{HURT} {KILLED}"),
    "pushed_down": (KILLED, f"The ministry has updated this statement. It regrets the loss. {KILLED}"),
    "rewritten": (KILLED, "In Monday's strike two civilians were killed, the ministry said."),
    "nothing": (f"{KILLED} {HURT}", f"{KILLED} {HURT}"),
}


@pytest.mark.parametrize("name", SAME)
def test_moved_or_rewritten_claim_is_the_same(name: str) -> None:
    """What says the same is no change, wherever it stands and however the sentence around it reads (check 79)."""
    assert told(*SAME[name]) == []


def test_same_claim_twice_and_once_is_a_loss() -> None:
    """Two sentences that tell of one dead each are two claims: claims are counted, not only told apart."""
    (claim,) = found("One soldier was killed near the bridge.").claims
    other = replace(claim, sentence="One soldier was killed at the crossing.", start=90, end=100)
    changes = diff_claims([claim, other], [claim])
    assert [(change.kind, change.old) for change in changes] == [("lost", other)]


def test_assertion_replaced_by_a_denial_is_told_as_both() -> None:
    """A denial is never shown as the other number of what it denies."""
    words = told(KILLED, "Reports of dead civilians are wrong. The ministry denies that anybody was killed.")
    assert words
    assert not any("→ no" in line or "→ some" in line for line in words)


@given(st.permutations(range(4)))
def test_order_of_claims_makes_no_difference(order: list[int]) -> None:
    """The sets are compared, not the lists."""
    claims = found(f"{KILLED} {HURT} One guard is missing. Two children were hurt.").claims
    shuffled = [claims[place] for place in order if place < len(claims)]
    shuffled += claims[len(order) :]
    assert diff_claims(claims, shuffled) == ()
