"""What stands before a sentence and is no part of it."""

from __future__ import annotations

import pytest

from tests.support.detection import ENGLISH, brief, found
from watcher.detect.text.openings import opening_end
from watcher.detect.words.lexicon import compiled

LEXICON = compiled(ENGLISH)


def _without_opening(text: str) -> str:
    return text[opening_end(text, 0, len(text), LEXICON) :].lstrip()


@pytest.mark.parametrize(
    "opening",
    [
        "• ",
        "- ",
        "* ",
        "3. ",
        "(b) ",
        "b) ",
        "UPDATE: ",
        "BRODEN, 4 June - ",
        "BRODEN, Orsa (June 4, 2019) – ",
        "Broden (Orsa News) — ",
    ],
)
def test_a_sentence_is_read_alike_after_a_mark_and_a_dateline(opening: str) -> None:
    """Rules ask what a sentence begins with: neither the sign of a list nor the place of a release is that."""
    for text in (
        "Last night, two clerks, 24 and 31, were hurt.",
        "Officially, six people, including a judge, were killed.",
    ):
        assert _without_opening(opening + text) == text
        assert brief(opening + text) == brief(text) != []


@pytest.mark.parametrize(
    "text",
    [
        "KILLED - two soldiers.",
        "THREE KILLED - POLICE",
        "POLICE: two dead",
        "Omar Hadi (34) – a clerk – was killed.",
        "12 Soldiers were hurt.",
        "(12) Soldiers were hurt.",
        "A. Finn was hurt.",
        "-5 degrees were measured.",
    ],
)
def test_what_belongs_to_the_sentence_stays(text: str) -> None:
    """A number of people, a name or a headline is no mark, and whoever speaks is no place."""
    assert _without_opening(text) == text


def test_a_dateline_still_says_where_and_when() -> None:
    """It is no part of the sentence, and is read for the whole release."""
    (claim,) = found("BRODEN, 4 June 2019 - Two guards were killed on Tuesday.").claims
    assert claim.place == "Broden"
