"""Dates as stated, and the days they mean."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.support.detection import ENGLISH
from watcher.detect.detector import detect
from watcher.model.text_context import TextContext

FRIDAY = datetime(2024, 5, 17, 12, tzinfo=UTC)


def _dated(text: str) -> tuple[str, str, str]:
    """Words, first and last day of the one claim of a text."""
    (claim,) = detect(text, vocabulary=ENGLISH, context=TextContext(published=FRIDAY)).claims
    return claim.date_raw, claim.event_from, claim.event_to


@pytest.mark.parametrize(
    ("words", "raw", "first", "last"),
    [
        ("on 12 May.", "12 May", "2024-05-12", "2024-05-12"),
        ("between 2 and 5 May", "2 and 5 May", "2024-05-02", "2024-05-05"),
        ("on May 3-5, 2024", "May 3-5, 2024", "2024-05-03", "2024-05-05"),
        ("on the night of 30 and 31 March", "30 and 31 March", "2024-03-30", "2024-03-31"),
        ("in July 2012", "July 2012", "2012-07-01", "2012-07-31"),
        ("in 2004", "2004", "2004-01-01", "2004-12-31"),
        ("on 2024-05-03", "2024-05-03", "2024-05-03", "2024-05-03"),
        ("on 3.5.2024", "3.5.2024", "2024-05-03", "2024-05-03"),
        ("three days ago", "three days ago", "2024-05-14", "2024-05-14"),
        ("last week", "last week", "2024-05-06", "2024-05-12"),
        ("last Friday", "last Friday", "2024-05-10", "2024-05-10"),
        ("early on Thursday", "Thursday", "2024-05-16", "2024-05-16"),
    ],
)
def test_what_the_words_mean(words: str, raw: str, first: str, last: str) -> None:
    """A day, the days from one to another, a month, a year; a full stop is no part of it."""
    assert _dated(f"A soldier was killed {words}".rstrip(".") + ".") == (raw, first, last)


@pytest.mark.parametrize(
    ("text", "raw"),
    [
        ("The ministry announced today the death of a soldier. He died on May 3 in a clash.", "May 3"),
        ("The general said in Rome on Monday that a soldier had been killed on Saturday.", "Saturday"),
        ("A soldier, who had joined the army in 2019, was killed on Tuesday.", "Tuesday"),
        ("The army confirmed on Thursday that a soldier had died.", ""),
        ("At yesterday's service the soldier who died on May 3 was named.", "May 3"),
        ("Today the army told how a soldier was killed at Hill Gate on May 3.", "May 3"),
    ],
)
def test_the_day_of_the_report_is_not_the_event(text: str, raw: str) -> None:
    """When it was announced says nothing of when it happened."""
    assert _dated(text)[0] == raw


def test_a_time_is_no_day() -> None:
    """Fourteen militants are no year, half past three no day."""
    assert _dated("Between 2 and 5 May, 14 militants were killed.") == ("2 and 5 May", "2024-05-02", "2024-05-05")


@pytest.mark.parametrize("words", ["yesterday\nmorning", "yesterday  evening"])
def test_a_line_that_breaks_inside_a_day(words: str) -> None:
    """Hard-wrapped releases part "yesterday" and "morning": the day is the same, and nothing is raised."""
    assert _dated(f"A soldier was killed {words} near the old river ford.")[1:] == ("2024-05-16", "2024-05-16")
