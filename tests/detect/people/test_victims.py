"""Of which class the dead and injured are."""

from __future__ import annotations

import pytest

from tests.support.detection import found, only


@pytest.mark.parametrize(
    ("text", "victim"),
    [
        ("Three service personnel were injured in the collision.", "military"),
        ("A Navy SEAL candidate died after a swim.", "military"),
        ("Havildar Rafiq Dost was killed by a mine.", "military"),
        ("A member of 2nd Battalion, The Fell Regiment was killed.", "military"),
        ("The presidential candidate was killed at a rally.", "official"),
        ("Four members of the public were injured.", "civilian"),
        ("Two hostages were killed.", "civilian"),
        ("Thirteen gang members were killed.", "combatant"),
        ("Dr. Amir Sadeq, a surgeon at the clinic, was killed.", "civilian"),
        ("Sub-Inspector Ravi Anand was killed in the raid.", "police"),
    ],
)
def test_the_noun_decides(text: str, victim: str) -> None:
    """A rank, a title and the noun each say something else of who somebody is."""
    assert only(text).victim == victim


@pytest.mark.parametrize(
    ("text", "victim"),
    [
        ("The police said that one officer died of his wounds.", "police"),
        ("An officer died when his tank overturned.", "military"),
        ("The captain reported that two of his men had been killed.", "military"),
    ],
)
def test_the_sentence_decides_where_the_noun_does_not(text: str, victim: str) -> None:
    """Whose officers and whose men they are, the words around say."""
    assert only(text).victim == victim


def test_himself_is_who_did_it() -> None:
    """A reflexive points back to the nearest noun of its number, not to the last claim."""
    claims = found("Soldiers were hurt. Later a suicide bomber struck the guards, killing himself.").claims
    assert [claim.victim for claim in claims] == ["military", "combatant"]


def test_a_rank_after_a_comma_is_somebody_elses() -> None:
    """As in "said the sergeant, …": only a rank right before the name is his."""
    claims = found("Sgt. Orla Finn and Tom Reed, a farmer, were killed.").claims
    assert {claim.victim_raw: claim.victim for claim in claims} == {
        "Sgt. Orla Finn": "military",
        "Tom Reed": "civilian",
    }


@pytest.mark.parametrize(
    ("text", "victim"),
    [
        ("Own casualties: two dead", "military"),
        ("Civilian casualties: 7", "civilian"),
        ("Enemy casualties: 12 dead", "combatant"),
        ("Residents: three dead in the crash", "unknown"),
    ],
)
def test_a_label_before_a_number_says_whose_it_is(text: str, victim: str) -> None:
    """A line of a report names the people once; a label without a harm is who says so."""
    assert only(text).victim == victim
