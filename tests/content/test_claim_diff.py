"""What a text claims after an edit, or when it is read again, against what it claimed before."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.detection import found
from watcher.content.claim_diff import Comparison, compare_claims, diff_claims
from watcher.model.claim import Claim

KILLED = "Two civilians were killed in the strike on Monday."
HURT = "Four soldiers were injured near the bridge."
CHANGES = {
    "number": (KILLED, KILLED.replace("Two", "Eight"), ["2 civilians killed → 8 civilians killed"]),
    "civilian_removed": (
        KILLED,
        KILLED.replace("civilians", "people"),
        ['2 civilians killed → 2 people killed; "civilian" is no longer said'],
    ),
    "civilian_added": (
        KILLED.replace("civilians", "people"),
        KILLED,
        ['2 people killed → 2 civilians killed; "civilian" is now said'],
    ),
    "denial_added": (KILLED, f"{KILLED} No children were killed.", ["denial added: any civilians killed"]),
    "denial_withdrawn": (f"{KILLED} No children were killed.", KILLED, ["denial withdrawn: any civilians killed"]),
    "sentence_withdrawn": (f"{KILLED} {HURT}", KILLED, ["withdrawn: 4 service members injured"]),
    "sentence_added": (KILLED, f"{KILLED} {HURT}", ["added: 4 service members injured"]),
    "all_withdrawn": (KILLED, "An inquiry began.", ["withdrawn: 2 civilians killed"]),
    "alleged_now": (
        KILLED,
        KILLED.replace("Two civilians were", "Two civilians were allegedly"),
        ["2 civilians killed; stated as fact → alleged, not confirmed"],
    ),
    "rewritten_with_another_number": (
        KILLED,
        "Officials have since learned that eight civilians lost their lives.",
        ["2 civilians killed → 8 civilians killed"],
    ),
}
SAME = {
    "moved": (f"{KILLED} {HURT}", f"{HURT} {KILLED}"),
    "pushed_down": (KILLED, f"The ministry has updated this statement. It regrets the loss. {KILLED}"),
    "rewritten": (KILLED, "In Monday's strike two civilians were killed, the ministry said."),
    "nothing": (f"{KILLED} {HURT}", f"{KILLED} {HURT}"),
}


def told(old: str, new: str) -> list[str]:
    """What changed between two texts, as the detector reads them."""
    before, after = (found(text).claims for text in (old, new))
    return [change.words for change in diff_claims(before, after)]


@pytest.mark.parametrize("name", CHANGES)
def test_change_is_put_into_words(name: str) -> None:
    """Each way of editing a claim has its own sentence (check 31)."""
    old, new, words = CHANGES[name]
    assert told(old, new) == words


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


def test_assertion_replaced_by_a_denial_is_two_changes() -> None:
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


def claim_of(count: int, start: int = 0, harm: str = "killed", stance: str = "asserted") -> Claim:
    return Claim(harm, count, count, "civilian", stance, start, start + 10, "")  # type: ignore[arg-type]


def test_same_claims_in_another_order_are_no_difference() -> None:
    """A detector that lists its findings otherwise has found nothing new."""
    assert not compare_claims([claim_of(2), claim_of(4, 50)], [claim_of(4, 50), claim_of(2)])


def test_claim_that_reaches_further_is_the_same() -> None:
    """Offsets that grew by a word are no news for a reader."""
    moved = Claim("killed", 2, 2, "civilian", "asserted", 3, 25, "")
    assert compare_claims([claim_of(2)], [moved]) == Comparison()


def test_other_number_at_the_same_words_is_altered() -> None:
    """2 that became 8 is one altered claim, not one lost and one gained."""
    assert compare_claims([claim_of(2)], [claim_of(8)]).altered == ((claim_of(2), claim_of(8)),)


def test_gained_and_lost_claims_are_kept_apart() -> None:
    """What only one side has is named on its side."""
    result = compare_claims([claim_of(2)], [claim_of(3, 80, "injured")])
    assert result.lost == (claim_of(2),)
    assert result.gained == (claim_of(3, 80, "injured"),)


def test_other_harm_at_the_same_words_is_not_the_same_claim() -> None:
    """One sentence may tell of dead and injured; they are never compared with each other."""
    result = compare_claims([claim_of(2)], [claim_of(2, harm="injured")])
    assert (len(result.lost), len(result.gained), result.altered) == (1, 1, ())


def test_same_words_twice_need_two_partners() -> None:
    """A claim that was found twice and is found once now has lost one."""
    assert len(compare_claims([claim_of(2), claim_of(2)], [claim_of(2)]).lost) == 1
