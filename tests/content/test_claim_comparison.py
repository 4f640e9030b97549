"""Two sets of claims of one text."""

from __future__ import annotations

from watcher.content.revision_diff import Comparison, compare
from watcher.model.claim import Claim


def said(count: int, start: int = 0, harm: str = "killed", stance: str = "asserted") -> Claim:
    return Claim(harm, count, count, "civilian", stance, start, start + 10, "")  # type: ignore[arg-type]


def test_same_claims_in_another_order_are_no_difference() -> None:
    """A detector that lists its findings otherwise has found nothing new."""
    assert not compare([said(2), said(4, 50)], [said(4, 50), said(2)])


def test_claim_that_reaches_further_is_the_same() -> None:
    """Offsets that grew by a word are no news for a reader."""
    moved = Claim("killed", 2, 2, "civilian", "asserted", 3, 25, "")
    assert compare([said(2)], [moved]) == Comparison()


def test_other_number_at_the_same_words_is_altered() -> None:
    """2 that became 8 is one altered claim, not one lost and one gained."""
    assert compare([said(2)], [said(8)]).altered == ((said(2), said(8)),)


def test_gained_and_lost_are_told_apart() -> None:
    """What only one side has is named on its side."""
    result = compare([said(2)], [said(3, 80, "injured")])
    assert result.lost == (said(2),)
    assert result.gained == (said(3, 80, "injured"),)


def test_other_harm_at_the_same_words_is_not_the_same_claim() -> None:
    """One sentence may tell of dead and injured; they are never compared with each other."""
    result = compare([said(2)], [said(2, harm="injured")])
    assert (len(result.lost), len(result.gained), result.altered) == (1, 1, ())


def test_same_words_twice_need_two_partners() -> None:
    """A claim that was found twice and is found once now has lost one."""
    assert len(compare([said(2), said(2)], [said(2)]).lost) == 1
