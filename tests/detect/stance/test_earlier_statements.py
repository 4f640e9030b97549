"""What a publisher announced earlier is background beside what it announces today."""

from __future__ import annotations

import pytest

from tests.support.detection import found

NEWS = "Two guards were killed at the mill, the army said. "


@pytest.mark.parametrize(
    "earlier",
    [
        "A week earlier it said that nine guards had died in spring.",
        "The army had reported nine guards killed.",
        "In its previous report the army gave nine guards killed in May.",
        "The army announced last month that nine guards were killed.",
    ],
)
def test_an_earlier_announcement_is_background(earlier: str) -> None:
    """Its number is never added to the news, and its place and date are not the news's."""
    claims = found(NEWS + earlier).claims
    assert [(claim.count_min, claim.is_background) for claim in claims] == [(2, False), (9, True)]
    assert found(NEWS + earlier).totals == {"killed": (2, 2)}


@pytest.mark.parametrize(
    "text",
    [
        "The army had reported nine guards killed.",
        NEWS + "The army said that nine guards were wounded.",
        NEWS + "No guards had been reported missing.",
    ],
)
def test_the_only_news_stays_the_news(text: str) -> None:
    """A text that only tells again what was announced has nothing beside it; neither has an announcement of today."""
    assert not any(claim.is_background for claim in found(text).claims)


def test_what_follows_takes_no_date_from_an_earlier_announcement() -> None:
    """The period of last week's report is not that of the accusation after it."""
    text = NEWS + "Last week it had reported nine dead from April to July. Rebels claim that five farmers were killed."
    claims = found(text).claims
    assert claims[1].date_raw == "April to July"
    assert claims[2].date_raw == ""


def test_a_later_day_ends_what_an_earlier_month_says() -> None:
    """One sentence admits the dead of last month and those of today: only the first are background."""
    text = "The coalition, which last month acknowledged 21 deaths, on Friday acknowledged that three more people died."
    assert [(claim.count_min, claim.is_background) for claim in found(text).claims] == [(21, True), (3, False)]
