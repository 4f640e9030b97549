"""Stances: what the words around a claim make of it, how far they reach, and where they stop."""

from __future__ import annotations

import pytest

from tests.support.detection import brief, found

STANCES = [
    ("Two farmers were killed.", "asserted"),
    ("Two farmers were likely killed.", "assessed"),
    ("It was assessed that two farmers were killed.", "assessed"),
    ("Two farmers are believed to have been killed.", "assessed"),
    ("The report that two farmers were killed is credible.", "assessed"),
    ("Residents said two farmers were killed.", "alleged"),
    ("Two farmers were allegedly killed.", "alleged"),
    ("According to media reports, two farmers were killed.", "alleged"),
    ("The command is investigating reports that two farmers were killed.", "under_review"),
    ("Reports that two farmers were killed are under review.", "under_review"),
    ("The ministry denied that two farmers were killed.", "denied"),
    ("The report that two farmers were killed is not credible.", "denied"),
    ("Reports that two farmers were killed are false.", "denied"),
    ("It is not true that two farmers were killed.", "denied"),
    ("Two farmers were not killed.", "denied"),
    ("Two farmers could be killed.", "hypothetical"),
    ("The bombers planned to kill two farmers.", "hypothetical"),
    ("If two farmers are killed, there will be an inquiry.", "hypothetical"),
    ("A memorial for two farmers killed in the war was opened.", "historical"),
    ("Two farmers were killed in 1917.", "historical"),
]


@pytest.mark.parametrize(("text", "stance"), STANCES, ids=[text for text, _ in STANCES])
def test_the_words_around_decide_the_stance(text: str, stance: str) -> None:
    """One statement in every stance: the number and the people stay the same."""
    assert brief(text) == [("killed", 2, 2, "civilian", stance)]


NOBODY = [
    "No civilians were harmed.",
    "There were no casualties.",
    "The patrol returned without casualties.",
    "Nobody was hurt.",
    "None of the nine passengers was hurt.",
    "There were no further injuries.",
    "There are no reports of casualties.",
]


@pytest.mark.parametrize("text", NOBODY)
def test_a_plain_negation_says_that_nobody_was_harmed(text: str) -> None:
    """A plain negation denies a harm to nobody."""
    ((_, low, high, _, stance),) = brief(text)
    assert (low, high, stance) == (0, 0, "denied")
    assert not found(text).is_reported


def test_no_further_casualties_leave_the_real_ones() -> None:
    """A denial reaches its own clause only."""
    assert found("One soldier was killed, but there were no further casualties.").totals == {"killed": (1, 1)}


def test_a_denial_ends_at_but() -> None:
    """After "but" something else is said."""
    stances = [claim[4] for claim in brief("He denied that two farmers were killed, but three soldiers were wounded.")]
    assert stances == ["denied", "asserted"]


def test_denying_a_part_in_it_denies_no_death() -> None:
    """What is denied is the involvement."""
    (claim,) = brief("The group denied being responsible for the deaths of two farmers.")
    assert claim[4] != "denied"


def test_an_investigated_death_is_a_death() -> None:
    """Only reports and allegations are left open by an investigation."""
    (claim,) = brief("The army is investigating the death of a recruit.")
    assert claim[4] == "asserted"


def test_a_nearer_hedge_decides() -> None:
    """A review before the comma is how the finding was reached."""
    (claim,) = brief("After investigating the report, the command assessed that two farmers were killed.")
    assert claim[4] == "assessed"


@pytest.mark.parametrize(
    "text",
    [
        "The detained courier is responsible for the deaths of three soldiers.",
        "Since the start of the campaign, 90 civilians have been killed.",
        "In 2019, mines killed 31 people.",
        "Two months ago, rebels killed five drivers on this road.",
    ],
)
def test_earlier_events_and_yearly_totals_are_background(text: str) -> None:
    """Earlier events and totals of a year are not this event."""
    detection = found(text)
    assert "killed" not in detection.totals
    assert any(claim.is_background for claim in detection.claims)


@pytest.mark.parametrize(
    ("text", "stance"),
    [
        ("The information was insufficient to conclude that civilians were harmed that night.", "denied"),
        ("Despite enemy propaganda about dozens of dead soldiers, the brigade holds the ridge.", "denied"),
        ("The panel had enough information to conclude that two civilians were harmed.", "asserted"),
    ],
)
def test_grounds_that_do_not_suffice_deny(text: str, stance: str) -> None:
    """What nobody could establish, and what only propaganda says, is never reported."""
    assert found(text).claims[0].stance == stance


def test_a_deed_that_evidence_links_to_somebody_is_background() -> None:
    """Evidence about an older deed adds nobody to the release's own event."""
    detection = found("Papers at the site linked the man to a murdered clerk found in the district.")
    assert all(one.is_background for one in detection.claims)


def test_only_people_are_killed() -> None:
    """A contract or a bill that is killed in committee is no claim."""
    assert found("A second contract was killed in committee.").claims == ()
