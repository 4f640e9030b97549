"""A remembered past that goes on over sentences is no news; what happened on a day of this week is."""

from __future__ import annotations

import pytest

from tests.support.detection import found


def stances(text: str) -> list[str]:
    return [claim.stance for claim in found(text).claims]


@pytest.mark.parametrize(
    "text",
    [
        "The boat sank in a gale on 3 March 1961. Only four bodies were found.",
        "In 1918 the first nurses signed on. In the next war they were bombed and three nurses were killed.",
        "The regiment marked the centenary of its founding. In the battle at the ford 300 men were killed.",
    ],
)
def test_what_follows_an_old_year_or_a_ceremony_is_history(text: str) -> None:
    """Anniversaries speak of the dead in sentences that name no year themselves."""
    assert set(stances(text)) == {"historical"}


def test_a_day_of_the_week_is_news() -> None:
    """A ceremony for the dead of old does not hide who died on Thursday."""
    text = "A wreath for the crew lost in 1961 was laid at the quay. On Thursday a sailor drowned off the cape."
    assert "asserted" in stances(text)


def test_release_numbers_are_no_years() -> None:
    """Lists of release numbers look like years of old and must not turn a report into history."""
    text = "Releases 1511, 1533 and 1574 for immediate use. Two insurgents were killed near the river."
    assert stances(text) == ["asserted"]


def test_a_ceremony_far_above_reaches_no_further() -> None:
    """What stands far below a ceremony is of its own."""
    filler = "The band played on the square. " * 9
    assert stances("The anniversary was marked in the garden. " + filler + "Two men were killed by a mine.") == [
        "asserted"
    ]
