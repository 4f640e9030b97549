"""A remembered past that goes on over sentences is no news; what happened on a day of this week is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.support.detection import ENGLISH, found
from watcher.detect.detector import detect
from watcher.model.text_context import TextContext


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


def aged(text: str, published: datetime, **known: Any) -> list[tuple[str, bool]]:
    """Stance and background of each claim of a text that was published then."""
    detection = detect(text, vocabulary=ENGLISH, context=TextContext(published=published, **known))
    return [(claim.stance, claim.is_background) for claim in detection.claims]


def test_what_is_dated_long_before_the_publication_is_no_news() -> None:
    """A profile tells of a death of two years ago in plain past tense; the same words in that week are the news."""
    text = "Staff Sgt. Ada Brandt died March 4, 2022, when her truck overturned near the depot."
    assert aged(text, datetime(2024, 5, 20, tzinfo=UTC)) == [("asserted", True)]
    assert aged(text, datetime(2022, 3, 6, tzinfo=UTC)) == [("asserted", False)]
    assert aged(text, datetime(2024, 5, 20, tzinfo=UTC), title="Depot memorial named for Brandt") == [
        ("historical", False)
    ]


def test_the_first_day_that_is_news_is_a_setting() -> None:
    """Ninety days by default; a newsroom that follows inquests wants a year."""
    text = "Two sailors were killed on 1 February 2024 in the harbour."
    published = datetime(2024, 5, 20, tzinfo=UTC)
    assert aged(text, published) == [("asserted", True)]
    assert aged(text, published, old_after=timedelta(days=365)) == [("asserted", False)]


@pytest.mark.parametrize(
    ("text", "stance"),
    [
        ("The command assesses that a strike on 3 July 2023 likely killed two civilians.", "assessed"),
        ("No civilians were killed in the strike of 3 July 2023, the review found.", "denied"),
        ("The coalition acknowledged that a strike on 3 July 2023 killed two civilians.", "asserted"),
        ("The inquiry determined that two guards were killed on 3 July 2023 by a shell of our own.", "assessed"),
    ],
)
def test_a_finding_on_an_old_event_is_news(text: str, stance: str) -> None:
    """Commands assess strikes of months ago: the admission is of today, and an alert about it must not be lost."""
    assert aged(text, datetime(2024, 5, 20, tzinfo=UTC)) == [(stance, False)]


STORY = (
    "I grew up with my brother and my mother in a small town. My wife and I remember those years. "
    "I was nine. A man died in our street. "
)


def test_what_somebody_tells_of_their_own_life_is_background() -> None:
    """Deaths and wounds of a childhood are told in plain past tense; what is dated near is news all the same."""
    published = datetime(2024, 5, 20, tzinfo=UTC)
    assert aged(STORY, published) == [("asserted", True)]
    assert aged(STORY + "On Friday two sailors were killed in the harbour.", published)[1] == ("asserted", False)


def test_a_statement_in_the_first_person_is_no_life_story() -> None:
    """A commander mourns in his own words, and the dead are the news."""
    text = (
        "Two sailors were killed in the harbour. “I mourn with my crew,” the captain said. Three sailors are missing."
    )
    assert aged(text, datetime(2024, 5, 20, tzinfo=UTC)) == [("asserted", False), ("asserted", False)]


@pytest.mark.parametrize(
    ("title", "is_history"),
    [
        ("Remembering the crew of the Ada", True),
        ("Pier named in honor of the Ada", True),
        ("The Ada sails", False),
        ("Sailors killed on way to memorial service", False),
    ],
)
def test_a_title_says_that_a_release_commemorates(title: str, *, is_history: bool) -> None:
    """The whole text is then about the past, unless the title itself names the dead as news."""
    text = "The crew met at the pier. The weather was fine. Six sailors died when her boiler burst."
    (found,) = aged(text, datetime(2024, 5, 20, tzinfo=UTC), title=title)
    assert found == (("historical" if is_history else "asserted"), False)


@pytest.mark.parametrize("when", ["in the summer of 2021", "in autumn 2019", "in late 2022", "in the winter of 2020"])
def test_a_season_or_part_of_an_old_year_is_old(when: str) -> None:
    """The toll of an earlier accident at the same place must not be today's news."""
    published = datetime(2024, 5, 20, tzinfo=UTC)
    assert aged(f"Four riders died here {when}.", published) == [("asserted", True)]
    assert aged("Four riders died here in early 2024.", published) == [("asserted", False)]
