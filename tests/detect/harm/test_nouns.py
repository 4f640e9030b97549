"""Harm stated by nouns, and the same nouns where they state none."""

from __future__ import annotations

import pytest

from tests.support.detection import brief, found

NOUNS = [
    ("The attack caused the deaths of two teachers.", ("killed", 2, "civilian")),
    ("The attack caused two civilian deaths.", ("killed", 2, "civilian")),
    ("A soldier's death was announced.", ("killed", 1, "military")),
    ("There were injuries to 17 passengers.", ("injured", 17, "unknown")),
    ("There were four casualties among the guards.", ("casualty", 4, "unknown")),
    ("The murder of a judge was condemned.", ("killed", 1, "official")),
    ("The loss of three sailors was confirmed.", ("killed", 3, "military")),
    ("The victims were two nurses.", ("casualty", 2, "civilian")),
    ("Police found the bodies of two miners.", ("killed", 2, "civilian")),
    ("The number of wounded peacekeepers has risen from three to five.", ("injured", 5, "military")),
    ("The capture of a Taliban commander was announced.", ("captured", 1, "combatant")),
]


@pytest.mark.parametrize(("text", "expected"), NOUNS, ids=[text[:40] for text, _ in NOUNS])
def test_a_noun_takes_the_people_around_it(text: str, expected: tuple[str, int, str]) -> None:
    """Releases prefer nouns; the people stand around them."""
    ((harm, low, _, victim, _),) = brief(text)
    assert (harm, low, victim) == expected


NONE = [
    "The murder charges were dropped.",
    "The casualty office is open on Mondays.",
    "The player broke three bones and had two fractures in his career.",
    "The loss of power lasted two hours.",
    "The execution of the plan took three days.",
    "The engine died at sea.",
    "He scored on two passing plays.",
    "The body of water is deep.",
]


@pytest.mark.parametrize("text", NONE)
def test_compounds_things_and_figures_of_speech_harm_nobody(text: str) -> None:
    """Compounds, things and figures of speech mean nobody."""
    assert not found(text).is_reported


def test_a_cause_of_death_is_not_another_injury() -> None:
    """He died of his wounds: one claim."""
    assert [claim[0] for claim in brief("The corporal died of his wounds on Sunday.")] == ["killed"]
    assert [claim[0] for claim in brief("Cpl. Ren Maddox, 22, died on May 3 from wounds caused by a mine.")] == [
        "killed"
    ]


def test_an_uncounted_noun_needs_a_word_that_it_came_about() -> None:
    """A mention of casualties is not a report of casualties."""
    assert found("The talks dealt mainly with civilian casualties and roads.").claims == ()
    ((harm, low, high, _, stance),) = brief("The shelling caused civilian casualties.")
    assert (harm, low, high, stance) == ("casualty", None, None, "asserted")
